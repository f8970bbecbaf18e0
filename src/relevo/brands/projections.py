"""Whose a family is, written in the transaction of the fact that says so.

Every order has an owner from its first fact on, whether or not the site knows brands by then. The
other side is let in only when it is a brand of ours, and only by a fact that makes it a party:

* the donor of an order, when the order names him: he is the one who has to help;
* the recipient of a request to us as the donor, when we have *confirmed* it. Until then nobody has
  compared the holder, and an order that names a stranger's number must not open his record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.orders.company_move.messages import CompanyBatchListed, CompanyMoveStarted
from relevo.orders.order.messages import OrderAccepted
from relevo.porting.cease.messages import CeaseAsked
from relevo.porting.multiple.messages import MultipleDonorCorrected
from relevo.porting.port_in.messages import DonorCorrected
from relevo.porting.port_out.messages import PortOutConfirmed, PortOutReceived
from relevo.porting.undue_port.messages import UnduePortReported

_SQL = statements("relevo.brands", "brands")
_RECIPIENT, _DONOR = "recipient", "donor"


@dataclass(frozen=True, slots=True)
class _Party:
    """A brand that a family concerns; ``owns``: it does so whether or not it is known as one."""

    brand: str
    part: str
    owns: bool = False


def family_brands() -> Projection:
    """The table ``brand_family``."""
    facts = (
        OrderAccepted,
        CompanyMoveStarted,
        CompanyBatchListed,
        DonorCorrected,
        MultipleDonorCorrected,
        PortOutReceived,
        PortOutConfirmed,
        CeaseAsked,
        UnduePortReported,
    )
    return Projection(facts=facts, write=write_family_brands)


def write_family_brands(cursor: Cursor, records: list[Recorded]) -> None:
    """Owners first: in a batch of one family the first row of a brand is the one that stays."""
    found = [(record, party) for record in records for party in _parties(record.fact)]
    for statement, owns in (("owns", True), ("shares", False)):
        rows = [(record, party) for record, party in found if party.owns is owns]
        if rows:
            cursor.execute(
                _SQL[statement],
                (
                    [family(record.process_id) for record, _ in rows],
                    [party.brand for _, party in rows],
                    [party.part for _, party in rows],
                    [record.at for record, _ in rows],
                ),
            )


def _parties(fact: Any) -> Iterator[_Party]:
    match fact:
        case OrderAccepted():
            yield _Party(fact.recipient, _RECIPIENT, owns=True)
            for donor in sorted({line.donor for line in fact.lines}):
                yield _Party(donor, _DONOR)
        case CompanyMoveStarted():
            yield _Party(fact.recipient, _RECIPIENT, owns=True)
        case CompanyBatchListed() | DonorCorrected() | MultipleDonorCorrected():
            yield _Party(fact.donor, _DONOR)
        case PortOutReceived():
            yield _Party(fact.asked.donor, _DONOR, owns=True)
        case PortOutConfirmed():
            yield _Party(fact.recipient, _RECIPIENT)
        case CeaseAsked():
            yield _Party(fact.wish.operator, _DONOR, owns=True)
        case UnduePortReported():
            yield _Party(fact.matter.us, _DONOR, owns=True)
        case _:
            return
