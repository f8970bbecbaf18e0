"""The extractor: from a text to what it says, sentence by sentence (first form).

Utterance by utterance is more robust than the whole at once (rights-care 3.6). What it cannot
read it passes over; what it reads carries its place in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from relevo.claims import intents, manner, parcels, words
from relevo.claims.dates import DateSeen, TimeSeen, dates_in, times_in
from relevo.claims.fold import Sentence, own_words, sentences
from relevo.claims.model import Snapshot
from relevo.claims.spot import NumberSeen, groups_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Something that a text says. No subjects: it is said of whatever the text is about."""

    kind: str  # "state" | "capability" | "parcel" | "denial"
    word: str
    subjects: tuple[str, ...]
    negated: bool
    partly: bool
    span: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date or time in a sentence, and what it is the date of."""

    about: str  # "window" | "cancel" | "since" | "parcel" | "promise"
    subjects: tuple[str, ...]
    days: tuple[DateSeen, ...]
    times: tuple[TimeSeen, ...]
    relative: re.Match[str] | None
    sentence: Sentence
    acknowledged: bool
    promised: bool  # in words that promise whatever the time

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the whole text."""
        seen: list[tuple[int, int]] = [(each.start, each.end) for each in self.days]
        seen += [(each.start, each.end) for each in self.times]
        if self.relative:
            seen.append(self.relative.span())
        low = min((start for start, _ in seen), default=0)
        high = max((end for _, end in seen), default=len(self.sentence.text))
        return self.sentence.start + low, self.sentence.start + high


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence with the numbers that it is about."""

    sentence: Sentence
    groups: tuple[tuple[NumberSeen, ...], ...]
    carried: tuple[str, ...]  # numbers of the sentences before

    def subjects_at(self, start: int, end: int) -> tuple[str, ...]:
        """The numbers that a word at this place speaks of: those before it, else those after."""
        before = [group for group in self.groups if group[0].start < start]
        after = [group for group in self.groups if group[0].start >= end]
        if before:
            return tuple(seen.number for seen in before[-1])
        if after:
            return tuple(seen.number for seen in after[0])
        return self.carried

    @property
    def subjects(self) -> tuple[str, ...]:
        """All numbers of the sentence, else those carried over."""
        return tuple(s.number for group in self.groups for s in group) or self.carried


def heard(text: str, profile: str) -> tuple[Heard, ...]:
    """The sentences of a text in its writer's own words, each with its subjects."""
    found = []
    carried: tuple[str, ...] = ()
    for sentence in sentences(own_words(text)):
        groups = groups_in(sentence.text, profile)
        found.append(Heard(sentence, groups, carried))
        if groups:
            carried = tuple(seen.number for seen in groups[-1])
    return tuple(found)


def readings(parts: tuple[Heard, ...]) -> tuple[Reading, ...]:
    """States, capabilities, parcels and denials that the text states as being so."""
    found: list[Reading] = []
    for part in parts:
        if part.sentence.is_question:
            continue
        found += _denials(part)
        if not any(reading.kind == "denial" for reading in found[-1:]):
            found += _matches(part, "state", words.STATES)
        found += _matches(part, "capability", words.CAPABILITIES)
        if parcels.PARCEL_WORDS.search(part.sentence.text):
            found += _matches(part, "parcel", parcels.PARCEL_STATES)
    return tuple(found)


def _matches(
    part: Heard, kind: str, vocabulary: tuple[tuple[str, re.Pattern[str]], ...]
) -> list[Reading]:
    sentence = part.sentence
    found = []
    for word, pattern in vocabulary:
        for match in pattern.finditer(sentence.text):
            begin, end = sentence.clause(match.start())
            before = sentence.text[begin : match.start()]
            if words.SUPPOSED.search(before) or words.PAST.search(sentence.text[begin:end]):
                continue
            inner = match[0] if word in words.GOOD_STATES or kind == "capability" else ""
            found.append(
                Reading(
                    kind=kind,
                    word=word,
                    subjects=part.subjects_at(match.start(), match.end()),
                    negated=words.NEGATION.search(f"{before} {inner}") is not None,
                    partly=words.NOT_ALL.search(sentence.text[begin:end]) is not None,
                    span=(sentence.start + match.start(), sentence.start + match.end()),
                )
            )
    return found


_NOT_A_DENIAL = re.compile(
    r"\b(?:problema|incidencia|averia|novedad|error|fallo|causa|motivo|fault|problem|trouble|news)"
)


def _denials(part: Heard) -> list[Reading]:
    found = []
    for match in words.DENIED.finditer(part.sentence.text):
        begin, _ = part.sentence.clause(match.start())
        if words.SUPPOSED.search(part.sentence.text[begin : match.start()]):
            continue
        if _NOT_A_DENIAL.search(match[0]):
            continue
        only_one = re.search(r"\b(?:sol[oa]|solamente|only)\b", match[0]) is not None
        subjects = tuple(seen.number for group in part.groups for seen in group)
        found.append(
            Reading(
                kind="denial",
                word="only_one" if only_one else "exists",
                subjects=subjects,
                negated=True,
                partly=False,
                span=(part.sentence.start + match.start(), part.sentence.start + match.end()),
            )
        )
    return found


def dated(parts: tuple[Heard, ...], snapshot: Snapshot) -> tuple[Dated, ...]:
    """Dates, times and relative words, each with what it is the date of."""
    today = snapshot.now.astimezone(ZoneInfo(snapshot.zone)).date()
    found = []
    for part in parts:
        if not part.sentence.is_question:
            found += _dated_of(part, today)
    return tuple(found)


def _dated_of(part: Heard, today: date) -> list[Dated]:
    sentence, text = part.sentence, part.sentence.text
    days, times = dates_in(text, today), times_in(text)
    relative = intents.RELATIVE.search(text)
    later = intents.PROMISES_LATER.search(text)
    if not (days or times or relative or later):
        return []
    since = _since(text, days, times)
    rest_days = tuple(day for day in days if day not in since[0])
    rest_times = tuple(time for time in times if time not in since[1])
    found = []

    def add(about: str, d: tuple[DateSeen, ...], t: tuple[TimeSeen, ...]) -> None:
        found.append(
            Dated(
                about=about,
                subjects=part.subjects,
                days=d,
                times=t,
                relative=relative,
                sentence=sentence,
                acknowledged=manner.ACKNOWLEDGED.search(text) is not None,
                promised=later is not None,
            )
        )

    if since[0] or since[1]:
        add("since", since[0], since[1])
    about = _about(text, timed=bool(rest_days or rest_times or relative))
    if about and (rest_days or rest_times or relative or about == "promise"):
        add(about, rest_days, rest_times)
    return found


_SINCE = re.compile(r"\b(?:desde|since)\b")


def _since(
    text: str, days: tuple[DateSeen, ...], times: tuple[TimeSeen, ...]
) -> tuple[tuple[DateSeen, ...], tuple[TimeSeen, ...]]:
    """The first date and time behind a "since"."""
    mark = _SINCE.search(text)
    if mark is None or re.match(
        r"\s+(?:las|the)?\s*\d{1,2}[:.]\d\d\s+(?:hasta|a|to)\b", text[mark.end() :]
    ):
        return (), ()
    near = mark.end() + 45
    day = next((d for d in days if mark.start() <= d.start <= near), None)
    time = next((t for t in times if mark.start() <= t.start <= near), None)
    return (day,) if day else (), (time,) if time else ()


def _about(text: str, *, timed: bool) -> str:
    """What the dates of a sentence are the dates of; empty when it cannot be told."""
    if words.CANCEL_WORDS.search(text):
        return "cancel"
    if intents.PROMISES_LATER.search(text) or (timed and intents.PROMISES_NOW.search(text)):
        return "promise"
    if parcels.ARRIVE_WORDS.search(text) and parcels.PARCEL_WORDS.search(text):
        return "parcel"
    if words.FUTURE_STATE.search(text) or words.WINDOW_WORDS.search(text):
        return "window"
    return ""
