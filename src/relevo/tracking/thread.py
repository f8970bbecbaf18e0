"""Everything that was said between the customer and us, on all channels, as one conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from relevo.claims.model import Claim
from relevo.notices.render import without_link
from relevo.notices.voice.messages import (
    CustomerSaid,
    DraftStopped,
    MessageAccepted,
    MessageRerouted,
    MessageSent,
    MessageUndeliverable,
    ToldByPhone,
)
from relevo.tracking.replay import Entry
from relevo.values.moment import Moment


class Side(StrEnum):
    """Who speaks."""

    US = "us"
    CUSTOMER = "customer"
    STOPPED = "stopped"  # one of us wanted to say it, and it did not go out


class Fate(StrEnum):
    """What became of a message of ours."""

    ON_ITS_WAY = "on_its_way"
    TAKEN = "taken"  # the channel took it: our proof
    UNDELIVERABLE = "undeliverable"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One thing that was said."""

    seq: int
    at: Moment
    side: Side
    channel: str
    text: str
    topic: str = ""
    subject: str = ""
    by: str = ""  # a member of staff; empty: the program, or the customer
    claims: tuple[Claim, ...] = ()
    rules: tuple[int, ...] = ()  # which rules of the check stopped it; of a call: what it broke
    why: tuple[str, ...] = ()  # the same in the words of the check
    fate: Fate = Fate.NONE
    minutes: int = 0  # of a call


def thread_of(entries: Iterable[Entry]) -> tuple[Utterance, ...]:
    """The conversation, the oldest first."""
    said: dict[str, Utterance] = {}
    told: dict[str, ToldByPhone] = {}
    for entry in entries:
        match entry.fact:
            case MessageSent() as sent:
                said[f"us:{sent.message_key}"] = _ours(entry, sent, told.get(sent.message_key))
            case ToldByPhone() as by_phone:
                told[by_phone.message_key] = by_phone
            case MessageAccepted(message_key=key):
                _mark(said, key, Fate.TAKEN)
            case MessageUndeliverable(message_key=key):
                _mark(said, key, Fate.UNDELIVERABLE)
            case MessageRerouted(message_key=key, channel=channel):
                if before := said.get(f"us:{key}"):
                    said[f"us:{key}"] = replace(before, channel=channel)
            case CustomerSaid() as heard:
                said[f"customer:{heard.message_id}"] = _theirs(entry, heard)
            case DraftStopped() as stopped:
                said[f"draft:{stopped.draft_id}"] = _stopped(entry, stopped)
            case _:
                pass
    return tuple(said.values())


def _mark(said: dict[str, Utterance], key: str, fate: Fate) -> None:
    if before := said.get(f"us:{key}"):
        said[f"us:{key}"] = replace(before, fate=fate)


def _ours(entry: Entry, sent: MessageSent, told: ToldByPhone | None) -> Utterance:
    return Utterance(
        seq=entry.seq,
        at=sent.at,
        side=Side.US,
        channel=sent.channel,
        text=without_link(sent.text),
        topic=sent.topic,
        subject=sent.subject_line,
        by=sent.by,
        claims=sent.claims,
        rules=told.rules if told else (),
        why=told.why if told else (),
        fate=Fate.ON_ITS_WAY,
    )


def _theirs(entry: Entry, heard: CustomerSaid) -> Utterance:
    return Utterance(
        seq=entry.seq,
        at=heard.at,
        side=Side.CUSTOMER,
        channel=heard.channel,
        text=heard.text,
        minutes=heard.minutes,
    )


def _stopped(entry: Entry, stopped: DraftStopped) -> Utterance:
    return Utterance(
        seq=entry.seq,
        at=entry.at,
        side=Side.STOPPED,
        channel=stopped.channel,
        text=stopped.text,
        by=stopped.by,
        rules=stopped.rules,
        why=stopped.why,
    )
