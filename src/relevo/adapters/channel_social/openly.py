"""May this answer stand where everybody reads it? Pure.

In the open only what fits everybody may be said: no number, no address, no name, no order. Where
it is in doubt the answer goes by direct message; that harms nobody, the contrary does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from relevo.values.address import folded

_MARKS = re.compile(r"[\W_]+")
_ADDRESS = re.compile(r"\S@\S|://|\bwww\.")
_NAME_WORD_MIN = 2  # letters; an initial alone names nobody


class Names(StrEnum):
    """Why a text may not stand in the open."""

    NUMBER = "number"  # any digit: telephone, card, amount, day, key
    ADDRESS = "address"  # of mail or of a page
    PERSON = "person"
    ORDER = "order"


def public_text(text: str, people: Iterable[str], keys: Iterable[str]) -> frozenset[Names]:
    """What keeps the text out of the open; nothing: it may stand there.

    ``people``: names of the customer and whoever belongs to the order; ``keys``: of order and case.
    """
    plain = unicodedata.normalize("NFKC", text)
    shown = "".join(each for each in plain if unicodedata.category(each) != "Cf")
    words = set(_words(shown))
    run = "".join(_words(shown))
    found: set[Names] = set()
    if any(each.isnumeric() for each in shown):
        found.add(Names.NUMBER)
    if _ADDRESS.search(shown.casefold()):
        found.add(Names.ADDRESS)
    if any(word in words for name in people for word in _words(name) if _is_name(word)):
        found.add(Names.PERSON)
    if any("".join(_words(key)) in run for key in keys if _words(key)):
        found.add(Names.ORDER)
    return frozenset(found)


def _is_name(word: str) -> bool:
    return len(word) >= _NAME_WORD_MIN


def _words(text: str) -> list[str]:
    return [word for word in _MARKS.split(folded(text)) if word]
