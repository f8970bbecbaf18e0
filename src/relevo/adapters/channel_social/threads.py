"""A text that does not fit into one post becomes a thread: cut where a reader would pause. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_PLACE = " ({number}/{total})"
_PLACE_ROOM = 8  # " (99/99)"
PARTS_MAX = 20
_PAUSES = ("\n\n", "\n", ". ", "? ", "! ", "; ", ", ", " ")


@dataclass(frozen=True, slots=True)
class Measure:
    """How much one post holds, and how the network counts."""

    room: int
    length: Callable[[str], int]


class TooMuch(ValueError):
    """It would be a thread that nobody reads."""


def in_parts(text: str, measure: Measure) -> tuple[str, ...]:
    """The text as posts, each with its place in the thread where there are several.

    The same text under the same measure gives the same posts. Raises TooMuch.
    """
    text = text.strip()
    if measure.length(text) <= measure.room:
        return (text,)
    parts: list[str] = []
    rest = text
    while rest:
        if len(parts) == PARTS_MAX:
            raise TooMuch(f"more than {PARTS_MAX} posts of {measure.room} characters; write less")
        cut = _cut(rest, measure)
        parts.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    total = len(parts)
    return tuple(
        part + _PLACE.format(number=number, total=total) for number, part in enumerate(parts, 1)
    )


def _cut(text: str, measure: Measure) -> int:
    """Where the first part ends: behind the last pause that fits; early only between words."""
    room = measure.room - _PLACE_ROOM
    if room < 1:
        raise TooMuch(f"a post holds {measure.room} characters here: too few for anything")
    most = _most(text, measure, room)
    if most == len(text):
        return most
    for pause in _PAUSES:
        found = text.rfind(pause, 0, most) + len(pause)
        if found >= len(pause) and (found > most // 2 or pause == " "):
            return found
    return most


def _most(text: str, measure: Measure, room: int) -> int:
    """How many characters fit."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure.length(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return low
