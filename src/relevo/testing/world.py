"""Worlds to be attacked with: scenario files made from a sketch, each fault of the contract, draws.

Everything drawn comes from a hash of the seed and of what is drawn, so that a world that broke
something is the same one tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from relevo.values.ids import draw_between

Table = Mapping[str, Any]

STORY_STARTS = datetime.fromisoformat("2019-01-13T11:59:00+01:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A scenario, as the tables of its file."""

    title: str
    customer: Table
    lines: tuple[Table, ...]
    order: Table
    starts: datetime = STORY_STARTS
    seed: int = 1
    ends_by: str = "P21D"
    faults: tuple[Table, ...] = ()

    def text(self) -> str:
        """The file."""
        head = {"title": self.title, "profile": "es", "starts": self.starts, "seed": self.seed}
        parts = [_pairs({**head, "ends_by": self.ends_by})]
        parts.append("[customer]\n" + _pairs(self.customer))
        parts += ["[[line]]\n" + _pairs(line) for line in self.lines]
        parts.append("[order]\n" + _pairs(self.order))
        parts += ["[[fault]]\n" + _pairs(fault) for fault in self.faults]
        return "\n".join(parts)


WORKSHOP: Table = {
    "name": "Taller Cierzo S.L.",
    "document": {"type": "CIF", "number": "B99286320"},
    "business": True,
    "language": "es",
    "email": "hola@cierzo.example",
    "contact": "+34976000100",
    "address": {
        "street": "Calle de Alfonso I 17, 3º",
        "postcode": "50003",
        "city": "Zaragoza",
        "province": "Zaragoza",
    },
}
"""The customer of the story."""

_PAID = {"fixed": (15.00, 18.40), "mobile": (25.00, 31.20), "second": (5.00, 21.50)}


def fixed(name: str, number: str, **more: Any) -> Table:
    """A fixed line."""
    fee, average = _PAID["fixed"]
    line = {"id": name, "kind": "fixed", "number": number, "donor": "altamar"}
    return {**line, "monthly_fee": fee, "average_3m": average, **more}


def mobile(name: str, number: str, **more: Any) -> Table:
    """A mobile line; one that depends on another is a second line on its card."""
    fee, average = _PAID["second" if "depends_on" in more else "mobile"]
    line = {"id": name, "kind": "mobile", "number": number, "donor": "altamar"}
    return {**line, "payment": "postpaid", "monthly_fee": fee, "average_3m": average, **more}


F = fixed("F", "+34976000101")
M1 = mobile("M1", "+34600000101", iccid="8934071100000000012")
M2 = mobile("M2", "+34600000102", depends_on="M1")

BUNDLE = Sketch(
    title="The bundle of the story",
    customer=WORKSHOP,
    lines=(F, M1, M2),
    order={"recipient": "brisa", "lines": ["F", "M1", "M2"], "sim": "card", "wish": "asap"},
)

FAULTS: tuple[Table, ...] = (
    {"where": "donor", "what": "cease_dependent", "line": "M2", "after": "PT26H"},
    {"where": "donor", "what": "reject", "cause": "RECH_IDENT"},
    {"where": "donor", "what": "silent"},
    {"where": "donor", "what": "late", "by": "PT2H"},
    {"where": "donor", "what": "partial", "lines": ["M2"]},
    {"where": "donor", "what": "cut_early", "line": "M1", "by": "PT5H"},
    {"where": "hub", "what": "down", "after": "PT21H", "for": "PT6H"},
    {"where": "hub", "what": "duplicate"},
    {"where": "hub", "what": "delay", "by": "PT3H"},
    {"where": "hub", "what": "reorder"},
    {"where": "hub", "what": "lose_notice"},
    {"where": "hub", "what": "quota"},
    {"where": "hub", "what": "wrong_donor"},
    {"where": "hub", "what": "session_lost"},
    {"where": "courier", "what": "bad_label"},
    {"where": "courier", "what": "wrong_address"},
    {"where": "courier", "what": "absent"},
    {"where": "courier", "what": "lost"},
    {"where": "courier", "what": "refused"},
    {"where": "courier", "what": "false_delivery"},
    {"where": "courier", "what": "silent", "for": "PT30H"},
    {"where": "network", "what": "provision_fails"},
    {"where": "network", "what": "partial", "missing": ["data"], "for": "PT8H"},
    {"where": "network", "what": "routing_stale", "origin": "duna", "for": "PT9H"},
    {"where": "network", "what": "forgets", "line": "M2", "after": "P5DT12H"},
    {
        "where": "care",
        "what": "wrong_answer",
        "channel": "email",
        "text": "El 600 000 102 no figura en su pedido.",
    },
    {"where": "care", "what": "asks_for_held", "item": "termination_notice"},
    {"where": "care", "what": "promise_missed"},
    {"where": "order", "what": "lose_line", "line": "M2", "after": "P2DT23H"},
    {"where": "order", "what": "crash"},
)
"""Each kind of fault of the contract once, in a form that strikes the bundle of the story."""


A_DAY_OF_WATCH = "P7D"
"""The bundle works on its fifth day; a week shows that it goes on working."""


def alone(fault: Table) -> Sketch:
    """The bundle of the story with this fault only."""
    shown = " ".join(f"{key}={value}" for key, value in fault.items())
    return replace(BUNDLE, title=f"Alone: {shown}", faults=(fault,), ends_by=A_DAY_OF_WATCH)


# -- drawn worlds ---------------------------------------------------------------------------------

_STARTS = (
    "2019-01-13T11:59:00+01:00",  # the story: a Sunday
    "2019-01-18T19:45:00+01:00",  # a Friday evening
    "2019-04-17T18:30:00+02:00",  # the eve of Maundy Thursday
    "2019-12-23T17:10:00+01:00",  # before Christmas
    "2026-03-27T20:05:00+01:00",  # the clocks go forward on the 29th; then comes Easter
    "2026-10-22T09:15:00+02:00",  # the clocks go back on the 25th
    "2026-05-06T03:20:00+02:00",  # in the middle of the night
)
_PEOPLE: tuple[Table, ...] = (
    {},
    {"language": "en"},
    {"name": "Ana Ruiz Gil", "document": {"type": "NIF", "number": "12345678Z"}, "business": False},
    {
        "name": "John Smith",
        "document": {"type": "NIE", "number": "X1234567L"},
        "business": False,
        "language": "en",
    },
    {
        "name": "Maria Rossi",
        "document": {"type": "PAS", "number": "YA1234567"},
        "business": False,
        "language": "en",
    },
)
_PREPAID = {"payment": "prepaid", "iccid": "8934071100000000012"}
_THIRD = mobile("M3", "+34600000103", depends_on="M1")
_CHAINED = mobile("M3", "+34600000103", depends_on="M2")
_FREE = mobile("M4", "+34600000104")
_FIBRE: Table = {"id": "B", "kind": "fibre", "donor": "altamar"}
_FIBRE_WITH_NUMBER: Table = {**_FIBRE, "number": "+34976000105"}
_HOUSEHOLDS: tuple[tuple[Table, ...], ...] = (
    (F, M1, M2),
    (M1, M2),
    (F, M1, M2, _THIRD),
    (F, M1, M2, _CHAINED),
    (F, _FIBRE, M1, M2),
    (_FIBRE_WITH_NUMBER, M1, M2),
    (F, M1, M2, {**_FREE, "donor": "cantil"}),
    (F, {**M1, **_PREPAID}, M2),
    (M1,),
    (F,),
)
_CAUSES = ("RECH_IDENT", "RECH_ICCID", "RECH_BNUME", "RECH_PERDI", "RECH_FMAYO", "RECH_NUNCA")
_ABILITIES = ("calls_out", "calls_in", "sms_out", "sms_in", "data")


@dataclass(frozen=True, slots=True)
class _Draw:
    """Draws by name."""

    seed: int
    names: tuple[str, ...] = field(default=())

    def under(self, name: str) -> _Draw:
        return _Draw(self.seed, (*self.names, name))

    def number(self, low: int, high: int, name: str) -> int:
        return draw_between(low, high, self.seed, *self.names, name)

    def one(self, choices: Sequence[Any], name: str) -> Any:
        return choices[self.number(0, len(choices) - 1, name)]

    def chance(self, percent: int, name: str) -> bool:
        return self.number(1, 100, name) <= percent


def drawn(seed: int, *, faults: int | None = None) -> Sketch:
    """A world drawn from a seed: who, what, when, and up to three things that go wrong."""
    by = _Draw(seed)
    lines: tuple[Table, ...] = by.one(_HOUSEHOLDS, "household")
    names = [line["id"] for line in lines]
    starts = datetime.fromisoformat(by.one(_STARTS, "starts"))
    moving, decides = _moving(by, lines)
    customer = {**WORKSHOP, **by.one(_PEOPLE, "person"), **decides}
    number = by.number(0, 3, "faults") if faults is None else faults
    return Sketch(
        title=f"Drawn from {seed}",
        customer=customer,
        lines=lines,
        order={
            "recipient": by.one(("brisa", "brisa", "duna"), "recipient"),
            "lines": moving,
            "sim": by.one(("card", "card", "esim"), "sim"),
            "wish": _wish(by, starts.date()),
        },
        starts=starts,
        seed=seed,
        faults=tuple(_fault(by.under(str(place)), names) for place in range(number)),
    )


def drawn_worlds(seeds: Sequence[int]) -> Iterator[Sketch]:
    """Several of them."""
    return (drawn(seed) for seed in seeds)


def _moving(by: _Draw, lines: Sequence[Table]) -> tuple[list[str], Table]:
    """What is ordered; a number left out is decided by the customer, or never."""
    names = [line["id"] for line in lines]
    if len(names) < 2 or not by.chance(25, "left out"):
        return names, {}
    left = by.one([line["id"] for line in lines if "number" in line], "which")
    decision = by.one(("port", "keep", "cease", ""), "decision")
    rest = [name for name in names if name != left]
    return rest, {"decides": {left: decision}} if decision else {}


def _wish(by: _Draw, today: date) -> str | date:
    return today + timedelta(days=by.number(4, 15, "day")) if by.chance(20, "wish") else "asap"


def _fault(by: _Draw, lines: Sequence[str]) -> Table:
    fault = dict(by.one(FAULTS, "kind"))
    for key in ("line", "after"):
        fault.pop(key, None)
    if fault["where"] == "donor" and fault["what"] == "partial":
        fault["lines"] = [by.one(lines, "partial")]
    if "cause" in fault:
        fault["cause"] = by.one(_CAUSES, "cause")
    if "missing" in fault:
        fault["missing"] = [by.one(_ABILITIES, "missing")]
    for key in ("for", "by"):
        if key in fault:
            fault[key] = f"PT{by.number(1, 40, key)}H"
    if by.chance(50, "line"):
        fault["line"] = by.one(lines, "which line")
    if by.chance(60, "after"):
        fault["after"] = f"PT{by.number(0, 220, 'hours')}H{by.number(0, 59, 'minutes')}M"
    if by.chance(30, "times"):
        fault["times"] = by.number(2, 3, "how many")
    return fault


# -- TOML -----------------------------------------------------------------------------------------


def _pairs(table: Table) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, int):
        return str(value)
    return "[" + ", ".join(_value(each) for each in value) + "]"
