"""An invented company of any size: its lines as they are, its list as it was written, its world.

The list has mistakes such as lists have: numbers that are with another operator than stated, and
prepaid lines that were listed as ones with a contract.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from relevo.simulators.plan import (
    AddressPlan,
    CustomerPlan,
    FaultPlan,
    LineKind,
    LinePlan,
    WorldPlan,
)
from relevo.values.ids import draw
from relevo.values.moment import instant
from relevo.values.person import Document, DocumentType, Holder
from relevo.values.simcard import make_iccid

STARTS = instant("2019-01-14T09:00:00+01:00")
RECIPIENT, DONORS = "brisa", ("altamar", "cantil", "duna")
HOLDER = Holder("Transportes Cierzo S.A.", Document(DocumentType.CIF, "B99286320"), business=True)
SITE_LINES = 100
"""Lines of one place of the company, which the simulated donor looks through together."""

MISTAKES = 0.002
"""The share of rows with each kind of mistake."""

HEADER = (
    "Numero", "Operador actual", "Modalidad", "ICCID actual", "ICCID nuevo", "Depende de",
    "Decision", "Fecha",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How large, and what goes wrong."""

    numbers: int
    lose_notices: float = 0.0  # per cent of the notices that the hub has for us
    mistakes: float = MISTAKES
    seed: int = 1
    faults: tuple[FaultPlan, ...] = ()  # whatever else goes wrong


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the company: what is, and what the list says."""

    plan: LinePlan
    new_iccid: str
    listed_donor: str
    listed_prepaid: bool
    depends_on: str


def lines_of(wanted: Wanted) -> Iterator[Line]:
    """Every tenth line lives on the card of the one before it, as second lines do."""
    for n in range(wanted.numbers):
        place = n % SITE_LINES
        is_second = place % 10 == 9
        donor = DONORS[(n // SITE_LINES) % len(DONORS)]
        other = DONORS[(n // SITE_LINES + 1) % len(DONORS)]
        is_prepaid = not is_second and place % 10 != 8 and place % 25 == 3
        trap = _is_drawn(wanted, "prepaid", n) and place % 10 < 8
        moved = _is_drawn(wanted, "donor", n) and place % 10 < 8
        plan = LinePlan(
            id=f"L{n}",
            kind=LineKind.MOBILE,
            donor=other if moved else donor,
            number=f"+34{600_100_000 + n}",
            payment="prepaid" if is_prepaid or trap else "postpaid",
            iccid=make_iccid("893401", 1_000_000 + n),
            depends_on=f"L{n - 1}" if is_second else None,
        )
        yield Line(
            plan=plan,
            new_iccid=make_iccid("893407", 5_000_000 + n),
            listed_donor=donor,
            listed_prepaid=is_prepaid,
            depends_on=f"+34{600_100_000 + n - 1}" if is_second else "",
        )


def _is_drawn(wanted: Wanted, what: str, n: int) -> bool:
    return draw(wanted.seed, what, str(n)) < wanted.mistakes


def row_of(line: Line) -> tuple[str, ...]:
    """What the list says of it."""
    return (
        str(line.plan.number).removeprefix("+34"),
        line.listed_donor,
        "prepago" if line.listed_prepaid else "contrato",
        line.plan.iccid or "",
        line.new_iccid,
        line.depends_on.removeprefix("+34"),
        "portar",
        "",
    )


def sites_of(lines: Sequence[Line], wanted: Wanted) -> Iterator[WorldPlan]:
    """The places of the company, each a customer of the simulated world."""
    for place, first in enumerate(range(0, len(lines), SITE_LINES)):
        yield WorldPlan(
            starts=STARTS,
            seed=wanted.seed,
            recipient=RECIPIENT,
            customer=CustomerPlan(
                name=HOLDER.name,
                document_type=HOLDER.document.type.value,
                document_number=HOLDER.document.number,
                email=f"site{place}@cierzo.example",
                contact=f"+34{976_100_000 + place}",
                address=AddressPlan(
                    street="Calle de Alfonso I 17",
                    postcode="50003",
                    city="Zaragoza",
                    province="Zaragoza",
                ),
                business=True,
                new_cards=tuple(line.new_iccid for line in lines[first : first + SITE_LINES]),
            ),
            lines=tuple(line.plan for line in lines[first : first + SITE_LINES]),
            faults=tuple(each for each in wanted.faults if _is_local(each) and place == 0),
        )


def faults_of(wanted: Wanted) -> Iterator[FaultPlan]:
    """Lost notices, spread over all the days: each strikes whatever notice comes next.

    Every request gets a notice. How many requests there will be is not known before; with these
    mistakes a list takes about five for each hundred numbers, because batches are halved.
    """
    requests = max(wanted.numbers // SITE_LINES, 1) * (5 if wanted.mistakes else 1)
    lost = math.ceil(requests * wanted.lose_notices / 100)
    days = timedelta(days=6 if wanted.mistakes else 0, hours=8)
    for n in range(lost):
        yield FaultPlan(where="hub", what="lose_notice", after=days * n / lost)
    yield from (each for each in wanted.faults if not _is_local(each))


def _is_local(fault: FaultPlan) -> bool:
    """Whether it names lines: then they are those of the first place."""
    return bool(fault.line or fault.lines)
