"""Ids and draws derived from names: never from a clock, never from dice.

Whatever is named alike comes out alike, whatever else was drawn before: a repeated request, a
second worker or one event more does not shift anything.
"""

from __future__ import annotations

from hashlib import sha256

READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Capitals and digits that nobody mixes up when reading them out (no 0, O, 1, I, L, U)."""

_BITS = 53  # what a float holds exactly
_SEPARATOR = "\x1f"  # between names, so that ("a", "bc") and ("ab", "c") differ


def _number(*names: str) -> int:
    return int.from_bytes(sha256(_SEPARATOR.join(names).encode()).digest(), "big")


def draw(seed: int | str, *names: str) -> float:
    """A number in [0, 1) that depends on the seed and the names only."""
    return (_number(str(seed), *names) >> (256 - _BITS)) / (1 << _BITS)


def draw_between(low: int, high: int, seed: int | str, *names: str) -> int:
    """A whole number from low to high, both included. Raises ValueError when high < low."""
    if high < low:
        raise ValueError(f"nothing lies between {low} and {high}; give the lower bound first")
    return low + _number(str(seed), *names) % (high - low + 1)


def code(length: int, alphabet: str, *names: str) -> str:
    """A code of that length, the same for the same names.

    Forty characters or less: beyond that the 256 bits behind it are used up.
    """
    if not 1 <= length <= 40 or len(set(alphabet)) < 2:
        raise ValueError("a code has 1 to 40 characters of an alphabet with two or more")
    rest = _number(*names)
    letters = []
    for _ in range(length):
        rest, place = divmod(rest, len(alphabet))
        letters.append(alphabet[place])
    return "".join(letters)
