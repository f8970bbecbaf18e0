"""Making letters out of facts: to whom, by which channel, in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from relevo.claims.check import check
from relevo.claims.model import Addressee, Draft, KnownFact, Snapshot
from relevo.customers.served import Reader
from relevo.notices.letter.model import Letter
from relevo.notices.model import Channel
from relevo.notices.profile import VoiceRules
from relevo.notices.render import Language, Slots, TextBook, language_of, rendered
from relevo.porting.cease.messages import CeaseDropped, CeaseHeld, NumberCeased
from relevo.porting.cease.model import Stance, Tie, TieKind
from relevo.porting.port_out.messages import PortOutConsequencesFound
from relevo.porting.port_out.model import Ending
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn, spoken

Rows = Mapping[str, Sequence[Slots]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a letter is written about: its topic, whose brand speaks, what is known."""

    topic: str
    sender: str
    numbers: tuple[str, ...]
    facts: tuple[KnownFact, ...] = ()


Filled = tuple[Slots, Rows]


def consequences(
    book: TextBook, rules: VoiceRules, fact: PortOutConsequencesFound, *, key: str, at: Moment
) -> tuple[Letter, ...]:
    """What else ends with the numbers that leave, and what can be done about it until when."""
    language = language_of(book, fact.reader.language)
    in_time = at < fact.cancel_until
    hanging = [each for each in fact.endings if each.number is not None]
    slots = {
        "name": fact.reader.name,
        "numbers": language.listed([spoken(number) for number in fact.numbers]),
        "recipient": _label(rules, fact.recipient),
        "window": language.window(fact.window, rules.zone),
        "cancel_until": language.deadline(fact.cancel_until, rules.zone) if in_time else "",
        "hanging": "yes" if hanging else "",
    }
    named = (*fact.numbers, *(each.number for each in hanging if each.number is not None))
    span = (fact.window.opens.isoformat(), fact.window.closes.isoformat())
    limit = fact.cancel_until.isoformat()
    known = tuple(
        KnownFact(subject=number, predicate=predicate, value=value)
        for number in fact.numbers
        for predicate, value in (("port_window", span), ("cancel_until", limit))
    )
    occasion = Occasion(topic="consequences", sender=fact.donor, numbers=named, facts=known)
    rows = {"ends": [_ending(each) for each in fact.endings]}
    return _letters(book, rules, occasion, (fact.reader,), lambda _: (slots, rows), key=key, at=at)


def cease_held(
    book: TextBook, rules: VoiceRules, fact: CeaseHeld, *, key: str, at: Moment
) -> tuple[Letter, ...]:
    """A number is not ceased for now, and why."""
    rows = {"ties": [_tie(tie) for tie in fact.ties]}
    hanging = (tie.name for tie in fact.ties if tie.kind is TieKind.DEPENDANT)
    occasion = Occasion(
        topic="cease_held", sender=fact.wish.operator, numbers=(fact.wish.number, *hanging)
    )
    return _letters(
        book,
        rules,
        occasion,
        fact.readers,
        lambda reader: ({"name": reader.name, "number": spoken(fact.wish.number)}, rows),
        key=key,
        at=at,
    )


def cease_dropped(
    book: TextBook, rules: VoiceRules, fact: CeaseDropped, *, key: str, at: Moment
) -> tuple[Letter, ...]:
    """A number that was to be ceased is not."""
    occasion = _of_wish("cease_dropped", fact.wish.operator, fact.wish.number)

    def filled(reader: Reader) -> Filled:
        slots = {"name": reader.name, "number": spoken(fact.wish.number), fact.why: "yes"}
        return slots, {}

    return _letters(book, rules, occasion, fact.readers, filled, key=key, at=at)


def number_ceased(
    book: TextBook, rules: VoiceRules, fact: NumberCeased, *, key: str, at: Moment
) -> tuple[Letter, ...]:
    """A number whose cease was held is ceased now; until when it can still be ported."""
    occasion = _of_wish("number_ceased", fact.operator, fact.number)

    def filled(reader: Reader) -> Filled:
        language = language_of(book, reader.language)
        until = language.date(fact.held_until, rules.zone) if fact.is_portable else ""
        return {"name": reader.name, "number": spoken(fact.number), "held_until": until}, {}

    return _letters(book, rules, occasion, fact.readers, filled, key=key, at=at)


def _letters(
    book: TextBook,
    rules: VoiceRules,
    occasion: Occasion,
    readers: Sequence[Reader],
    filled: Callable[[Reader], Filled],
    *,
    key: str,
    at: Moment,
) -> tuple[Letter, ...]:
    """One letter for each reader who has an address."""
    found = []
    for place, reader in enumerate(readers):
        addresses = _addresses(reader)
        if not addresses:
            continue
        language = language_of(book, reader.language)
        (channel, to), *others = addresses
        template = replace(language.templates[occasion.topic], channel=channel)
        slots, rows = filled(reader)
        text = rendered(template, slots, rows)
        letter = Letter(
            key=f"{key}:{place}",
            topic=occasion.topic,
            channel=channel.value,
            to=to,
            subject_line=text.subject,
            text=text.text,
            claims=(),
            sender=occasion.sender,
            instead=others[0][1] if others else "",
        )
        found.append(_checked(rules, language, occasion, letter, at))
    return tuple(found)


def _checked(
    rules: VoiceRules, language: Language, occasion: Occasion, letter: Letter, at: Moment
) -> Letter:
    """The letter, read for what it claims and held against the facts, as any draft is."""
    snapshot = Snapshot(
        now=at,
        zone=rules.zone,
        language=language.code,
        addressee=Addressee(numbers=occasion.numbers),
        facts=occasion.facts,
    )
    draft = Draft(id=letter.key, channel=letter.channel, text=letter.text, language=language.code)
    verdict = check(snapshot, draft)
    against = tuple(each.why for each in verdict.findings if each.severity == "block")
    return replace(letter, claims=verdict.claims, against=against)


def _of_wish(topic: str, sender: str, number: Msisdn) -> Occasion:
    return Occasion(topic=topic, sender=sender, numbers=(number,))


def _addresses(reader: Reader) -> list[tuple[Channel, str]]:
    found = [(Channel.EMAIL, reader.email)] if reader.email else []
    if reader.contact is not None:
        found.append((Channel.SMS, reader.contact))
    return found


def _ending(ending: Ending) -> Slots:
    return {
        "number": spoken(ending.number) if ending.number else "",
        "service": ending.service,
        "ends_with": spoken(ending.ends_with),
    }


def _tie(tie: Tie) -> Slots:
    """The condition names what holds it; a sentence of the text says it."""
    if tie.kind is TieKind.ORDER:
        what = "undecided" if tie.stance is Stance.UNDECIDED else "moving"
        return {what: "yes", "order": tie.name}
    if tie.kind is TieKind.DEPENDANT:
        return {"dependant": spoken(Msisdn(tie.name))}
    return {"asked_for": "yes"}


def _label(rules: VoiceRules, operator: str) -> str:
    known = rules.operator(operator)
    return known.label if known else operator.title()
