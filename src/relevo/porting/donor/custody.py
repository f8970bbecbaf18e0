"""The ledger of custody follows the donor's facts, in their own transaction."""

from __future__ import annotations

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.numbering.actions import hand_over
from relevo.numbering.moves import Ground, HandOver, hold_of
from relevo.porting.cease.messages import NumberCeased
from relevo.porting.port_out.messages import NumbersLeft, PortOutConfirmed, PortOutUndone
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


def donor_custody() -> Projection:
    """Who holds a number that leaves us, comes back, or is ceased."""
    facts = (PortOutConfirmed, NumbersLeft, PortOutUndone, NumberCeased)
    return Projection(facts=facts, write=write_custody)


def write_custody(cursor: Cursor, records: list[Recorded]) -> None:
    """Write the hand-overs that these facts cause, in their order."""
    hand_over(cursor, [row for record in records for row in hand_overs_in(record)])


def hand_overs_in(record: Recorded) -> list[HandOver]:
    """What a fact does to the custody of its numbers."""
    numbers, holder, ground, at = _meaning(record)
    return [
        HandOver(
            number=number,
            holder=holder,
            at=at,
            ground=ground,
            caused_by=f"{record.process_id}@{record.version}",
        )
        for number in numbers
    ]


def _meaning(record: Recorded) -> tuple[tuple[Msisdn, ...], str, Ground, Moment]:
    match record.fact:
        case PortOutConfirmed() as fact:
            # A number that nobody told the ledger of: what we confirm is with us.
            return fact.numbers, fact.donor, Ground.KNOWN, record.at
        case NumbersLeft() as fact:
            return fact.numbers, fact.recipient, Ground.PORTED, fact.at
        case PortOutUndone(by="") as fact:
            # The hub itself took the port back. When only we say so, the recipient still holds it.
            return fact.numbers, fact.donor, Ground.CORRECTED, fact.at
        case NumberCeased() as fact:
            return (fact.number,), hold_of(fact.operator), Ground.CUT, fact.at
        case _:
            return (), "", Ground.KNOWN, record.at
