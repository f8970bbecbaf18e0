"""From a seed to a customer, and from a company's number to what goes wrong for all of it.

A *company* is a fixed block of seeds that live in one world: the same database, engine, clock, hubs
and network. A seed always has the same customer with the same faults, whoever else is played; what
strikes everybody (a hub that is down, a worker that is killed) belongs to the company and is drawn
from its number. All draws are by name, so that one more of them shifts none of the others; every
seed has numbers, cards, a document and an address for mail of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from stdnum.es import cif, dni, nie

from relevo.engine.signals import POINTS
from relevo.play.fault_kinds import CHANNELS, FAULT_KINDS, HELD_ITEMS
from relevo.simulation.sketch import Sketch, Table, fixed, mobile
from relevo.simulators.operators import ORIGINS
from relevo.simulators.plan import CAPABILITIES, LineKind
from relevo.values.ids import draw_between
from relevo.values.simcard import make_iccid

COMPANY_SIZE = 250
"""Seeds that share one world."""

PLACES = 100_000  # seeds that far apart may share numbers; a company never does
ENDS_BY = "P21D"
FAULTS_MAX = 4

STARTS = (
    "2019-01-13T11:59:00+01:00",  # the story: a Sunday
    "2019-01-18T19:45:00+01:00",  # a Friday evening
    "2019-04-17T18:30:00+02:00",  # the eve of Maundy Thursday
    "2019-12-23T17:10:00+01:00",  # before Christmas
    "2026-03-27T20:05:00+01:00",  # the clocks go forward on the 29th; then comes Easter
    "2026-10-22T09:15:00+02:00",  # the clocks go back on the 25th
    "2026-05-06T03:20:00+02:00",  # in the middle of the night
)
ARRIVE_WITHIN_MINUTES = 72 * 60

COMPANY_KINDS = (
    ("hub", "down"),
    ("hub", "reorder"),
    ("hub", "quota"),
    ("hub", "session_lost"),
    ("hub", "contingency"),
    ("courier", "silent"),
    ("order", "crash"),
)
"""What strikes whoever happens to be there."""

LEFT_OUT = (("network", "recipient_fails"),)
"""Strikes numbers that others ask of us, and of a drawn customer nobody does: stories play it."""

OF_A_VISIT = tuple(("field", what) for what in FAULT_KINDS["field"])
"""Only where a fibre is laid does a technician come."""

CUSTOMER_KINDS = tuple(
    (where, what)
    for where, kinds in FAULT_KINDS.items()
    for what in kinds
    if (where, what) not in (*COMPANY_KINDS, *LEFT_OUT)
)

REFUSALS = {
    True: (
        *("GENE ERINT", "GENE INFOR", "ACCS PERME", "AREC CUPO1", "AREC CUPO4"),
        *("AREC EXIST", "AREC FMAYO", "AREC FSABF", "AREC HORFV"),
    ),
    False: ("0002", "0010", "0021"),
}
"""With what a hub refuses a request in which nothing is wrong: that of mobile numbers, or not."""

CAUSES = ("RECH_IDENT", "RECH_ICCID", "RECH_BNUME", "RECH_PERDI", "RECH_FMAYO")
OCCASIONS = (
    "orders.order_accepted",
    "orders.window_chosen",
    "porting.port_in_requested",
    "porting.port_in_confirmed",
    "porting.port_in_completed",
    "orders.line_card_ready",
    "activation.line_provisioned",
    "orders.line_live",
    "orders.order_closed",
)
"""Facts that a fault may wait for."""


@cache
def _people() -> Table:
    file = files("relevo.simulation").joinpath("people.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws by name."""

    seed: int
    names: tuple[str, ...] = ()

    def under(self, name: str) -> Draw:
        return Draw(self.seed, (*self.names, name))

    def number(self, low: int, high: int, name: str) -> int:
        return draw_between(low, high, self.seed, *self.names, name)

    def one(self, choices: Sequence[Any], name: str) -> Any:
        return choices[self.number(0, len(choices) - 1, name)]

    def chance(self, percent: int, name: str) -> bool:
        return self.number(1, 100, name) <= percent


# -- companies ------------------------------------------------------------------------------------


def company_of(seed: int) -> int:
    """The number of the company in which this seed lives."""
    return (seed - 1) // COMPANY_SIZE


def seeds_of(company: int) -> range:
    """All seeds of a company."""
    return range(company * COMPANY_SIZE + 1, (company + 1) * COMPANY_SIZE + 1)


def company_recipient(company: int) -> str:
    """Whose customers they all become: one system, one operator."""
    return str(Draw(company, ("company",)).one(("brisa", "brisa", "duna"), "recipient"))


def company_starts(company: int) -> datetime:
    """When the first customer of a company may come."""
    return datetime.fromisoformat(Draw(company, ("company",)).one(STARTS, "starts"))


def company_faults(company: int) -> tuple[Table, ...]:
    """What strikes everybody: some of each kind, and every point of the engine sooner or later."""
    by = Draw(company, ("company",))
    starts = company_starts(company)
    faults: list[Table] = []
    for where, what in COMPANY_KINDS:
        several = by.number(3, 6, "crashes") if what == "crash" else by.number(0, 2, what)
        for place in range(several):
            each = by.under(f"{what} {place}")
            hours, minutes = each.number(0, 16 * 24, "hours"), each.number(0, 59, "minutes")
            at = starts + timedelta(hours=hours, minutes=minutes)
            fault = {"where": where, "what": what, "at": at}
            if what in {"down", "contingency", "silent"}:
                fault["for"] = f"PT{each.number(1, 30, 'for')}H"
            if what == "crash":
                # Each company begins at another point, so that a few companies reach them all.
                fault["at_point"] = POINTS[(company * 5 + place) % len(POINTS)]
                fault["times"] = each.number(1, 2, "times")
            faults.append(fault)
    return tuple(faults)


# -- customers ------------------------------------------------------------------------------------


def drawn(seed: int) -> Sketch:
    """A customer: who, what, when, and up to four things that go wrong for him alone."""
    by, company = Draw(seed), company_of(seed)
    town = by.one(_people()["town"], "town")
    lines = _lines(by, town["area"])
    moving, decides = _moving(by, lines)
    minutes = by.number(0, ARRIVE_WITHIN_MINUTES, "comes")
    comes = company_starts(company) + timedelta(minutes=minutes)
    faults = by.number(0, FAULTS_MAX, "faults")
    return Sketch(
        title=f"Drawn from {seed}",
        customer={**_person(by), **_reached(by, town), **decides},
        lines=lines,
        order={
            "recipient": company_recipient(company),
            "lines": moving,
            "sim": by.one(("card", "card", "esim"), "sim"),
            "wish": _wish(by, comes.date()),
        },
        starts=comes,
        seed=seed,
        ends_by=ENDS_BY,
        faults=tuple(_fault(by.under(str(place)), lines) for place in range(faults)),
    )


def _person(by: Draw) -> Table:
    """Who he is; the control characters of his document are right."""
    serial = by.seed % PLACES
    people = _people()
    first = by.one(people["first_names"], "first name")
    last = by.one(people["last_names"], "last name")
    kind = by.one(("NIF", "NIF", "CIF", "NIE", "PAS"), "document")
    match kind:
        case "CIF":
            body = f"B{9_000_000 + serial}"
            number = body + str(cif.calc_check_digits(body))[0]
        case "NIE":
            body = f"X{1_000_000 + serial}"
            number = body + nie.calc_check_digit(body)
        case "PAS":
            number = f"YA{1_000_000 + serial}"
        case _:
            body = f"{10_000_000 + serial}"
            number = body + dni.calc_check_digit(body)
    is_firm = kind == "CIF"
    firm = f"{by.one(people['trades'], 'trade')} {last} S.L."
    return {
        "name": firm if is_firm else f"{first} {last}",
        "document": {"type": kind, "number": number},
        "business": is_firm,
        "language": by.one(("es", "es", "en"), "language"),
    }


def _reached(by: Draw, town: Table) -> Table:
    return {
        "email": f"c{by.seed}@cierzo.example",
        "contact": _fixed_number(by, town["area"], 9),
        "address": {
            "street": f"{by.one(_people()['streets'], 'street')} {by.number(1, 90, 'house')}",
            **{key: town[key] for key in ("postcode", "city", "province")},
        },
    }


def _fixed_number(by: Draw, area: str, place: int) -> str:
    width = 9 - len(area) - 5
    return f"+34{area}{by.seed % PLACES:05d}{place:0{width}d}"


def _lines(by: Draw, area: str) -> tuple[Table, ...]:
    """A household of any shape: at least one line, dependents, chains, several donors."""
    donor = by.one(("altamar", "altamar", "cantil"), "donor")
    other = "cantil" if donor == "altamar" else "altamar"
    lines: list[Table] = []
    if by.chance(55, "fixed"):
        lines.append(_paid(by, fixed("F", _fixed_number(by, area, 1), donor=donor)))
    if by.chance(25, "fibre"):
        # A fibre may have no number, and then the network knows it by its id.
        fibre: dict[str, Any] = {"id": f"B{by.seed}", "kind": "fibre", "donor": donor}
        if not lines and by.chance(60, "fibre has a number"):
            fibre["number"] = _fixed_number(by, area, 2)
        lines.append(fibre)
    mobiles = by.number(0, 4, "mobiles") if lines else by.number(1, 4, "mobiles")
    for place in range(1, mobiles + 1):
        lines.append(_mobile(by.under(f"M{place}"), place, lines, (donor, other)))
    if not any("number" in line for line in lines):
        lines.append(_mobile(by.under("M1"), 1, [], (donor, other)))
    return tuple(lines)


def _mobile(by: Draw, place: int, before: Sequence[Table], donors: tuple[str, str]) -> Table:
    number = f"+346{by.seed % PLACES:05d}{place:03d}"
    cards = [line for line in before if line["kind"] == "mobile"]
    if cards and by.chance(50, "depends"):
        principal = by.one(cards, "principal")
        more = {"depends_on": principal["id"], "donor": principal["donor"]}
        return _paid(by, mobile(f"M{place}", number, **more))
    more = {"donor": donors[1] if by.chance(20, "other donor") else donors[0]}
    if by.chance(25, "prepaid"):
        more["payment"] = "prepaid"
        more["iccid"] = make_iccid("893407", by.seed % PLACES * 10 + place + 500_000_000)
    return _paid(by, mobile(f"M{place}", number, **more))


def _paid(by: Draw, line: Table) -> Table:
    cents = by.number(300, 4500, f"fee {line['id']}")
    average = cents + by.number(0, 4000, f"average {line['id']}")
    return {**line, "monthly_fee": cents / 100, "average_3m": average / 100}


def _moving(by: Draw, lines: Sequence[Table]) -> tuple[list[str], Table]:
    """What is ordered; a number left out is decided by the customer, or never."""
    names = [line["id"] for line in lines]
    numbered = [line["id"] for line in lines if "number" in line]
    if len(names) < 2 or not by.chance(25, "left out"):
        return names, {}
    several = 2 if len(names) > 3 and by.chance(30, "two left out") else 1
    first = by.number(0, len(numbered) - 1, "which")
    left = [numbered[(first + each) % len(numbered)] for each in range(several)]
    decides = {
        name: by.one(("port", "port", "keep", "cease", ""), f"decision {name}") for name in left
    }
    said = {name: choice for name, choice in decides.items() if choice}
    rest = [name for name in names if name not in left]
    return rest, {"decides": said} if said else {}


def _wish(by: Draw, today: date) -> str | date:
    return today + timedelta(days=by.number(4, 10, "day")) if by.chance(20, "wish") else "asap"


# -- faults ---------------------------------------------------------------------------------------


def _fault(by: Draw, lines: Sequence[Table]) -> Table:
    """One fault that strikes this customer, anywhere and at any time of his order."""
    fibres = [line["id"] for line in lines if line["kind"] == "fibre"]
    kinds = [each for each in CUSTOMER_KINDS if fibres or each not in OF_A_VISIT]
    where, what = by.one(kinds, "kind")
    kind = FAULT_KINDS[where][what]
    fault: dict[str, Any] = {"where": where, "what": what}
    names = [line["id"] for line in lines]
    if (where, what) == ("hub", "refuse"):
        refused = by.one([line for line in lines if "number" in line], "which line")
        causes = REFUSALS[refused["kind"] == "mobile"]
        fault |= {"line": refused["id"], "cause": by.one(causes, "refusal")}
    elif where == "field":
        fault |= _named(by, fibres)
    elif what == "cease_dependent":
        fault |= _named(by, [line["id"] for line in lines if "depends_on" in line])
    elif by.chance(40, "line"):
        fault["line"] = by.one(names, "which line")
    for key in (*kind.needs, *kind.takes):
        if key not in fault and (key in kind.needs or by.chance(70, f"has {key}")):
            fault[key] = _PARAMETERS[key](by, lines)
    match by.number(1, 10, "when"):
        case 1 | 2 | 3 | 4 | 5:
            hours, minutes = by.number(0, 200, "hours"), by.number(0, 59, "minutes")
            fault["after"] = f"PT{hours}H{minutes}M"
        case 6 | 7:
            fault["on"] = by.one(OCCASIONS, "occasion")
        case _:
            pass  # at the first occasion
    if by.chance(25, "times"):
        fault["times"] = by.number(2, 3, "how many")
    return fault


def _named(by: Draw, names: Sequence[str]) -> Table:
    return {"line": by.one(names, "which line")} if names and by.chance(50, "line") else {}


def _hours(name: str) -> Callable[[Draw, Sequence[Table]], str]:
    return lambda by, _: f"PT{by.number(1, 40, name)}H"


def _wrong_text(by: Draw, lines: Sequence[Table]) -> str:
    number = by.one([line["number"] for line in lines if "number" in line], "about")
    digits = number[3:]
    said = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    return str(by.one(_people()["wrong_texts"], "text")).format(number=said)


_HELD_OF_EVERYBODY = tuple(
    item for item in HELD_ITEMS if item not in {"sim_photo", "delivery_receipt", "bank_account"}
)
"""Of a customer with fixed lines only, or before his card came, we hold no photo and no receipt."""

_PARAMETERS: dict[str, Callable[[Draw, Sequence[Table]], Any]] = {
    "cause": lambda by, _: by.one(CAUSES, "cause"),
    "by": _hours("by"),
    "for": _hours("for"),
    "lines": lambda by, lines: [by.one([line["id"] for line in lines], "confirmed")],
    "missing": lambda by, _: [by.one(CAPABILITIES[LineKind.MOBILE], "missing")],
    "origin": lambda by, _: by.one(ORIGINS, "origin"),
    "item": lambda by, _: by.one(_HELD_OF_EVERYBODY, "item"),
    "channel": lambda by, _: by.one(CHANNELS, "channel"),
    "text": _wrong_text,
}
"""How the keys of the kinds are drawn."""
