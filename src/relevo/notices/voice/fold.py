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
    MessageAccepted,
    MessageRerouted,
    MessageSent,
    MessageUndeliverable,
    NewsTaken,
    OrderKnown,
    PromisesNoted,
    ReplyApproved,
    ThingsGathered,
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
        case EvidenceNoted():
            held = Held(item=fact.item, subject=fact.subject, since=fact.since)
            return replace(known, held=(*known.held, held))
        case CustomerSaid():
            return replace(known, unanswered=known.unanswered or not fact.answers)
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
    )
    answered = fact.topic in {Topic.UPDATE, Topic.REPLY, Topic.DONE}
    return replace(
        known,
        said=(*known.said, told)[-IDS_KEPT:],
        messages=known.messages + 1,
        lines=tuple(_marked(line, fact) for line in known.lines),
        unanswered=known.unanswered and not answered,
    )


def _marked(line: LineSeen, fact: MessageSent) -> LineSeen:
    if line.id not in fact.lines:
        return line
    match fact.topic:
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
        case MessageAccepted() | MessageUndeliverable():
            left = tuple(s for s in voice.sendings if s.key != fact.message_key)
            return replace(voice, sendings=left)
        case MessageRerouted():
            first = next(s for s in voice.sendings if s.key == fact.message_key)
            again = replace(first, channel=fact.channel, to=fact.to, fallback=True)
            left = tuple(s for s in voice.sendings if s.key != fact.message_key)
            return replace(voice, sendings=(*left, again))
        case ReplyApproved() | DraftStopped():
            return replace(voice, drafts=(*voice.drafts, fact.draft_id)[-IDS_KEPT:])
        case CustomerSaid():
            return replace(voice, heard=(*voice.heard, fact.message_id)[-IDS_KEPT:])
        case _:
            return voice
