"""Folds the facts of a voice into its state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.claims.model import Held
from relevo.notices.model import Knowledge, LineSeen, Sending, Told, Topic
from relevo.notices.voice.messages import (
    CaseNoted,
    CreditNoted,
    CustomerSaid,
    DraftStopped,
    EvidenceNoted,
    FaultNoted,
    MessageAccepted,
    MessageArrived,
    MessageDelayed,
    MessageRerouted,
    MessageSent,
    MessageUndeliverable,
    NewsTaken,
    OrderKnown,
    PromisesNoted,
    ReplyApproved,
    ThingsGathered,
    ToldByPhone,
    is_silent,
)
from relevo.notices.voice.model import Voice, VoicePhase
from relevo.orders.order.messages import OrderAccepted
from relevo.values.moment import Moment

IDS_KEPT = 60
HISTORY_KEPT = 60


def first_knowledge(accepted: OrderAccepted, at: Moment) -> OrderKnown:
    """What an accepted order tells."""
    lines = tuple(
        LineSeen(
            id=line.id,
            kind=line.kind,
            number=line.number,
            donor=line.donor,
            depends_on=line.depends_on,
            moving=line.id in accepted.moving,
        )
        for line in accepted.lines
    )
    return OrderKnown(
        customer=accepted.customer,
        recipient=accepted.recipient,
        lines=lines,
        held_lines=accepted.lines,
        sim=accepted.sim,
        rules=accepted.rules,
        at=at,
    )


def evolve(voice: Voice, fact: Any) -> Voice:
    """Fold one fact."""
    if isinstance(fact, OrderKnown):
        return replace(voice, phase=VoicePhase.ATTENTIVE, knowledge=_first(voice, fact))
    if isinstance(fact, ThingsGathered):
        phase = VoicePhase.GATHERING if fact.things else VoicePhase.ATTENTIVE
        return replace(voice, waiting=fact.things, phase=phase)
    if voice.knowledge is None:
        return voice
    known = _learned(voice.knowledge, fact)
    return _sent(voice if known is voice.knowledge else replace(voice, knowledge=known), fact)


def _first(voice: Voice, fact: OrderKnown) -> Knowledge:
    since = fact.at
    held = tuple(
        Held(item=item, since=since) for item in ("identity_document", "consent", "address")
    )
    return Knowledge(
        order=voice.id.partition("/")[0],
        rules=fact.rules,
        customer=fact.customer,
        recipient=fact.recipient,
        lines=fact.lines,
        held_lines=fact.held_lines,
        held=held,
    )


def _learned(known: Knowledge, fact: Any) -> Knowledge:
    match fact:
        case NewsTaken():
            new = {line.id: line for line in fact.lines}
            return replace(
                known,
                lines=tuple(new.get(line.id, line) for line in known.lines),
                history=(*known.history, *fact.history)[-HISTORY_KEPT:],
                closed_at=fact.closed_at or known.closed_at,
            )
        case CaseNoted():
            return replace(known, case=fact.case)
        case PromisesNoted():
            return replace(known, promises=fact.promises)
        case CreditNoted():
            others = tuple(c for c in known.credits if c.line != fact.credit.line)
            return replace(known, credits=(*others, fact.credit))
        case FaultNoted():
            others_ = tuple(f for f in known.faults if f.id != fact.fault.id)
            now = () if fact.is_over else (fact.fault,)
            return replace(known, faults=(*others_, *now))
        case EvidenceNoted():
            held = Held(item=fact.item, subject=fact.subject, since=fact.since)
            return replace(known, held=(*known.held, held))
        case CustomerSaid():
            asks = not fact.answers and not is_silent(fact)
            return replace(known, unanswered=known.unanswered or asks)
        case MessageSent():
            return _told(known, fact)
        case _:
            return known


def _told(known: Knowledge, fact: MessageSent) -> Knowledge:
    told = Told(
        key=fact.message_key,
        at=fact.at,
        channel=fact.channel,
        topic=fact.topic,
        subjects=fact.subjects,
        text=fact.text,
        claims=fact.claims,
        subject=fact.subject_line if fact.keeps_subject else "",
    )
    answered = fact.topic in {Topic.UPDATE, Topic.REPLY, Topic.DONE}
    return replace(
        known,
        said=(*known.said, told)[-IDS_KEPT:],
        messages=known.messages + 1,
        lines=tuple(_marked(line, fact) for line in known.lines),
        faults=tuple(replace(f, told=f.told or f.id in fact.lines) for f in known.faults),
        unanswered=known.unanswered and not answered,
    )


def _opens(line: LineSeen) -> Moment | None:
    return line.window.opens if line.window else None


def _marked(line: LineSeen, fact: MessageSent) -> LineSeen:
    if line.id not in fact.lines:
        return line
    match fact.topic:
        case Topic.WELCOME:
            return replace(line, told_opens=_opens(line), told_parcel=line.parcel_now)
        case Topic.DATED | Topic.REDATED | Topic.REMINDER:
            return replace(line, told_opens=_opens(line))
        case Topic.PARCEL:
            return replace(line, told_parcel=line.parcel_now)
        case Topic.NUMBER_DEAD:
            return replace(line, told_dead=True)
        case Topic.NUMBER_BACK:
            return replace(line, told_dead=False)
        case Topic.PUT_IN:
            return replace(line, told_put_in=True)
        case Topic.PARTIAL:
            return replace(line, told_partial=True)
        case Topic.WORKS_AGAIN:
            return replace(line, told_partial=False)
        case Topic.DONE:
            return replace(line, told_partial=False, told_dead=False)
        case _:
            return line


def _sent(voice: Voice, fact: Any) -> Voice:
    match fact:
        case MessageSent():
            sending = Sending(
                key=fact.message_key,
                channel=fact.channel,
                to=fact.to,
                subject=fact.subject_line,
                text=fact.text,
                fallback=False,
            )
            return replace(voice, sendings=(*voice.sendings, sending))
        case MessageAccepted():
            return replace(voice, sendings=_without(voice, fact.message_key))
        case MessageArrived():
            return replace(voice, ended=(*voice.ended, fact.message_key)[-IDS_KEPT:])
        case MessageDelayed():
            return replace(voice, delayed=(*voice.delayed, fact.message_key)[-IDS_KEPT:])
        case MessageUndeliverable():
            left = _without(voice, fact.message_key)
            return replace(voice, sendings=left, ended=(*voice.ended, fact.message_key)[-IDS_KEPT:])
        case MessageRerouted():
            return _on_the_other_channel(voice, fact)
        case ReplyApproved() | DraftStopped() | ToldByPhone():
            return replace(voice, drafts=(*voice.drafts, fact.draft_id)[-IDS_KEPT:])
        case CustomerSaid():
            return replace(voice, heard=(*voice.heard, fact.message_id)[-IDS_KEPT:])
        case _:
            return voice


def _on_the_other_channel(voice: Voice, fact: MessageRerouted) -> Voice:
    """Whether the channel never took it, or took it and could not deliver it."""
    key = fact.message_key
    again = Sending(
        key=key,
        channel=fact.channel,
        to=fact.to,
        subject=subject_of(voice, key),
        text=text_of(voice, key),
        fallback=True,
    )
    return replace(
        voice,
        sendings=(*_without(voice, key), again),
        rerouted=(*voice.rerouted, key)[-IDS_KEPT:],
    )


def subject_of(voice: Voice, key: str) -> str:
    """The subject line of a message of which no channel is rid yet, or that was said lately."""
    said = voice.knowledge.said if voice.knowledge else ()
    waiting = (each.subject for each in voice.sendings if each.key == key)
    return next(waiting, next((told.subject for told in said if told.key == key), ""))


def text_of(voice: Voice, key: str) -> str:
    """Its words."""
    said = voice.knowledge.said if voice.knowledge else ()
    waiting = (each.text for each in voice.sendings if each.key == key)
    return next(waiting, next((told.text for told in said if told.key == key), ""))


def _without(voice: Voice, key: str) -> tuple[Sending, ...]:
    return tuple(each for each in voice.sendings if each.key != key)
