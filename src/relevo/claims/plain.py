"""A text as the patterns read it: small letters, no accents, words spelt out; each with its place.

People write "xq", "tmb", "u", "dont", "activda". The patterns see "porque", "tambien", "you",
"don't", "activada", and every finding still points at what was really written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from relevo.claims.figures import figures
from relevo.claims.spelling import spelt
from relevo.claims.tongue import tongue_of

_TOKEN = re.compile(r"[a-z0-9ñ]+(?:'[a-z]+)*|[^a-z0-9ñ]+")


@dataclass(frozen=True, slots=True)
class Plain:
    """``text`` is what patterns read; ``places[i]``: where its i-th letter is in the original."""

    text: str
    places: tuple[int, ...]  # one more than letters: the last is the end of the original
    language: str  # "es" or "en", as the stretch is written

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a place in ``text``."""
        if start >= end:
            return self.places[start], self.places[start]
        return self.places[start], max(self.places[end - 1] + 1, self._end_of_word(end))

    def _end_of_word(self, end: int) -> int:
        """A word that was spelt out is shorter in the original: up to where the next one begins."""
        last = self.places[end - 1]
        return (
            last + 1 if end >= len(self.text) or self.places[end] > last + 1 else self.places[end]
        )


@lru_cache(maxsize=4096)
def plain(folded: str, start: int, likely: str) -> Plain:
    """A stretch of folded text that begins at ``start`` of the whole.

    ``likely`` is the language that it has when its own words do not tell.
    """
    language = tongue_of(folded) or likely
    written: list[str] = []
    places: list[int] = []
    read = [(match.start(), match[0]) for match in _TOKEN.finditer(folded)]
    tokens = figures(read)
    for index, (at, token) in enumerate(tokens):
        before = tokens[index - 2][1] if index > 1 else ""
        after = tokens[index + 2][1] if index + 2 < len(tokens) else ""
        dotted = "." in "".join(text for _, text in tokens[max(0, index - 1) : index + 2 : 2])
        is_word = token[:1].isalnum() and not (len(token) == 1 and dotted)  # "p.m."
        word = spelt(token, language, before=before, after=after) if is_word else token
        written.append(word)
        last = len(token) - 1
        places.extend(start + at + min(step, last) for step in range(len(word)))
    places.append(start + len(folded))
    return Plain("".join(written), tuple(places), language)
