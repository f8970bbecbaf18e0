"""A scenario as the tables of its file: what is drawn, minimised, and written for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from relevo.values.simcard import make_iccid

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


def bundle(place: int = 0) -> Sketch:
    """The bundle of the story; at another place another customer has the same, with numbers of his
    own, so that they can live in one world."""
    main, second = f"+34600{place:03d}101", f"+34600{place:03d}102"
    card = make_iccid("893407", 110_000_000_001 + place)
    here = {"contact": f"+34976{place:03d}100", "email": f"hola{place or ''}@cierzo.example"}
    return Sketch(
        title="The bundle of the story",
        customer={**WORKSHOP, **here},
        lines=(
            fixed("F", f"+34976{place:03d}101"),
            mobile("M1", main, iccid=card),
            mobile("M2", second, depends_on="M1"),
        ),
        order={"recipient": "brisa", "lines": ["F", "M1", "M2"], "sim": "card", "wish": "asap"},
    )


BUNDLE = bundle()

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
    {"where": "hub", "what": "refuse", "line": "M1", "cause": "GENE ERINT"},
    {"where": "hub", "what": "contingency", "after": "PT20H", "for": "PT36H"},
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
"""Each kind of fault of the contract once, in a form that strikes the bundle of the story; but for
those of a technician's visit, which it has not."""


A_DAY_OF_WATCH = "P7D"
"""The bundle works on its fifth day; a week shows that it goes on working."""


def alone(fault: Table, place: int = 0) -> Sketch:
    """The bundle of the story with this fault only."""
    shown = " ".join(f"{key}={value}" for key, value in fault.items())
    if "text" in fault:
        fault = {**fault, "text": fault["text"].replace("600 000 102", f"600 {place:03d} 102")}
    title = f"Alone: {shown}"
    return replace(bundle(place), title=title, faults=(fault,), ends_by=A_DAY_OF_WATCH)


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
