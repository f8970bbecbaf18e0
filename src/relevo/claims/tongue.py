"""In which language a stretch is written: by its commonest words, which nobody writes by chance."""

from __future__ import annotations

import re

from relevo.claims.lexicon import page

_WORD = re.compile(r"[a-z']+")
_WRITTEN: dict[str, str] = page("tongues")["written"]
_FOREIGN: dict[str, str] = page("tongues")["foreign"]
_WORDS = {tongue: frozenset(words.split()) for tongue, words in {**_WRITTEN, **_FOREIGN}.items()}
_BOTH = frozenset.intersection(*(_WORDS[tongue] for tongue in _WRITTEN))
WRITTEN = frozenset(_WRITTEN)


def alone(folded: str) -> dict[str, int]:
    """How many of its words are of one language only."""
    found = dict.fromkeys(_WORDS, 0)
    for word in _WORD.findall(folded):
        of = [tongue for tongue, common in _WORDS.items() if word in common]
        if len(of) == 1:
            found[of[0]] += 1
    return found


def votes(folded: str) -> dict[str, int]:
    """How many of its words are of which language, those of all of them left out."""
    words = [word for word in _WORD.findall(folded) if word not in _BOTH]
    return {tongue: sum(word in common for word in words) for tongue, common in _WORDS.items()}


def tongue_of(folded: str) -> str:
    """The language of most of its words, of those in which we write; "" when they do not tell."""
    counted = votes(folded)
    ours = sorted(_WRITTEN, key=lambda tongue: counted[tongue], reverse=True)
    return ours[0] if counted[ours[0]] > counted[ours[1]] else ""
