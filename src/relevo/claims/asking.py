"""What a text asks the customer for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from relevo.claims.lexicon import pattern, vocabulary
from relevo.claims.subjects import Spoken

_ASKS = pattern("asks", "ask", "asks")
_NOT_ASKED = pattern("asks", "ask", "not_asked")
_ITEMS = vocabulary("asks", "item")
_LIST_GOES_ON = re.compile(r":\s*$")


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that a text asks the customer for."""

    item: str
    span: tuple[int, int]
    subjects: tuple[str, ...]


def asked(parts: tuple[Spoken, ...]) -> Iterator[Asked]:
    """What a text asks the customer for, with the numbers it is about."""
    carried = False
    for part in parts:
        text = part.sentence.text
        asks = list(_ASKS.finditer(text))
        if not asks and not carried:
            continue
        seen: set[str] = set()
        for item, words in _ITEMS:
            for match in words.finditer(text):
                is_asked = carried or any(_governs(part, one, match) for one in asks)
                manner = part.sentence.manner(*match.span())
                if item in seen or not is_asked or (manner.reported and not manner.asked):
                    continue
                if item == "bill" and "delivery_receipt" in seen:
                    continue
                seen.add(item)
                yield Asked(item, part.sentence.span(*match.span()), part.about(*match.span()))
        carried = _LIST_GOES_ON.search(text) is not None


_AWAY = re.compile(
    r";|\b(?:pero|porque|ya que|pues|but|because|since|as we|que ya|which|donde|aunque)\b"
)
_NEITHER = re.compile(
    r"\b(?:ni|neither|nor)\b[^.;]{0,80}\b(?:hacen? falta|necesit\w+|son necesari\w+|se requier\w+"
    r"|(?:do|does|are|is) (?:we need|needed|required|necessary))"
)
"""Denied of several things, in another clause than the last of them."""
_NEAR = 90


def _governs(part: Spoken, asks: re.Match[str], item: re.Match[str]) -> bool:
    """Whether the words that ask are about the thing: before it in one breath, or in its clause;
    and are no "you need not send it", "we have it", "we send it to you"."""
    sentence, text = part.sentence, part.sentence.text
    if asks.start() <= item.start():
        between = text[asks.end() : item.start()]
        if len(between) > _NEAR or _AWAY.search(between):
            return False
    elif sentence.clause(item.start()) != sentence.clause(asks.start()):
        return False
    low, high = min(asks.start(), item.start()), max(asks.end(), item.end())
    begin, _ = sentence.clause(low)
    _, end = sentence.clause(high - 1)
    return _NOT_ASKED.search(text[begin:end]) is None and _NEITHER.search(text) is None
