"""One voice: hears what happens, gathers what is worth saying, and says it on one channel.

Everything that reaches this customer passes here, what staff write too: it is checked against the
facts of the moment and against what was said before (architecture, idea 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_never

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Heard,
    ProcessType,
    Timer,
    TimerFired,
)
from relevo.notices.model import Thing, Topic
from relevo.notices.profile import Rules
from relevo.notices.quiet import may_disturb, next_waking
from relevo.notices.register import CHANGES
from relevo.notices.render import TextBook
from relevo.notices.say import GATHER, SAY, URGENT, gathered, things_to_say
from relevo.notices.say import is_partial as partial_now
from relevo.notices.voice import faults, news, replies, speech
from relevo.notices.voice.fold import evolve, first_knowledge
from relevo.notices.voice.lifecycle import LIFECYCLE
from relevo.notices.voice.messages import (
    CaseKnown,
    CaseNoted,
    CreditNoted,
    CustomerSaid,
    CustomerWrote,
    DeliveryReported,
    DraftStopped,
    EvidenceKnown,
    EvidenceNoted,
    FaultNoted,
    MessageAccepted,
    MessageArrived,
    MessageDelayed,
    MessageDelivered,
    MessageRerouted,
    MessageSent,
    MessageUndeliverable,
    NewsTaken,
    NoteTold,
    OrderKnown,
    PromisesNoted,
    ProposeReply,
    ReplyApproved,
    SayCredit,
    SayFault,
    SayUpdate,
    SendMessage,
    ThingsGathered,
    ToldByPhone,
)
from relevo.notices.voice.model import Voice, VoicePhase
from relevo.notices.voice.reminding import DAY_BEFORE, day_before_timer, not_put_in, reminded
from relevo.orders.order.messages import OrderAccepted, OrderClosed, OrderWithdrawn
from relevo.promises.promise.messages import (
    PromiseBroken,
    PromiseKept,
    PromiseKeptLate,
    PromiseMade,
    PromiseMoved,
    PromiseReleased,
)
from relevo.sims.dispatch.messages import ParcelTroubled
from relevo.values.moment import Moment, Span

REMIND_AFTER = Span(hours=20)
"""A card that is not in the phone by then is asked for once more."""

_ENDED = (PromiseKept, PromiseKeptLate, PromiseReleased, PromiseBroken)

HEARS: tuple[type, ...] = tuple(
    dict.fromkeys(
        [
            OrderAccepted,
            OrderClosed,
            OrderWithdrawn,
            ParcelTroubled,
            *CHANGES,
            *SAY,
            PromiseMade,
            PromiseMoved,
            *_ENDED,
        ]
    )
)

FACTS = (
    OrderKnown,
    NewsTaken,
    ThingsGathered,
    CaseNoted,
    PromisesNoted,
    CreditNoted,
    EvidenceNoted,
    FaultNoted,
    MessageSent,
    MessageAccepted,
    MessageArrived,
    MessageDelayed,
    MessageRerouted,
    MessageUndeliverable,
    ReplyApproved,
    DraftStopped,
    ToldByPhone,
    CustomerSaid,
)


@dataclass(frozen=True, slots=True)
class Means:
    """What a voice speaks with: the texts, and the rules of the order's country."""

    book: TextBook
    rules: Rules


def voice_process(book: TextBook, rules: Rules) -> ProcessType[Voice]:
    """The process ``notices.voice``; one for each order, ``{order}/voice``."""
    means = Means(book, rules)

    def decide(voice: Voice, message: Any, at: Moment) -> Decision:
        return _decide(means, voice, message, at)

    return ProcessType(
        kind="notices.voice",
        version=1,
        blank=lambda process_id: Voice(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Voice,
        messages=(
            ProposeReply,
            NoteTold,
            CustomerWrote,
            MessageDelivered,
            DeliveryReported,
            CaseKnown,
            SayUpdate,
            SayCredit,
            SayFault,
            EvidenceKnown,
        ),
        facts=FACTS,
        effects=(SendMessage,),
        hears=HEARS,
        timers=frozenset({DAY_BEFORE, "speak", "proving", "reminder"}),
    )


def _decide(means: Means, voice: Voice, message: Any, at: Moment) -> Decision:
    match voice.phase:
        case VoicePhase.SILENT:
            return _when_silent(means, voice, message, at)
        case VoicePhase.ATTENTIVE | VoicePhase.GATHERING:
            return _when_speaking(means, voice, message, at)
        case _:
            assert_never(voice.phase)


def _when_silent(means: Means, voice: Voice, message: Any, at: Moment) -> Decision:
    match message:
        case Heard(fact=OrderAccepted() as accepted):
            known = first_knowledge(accepted, at)
            return _with_things(means, voice, (known,), speech.welcome_later(at), at)
        case _:
            return NOTHING


def _when_speaking(means: Means, voice: Voice, message: Any, at: Moment) -> Decision:
    match message:
        case Heard():
            return _hear(means, voice, message, at)
        case TimerFired():
            return _on_time(means, voice, message.name, at)
        case ProposeReply():
            return _propose(means, voice, message, at)
        case NoteTold():
            return replies.told(voice, means.rules, message, at)
        case CustomerWrote():
            return replies.take(voice, message)
        case MessageDelivered():
            return replies.delivered(voice, message)
        case DeliveryReported():
            return replies.reported(voice, message)
        case EffectParked():
            return replies.rerouted(voice, message)
        case _:
            return _told_from_above(means, voice, message, at)


def _told_from_above(means: Means, voice: Voice, message: Any, at: Moment) -> Decision:
    """Words of care and compensation, which live above the voice."""
    match message:
        case CaseKnown() | SayUpdate():
            noted = CaseNoted(case=speech.case_seen(voice, message, at))
            if isinstance(message, CaseKnown):
                return Decision(facts=(noted,))
            update = Thing(topic=Topic.UPDATE, line="", due=at)
            return _with_things(means, voice, (noted,), (update,), at)
        case SayCredit():
            return Decision(facts=(CreditNoted(credit=message.credit),))
        case SayFault():
            known = faults.noted(voice, message)
            waiting = faults.waiting_after(voice, message, known, at)
            return _waiting(means, voice, (known,), waiting, at)
        case EvidenceKnown():
            noted_item = EvidenceNoted(
                item=message.item, subject=message.subject, since=message.since
            )
            return NOTHING if speech.holds(voice, noted_item) else Decision(facts=(noted_item,))
        case _:
            return NOTHING


def _hear(means: Means, voice: Voice, heard: Heard, at: Moment) -> Decision:
    facts = (*news.taken(voice, heard, at), *news.promises(voice, heard))
    after = voice
    for fact in facts:
        after = evolve(after, fact)
    assert after.knowledge is not None, "it knew before, so it knows now"
    things = things_to_say(after.knowledge, heard.source, heard.fact, at)
    rules = means.rules(after.knowledge.rules)
    day_before = day_before_timer(after.knowledge, rules, heard.fact, at)
    extra = (*news.proving_timer(after, heard, at), *day_before)
    return _with_things(means, voice, facts, things, at, extra=extra)


def _on_time(means: Means, voice: Voice, name: str, at: Moment) -> Decision:
    assert voice.knowledge is not None, "only a voice that knows has timers"
    match name:
        case "speak":
            return _speak(means, voice, at)
        case _ if name == DAY_BEFORE:
            eve, again = reminded(voice.knowledge, means.rules(voice.knowledge.rules), at)
            return _with_things(means, voice, (), eve, at, extra=again)
        case "proving":
            lines = [line for line in voice.knowledge.lines if partial_now(line)]
            topic = Topic.PARTIAL
            lines = [line for line in lines if not line.told_partial]
        case "reminder":
            topic, lines = Topic.PUT_IN, not_put_in(voice.knowledge)
        case _:
            return NOTHING
    things = tuple(Thing(topic=topic, line=line.id, due=at + GATHER) for line in lines)
    return _with_things(means, voice, (), things, at)


def _speak(means: Means, voice: Voice, at: Moment) -> Decision:
    assert voice.knowledge is not None, "only a voice that knows speaks"
    rules = means.rules(voice.knowledge.rules)
    ready = tuple(thing for thing in voice.waiting if _moment_of(thing, rules.zone, at) <= at)
    rest = tuple(thing for thing in voice.waiting if thing not in ready)
    stopped: list[DraftStopped] = []
    of_faults = tuple(thing for thing in ready if thing.topic is Topic.FAULT)
    others = tuple(thing for thing in ready if thing.topic is not Topic.FAULT)
    sent, effects = speech.messages(means.book, rules, voice.knowledge, others, at)
    for thing in of_faults:
        number = voice.knowledge.messages + len(sent)
        one = faults.said(means.book, rules, voice.knowledge, thing, at, number=number)
        if isinstance(one, MessageSent):
            sent, effects = (*sent, one), (*effects, speech.sending(one, voice.knowledge))
        elif one is not None:
            stopped.append(one)
    timers = [_speak_timer(means, voice, rest, at)]
    if any(each.topic == Topic.PUT_IN for each in sent):
        timers.append(Timer(name="reminder", due=at + REMIND_AFTER))
    return Decision(
        facts=(*sent, *stopped, ThingsGathered(things=rest)), effects=effects, timers=tuple(timers)
    )


def _propose(means: Means, voice: Voice, proposed: ProposeReply, at: Moment) -> Decision:
    assert voice.knowledge is not None, "only a voice that knows is asked"
    if proposed.draft_id in voice.drafts:
        return NOTHING
    rules = means.rules(voice.knowledge.rules)
    decision = replies.judged(voice.knowledge, rules, proposed, at)
    stopped = any(
        isinstance(fact, DraftStopped) and fact.kind == "contradiction" for fact in decision.facts
    )
    if not (stopped and voice.knowledge.unanswered):
        return decision
    # The customer asked something, and what was about to go out was false: he is told what is so.
    update = Thing(topic=Topic.UPDATE, line="", due=at)
    return _with_things(means, voice, decision.facts, (update,), at)


def _with_things(
    means: Means,
    voice: Voice,
    facts: tuple[Any, ...],
    things: tuple[Thing, ...],
    at: Moment,
    *,
    extra: tuple[Timer, ...] = (),
) -> Decision:
    """The facts, and the new things among those that wait."""
    waiting = gathered(voice.waiting, things)
    return _waiting(means, voice, facts, waiting, at, extra=extra)


def _waiting(
    means: Means,
    voice: Voice,
    facts: tuple[Any, ...],
    waiting: tuple[Thing, ...],
    at: Moment,
    *,
    extra: tuple[Timer, ...] = (),
) -> Decision:
    if waiting == voice.waiting:
        return Decision(facts=facts, timers=extra) if facts or extra else NOTHING
    after = voice
    for fact in facts:
        after = evolve(after, fact)
    return Decision(
        facts=(*facts, ThingsGathered(things=waiting)),
        timers=(_speak_timer(means, after, waiting, at), *extra),
    )


def _speak_timer(means: Means, voice: Voice, waiting: tuple[Thing, ...], at: Moment) -> Timer:
    if not waiting or voice.knowledge is None:
        return Timer(name="speak", due=None)
    zone = means.rules(voice.knowledge.rules).zone
    return Timer(name="speak", due=max(at, min(_moment_of(t, zone, at) for t in waiting)))


_BY_MAIL = frozenset({Topic.WELCOME, Topic.DONE, Topic.WITHDRAWN})


def _moment_of(thing: Thing, zone: str, at: Moment) -> Moment:
    """When a thing may be said: at once when it is urgent or mail, else when people are awake."""
    if thing.topic in URGENT or thing.topic in _BY_MAIL:
        return thing.due
    due = max(thing.due, at)
    return thing.due if may_disturb(due, zone) else next_waking(due, zone)
