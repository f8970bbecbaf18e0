"""What somebody who complains is told, and whether a message is a complaint. Texts are given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from relevo.care.complaint.model import Complaint, Outcome
from relevo.values.moment import Moment

QUESTION_MAX = 500
"""A question is quoted back; what is longer is cut there and stands whole in the complaint."""

QUESTIONS_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The texts of one language."""

    receipt: str
    answer: str
    point: str
    ask: str
    outcomes: Mapping[str, str]
    channels: Mapping[str, str]
    files: re.Pattern[str]
    files_not: re.Pattern[str]


Wordings = Mapping[str, Wording]


def is_complaint(wordings: Wordings, text: str) -> bool:
    """Whether somebody says in so many words that he complains. All else a person judges."""
    return any(
        each.files.search(text) is not None and each.files_not.search(text) is None
        for each in wordings.values()
    )


def questions_in(text: str) -> tuple[str, ...]:
    """The points that want an answer: each question and demand line; else the whole is one."""
    lines = [line.strip(" \t-*•").strip() for line in text.splitlines()]
    numbered = [line for line in lines if re.match(r"(?:\d{1,2}|[a-z])[.)]\s+\S", line)]
    asked = re.findall(r"[^.!?\n]*\?", text)
    found = numbered or [re.sub(r"^\W+", "", each) for each in asked]
    points = [" ".join(each.split()) for each in found if len(each.strip()) > 1]
    return tuple(points[:QUESTIONS_MAX]) or (" ".join(text.split()),)


def receipt_text(
    wording: Wording, complaint: Complaint, holder: str, local: Callable[[Moment], Moment]
) -> str:
    """The receipt: key, day, channel, and what was noted, quoted as his own words."""
    return wording.receipt.format(
        holder=holder,
        key=complaint.key,
        filed=f"{local(complaint.filed_at):%d/%m/%Y %H:%M}",
        channel=wording.channels.get(complaint.channel, complaint.channel),
        questions="\n".join(_quoted(each.text) for each in complaint.questions),
    )


def points_of(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The points that somebody named himself; of very many the last ones are one: none is lost."""
    if len(asked) <= QUESTIONS_MAX:
        return asked
    return (*asked[: QUESTIONS_MAX - 1], "\n".join(asked[QUESTIONS_MAX - 1 :]))


def answer_text(
    wording: Wording, complaint: Complaint, holder: str, outcome: Outcome, ways: tuple[str, ...]
) -> str:
    """The answer: point by point, the outcome, and the ways on."""
    points = [
        wording.point.format(question=_quoted(each.text), answer=each.answer)
        for each in complaint.questions
    ]
    said = [wording.outcomes[outcome], *(f"- {way}" for way in ways)]
    return wording.answer.format(
        holder=holder, key=complaint.key, answers="\n\n".join(points), outcome="\n".join(said)
    )


def ask_text(wording: Wording, complaint: Complaint, holder: str, missing: str) -> str:
    """What he is asked for, and why."""
    return wording.ask.format(holder=holder, key=complaint.key, missing=missing)


_TELLING = re.compile(r"\b[A-Za-z]{2}-\d{3,}\b|\d(?:[ .\-]?\d){5,}")


def _quoted(text: str) -> str:
    """His own words, marked as a quotation. A number or key in them may be somebody else's: of that
    only the end is repeated."""
    return "> " + _TELLING.sub(lambda seen: f"…{seen[0][-3:]}", text[:QUESTION_MAX])
