"""Making messages out of gathered things: which go together, on which channel, to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from relevo.claims.check import claimed
from relevo.claims.model import Draft
from relevo.notices.compose import filling
from relevo.notices.model import CaseSeen, Channel, Knowledge, LineSeen, Thing, Topic
from relevo.notices.occasions import Filling
from relevo.notices.profile import VoiceRules
from relevo.notices.render import Rendered, TextBook, TextFault, language_of, rendered
from relevo.notices.say import WELCOME_WAITS, is_still_so, without_echoes
from relevo.notices.setting import Setting
from relevo.notices.snapshot import snapshot_of
from relevo.notices.voice.messages import (
    CaseKnown,
    EvidenceNoted,
    MessageSent,
    SayUpdate,
    SendMessage,
)
from relevo.notices.voice.model import Voice
from relevo.values.moment import Moment

ONE_BY_ONE = frozenset({Topic.ASK_NUMBER, Topic.ACTION_NEEDED, Topic.PROMISE_BROKEN})
"""Each of these gets a message of its own: each has its own answer or its own reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The occasion of one message."""

    topic: Topic
    at: Moment
    key: str


def welcome_later(at: Moment) -> tuple[Thing, ...]:
    """The welcome letter, waiting for the windows."""
    return (Thing(topic=Topic.WELCOME, line="", due=at + WELCOME_WAITS),)


def messages(
    book: TextBook,
    rules: VoiceRules,
    known: Knowledge,
    ready: tuple[Thing, ...],
    at: Moment,
) -> tuple[tuple[MessageSent, ...], tuple[SendMessage, ...]]:
    """What is said now, as facts and as effects."""
    things = without_echoes(tuple(thing for thing in ready if is_still_so(known, thing)))
    sent: list[MessageSent] = []
    for topic in Topic:
        of_topic = [thing for thing in things if thing.topic is topic]
        groups = [[each] for each in of_topic] if topic in ONE_BY_ONE else [of_topic]
        for group in groups:
            message = _message(book, rules, known, group, at, number=known.messages + len(sent))
            if message:
                sent.append(message)
    return tuple(sent), tuple(sending(each, known) for each in sent)


def _message(
    book: TextBook,
    rules: VoiceRules,
    known: Knowledge,
    things: Sequence[Thing],
    at: Moment,
    *,
    number: int,
) -> MessageSent | None:
    if not things:
        return None
    topic = things[0].topic
    language = language_of(book, known.customer.language)
    filled = filling(Setting(known=known, rules=rules, language=language, at=at), topic, things)
    try:
        text = rendered(language.templates[topic], filled.slots, filled.lists)
    except TextFault:
        return None  # nothing is left of what was to be said
    spoken = Spoken(topic=topic, at=at, key=f"{known.order}-{number + 1}")
    return _sent(rules, known, filled, text, spoken)


def _sent(
    rules: VoiceRules, known: Knowledge, filled: Filling, text: Rendered, spoken: Spoken
) -> MessageSent:
    channel, to = address(known, text.channel)
    draft = Draft(id=spoken.key, channel=str(channel), text=text.text)
    return MessageSent(
        message_key=spoken.key,
        channel=channel,
        to=to,
        topic=spoken.topic,
        subjects=tuple(line.number for line in filled.lines if line.number),
        subject_line=text.subject,
        text=text.text,
        claims=claimed(snapshot_of(known, rules, spoken.at), draft),
        at=spoken.at,
        lines=tuple(line.id for line in filled.lines),
        keeps_subject=True,
    )


def sending(sent: MessageSent, known: Knowledge) -> SendMessage:
    """The effect of a message."""
    return SendMessage(
        channel=sent.channel,
        to=sent.to,
        subject=sent.subject_line,
        text=sent.text,
        message_key=sent.message_key,
        sender=known.recipient,
        with_letter=sent.topic == Topic.WELCOME and sent.channel == Channel.EMAIL,
    )


def address(known: Knowledge, wanted: Channel) -> tuple[Channel, str]:
    """Where to write: an SMS goes to the contact number, never only to a number that moves. Which
    account is his on an open network is known where it was proven, outside."""
    if wanted is Channel.SOCIAL:
        return Channel.SOCIAL, ""
    if wanted is Channel.EMAIL and known.customer.email:
        return Channel.EMAIL, known.customer.email
    return Channel.SMS, known.customer.contact


def other_channel(known: Knowledge, channel: str) -> tuple[Channel, str] | None:
    """The channel that is left when one fails."""
    if channel == Channel.EMAIL:
        return Channel.SMS, known.customer.contact
    if known.customer.email:
        return Channel.EMAIL, known.customer.email
    return (Channel.SMS, known.customer.contact) if channel == Channel.SOCIAL else None


def case_seen(voice: Voice, told: CaseKnown | SayUpdate, at: Moment) -> CaseSeen:
    """The case as it is known from now on."""
    if isinstance(told, CaseKnown):
        return CaseSeen(
            key=told.key,
            owner=told.owner,
            opened_at=told.opened_at,
            next_update=told.next_update,
            resolved_at=told.resolved_at,
        )
    before = voice.knowledge.case if voice.knowledge else None
    if before is None:
        return CaseSeen(key=told.key, owner=told.owner, opened_at=at, next_update=told.next_update)
    return replace(before, owner=told.owner, next_update=told.next_update)


def all_out(known: Knowledge) -> tuple[LineSeen, ...]:
    """Every line, out of a withdrawn order."""
    return tuple(replace(line, out=True, window=None) for line in known.lines)


def holds(voice: Voice, noted: EvidenceNoted) -> bool:
    """Whether this is in the vault already."""
    held = voice.knowledge.held if voice.knowledge else ()
    return any(each.item == noted.item and each.subject == noted.subject for each in held)


def times_told(known: Knowledge, topic: Topic, line: str) -> int:
    """How often this line's customer was told of this topic."""
    seen = known.line(line)
    number = seen.number if seen else None
    return sum(told.topic == topic and number in told.subjects for told in known.said)
