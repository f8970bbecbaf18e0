"""What the days and times of a text are the days and times of.

One sentence may hold several ("the card comes on the 4th, the move is on Friday the 6th from 2 to
6"): each day and each time belongs to the topic whose word stands before it, else to the first one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from relevo.claims.clocks import Clock
from relevo.claims.days import Day
from relevo.claims.lexicon import pattern, vocabulary
from relevo.claims.moments import moments_in
from relevo.claims.parcel_words import PARCEL_NOUNS as _PARCEL
from relevo.claims.sentences import Manner, Sentence
from relevo.claims.subjects import Spoken

_TOPICS = (
    *vocabulary("times", "topic"),
    ("promise", pattern("promises", "promise", "later")),
    ("promise", pattern("promises", "promise", "now")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Days and times of one topic in one sentence."""

    about: str  # "window" | "cancel" | "since" | "parcel" | "bill" | "date" | "promise" | ""
    subjects: tuple[str, ...]
    names_numbers: bool  # in this sentence; otherwise they are carried on
    days: tuple[Day, ...]
    clocks: tuple[Clock, ...]
    manner: Manner
    sentence: Sentence
    start: int  # in the sentence's text
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """The place in the original."""
        return self.sentence.span(self.start, self.end)

    @property
    def absolute(self) -> tuple[Day, ...]:
        """The days that are written as dates."""
        return tuple(day for day in self.days if not day.relative)


def timed(parts: tuple[Spoken, ...], today: date) -> tuple[Timed, ...]:
    """All days and times of a text, by topic."""
    found: list[Timed] = []
    carried = spoken_of = ""
    for part in parts:
        marks = _marks(part.sentence.text)
        if marks and marks[0][2] == "date" and spoken_of == "parcel":
            marks = [(*marks[0][:2], spoken_of), *marks[1:]]  # "It is now expected on Thursday"
        found += _of(part, today, marks, carried)
        spoken_of = "parcel" if _PARCEL.search(part.sentence.text) else ""
        is_lead = bool(part.sentence.manner(0, 1).asked) or len(part.sentence.text.split()) <= _LEAD
        carried = marks[-1][2] if marks and is_lead else ""
    return tuple(found)


_BEFORE_IT = re.compile(
    r"\b(?:before|ahead of|outside) (?:the|your|its)(?: \w+)? $"
    r"|\b(?:antes|fuera) de (?:la|tu|su)(?: \w+)? $"
)
""" "It was cut before the agreed window, on Monday": Monday is no window's."""
_LEAD = 4
"""Words of a sentence that only says what the next one is about ("The date? Friday the 6th.")."""
Mark = tuple[int, int, str]


@lru_cache(maxsize=4096)
def _marks(text: str) -> list[Mark]:
    """The words that tell a topic; one that lies within a longer one is no word of its own."""
    every = sorted(
        (match.start(), match.end(), topic)
        for topic, words in _TOPICS
        for match in words.finditer(text)
        if not (topic == "window" and _BEFORE_IT.search(text[: match.start()]))
    )
    alone = [
        mark
        for mark in every
        if not any(
            other != mark and other[0] <= mark[0] and mark[1] <= other[1] and other[:2] != mark[:2]
            for other in every
        )
    ]
    marks: list[Mark] = []
    for begin, end, topic in alone:
        last = marks[-1] if marks else None
        is_due = (
            topic == "date"
            or (topic == "promise" and text[begin:end][:1] == "l")
            or (topic == "bill" and text[begin:end].lstrip("it's ")[:3] == "due")
        )
        tied = last and is_due and not _STOP.search(text, last[1], begin)
        # "the move is on the 6th", "the move, you have it on the 6th": the date of the move
        marks.append((begin, end, last[2] if last and tied else topic))
    return marks


def _of(part: Spoken, today: date, marks: list[Mark], carried: str) -> Iterator[Timed]:
    sentence = part.sentence
    moments = moments_in(sentence.text, today)
    seen: list[Day | Clock] = sorted(
        (*moments.days, *moments.clocks), key=lambda each: (each.start, each.end)
    )
    groups: list[tuple[str, int, bool, list[Day | Clock]]] = []
    told: set[int] = set()  # where somebody's words begin
    for each in seen:
        topic, at = _topic(sentence.text, marks, each.start) if marks else (carried, -1)
        said = sentence.manner(each.start, each.end)
        # "it was to be the 18th, now …"; "there is no 29th, so it moves on …"
        is_gone = said.reported or (said.negated and each.start < at)
        told |= {each.start} if said.reported else set()
        if groups and groups[-1][:3] == (topic, at, is_gone):
            groups[-1][3].append(each)
        else:
            groups.append((topic, at, is_gone, [each]))
    for topic, at, is_gone, members in groups:
        start, end = members[0].start, max(each.end for each in members)
        yield Timed(
            about=topic,
            subjects=part.about(at if at >= 0 else start, end),
            names_numbers=any(each.numbers for each in part.named),
            days=tuple(each for each in members if isinstance(each, Day)),
            clocks=tuple(each for each in members if isinstance(each, Clock)),
            manner=sentence.manner(
                start if at < 0 or start in told or (is_gone and at > start) else at, end
            ),
            sentence=sentence,
            start=start,
            end=end,
        )


_STOP = re.compile(r"[;:]|,(?!\d)")
_UNTIL = re.compile(r"\b(?:until|till|hasta)\b[^,;.]{0,16}$")
_UP_TO = ("hasta", "until", "till", " by ", "before", "antes de")


def _topic(text: str, marks: list[Mark], at: int) -> tuple[str, int]:
    """The topic of what stands at a place, and where its word is."""
    before = [mark for mark in marks if mark[0] < at]
    after = [mark for mark in marks if mark[0] >= at]
    beside = (*before[::-1], *(mark for mark in after if ";" not in text[at : mark[0]]))
    cancels = next((mark for mark in beside if mark[2] == "cancel"), None)
    moved_on = cancels and any(
        mark[2] == "window" and cancels[1] <= mark[0] and _STOP.search(text[cancels[1] : mark[0]])
        for mark in before
    )
    if cancels and not moved_on and any(word in text[:at] for word in _UP_TO):
        return "cancel", cancels[0]
    if before:
        last = before[-1]
        if last[2] == "parcel" and _UNTIL.search(text[:at]):
            return "", -1  # "keep the card in until the 12th"
        if last[2] == "window" and len(before) > 1 and before[-2][2] == "since":
            near = text[before[-2][1] : at]
            if len(near) < 12:
                return "since", before[-2][0]
        return last[2], last[0]
    if after and not (after[0][2] == "since" and re.search(r"[,;:]", text[at : after[0][0]])):
        return after[0][2], after[0][0]
    return "", -1
