"""Rule 9: what is said of the customer's rights is the law of his country.

Terms: rights-care 1.1 (LGTel art. 70), 1.4 (Ley 10/2025) and 1.6 (complaint flow); they stand with
their sources in ``lexicon/rights.toml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from relevo.claims.lexicon import page, pattern
from relevo.claims.model import Finding, Snapshot
from relevo.claims.subjects import Spoken

_ELSEWHERE = pattern("style", "rights", "elsewhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Idea:
    """What a sentence speaks of, in whatever order its words stand."""

    holds: tuple[re.Pattern[str], ...]
    lacks: re.Pattern[str] | None

    def is_in(self, text: str) -> bool:
        if self.lacks is not None and self.lacks.search(text):
            return False
        return all(words.search(text) for words in self.holds)


@cache
def _terms(pack: str) -> tuple[tuple[str, re.Pattern[str], re.Pattern[str], str], ...]:
    rights = page("rights")
    return tuple(
        (name, re.compile(each["speaks_of"]), re.compile(each["is"]), each["says"])
        for name, each in rights.get(pack, {}).get("term", {}).items()
    )


@cache
def _ideas(pack: str) -> tuple[tuple[_Idea, re.Pattern[str], str], ...]:
    rights = page("rights").get(pack, {}).get("idea", {})
    return tuple(
        (
            _Idea(
                holds=tuple(re.compile(words) for words in each["holds"]),
                lacks=re.compile(each["lacks"]) if "lacks" in each else None,
            ),
            re.compile(each["is"]),
            each["says"],
        )
        for each in rights.values()
    )


@cache
def _false(pack: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    said = page("rights").get(pack, {}).get("false", {})
    return tuple((re.compile(each["says"]), each["why"]) for each in said.values())


_LENGTH = re.compile(
    r"\b(?:\d+|un[ao]?|dos|tres|cuatro|cinco|seis|siete|ocho|diez|doce|quince|veinte|treinta|a|an"
    r"|one|two|three|four|five"
    r"|six|seven|ten|fourteen|fifteen|twenty|thirty)\s?(?:(?:working|business|calendar)\s)?(?:h\b"
    r"|horas?|dias?|semanas?"
    r"|mes(?:es)?|anos?|minutos?|hours?|days?|weeks?|months?|years?|minutes?)(?:\s(?:habiles"
    r"|naturales|laborables?|habil"
    r"|enter[ao]))?"
)


def findings(parts: tuple[Spoken, ...], snapshot: Snapshot) -> list[Finding]:
    """Bodies of other countries, and terms that are not the law's."""
    pack = snapshot.profile.partition("@")[0]
    found: list[Finding] = []
    foreign = pattern("style", "rights", pack) if pack in page("style")["rights"] else None
    for part in parts:
        text = part.sentence.text
        for match in foreign.finditer(text) if foreign else ():
            manner = part.sentence.manner(*match.span())
            near = text[max(0, match.start() - 18) : match.start()]
            if (
                manner.reported
                or _ELSEWHERE.search(text)
                or re.search(r"\b(?:no|not|ni|nor)\b", near)
            ):
                continue
            why = "that right is another country's"
            found.append(_at(part, match.span(), match[0], pack, why))
        for words, why in _false(pack):
            said = words.search(text)
            if said and not _is_denied(part, said):
                found.append(_at(part, said.span(), said[0], "no such right", why))
        found += _lengths(part, pack)
    return found


def _is_denied(part: Spoken, said: re.Match[str]) -> bool:
    """Whether what would be false is denied, asked, or somebody else's word."""
    manner = part.sentence.manner(said.start(), said.start() + 1)
    return manner.negated or manner.asked or manner.reported


def _lengths(part: Spoken, pack: str) -> list[Finding]:
    text = part.sentence.text
    found = []
    for _, speaks_of, right, says in _terms(pack):
        for topic in speaks_of.finditer(text):
            begin, end = max(0, topic.start() - 60), topic.end() + 60
            lengths = list(_LENGTH.finditer(text, begin, min(end, len(text))))
            if not lengths or any(right.fullmatch(each[0].strip()) for each in lengths):
                continue
            manner = part.sentence.manner(lengths[0].start(), lengths[0].end())
            if manner.asked or manner.reported or manner.negated:
                continue
            why = "the law has another term"
            found.append(_at(part, lengths[0].span(), lengths[0][0], says, why))
            break
    for idea, right, says in _ideas(pack) if not found else ():
        lengths = list(_LENGTH.finditer(text)) if idea.is_in(text) else []
        if not lengths or any(right.fullmatch(each[0].strip()) for each in lengths):
            continue
        manner = part.sentence.manner(lengths[0].start(), lengths[0].end())
        if not (manner.asked or manner.reported or manner.negated):
            why = "the law has another term"
            found.append(_at(part, lengths[0].span(), lengths[0][0], says, why))
    return found[:1]


def _at(part: Spoken, span: tuple[int, int], says: str, facts_say: str, why: str) -> Finding:
    return Finding(rule=9, span=part.sentence.span(*span), says=says, facts_say=facts_say, why=why)
