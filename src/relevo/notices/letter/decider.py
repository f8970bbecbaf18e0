"""Letters to customers who have no order with us, written from the facts of the donor's side.

They are said by the same channels, in texts of the same folder, read for what they claim like any
other; the voice of an order is not concerned: it speaks to the customer of that order only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Heard,
    ProcessType,
    Timer,
    TimerFired,
    wire_name,
)
from relevo.notices.letter import writing
from relevo.notices.letter.lifecycle import LIFECYCLE
from relevo.notices.letter.messages import (
    LetterAccepted,
    LetterRerouted,
    LettersSent,
    LettersWritten,
    LetterUndeliverable,
)
from relevo.notices.letter.model import Letter, LetterPhase, Letters
from relevo.notices.model import Channel
from relevo.notices.profile import Rules
from relevo.notices.quiet import next_waking
from relevo.notices.render import TextBook
from relevo.notices.voice.messages import MessageDelivered, SendMessage
from relevo.porting.cease.messages import CeaseDropped, CeaseHeld, NumberCeased
from relevo.porting.port_out.messages import PortOutConsequencesFound
from relevo.values.moment import Moment

SPEAK = "speak"
FACTS: tuple[type, ...] = (
    LettersWritten,
    LettersSent,
    LetterAccepted,
    LetterRerouted,
    LetterUndeliverable,
)
HEARS: tuple[type, ...] = (PortOutConsequencesFound, CeaseHeld, CeaseDropped, NumberCeased)


def letter_process(book: TextBook, rules: Rules) -> ProcessType[Letters]:
    """The process ``notices.letter``; one for each family of the donor's side."""

    def decide(letters: Letters, message: Any, at: Moment) -> Decision:
        return _decide(book, rules, letters, message, at)

    return ProcessType(
        kind="notices.letter",
        version=1,
        blank=lambda process_id: Letters(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Letters,
        messages=(MessageDelivered,),
        facts=FACTS,
        effects=(SendMessage,),
        hears=HEARS,
        timers=frozenset({SPEAK}),
    )


def evolve(letters: Letters, fact: Any) -> Letters:
    """The letters after this fact."""
    match fact:
        case LettersWritten():
            return replace(
                letters,
                phase=LetterPhase.WAITING,
                waiting=(*letters.waiting, *fact.letters),
                written=letters.written + len(fact.letters),
            )
        case LettersSent():
            return replace(
                letters,
                phase=LetterPhase.SENT,
                waiting=(),
                underway=(*letters.underway, *fact.letters),
            )
        case LetterRerouted():
            rest = tuple(each for each in letters.underway if each.key != fact.key)
            again = tuple(
                replace(each, channel=fact.channel, to=fact.to, instead="")
                for each in letters.underway
                if each.key == fact.key
            )
            return replace(letters, underway=(*rest, *again))
        case LetterAccepted() | LetterUndeliverable():
            rest = tuple(each for each in letters.underway if each.key != fact.key)
            return replace(letters, underway=rest)
        case _:
            return letters


def _decide(book: TextBook, rules: Rules, letters: Letters, message: Any, at: Moment) -> Decision:
    match message:
        case Heard():
            return _heard(book, rules, letters, message.fact, at)
        case TimerFired(name=name) if name == SPEAK and letters.waiting:
            return _send(letters.waiting, at)
        case MessageDelivered():
            return _accepted(letters, message)
        case EffectParked() if message.effect == wire_name(SendMessage) and letters.underway:
            return _rerouted(letters.underway[0], message.reason)  # what is oldest was tried first
        case _:
            return NOTHING


def _heard(book: TextBook, rules: Rules, letters: Letters, fact: Any, at: Moment) -> Decision:
    key = f"{letters.id}:{letters.written}"
    match fact:
        case PortOutConsequencesFound():
            known = rules(fact.rules)
            ready = writing.consequences(book, known, fact, key=key, at=at)
        case CeaseHeld():
            known = rules(fact.wish.rules)
            ready = writing.cease_held(book, known, fact, key=key, at=at)
        case CeaseDropped() if fact.readers:
            known = rules(fact.wish.rules)
            ready = writing.cease_dropped(book, known, fact, key=key, at=at)
        case NumberCeased() if fact.readers:
            known = rules(fact.rules)
            ready = writing.number_ceased(book, known, fact, key=key, at=at)
        case _:
            return NOTHING
    stopped = tuple(
        LetterUndeliverable(key=each.key, to=each.to, why="; ".join(each.against))
        for each in ready
        if each.against
    )
    ready = tuple(each for each in ready if not each.against)
    if not ready:
        return Decision(facts=stopped)
    wakes = next_waking(at, known.zone)
    written = LettersWritten(letters=ready, until=wakes)
    if wakes > at:
        return Decision(facts=(*stopped, written), timers=(Timer(name=SPEAK, due=wakes),))
    sending = _send((*letters.waiting, *ready), at)
    return Decision(
        facts=(*stopped, written, *sending.facts),
        effects=sending.effects,
        timers=(Timer(name=SPEAK, due=None),),
    )


def _send(ready: tuple[Letter, ...], at: Moment) -> Decision:
    sent = LettersSent(letters=ready, at=at)
    return Decision(facts=(sent,), effects=tuple(_message(each) for each in ready))


def _accepted(letters: Letters, message: MessageDelivered) -> Decision:
    if all(each.key != message.message_key for each in letters.underway):
        return NOTHING
    taken = LetterAccepted(key=message.message_key, channel=message.channel)
    return Decision(facts=(taken,))


def _rerouted(letter: Letter, why: str) -> Decision:
    if not letter.instead:
        lost = LetterUndeliverable(key=letter.key, to=letter.to, why=why)
        return Decision(facts=(lost,))
    by_email = letter.channel == Channel.EMAIL
    channel = Channel.SMS if by_email else Channel.EMAIL
    other = LetterRerouted(key=letter.key, channel=channel, to=letter.instead, why=why)
    again = replace(letter, channel=channel.value, to=letter.instead, instead="")
    return Decision(facts=(other,), effects=(_message(again),))


def _message(letter: Letter) -> SendMessage:
    return SendMessage(
        channel=letter.channel,
        to=letter.to,
        subject=letter.subject_line,
        text=letter.text,
        message_key=letter.key,
        sender=letter.sender,
    )
