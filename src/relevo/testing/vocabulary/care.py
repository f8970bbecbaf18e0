"""What a case hears: every trouble once, its end, the clock, promises and evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relevo.activation.activation.messages import LifeSignBack, LifeSignLost
from relevo.care.case.decider import HEARS
from relevo.care.case.messages import (
    AbsorbCase,
    AcknowledgeEscalation,
    AnswerOffer,
    AppointOwner,
    EndTrouble,
    KeepCallBack,
    MergeCase,
    OfferCase,
    PromiseCallBack,
    StoreEvidence,
)
from relevo.care.case.model import Case, CasePhase
from relevo.care.evidence import evidence_in
from relevo.care.model import TroubleKind
from relevo.engine.process import EffectParked, TimerFired
from relevo.notices.model import Topic
from relevo.notices.voice.messages import CustomerSaid, MessageSent
from relevo.orders.held import SimKind
from relevo.orders.line.messages import LineLive, LineStuck
from relevo.orders.order.messages import OrderAccepted
from relevo.promises.promise.messages import PromiseBroken
from relevo.testing.vocabulary.cast import (
    AT,
    DAY,
    HOUR,
    MAIN,
    ORDER,
    PARTY,
    RECIPIENT,
    RULES,
    SECOND,
)
from relevo.testing.vocabulary.heard import heard, sample
from relevo.values.moment import Moment

Words = Iterator[tuple[object, Moment]]

UPDATES_MAX, LEVEL_MAX = 2, 3
LATER = AT + HOUR


def case_words(case: Case) -> Words:
    """Trouble of each kind once; a dead number through the whole ladder."""
    yield heard("", _accepted()), AT
    yield from _calls(case)
    if not case.rules:
        yield EndTrouble(kind="line_stuck", subject="M2", by="ana", why="called"), AT
        return
    yield from _owner(case)
    if case.offer or case.staff:  # whose it is changes nothing of what follows below
        return
    if case.promised < UPDATES_MAX:
        yield TimerFired(name="next_update"), AT
    if case.level < LEVEL_MAX:
        yield TimerFired(name="escalation"), AT
    topics = (Topic.NUMBER_DEAD, Topic.UPDATE, Topic.DATED)
    for topic in topics if case.promised < UPDATES_MAX else (Topic.NUMBER_BACK,):
        yield heard("voice", sample(MessageSent, topic=topic)), LATER
    yield heard("activation/M2", sample(LifeSignBack)), LATER
    yield heard("line/M2", sample(LineLive)), LATER
    for kind in (TroubleKind.NUMBER_DEAD, TroubleKind.LINE_STUCK, TroubleKind.COMPLAINT):
        yield EndTrouble(kind=kind, subject="M2", by="ana", why="called"), LATER
    if case.promised >= UPDATES_MAX or case.level:
        return
    yield heard("activation/M2", sample(LifeSignLost)), AT
    for update in case.updates:
        broken = sample(PromiseBroken, what="next_update", due=update.due)
        yield heard(update.promise.partition("/")[2], broken), update.due
    if case.phase is CasePhase.NEW and not _has_more_than_the_order(case):
        yield from _everything()


def _owner(case: Case) -> Words:
    """Once through every hand, in a case that is as simple as can be."""
    if case.phase is CasePhase.NEW:
        yield OfferCase(to="ana", by="eva", note="he waits", until=AT + DAY), AT
        return
    yield EffectParked(effect_id="1", effect="care.find_owner", reason="no roster"), AT
    if case.phase is CasePhase.ESCALATED and case.level == 1:
        yield AcknowledgeEscalation(by="ana", note="on it"), AT
    is_simple = case.phase is CasePhase.OPEN and len(case.troubles) == 1 and not case.told
    if not is_simple or _has_more_than_the_order(case):
        return
    if case.offer is not None:
        yield AnswerOffer(by="ana", accepts=True, called="Ana"), AT
        yield AnswerOffer(by="ana", accepts=False, note="on leave"), AT
        yield TimerFired(name="offer_ends"), case.offer.until
    elif not case.staff:
        yield AppointOwner(staff="eva", called="Eva"), AT
        yield OfferCase(to="ana", by="eva", note="he waits", until=AT + DAY), AT
    elif not case.own_key:
        yield (
            MergeCase(
                into="PT-000001", order="R0", owner="Ana", staff="ana", by="eva", why="one trouble"
            ),
            AT,
        )
        yield AbsorbCase(key="PT-000002", order="R0", by="eva", why="one trouble"), AT


def _has_more_than_the_order(case: Case) -> bool:
    return len(case.evidence) > len(tuple(evidence_in(ORDER, _accepted(), AT)))


def _accepted() -> OrderAccepted:
    return OrderAccepted(
        customer=PARTY,
        recipient=RECIPIENT,
        lines=(MAIN, SECOND),
        moving=("M1", "M2"),
        sim=SimKind.CARD,
        wish=None,
        rules=RULES,
        consent_at=AT,
    )


def _calls(case: Case) -> Words:
    if case.phase is CasePhase.NEW and not _has_more_than_the_order(case):
        yield PromiseCallBack(promise_id="1", due=AT + DAY, by="ana"), AT
        yield KeepCallBack(promise_id="1", by="ana"), AT
    if case.phase is CasePhase.NEW:
        yield (
            StoreEvidence(item="receipt", subject="M2", at=AT, source="customer", sha256="0"),
            AT,
        )


def _everything() -> Words:
    for fact in HEARS:
        if fact is not OrderAccepted:
            yield heard(f"{_folder(fact)}/M2", _sample(fact)), AT


def _sample(fact: type) -> Any:
    if fact is CustomerSaid:
        return sample(CustomerSaid, answers="", text="¿Qué pasa con mi número?")
    if fact is LineStuck:
        return sample(LineStuck, who="desk", why="donor_insists")
    hints = fact.__annotations__
    given = {"attempt": 2} if "attempt" in hints else {}
    return sample(fact, **given)


def _folder(fact: type) -> str:
    return {
        "relevo.activation.activation.messages": "activation",
        "relevo.orders.line.messages": "line",
        "relevo.promises.promise.messages": "promise/bundle_works",
    }.get(fact.__module__, fact.__module__.split(".")[2])
