"""Words as they are meant: what people shorten is spelt out, what they mistype is put right.

Only towards words that the check knows: a word that nobody here needs is left as it is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from relevo.claims.lexicon import page

_FIGURE = frozenset("0123456789")

_SHORT: dict[str, dict[str, str]] = page("spelling")["short"]
PUT_RIGHT = frozenset(" ".join(page("spelling")["put_right"].values()).split())
"""Words that are worth putting right when somebody mistypes them."""

_TIED = re.compile(
    r"(?:(?:[aei]r|ndo)(?:me|te|se|nos|os|les?|l[ao]s?){1,2}|[aei](?:nos|me)(?:l[ao]s?)?)$"
)
"""A verb with pronouns tied to it ("entregarla") stands in no dictionary, and is no slip."""
_SPOKEN = re.compile(r"([ai])o(s?)$")
""" "Cortaos", "sío": as it is said."""
_SURE_FROM = 5  # letters; shorter words look like too many others
_FREELY_FROM = 9  # letters from which two slips are forgiven


@cache
def _index() -> dict[str, set[str]]:
    """Every word of the list under each form that lacks a letter or two."""
    found: dict[str, set[str]] = {}
    for word in PUT_RIGHT:
        for short in _shorter(word):
            found.setdefault(short, set()).add(word)
    return found


@cache
def _known() -> frozenset[str]:
    text = files("relevo.claims").joinpath("known_words.txt").read_text(encoding="ascii")
    return frozenset(text.split())


def _slips(word: str) -> int:
    return 2 if len(word) >= _FREELY_FROM else 1


def _shorter(word: str) -> set[str]:
    forms, edge = {word}, {word}
    for _ in range(_slips(word)):
        edge = {each[:at] + each[at + 1 :] for each in edge for at in range(len(each))}
        forms |= edge
    return forms


@lru_cache(maxsize=65536)
def nearest(word: str) -> str:
    """The one word of the list that this one is a slip away from; "" when none or several are."""
    if len(word) < _SURE_FROM:
        return ""
    index = _index()
    near = {found for short in _shorter(word) for found in index.get(short, ())}
    judged = [
        (distance, each) for each in near if (distance := _distance(word, each)) <= _slips(each)
    ]
    if not judged:
        return ""
    least = min(distance for distance, _ in judged)
    best = sorted(each for distance, each in judged if distance == least)
    if len({each[:5] for each in best}) == 1:  # forms of one word: the longer one holds more
        return max(best, key=len)
    return best[0] if len(best) == 1 else ""


def _distance(one: str, other: str) -> int:
    """Slips between two words: a letter more, less, another, or two in the wrong order."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, against in enumerate(other, start=1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            crossed = (
                row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            )
            now.append(min(cost, before[column - 2] + 1) if crossed else cost)
        before, last = last, now
    return last[-1]


def spelt(word: str, language: str, *, before: str = "", after: str = "") -> str:
    """The word that is meant by a folded word."""
    if word[0] in _FIGURE:
        return word
    short = _SHORT[language].get(word)
    if short is not None:
        if len(word) == 1 and (before[:1] in _FIGURE or after[:1] in _FIGURE) and word in "xhm":
            return word  # "2 x 5", "3 m": a sign among figures
        return short
    if word in PUT_RIGHT or word in _known() or _TIED.search(word):
        return word
    spoken = _SPOKEN.sub(r"\1do\2", word)
    if spoken != word and language == "es" and (spoken in PUT_RIGHT or spoken in _known()):
        return spoken
    return nearest(word) or word
