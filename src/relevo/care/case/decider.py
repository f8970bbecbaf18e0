"""One case for an order: opened by the system, one owner, no trouble without a next word.

The customer's next update is a promise like any other: made when trouble begins, kept by the
message that is sent, broken by silence. The ladder (rights-care 3.5) needs no luck: its levels are
timers. Ley 10/2025, article 17.2, gives a dead number two hours to the first answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, assert_never, get_args

from relevo.activation.activation.messages import LineProvisioned
from relevo.care.case import owning, steps
from relevo.care.case.fold import evolve
from relevo.care.case.lifecycle import LIFECYCLE
from relevo.care.case.messages import (
    CallBackKept,
    CallBackPromised,
    CaseAbsorbed,
    CaseEscalated,
    CaseHandedOver,
    CaseMerged,
    CaseOffered,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    EndTrouble,
    EscalationAcknowledged,
    EvidenceStored,
    FindOwner,
    KeepCallBack,
    NextUpdateDropped,
    NextUpdateMet,
    NextUpdateSet,
    NextUpdateTold,
    OfferDeclined,
    OfferExpired,
    OrderNoted,
    OwnerAppointed,
    PromiseCallBack,
    StoreEvidence,
    TroubleAdded,
    TroubleEnded,
)
from relevo.care.case.model import Case, CasePhase
from relevo.care.evidence import evidence_in
from relevo.care.model import Evidence, Trouble, TroubleKind
from relevo.care.openers import ENDERS, OPENERS, ending, opening
from relevo.care.rights import CareRights
from relevo.engine.process import (
    NOTHING,
    Decision,
    Heard,
    ProcessType,
    Refusal,
    Tell,
    TimerFired,
)
from relevo.notices.voice.messages import EvidenceKnown, MessageSent
from relevo.orders.order.messages import OrderAccepted
from relevo.porting.recovery.messages import NumberCut
from relevo.promises.promise.messages import (
    KeepPromise,
    MakePromise,
    PromiseBroken,
)
from relevo.sims.dispatch.messages import CardPresented, CardTied
from relevo.sims.esim.messages import EsimOffered
from relevo.values.moment import Moment

RightsOf = Callable[[str], CareRights]
"""The care rules of a pinned profile code."""

HEARS: tuple[type, ...] = tuple(
    dict.fromkeys(
        [
            OrderAccepted,
            NumberCut,
            LineProvisioned,
            EsimOffered,
            CardTied,
            CardPresented,
            MessageSent,
            *OPENERS,
            *ENDERS,
        ]
    )
)


_OWNING = get_args(owning.Owning)


def case_process(rights: RightsOf) -> ProcessType[Case]:
    """The process ``care.case``; one for each order, ``{order}/case``."""

    def decide(case: Case, message: Any, at: Moment) -> Decision | Refusal:
        return _decide(rights, case, message, at)

    return ProcessType(
        kind="care.case",
        version=1,
        blank=lambda process_id: Case(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Case,
        messages=(PromiseCallBack, KeepCallBack, StoreEvidence, EndTrouble, *_OWNING),
        facts=(
            OrderNoted,
            CaseOpened,
            TroubleAdded,
            TroubleEnded,
            CaseEscalated,
            EvidenceStored,
            NextUpdateSet,
            NextUpdateTold,
            NextUpdateMet,
            NextUpdateDropped,
            CallBackPromised,
            CallBackKept,
            CaseResolved,
            CaseReopened,
            OwnerAppointed,
            CaseOffered,
            OfferDeclined,
            OfferExpired,
            CaseHandedOver,
            EscalationAcknowledged,
            CaseMerged,
            CaseAbsorbed,
        ),
        effects=(FindOwner,),
        hears=HEARS,
        timers=frozenset({"next_update", "escalation", owning.OFFER_ENDS}),
    )


def _decide(rights: RightsOf, case: Case, message: Any, at: Moment) -> Decision | Refusal:
    match case.phase:
        case CasePhase.NEW | CasePhase.OPEN | CasePhase.ESCALATED | CasePhase.RESOLVED:
            if not case.rules:
                return _when_unknown(case, message, at)
            return _when_known(rights(case.rules), case, message, at)
        case _:
            assert_never(case.phase)


def _when_unknown(case: Case, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case Heard(fact=OrderAccepted() as accepted):
            noted = OrderNoted(
                order=message.source,
                rules=accepted.rules,
                holder=accepted.customer.holder.name,
            )
            return _stored(case, evidence_in(message.source, accepted, at), first=(noted,))
        case Heard() | TimerFired():
            return NOTHING
        case _:
            return Refusal(reason="order_unknown", detail=case.id)


def _when_known(rights: CareRights, case: Case, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case Heard():
            return _hear(rights, case, message, at)
        case TimerFired(name="next_update"):
            return steps.on_next_update(rights, case, at)
        case TimerFired(name="escalation"):
            return steps.escalated(rights, case, at)
        case TimerFired(name=owning.OFFER_ENDS):
            return owning.offer_over(rights, case, at)
        case StoreEvidence():
            piece = Evidence(
                item=message.item,
                subject=message.subject,
                at=message.at,
                source=message.source,
                sha256=message.sha256,
            )
            return _stored(case, (piece,))
        case EndTrouble():
            return _end_by_hand(rights, case, message, at)
        case PromiseCallBack():
            return _promise_call(case, message)
        case KeepCallBack():
            return _keep_call(case, message)
        case TimerFired():
            return NOTHING
        case _ if isinstance(message, _OWNING):
            return owning.owned(rights, case, message, at)
        case _:
            return NOTHING


def _hear(rights: CareRights, case: Case, heard: Heard, at: Moment) -> Decision:
    fact = heard.fact
    if isinstance(fact, MessageSent):
        return steps.message_sent(rights, case, fact, at)
    pieces = _stored(case, evidence_in(heard.source, fact, at))
    opened = opening(heard.source, fact)
    if opened is not None:
        trouble = opened.trouble(at)
        before = steps.lost_promise(case, heard.source) if isinstance(fact, PromiseBroken) else ()
        return _joined(pieces, steps.added(rights, case, trouble, before=before, at=at))
    over = ending(heard.source, fact)
    if over is None:
        return pieces
    ended = [trouble for trouble in case.troubles if over.is_of(trouble)]
    return _joined(pieces, steps.ended(rights, case, ended, how=type(fact).__name__, at=at))


def _joined(one: Decision, other: Decision) -> Decision:
    return Decision(
        facts=(*one.facts, *other.facts),
        effects=(*one.effects, *other.effects),
        tells=(*one.tells, *other.tells),
        timers=(*one.timers, *other.timers),
    )


def _stored(case: Case, pieces: Iterable[Evidence], *, first: tuple[Any, ...] = ()) -> Decision:
    """Into the vault, once; and the voice is told, so that nobody asks for it."""
    held = {(each.item, each.subject) for each in case.evidence}
    new = [piece for piece in pieces if (piece.item, piece.subject) not in held]
    facts = (*first, *(EvidenceStored(evidence=piece) for piece in new))
    tells = tuple(
        Tell(
            kind="notices.voice",
            to=steps.voice_of(case),
            message=EvidenceKnown(
                item=piece.item,
                subject=piece.subject if piece.subject.startswith("+") else "",
                since=piece.at,
            ),
        )
        for piece in new
    )
    return Decision(facts=facts, tells=tells) if facts else NOTHING


def _end_by_hand(
    rights: CareRights, case: Case, message: EndTrouble, at: Moment
) -> Decision | Refusal:
    found: list[Trouble] = [
        trouble
        for trouble in case.troubles
        if trouble.kind == message.kind and trouble.subject == message.subject
    ]
    if not found:
        return Refusal(reason="no_such_trouble", detail=f"{message.kind} of {message.subject}")
    if found[0].kind is TroubleKind.NUMBER_DEAD:
        return Refusal(
            reason="only_the_network_says_so", detail="a probe must reach the number first"
        )
    return steps.ended(rights, case, found, how=f"{message.by}: {message.why}", at=at)


def _promise_call(case: Case, message: PromiseCallBack) -> Decision | Refusal:
    promise = f"{case.order}/promise/call_back/{message.promise_id}"
    if promise in case.call_backs:
        return NOTHING
    made = MakePromise(
        what="call_back", to=case.order, due=message.due, owner=message.by, rests_on=()
    )
    noted = CallBackPromised(promise=promise, due=message.due, by=message.by)
    return Decision(
        facts=(noted,), tells=(Tell(kind="promises.promise", to=promise, message=made),)
    )


def _keep_call(case: Case, message: KeepCallBack) -> Decision | Refusal:
    promise = f"{case.order}/promise/call_back/{message.promise_id}"
    if promise not in case.call_backs:
        return Refusal(reason="no_such_promise", detail=message.promise_id)
    kept = KeepPromise(evidence=f"call by {message.by} {message.note}".strip())
    return Decision(
        facts=(CallBackKept(promise=promise, by=message.by),),
        tells=(Tell(kind="promises.promise", to=promise, message=kept),),
    )
