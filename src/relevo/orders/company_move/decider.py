"""The move of a company: who may ask when.

20,000 numbers are some hundred requests. They do not go out at once: before each donor there is one
line, and one batch at its gate. While the hub does not take that one, because the donor's quota is
used up, it is closed or it is away, none of the others asks; when it has taken it, the next one
comes. A donor that says no to every request is not asked for all the others: what the requests
share is wrong then, and somebody looks.

The numbers are not here but in their batches, so that no message has to rewrite 20,000 of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from relevo.engine.process import NOTHING, Decision, Heard, ProcessType, Refusal, Tell
from relevo.orders.company_batch.messages import (
    BatchDivided,
    BatchDone,
    BatchDropped,
    BatchLinedUp,
    NumbersSetApart,
    ReleaseBatch,
)
from relevo.orders.company_move.folding import FACTS, evolve
from relevo.orders.company_move.lifecycle import LIFECYCLE
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
    ResumeCompanyLane,
    StartCompanyMove,
)
from relevo.orders.company_move.model import Lane, Move, MovePhase, MoveRefusal
from relevo.orders.process_ids import COMPANY_BATCH, COMPANY_MOVE, company_batch, line_name
from relevo.porting.multiple.messages import (
    MultipleCancelled,
    MultipleConfirmed,
    MultipleQueued,
    MultipleRejected,
    MultipleRequested,
)
from relevo.porting.profile import HubKind, PortingProfile, RejectionReason
from relevo.values.moment import Moment

Book = Callable[[str], PortingProfile]
"""The edition of a country's rules that a process has pinned. Raises LookupError or ValueError."""

REJECTED_MAX = 8
"""So many requests a donor may reject without having confirmed one, before its line stops. A batch
of 100 with one wrong number is halved seven times until that one stands alone, and its other half
is confirmed each time: eight without a single yes are not a wrong number."""

_BLAMES_WHAT_IS_SHARED = frozenset({RejectionReason.HOLDER_MISMATCH, RejectionReason.INCOMPLETE})


def decide(book: Book, move: Move, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    match message:
        case StartCompanyMove():
            return _start(book, move, message)
        case _ if move.phase is MovePhase.BLANK:
            return Refusal(reason=MoveRefusal.NOT_STARTED)
        case ResumeCompanyLane():
            return _resume(book, move, message, at)
        case Heard():
            return _heard(book(move.rules), move, message, at)
        case _:
            return NOTHING


def _start(book: Book, move: Move, message: StartCompanyMove) -> Decision | Refusal:
    if move.phase is not MovePhase.BLANK:
        return Refusal(reason=MoveRefusal.ALREADY_STARTED)
    try:
        rules = book(message.rules)
    except (LookupError, ValueError) as unknown:
        return Refusal(reason=MoveRefusal.RULES_UNKNOWN, detail=f"rules: {unknown}")
    if rules.operator(message.recipient) is None:
        why = f"recipient: {message.recipient!r} is not an operator of {rules.code}"
        return Refusal(reason=MoveRefusal.OPERATOR_UNKNOWN, detail=why)
    if message.batches < 1:
        return Refusal(reason=MoveRefusal.NOTHING_TO_MOVE, detail="batches: plan one or more")
    started = CompanyMoveStarted(
        holder=message.holder,
        recipient=message.recipient,
        rules=message.rules,
        consent_at=message.consent_at,
        batches=message.batches,
        numbers=message.numbers,
        sheet=message.sheet,
    )
    return Decision(facts=(started,))


def _resume(book: Book, move: Move, message: ResumeCompanyLane, at: Moment) -> Decision | Refusal:
    if not move.lane(message.donor).is_stopped:
        known = ", ".join(lane.donor for lane in move.lanes if lane.is_stopped) or "none"
        why = f"donor: the line of {message.donor!r} is not stopped; stopped are: {known}"
        return Refusal(reason=MoveRefusal.LANE_NOT_STOPPED, detail=why)
    resumed = CompanyLaneResumed(donor=message.donor, who=message.who, why=message.why)
    return _next_at_gate(book(move.rules), move, (resumed,), message.donor, at)


def _heard(rules: PortingProfile, move: Move, heard: Heard, at: Moment) -> Decision:
    batch = line_name(heard.source)
    donor = move.open.get(batch, "")
    match heard.fact:
        case BatchLinedUp() as fact:
            listed = CompanyBatchListed(batch=batch, donor=fact.donor, wish=fact.wish)
            return _next_at_gate(rules, move, (listed,), fact.donor, at)
        case NumbersSetApart(into=piece):
            return Decision(facts=(CompanyPieceExpected(batch=piece, donor=donor),))
        case MultipleQueued() as fact if move.lane(donor).at_gate == batch:
            parked = CompanyDonorParked(donor=donor, until=fact.until, why=fact.why)
            return Decision(facts=(parked,))
        case MultipleRequested() | MultipleCancelled():
            return _next_at_gate(rules, move, _freed(move, batch, donor), donor, at)
        case MultipleConfirmed() if donor and not move.lane(donor).has_confirmed:
            return Decision(facts=(CompanyVerdict(batch=batch, donor=donor, is_yes=True),))
        case MultipleRejected() as fact if donor:
            return _rejected(rules, move, batch, donor, fact, at)
        case BatchDone() | BatchDivided() | BatchDropped() if batch in move.open:
            return _settled(rules, move, batch, donor, at)
        case _:
            return NOTHING


def _rejected(
    rules: PortingProfile,
    move: Move,
    batch: str,
    donor: str,
    fact: MultipleRejected,
    at: Moment,
) -> Decision:
    facts = _freed(move, batch, donor)
    lane = move.lane(donor)
    is_shared = RejectionReason(fact.reason) in _BLAMES_WHAT_IS_SHARED and not fact.split_avoided
    if is_shared and not (lane.has_confirmed or lane.is_stopped):
        facts = (*facts, CompanyVerdict(batch=batch, donor=donor, is_yes=False))
        rejected = lane.rejected + 1
        if rejected >= REJECTED_MAX:
            facts = (*facts, CompanyLaneStopped(donor=donor, code=fact.code, rejected=rejected))
    return _next_at_gate(rules, move, facts, donor, at)


def _settled(rules: PortingProfile, move: Move, batch: str, donor: str, at: Moment) -> Decision:
    facts: tuple[Any, ...] = (CompanyBatchSettled(batch=batch),)
    after = _folded(move, facts)
    if not after.open and after.listed >= after.batches:
        return Decision(facts=(*facts, CompanyMoveDone(at=at)))
    return _next_at_gate(rules, move, facts, donor, at)


def _freed(move: Move, batch: str, donor: str) -> tuple[Any, ...]:
    is_at_gate = bool(donor) and move.lane(donor).at_gate == batch
    return (CompanyGateFreed(batch=batch, donor=donor),) if is_at_gate else ()


def _next_at_gate(
    rules: PortingProfile, move: Move, facts: tuple[Any, ...], donor: str, at: Moment
) -> Decision:
    """These facts; and if the gate of this donor is free then, the next batch comes to it."""
    lane: Lane = _folded(move, facts).lane(donor)
    if lane.at_gate or lane.is_stopped or not lane.waiting:
        return Decision(facts=facts)
    first = lane.waiting[0]
    window = rules.chain_window(HubKind.MOBILE, at, steps=1, wish=first.wish)
    opened = CompanyGateOpened(batch=first.batch, donor=donor, window=window)
    release = Tell(
        kind=COMPANY_BATCH,
        to=company_batch(move.id, first.batch),
        message=ReleaseBatch(window=window),
    )
    return Decision(facts=(*facts, opened), tells=(release,))


def _folded(move: Move, facts: tuple[Any, ...]) -> Move:
    for fact in facts:
        move = evolve(move, fact)
    return move


def company_move_process(book: Book) -> ProcessType[Move]:
    """The process, under the rules that ``book`` gives for a pinned edition."""
    return ProcessType(
        kind=COMPANY_MOVE,
        version=1,
        blank=lambda process_id: Move(id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Move,
        messages=(StartCompanyMove, ResumeCompanyLane),
        facts=FACTS,
        hears=(
            BatchLinedUp,
            NumbersSetApart,
            BatchDone,
            BatchDivided,
            BatchDropped,
            MultipleQueued,
            MultipleRequested,
            MultipleConfirmed,
            MultipleRejected,
            MultipleCancelled,
        ),
    )
