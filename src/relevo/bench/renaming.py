"""The names of one family (its key, numbers, cards, parcels, people) and those of its clones.

A name is found by where it stands in the family's rows, and made anew from the number of the clone,
so that no two clones share one. Check digits fit: a clone's card and document are valid ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relevo.values.ids import READABLE
from relevo.values.simcard import luhn_digit

_PER_KIND = 8  # numbers, cards, references of one family, at most
_KEYS = len(READABLE) ** 8
_SCATTER = 405_490_000_003  # prime to the number of keys, so that no two clones share one
_TRADES = ("Taller", "Bodega", "Imprenta", "Farmacia", "Academia", "Hotel", "Horno", "Vivero")
_WINDS = ("Cierzo", "Levante", "Poniente", "Galerna", "Terral", "Solano", "Gregal", "Mistral")


class NotCloned(RuntimeError):
    """The database has a table, or a family has a name, that cloning does not know."""


@dataclass(frozen=True, slots=True)
class Name:
    """A place in a template: what stood there, and how the n-th clone fills it."""

    text: str
    of: Callable[[int], str]


def names_in(text: str, key: str) -> tuple[Name, ...]:
    """Everything in a family's rows that is its own, the key first. Raises NotCloned."""
    found = {key: Name(key, key_of)}
    for pattern, makers in _PATTERNS:
        texts = dict.fromkeys(re.findall(pattern, text))
        for place, original in enumerate(each for each in texts if each not in found):
            if place >= _PER_KIND:
                raise NotCloned(f"{key} has more than {_PER_KIND} like {original}; cloning has not")
            for name in makers(original, place):
                found.setdefault(name.text, name)
    return tuple(found.values())


def _letters(number: int, width: int) -> str:
    """A number in the letters that nobody mixes up."""
    signs = []
    for _ in range(width):
        number, place = divmod(number, len(READABLE))
        signs.append(READABLE[place])
    return "".join(reversed(signs))


def key_of(n: int) -> str:
    """The key of the n-th clone; they lie scattered over all keys."""
    return "R" + _letters((n + 1) * _SCATTER % _KEYS, 8)


def _numbers(original: str, place: int) -> Sequence[Name]:
    """E.164, as the hubs write it, and as it is read out."""
    block = f"+34{original[3]}1"

    def e164(n: int) -> str:
        return f"{block}{n * _PER_KIND + place:07d}"

    def spoken(number: str) -> str:
        return f"{number[3:6]} {number[6:9]} {number[9:]}"

    return (
        Name(original, e164),
        Name(original[3:], lambda n: e164(n)[3:]),
        Name(spoken(original), lambda n: spoken(e164(n))),
    )


def _cards(original: str, place: int) -> Sequence[Name]:
    def card(n: int) -> str:
        body = f"{original[:7]}{9 * 10**10 + n * _PER_KIND + place}"
        return body + luhn_digit(body)

    return (Name(original, card),)


def _codes(kept: int) -> Callable[[str, int], Sequence[Name]]:
    """Codes in letters: what stands in front says whose they are, and stays."""

    def names(original: str, place: int) -> Sequence[Name]:
        width = len(original) - kept
        return (Name(original, lambda n: original[:kept] + _letters(n * _PER_KIND + place, width)),)

    return names


def _references(original: str, place: int) -> Sequence[Name]:
    return (Name(original, lambda n: f"{original[:-9]}{n * _PER_KIND + place:09d}"),)


def _documents(original: str, place: int) -> Sequence[Name]:
    del place

    def company(n: int) -> str:
        return f"{original[0]}{n % 10**7:07d}{luhn_digit(f'{n % 10**7:07d}')}"

    def person(n: int) -> str:
        return f"{n % 10**8:08d}{'TRWAGMYFPDXBNJZSQVHLCKE'[n % 10**8 % 23]}"

    return (Name(original, person if original[0].isdigit() else company),)


def _people(original: str, place: int) -> Sequence[Name]:
    del place

    def name(n: int) -> str:
        return f"{_TRADES[n % len(_TRADES)]} {_WINDS[n // len(_TRADES) % len(_WINDS)]} {n} S.L."

    return (Name(original, name),)


def _emails(original: str, place: int) -> Sequence[Name]:
    del place
    return (Name(original, lambda n: f"hola@cliente{n}.example"),)


_PATTERNS: tuple[tuple[str, Callable[[str, int], Sequence[Name]]], ...] = (
    (r"\b89\d{17}\b", _cards),
    (r"\+34\d{9}", _numbers),
    (r'"contract_code":\s*"([^"]+)"', _codes(kept=3)),
    (r'"reference":\s*"(\d{18,})"', _references),
    (r'"tracking_code":\s*"([^"]+)"', _codes(kept=2)),
    (r"\$([A-Z0-9]{16})\b", _codes(kept=0)),
    (r'"document":\s*\{"type":\s*"\w+",\s*"number":\s*"([^"]+)"', _documents),
    (r'"holder":\s*\{"name":\s*"([^"]+)"', _people),
    (r'"email":\s*"([^"]+)"', _emails),
    (r"\bplay:\d+:[^\n]+", lambda text, _: (Name(text, lambda n: f"seed:{n}"),)),
)
"""How a name of each kind is found in a family's rows, and made for a clone."""
