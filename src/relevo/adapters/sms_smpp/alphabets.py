"""The alphabets of a short message: 3GPP TS 23.038. Pure.

Each letter of the GSM alphabet is seven bits; a few more stand behind an escape. A national single
shift table puts other letters behind the same escape, announced in the header of the message. A
phone that does not know the table shows the letter that stands at the same place without accent,
which is why such a message can always be sent. SMPP carries one septet in an octet.
"""

from __future__ import annotations

import tomllib
from enum import IntEnum
from importlib.resources import files
from typing import Any

ESCAPE = 0x1B


class Table(IntEnum):
    """National language identifiers of which we know the letters."""

    BASIC = 0
    SPANISH = 2


_READ: dict[str, Any] = tomllib.loads(
    files("relevo.adapters.sms_smpp").joinpath("alphabets.toml").read_text(encoding="utf-8")
)
_BASIC: str = _READ["basic"]
_SHIFTED: dict[int, dict[int, str]] = {
    table: {
        int(place): letter
        for place, letter in (
            _READ["extension"] | _READ["national"].get(str(int(table)), {})
        ).items()
    }
    for table in Table
}
_SEPTETS: dict[int, dict[str, bytes]] = {
    table: {letter: bytes((ESCAPE, place)) for place, letter in shifted.items()}
    | {letter: bytes((place,)) for place, letter in enumerate(_BASIC) if place != ESCAPE}
    for table, shifted in _SHIFTED.items()
}


def in_septets(text: str, table: Table = Table.BASIC) -> list[bytes] | None:
    """Each letter as one or two septets; None when there is a letter that the table lacks."""
    known = _SEPTETS[table]
    letters = [known.get(letter) for letter in text]
    return None if None in letters else [each for each in letters if each is not None]


def in_ucs2(text: str) -> list[bytes]:
    """Each letter as the two or four octets that must not be torn apart."""
    return [letter.encode("utf-16-be", "replace") for letter in text]


def from_septets(octets: bytes, table: int = Table.BASIC) -> str:
    """One septet in an octet, as text. An unknown letter behind an escape is the plain one."""
    shifted = _SHIFTED.get(table, _SHIFTED[Table.BASIC])
    letters: list[str] = []
    is_shifted = False
    for octet in octets:
        place = octet & 0x7F
        if is_shifted:
            letters.append(shifted.get(place, _BASIC[place] if place != ESCAPE else " "))
            is_shifted = False
        elif place == ESCAPE:
            is_shifted = True
        else:
            letters.append(_BASIC[place])
    return "".join(letters)


def from_ucs2(octets: bytes) -> str:
    """Text of two octets a letter; half a letter at the end is shown as one that is missing."""
    return octets.decode("utf-16-be", "replace")
