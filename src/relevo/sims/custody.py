"""Which card carries which number: entries of the ledger, in the transaction of the facts."""

from __future__ import annotations

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.numbering.actions import CardBlock, CardTie, block_card, tie_card
from relevo.sims.dispatch.messages import CardLost, CardTied, DispatchStopped
from relevo.sims.esim.messages import EsimFailed, EsimLapsed, EsimOrdered

_TIES = (CardTied, EsimOrdered)
_BLOCKS = (CardLost, DispatchStopped, EsimFailed, EsimLapsed)


def card_custody() -> Projection:
    """Ties a card to its number from the start, and blocks what is lost or not needed."""
    return Projection(facts=(*_TIES, *_BLOCKS), write=_write)


def _write(cursor: Cursor, records: list[Recorded]) -> None:
    tie_card(
        cursor,
        [
            CardTie(
                iccid=each.fact.iccid,
                number=each.fact.number,
                at=each.at,
                caused_by=_cause(each),
            )
            for each in records
            if isinstance(each.fact, _TIES)
        ],
    )
    block_card(
        cursor,
        [
            CardBlock(
                iccid=each.fact.iccid, at=each.at, why=_why(each.fact), caused_by=_cause(each)
            )
            for each in records
            if isinstance(each.fact, _BLOCKS)
        ],
    )


def _why(fact: CardLost | DispatchStopped | EsimFailed | EsimLapsed) -> str:
    return "lapsed" if isinstance(fact, EsimLapsed) else fact.why


def _cause(record: Recorded) -> str:
    return f"{record.process_id}#{record.version}"
