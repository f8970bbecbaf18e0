"""Rules 4 and 20: no number, card or key of another customer."""

from __future__ import annotations

import re

from relevo.claims.facts import facts_with
from relevo.claims.model import Finding, Snapshot
from relevo.claims.sentences import Sentence
from relevo.claims.spot import cards_in, numbers_in
from relevo.claims.subjects import Spoken

_KEY = re.compile(r"\b([A-Z]{1,4})(-?)(\d{3,10}(?:-\d{2,10})*)(?: ?[A-Z]{2}\b|\b)(?!/)")
_KEY_NAMED = re.compile(
    r"\b(?:caso|expediente|referencia|ref|seguimiento|pedido|factura|paquete|envio|tracking|case"
    r"|reference|order|bill|invoice|parcel|ticket|clave|localizador)(?: (?:es|is|el|la|n|num|numero"
    r"|number|no|code|codigo|de|del|the|your|tu"
    r"|su))*[\s:#.]*\b([a-z]{1,4})[ -]?(\d{3,10}(?:-\d{2,10})*)(?: ?(?:es|pt|de|nl))?\b(?![ .]\d)"
)
_LAST_OF_A_CARD = re.compile(
    r"\b(?:tarjeta|sim|iccid|card|chip)\b[^.;]{0,60}?\b(?:acaba\w*|termina\w*|ending|ends"
    r"|finaliza\w*)"
    r"(?: (?:en|in|with|por))?\s+(\d{3,6})\b"
)
_LAST_OF_A_NUMBER = re.compile(
    r"\b(?:linea|numero|movil|line|number|mobile|fijo|phone)\b[^.;,]{0,20}?"
    r"\b(?:acaba\w*|termina\w*|ending|ends|finaliza\w*)(?: (?:en|in|with|por))?\s+(\d{2,4})\b"
)
_LITTLE = frozenset(["de", "del", "el", "la", "y", "a", "is", "it", "of", "to", "on"])
"""Little words before a figure, which are no key's letters."""
_NO_KEY = frozenset({"UE", "EU", "LTE", "SMS", "GSM", "IP", "ISO", "CP", "BOE", "ART", "H", "M"})


def findings(parts: tuple[Spoken, ...], snapshot: Snapshot) -> list[Finding]:
    """Numbers, cards and keys that are not the addressee's."""
    known = _known_keys(snapshot)
    found: list[Finding] = []
    for part in parts:
        found += _of(part.sentence, snapshot)
        found += _keys(part.sentence, known)
    return found


def _of(sentence: Sentence, snapshot: Snapshot) -> list[Finding]:
    text = sentence.text
    own = set(snapshot.addressee.numbers) | {
        fact.subject for fact in snapshot.facts if fact.subject[:1] == "+"
    }
    places = [
        (seen.start, seen.end, seen.number)
        for seen in numbers_in(text, snapshot.profile)
        if seen.number not in own
    ]
    cards = {str(fact.value) for fact in facts_with(snapshot, "iccid")}
    places += [(c.start, c.end, c.key) for c in cards_in(text) if c.key not in cards]
    for match in _LAST_OF_A_CARD.finditer(text):
        if cards and not any(card.endswith(match[1]) for card in cards):
            places.append((match.start(1), match.end(1), f"a card ending in {match[1]}"))
    for match in _LAST_OF_A_NUMBER.finditer(text):
        if not any(number.endswith(match[1]) for number in own | cards):
            places.append((match.start(1), match.end(1), f"a number ending in {match[1]}"))
    found = [_stranger(sentence.span(start, end), what) for start, end, what in places]
    return [*found, *_other_cards(sentence, snapshot)]


def _other_cards(sentence: Sentence, snapshot: Snapshot) -> list[Finding]:
    """Rule 4: beside one number stands the card of another line of his."""
    named = {seen.number for seen in numbers_in(sentence.text, snapshot.profile)}
    if len(named) != 1:
        return []
    (number,) = named
    whose = {str(fact.value): fact.subject for fact in facts_with(snapshot, "iccid")}
    why = "it is the card of another line"
    return [
        Finding(
            rule=4,
            span=sentence.span(seen.start, seen.end),
            says=f"{number}: {seen.key}",
            facts_say=f"{whose[seen.key]}: {seen.key}",
            why=why,
        )
        for seen in cards_in(sentence.text)
        if whose.get(seen.key, number) != number
        and not sentence.manner(seen.start, seen.end).negated
    ]


def _keys(sentence: Sentence, known: set[str]) -> list[Finding]:
    found = []
    begin = sentence.plain.places[0]
    for match in _KEY.finditer(sentence.raw):
        if match[1] in _NO_KEY or (not match[2] and len(match[3]) < 4):
            continue
        alone = re.sub(r"\s+[A-Z]+$", "", match[0])  # "KX4471 SE HA PERDIDO"
        if not any(_is_known(_bare(each), known) for each in (match[0], alone)):
            found.append(_stranger((begin + match.start(), begin + match.end()), match[0]))
    for match in _KEY_NAMED.finditer(sentence.text):
        key = f"{match[1]}{match[2]}"
        if match[1].upper() in _NO_KEY or match[1] in _LITTLE:
            continue
        if not _is_known(_bare(key), known):
            found.append(_stranger(sentence.span(match.start(1), match.end(2)), key.upper()))
    return found


def _known_keys(snapshot: Snapshot) -> set[str]:
    known = {snapshot.case.key} if snapshot.case else set()
    for predicate in ("key", "tracking_code"):
        known |= {str(fact.value) for fact in facts_with(snapshot, predicate)}
    known |= {fact.subject.partition(":")[2] for fact in snapshot.facts if ":" in fact.subject}
    known |= {
        word
        for said in snapshot.said
        for word in re.findall(r"[A-Z]{1,4}-?\d{3,10}(?:-\d{2,10})*", said.text)
    }
    return {_bare(key) for key in known}


def _is_known(key: str, known: set[str]) -> bool:
    """A key without the country's letters behind it is the same key."""
    return any(key == each or re.fullmatch(f"{key}[A-Z]{{2}}", each) for each in known)


def _bare(key: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", key.upper())


def _stranger(span: tuple[int, int], what: str) -> Finding:
    why = "it does not belong to this customer"
    return Finding(rule=20, span=span, says=what, facts_say="not the addressee's", why=why)
