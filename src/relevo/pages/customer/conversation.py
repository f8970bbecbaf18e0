"""Everything that was said, both ways and on every channel, in one thread; and the letters."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.notices.render import without_link
from relevo.notices.voice.messages import CustomerSaid, MessageSent
from relevo.pages.customer.material import Material
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message."""

    key: str
    at: Moment
    is_ours: bool
    by: str  # the member of staff; "" when the system wrote it, or the customer
    channel: str
    subject: str
    text: str
    minutes: int = 0  # of a call


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that came by mail, to be kept."""

    key: str
    at: Moment
    subject: str
    text: str


def thread_of(material: Material) -> tuple[Said, ...]:
    """All messages, the newest last."""
    ours = [_ours(fact) for _, fact in material.facts(MessageSent)]
    theirs = [_theirs(fact) for _, fact in material.facts(CustomerSaid)]
    return tuple(sorted([*ours, *theirs], key=lambda said: said.at))


def letters_of(material: Material) -> tuple[Letter, ...]:
    """The mails that the system wrote, the newest first."""
    mails = [fact for _, fact in material.facts(MessageSent) if fact.channel == "email"]
    return tuple(
        Letter(
            key=fact.message_key,
            at=fact.at,
            subject=fact.subject_line,
            text=without_link(fact.text),
        )
        for fact in reversed(mails)
    )


def _ours(fact: MessageSent) -> Said:
    return Said(
        key=fact.message_key,
        at=fact.at,
        is_ours=True,
        by=fact.by,
        channel=fact.channel,
        subject=fact.subject_line,
        text=without_link(fact.text),
    )


def _theirs(fact: CustomerSaid) -> Said:
    return Said(
        key=fact.message_id,
        at=fact.at,
        is_ours=False,
        by="",
        channel=fact.channel,
        subject="",
        text=fact.text,
        minutes=fact.minutes,
    )
