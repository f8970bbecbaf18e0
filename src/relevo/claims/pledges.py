"""What a text promises, and by when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from relevo.claims.clocks import Clock
from relevo.claims.days import MONTH, Day
from relevo.claims.lexicon import pattern, vocabulary
from relevo.claims.moments import moments_in
from relevo.claims.sentences import Sentence
from relevo.claims.spot import money_in
from relevo.claims.subjects import Spoken

_LATER = pattern("promises", "promise", "later")
_NOW = pattern("promises", "promise", "now")
_VAGUE = pattern("times", "word", "vague")
_BOUND = pattern("promises", "promise", "bound")
_WATCHED = pattern("promises", "promise", "watched")
_TWICE_DENIED = re.compile(r"\b(?:no|nunca|won't|will not|not)\b[^.;:]{0,50}\b(?:sin|without)\b")
_CONSENTED = re.compile(r"[,.]?\s*¿?\s*(?:si|ok|okay|vale|yes|right|de acuerdo)\s*\?\W*$")
""" "I'll call you later, yes?" asks for leave, and promises."""
_WHEN_WE_CAN = re.compile(
    r"\b(?:(?:en cuanto|cuando) (?:pueda|podamos|sepa|sepamos|tenga|tengamos)"
    r"|(?:as soon as|when|once) (?:i|we) (?:can|know|hear|have|get))\b"
)
"""A condition of whoever promises is no time and no condition."""
_HAVE_IT = re.compile(r"^l[ao]s? (?:tien|tendr)")
_TOPICS = tuple(words for _, words in vocabulary("times", "topic"))
_DATED = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?\b[^.;]{0,12}?(?:" + MONTH + r")\b|\b(?:" + MONTH + r") \d{1,2}\b"
)
_DOES = re.compile(r"^(?:i|we)\b|emos$|^(?:vamos|voy) a\b")
_SPEAKS = re.compile(
    r"llam|escrib|avis|contact|inform|dec|dig|dir[eai]|cont(?:ar|est|est)|respond|notific|comunic|actualiz"
    r"|mensaj|noticia|toque|call|ring|phone|writ|text|mail|message|updat|contact|tell|know|touch|hear"
    r"|answer|reply|back to you|drop|ping|buzz"
)
_GIVES_HIS_WORD = re.compile(r"\b(?:promis\w*|prome\w+|palabra de|my word|our word|guarante\w*)\b")
_SAYS_SO_NOW = re.compile(
    r"^(?: you| it)*,? (?:straight|honestly|frankly|plainly|the truth|how it is|as it is|like it is"
    r"|this much|now[,:]|again[,:]|what (?:i|we) know)"
    r"|^ (?:como es|con franqueza|claro|clarito|tal cual|sinceramente|la verdad|de corazon)\b"
)
""" "I'll tell you straight: …" is kept with the next word."""
_RIGHTS = pattern("promises", "promise", "no_promise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """One promise: its words, its times, and whether it waits for something that we watch."""

    words: str
    days: tuple[Day, ...]
    clocks: tuple[Clock, ...]
    vague: str  # "soon"; empty when it has no such word
    is_bound: bool  # "as soon as your line works": the event itself is the due time
    sentence: Sentence
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """The place in the original."""
        return self.sentence.span(self.start, self.end)

    @property
    def absolute(self) -> tuple[Day, ...]:
        """The days that are written as dates."""
        return tuple(day for day in self.days if not day.relative)


def pledges(parts: tuple[Spoken, ...], today: date) -> tuple[Pledge, ...]:
    """All promises of a text, those of one sentence as one."""
    return tuple(found for part in parts for found in _of(part, today))


def _of(part: Spoken, today: date) -> Iterator[Pledge]:
    sentence, text = part.sentence, part.sentence.text
    moments = moments_in(text, today)
    is_timed = bool(moments) or _WHEN_WE_CAN.search(text) is not None
    match = next(
        (
            each
            for each in sorted(
                (*_LATER.finditer(text), *(_NOW.finditer(text) if is_timed else ())),
                key=lambda one: one.start(),
            )
            if _promises(sentence, *each.span()) and not _is_of_a_date(each, text)
        ),
        None,
    )
    if match is None or _RIGHTS.search(text):
        return
    vague = _VAGUE.search(text)
    low, high = match.start(), match.end()
    near = _near(sentence, (*moments.days, *moments.clocks), low)
    yield Pledge(
        words=text[low:high],
        days=tuple(each for each in near if isinstance(each, Day)),
        clocks=tuple(each for each in near if isinstance(each, Clock)),
        vague=vague[0] if vague else "",
        is_bound=_is_bound(text),
        sentence=sentence,
        start=min([low, *(each.start for each in near)]),
        end=max([high, *(each.end for each in near)]),
    )


def _is_of_a_date(promise: re.Match[str], text: str) -> bool:
    """ "The move, you have it on Tuesday the 25th", "we'll move it on the 25th" tell a date, which
    is held to the facts as one, and "we'll take 3 € off" an amount; words that the next ones keep
    are no promise."""
    if _SAYS_SO_NOW.match(text[promise.end() :]):
        return True
    tells_a_date = any(words.search(text) for words in _TOPICS) and _DATED.search(text)
    if _HAVE_IT.match(promise[0]):
        return any(words.search(text) for words in _TOPICS)
    speaks = _SPEAKS.search(promise[0]) or _GIVES_HIS_WORD.search(text)
    does = _DOES.search(promise[0]) is not None
    return does and not speaks and bool(tells_a_date or money_in(text))


def _is_bound(text: str) -> bool:
    """Whether the promise waits for something of the line or the parcel, which we watch."""
    mark = _BOUND.search(text)
    return mark is not None and _WATCHED.search(text, mark.end()) is not None


def _promises(sentence: Sentence, start: int, end: int) -> bool:
    """Whether words here are a promise: not denied, asked, told of others, or a condition."""
    manner = sentence.manner(start, end)
    if (manner.asked and not _CONSENTED.search(sentence.text)) or manner.reported:
        return False
    if manner.negated and not _TWICE_DENIED.search(sentence.text[: start + 1]):
        return False
    if not manner.supposed or _WHEN_WE_CAN.search(sentence.text[:start]):
        return True
    begin, _ = sentence.clause(start)
    before = sentence.text[begin:start]
    return len(before.split()) > 3  # "if it does not come we send another": no comma between


def _near(sentence: Sentence, seen: tuple[Day | Clock, ...], low: int) -> list[Day | Clock]:
    """The times of a promise: those behind it; else those before it in the same breath."""
    after = [each for each in seen if each.start >= low]
    if after:
        days_before = [
            each for each in seen if isinstance(each, Day) and low - 60 < each.start < low
        ]
        own = [each for each in days_before if not sentence.manner(each.start, each.end).reported]
        return after if any(isinstance(each, Day) for each in after) else [*own, *after]
    return [
        each
        for each in seen
        if low - each.start < 60
        and ";" not in sentence.text[each.start : low]
        and not sentence.manner(each.start, each.end).reported
    ]
