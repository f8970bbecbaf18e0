"""Cuts a text into what goes over the air, and counts it before anything is sent. Pure.

Over the air a message has 140 octets: 160 septets, or 70 letters of two octets. A header takes its
share: the place among several segments five octets and one, a shift table three more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relevo.adapters.sms_smpp.account import Account, Alphabet, LongText
from relevo.adapters.sms_smpp.alphabets import Table, in_septets, in_ucs2

UDH_INDICATOR = 0x40  # in esm_class
_AIR_OCTETS = 140
_PLACE = 0x00  # information elements, 3GPP TS 23.040 9.2.3.24
_SHIFT = 0x24
_PLACE_OCTETS = 5
_CODINGS = {Alphabet.GSM7: 0, Alphabet.GSM7_ES: 0, Alphabet.UCS2: 8}


class TooLong(ValueError):
    """The text needs more segments than the agreement allows."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One submit: its header (if any) and letters."""

    content: bytes
    data_coding: int
    has_header: bool = False
    is_payload: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A text that is ready to go."""

    alphabet: Alphabet
    segments: tuple[Segment, ...]


def cut(text: str, account: Account, reference: int = 0) -> Cut:
    """The text in the alphabet in which it takes the fewest segments. ``reference`` tells long
    texts to the same phone apart.

    Raises TooLong.
    """
    whole = account.long_text is LongText.PAYLOAD
    fits = [
        _cut(alphabet, letters, reference, whole=whole)
        for alphabet, letters in _spelled(text, account.alphabets, plain=whole)
    ]
    best = min(fits, key=lambda each: len(each.segments))
    if len(best.segments) > account.segments_max:
        most = account.segments_max
        raise TooLong(
            f"the text takes {len(best.segments)} SMS; segments_max is {most}: shorten it"
        )
    return best


def _spelled(
    text: str, allowed: Sequence[Alphabet], *, plain: bool
) -> list[tuple[Alphabet, list[bytes]]]:
    """The alphabets that have all letters. A centre that cuts the text itself is given no shift
    table: it would have to repeat it in each segment."""
    tables = {Alphabet.GSM7: Table.BASIC} | ({} if plain else {Alphabet.GSM7_ES: Table.SPANISH})
    found = [(each, in_septets(text, tables[each])) for each in tables if each in allowed]
    usable = [(alphabet, letters) for alphabet, letters in found if letters is not None]
    if Alphabet.UCS2 in allowed or not usable:
        usable.append((Alphabet.UCS2, in_ucs2(text)))
    return usable


def _cut(alphabet: Alphabet, letters: list[bytes], reference: int, *, whole: bool) -> Cut:
    coding = _CODINGS[alphabet]
    shift = bytes((_SHIFT, 1, Table.SPANISH)) if alphabet is Alphabet.GSM7_ES else b""
    rows = _rows(letters, _room(alphabet, len(shift)))
    if len(rows) == 1:
        return Cut(alphabet, (_segment(rows[0], coding, shift),))
    if whole:
        return Cut(alphabet, (Segment(b"".join(letters), coding, is_payload=True),))
    rows = _rows(letters, _room(alphabet, len(shift) + _PLACE_OCTETS))
    heads = [bytes((_PLACE, 3, reference % 256, len(rows) % 256, n % 256)) for n in _from_1(rows)]
    made = (_segment(row, coding, head + shift) for row, head in zip(rows, heads, strict=True))
    return Cut(alphabet, tuple(made))


def _from_1(rows: Sequence[bytes]) -> range:
    return range(1, len(rows) + 1)


def _room(alphabet: Alphabet, elements: int) -> int:
    """What is left for letters: septets, or octets. A header begins with its own length."""
    header = elements + 1 if elements else 0
    octets = _AIR_OCTETS - header
    return octets if alphabet is Alphabet.UCS2 else octets * 8 // 7


def _rows(letters: Sequence[bytes], room: int) -> list[bytes]:
    """Letters in rows that fit; none is torn apart."""
    rows: list[bytearray] = [bytearray()]
    for letter in letters:
        if len(rows[-1]) + len(letter) > room:
            rows.append(bytearray())
        rows[-1] += letter
    return [bytes(row) for row in rows]


def _segment(row: bytes, coding: int, elements: bytes) -> Segment:
    header = bytes((len(elements),)) + elements if elements else b""
    return Segment(header + row, coding, has_header=bool(header))
