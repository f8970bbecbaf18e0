"""Rules 13, 16, 17, 18: nothing left empty, the customer's language, no survey, no selling."""

from __future__ import annotations

import re

from relevo.claims.facts import fact_of, lines_of, troubled
from relevo.claims.fold import own_words
from relevo.claims.lexicon import pattern
from relevo.claims.model import Finding, Snapshot
from relevo.claims.sentences import Sentence
from relevo.claims.subjects import Spoken
from relevo.claims.tongue import WRITTEN, alone, votes

_EMPTY = pattern("style", "slot", "empty")
_SURVEY = pattern("style", "survey", "words")
_SELLING = pattern("style", "selling", "words")
_REFUSED = pattern("style", "selling", "refused")
_QUOTED_SLOT = re.compile(r"[«“\"][^»”\"]*(?:\{|\.{5}|_{3}|\[)[^»”\"]*[»”\"]")
"""A slot that the text itself speaks of."""
_NOT_NOW = re.compile(
    r"\W*(?:(?:hoy|ahora|aun|todavia|pues|claro que)\s+)*(?:no\b(?! (?:te|le|os|tard|cuesta))"
    r"|not (?:today|now|yet|before))"
)
"""The answer to one's own question: "A survey? Not today"."""
_ONLY_NAMED = 2
_SURE = 3
"""Words of one language alone from which on a text is surely in it."""


def findings(
    text: str, parts: tuple[Spoken, ...], snapshot: Snapshot, language: str
) -> list[Finding]:
    """How a text is written, against what may be sent."""
    own = own_words(text)
    found = [
        Finding(
            rule=13, span=match.span(), says=match[0], facts_say="an empty slot", why="fill it in"
        )
        for match in _EMPTY.finditer(own)
        if not _QUOTED_SLOT.search(own[max(0, match.start() - 40) : match.end() + 40])
    ]
    for part, answer in zip(parts, (*parts[1:], None), strict=False):
        if not _is_over(snapshot):
            why = "no survey before the trouble is over"
            if not (answer and _NOT_NOW.match(answer.sentence.text)):
                found += _words(17, part, "survey", "not resolved", why)
        if troubled(snapshot):
            why = "nothing is sold while a trouble is open"
            found += _words(18, part, "selling", "a trouble is open", why)
    written = _language(own)
    wanted = snapshot.language or language
    if wanted and written and written != wanted:
        why = f"the customer is written to in {wanted}"
        found.append(Finding(rule=16, span=(0, len(text)), says=written, facts_say=wanted, why=why))
    return found


def _words(rule: int, part: Spoken, kind: str, facts_say: str, why: str) -> list[Finding]:
    sentence = part.sentence
    for match in (_SURVEY if kind == "survey" else _SELLING).finditer(sentence.text):
        manner = sentence.manner(*match.span())
        if manner.reported or _REFUSED.search(sentence.text) or _is_denied(sentence, match):
            continue
        if manner.asked and len(sentence.text.split()) <= _ONLY_NAMED:
            continue  # "The survey? No, not before it works."
        span = sentence.span(*match.span())
        return [Finding(rule=rule, span=span, says=match[0], facts_say=facts_say, why=why)]
    return []


def _is_denied(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether it is denied outright; "why not try our offer?" is an offer."""
    before = sentence.text[: match.start()]
    if re.search(r"\b(?:why not|por que no)\b[^.;,]{0,30}$", before):
        return False
    return sentence.manner(*match.span()).negated


def _is_over(snapshot: Snapshot) -> bool:
    """Whether a fact says that the trouble is resolved."""
    if snapshot.case and snapshot.case.resolved_at:
        return True
    lines = lines_of(snapshot)
    return bool(lines) and all(
        (fact := fact_of(snapshot, number, "state")) is not None and fact.value == "live"
        for number in lines
    )


def _language(own: str) -> str:
    """The language of a text, when it is plain to see."""
    counted = votes(own)
    best = max(counted, key=lambda language: counted[language])
    others = max(count for language, count in counted.items() if language != best)
    only = alone(own)
    most = max(sorted(only), key=lambda language: only[language])
    if most not in WRITTEN and only[most] >= _SURE and list(only.values()).count(only[most]) == 1:
        return most
    return best if counted[best] >= _SURE and counted[best] > 2 * others else ""
