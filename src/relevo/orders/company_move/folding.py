"""What each fact changes in the move of a company. Nothing else changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.orders.company_move.messages import (
    CompanyBatchListed,
    CompanyBatchSettled,
    CompanyDonorParked,
    CompanyGateFreed,
    CompanyGateOpened,
    CompanyLaneResumed,
    CompanyLaneStopped,
    CompanyMoveDone,
    CompanyMoveStarted,
    CompanyPieceExpected,
    CompanyVerdict,
)
from relevo.orders.company_move.model import Lane, Move, MovePhase, Waiting

FACTS: tuple[type, ...] = (
    CompanyMoveStarted,
    CompanyBatchListed,
    CompanyPieceExpected,
    CompanyGateOpened,
    CompanyGateFreed,
    CompanyDonorParked,
    CompanyVerdict,
    CompanyLaneStopped,
    CompanyLaneResumed,
    CompanyBatchSettled,
    CompanyMoveDone,
)


def evolve(move: Move, fact: Any) -> Move:
    """The move after this fact."""
    match fact:
        case CompanyMoveStarted():
            return replace(
                move,
                phase=MovePhase.UNDER_WAY,
                holder=fact.holder,
                recipient=fact.recipient,
                rules=fact.rules,
                consent_at=fact.consent_at,
                batches=fact.batches,
            )
        case CompanyBatchListed():
            return _listed(move, fact)
        case CompanyPieceExpected():
            return replace(move, open={**move.open, fact.batch: fact.donor})
        case CompanyBatchSettled():
            left = {batch: donor for batch, donor in move.open.items() if batch != fact.batch}
            return replace(_out_of_line(move, fact.batch), open=left)
        case CompanyMoveDone():
            return replace(move, phase=MovePhase.DONE)
        case CompanyDonorParked():
            return move
        case _:
            return _with_lane(move, _lane_after(move.lane(fact.donor), fact))


def _lane_after(lane: Lane, fact: Any) -> Lane:
    match fact:
        case CompanyGateOpened():
            waiting = tuple(each for each in lane.waiting if each.batch != fact.batch)
            return replace(lane, waiting=waiting, at_gate=fact.batch)
        case CompanyGateFreed():
            return replace(lane, at_gate="")
        case CompanyVerdict(is_yes=True):
            return replace(lane, has_confirmed=True)
        case CompanyVerdict():
            return replace(lane, rejected=lane.rejected + 1)
        case CompanyLaneStopped():
            return replace(lane, is_stopped=True)
        case CompanyLaneResumed():
            return replace(lane, is_stopped=False, rejected=0)
        case _:
            return lane


def _listed(move: Move, fact: CompanyBatchListed) -> Move:
    """At the end of the line; a batch that asks again is in no other one."""
    is_new_of_the_start = fact.batch not in move.open and "." not in fact.batch
    move = _out_of_line(move, fact.batch)
    lane = move.lane(fact.donor)
    waits = Waiting(batch=fact.batch, wish=fact.wish)
    lane = replace(lane, waiting=(*lane.waiting, waits))
    return replace(
        _with_lane(move, lane),
        open={**move.open, fact.batch: fact.donor},
        listed=move.listed + is_new_of_the_start,
    )


def _out_of_line(move: Move, batch: str) -> Move:
    lanes = tuple(
        replace(
            lane,
            waiting=tuple(each for each in lane.waiting if each.batch != batch),
            at_gate="" if lane.at_gate == batch else lane.at_gate,
        )
        for lane in move.lanes
    )
    return replace(move, lanes=lanes)


def _with_lane(move: Move, lane: Lane) -> Move:
    others = [each for each in move.lanes if each.donor != lane.donor]
    return replace(move, lanes=tuple(sorted((*others, lane), key=lambda each: each.donor)))
