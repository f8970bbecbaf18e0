"""Numbers of cards: ICCID, IMSI and EID, with their check digits (ITU-T E.118, SGP.02)."""

from __future__ import annotations

from typing import NewType

from relevo.values.malformed import Malformed

Iccid = NewType("Iccid", str)
"""The number printed on a card: 19 digits, the last one the Luhn check digit."""

Imsi = NewType("Imsi", str)
"""The subscriber's identity on the card: 15 digits, country and network first."""

Eid = NewType("Eid", str)
"""The number of an embedded card: 32 digits, the whole modulo 97 equal to 1."""

ICCID_DIGITS = 19
_SEPARATORS = str.maketrans("", "", " -.")


class MalformedCard(Malformed):
    """The text is not the number of a card."""


def luhn_digit(digits: str) -> str:
    """The check digit that belongs behind these digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def parse_iccid(text: str) -> Iccid:
    """Read an ICCID. The country part is not checked: cards with other layouts are in use."""
    digits = text.translate(_SEPARATORS)
    if not (digits.isascii() and digits.isdigit() and digits.startswith("89")):
        raise MalformedCard(
            f"{text!r} is not a card number",
            "write the 19 digits printed on the card; they begin with 89",
            "not_a_card",
        )
    if len(digits) == ICCID_DIGITS + 1:
        raise MalformedCard(
            f"{text!r} has 20 digits",
            "leave out the 20th digit: the number of a card has 19",
            "twenty_digits",
        )
    if len(digits) != ICCID_DIGITS:
        raise MalformedCard(
            f"{text!r} has {len(digits)} digits",
            "write all 19 digits printed on the card",
            "wrong_length",
            (str(len(digits)),),
        )
    wanted = luhn_digit(digits[:-1])
    if digits[-1] != wanted:
        raise MalformedCard(
            f"the last digit of {text!r} does not fit the others (it should be {wanted})",
            "compare it with the card; one digit is wrong or two are swapped",
            "wrong_control",
        )
    return Iccid(digits)


def make_iccid(issuer: str, serial: int) -> Iccid:
    """The number of the ``serial``-th card of an issuer (the digits that begin its cards)."""
    room = ICCID_DIGITS - 1 - len(issuer)
    if not (issuer.isdigit() and issuer.startswith("89") and 4 <= len(issuer) <= 12):
        raise MalformedCard(f"{issuer!r} is not an issuer", "give 4 to 12 digits beginning with 89")
    if not 0 <= serial < 10**room:
        raise MalformedCard(
            f"the serial number {serial} does not fit", f"give one of at most {room} digits"
        )
    body = f"{issuer}{serial:0{room}d}"
    return Iccid(body + luhn_digit(body))


def parse_imsi(text: str) -> Imsi:
    """Read an IMSI: exactly 15 digits (a registry would take fewer without a word)."""
    if not (text.isascii() and text.isdigit() and len(text) == 15):
        raise MalformedCard(f"{text!r} is not an IMSI", "write its 15 digits and nothing else")
    return Imsi(text)


def parse_eid(text: str) -> Eid:
    """Read an EID: 32 digits beginning with 89, and the two check digits fit."""
    digits = text.translate(_SEPARATORS)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 32):
        raise MalformedCard(f"{text!r} is not an EID", "write its 32 digits (dial *#06# to see it)")
    if not digits.startswith("89") or int(digits) % 97 != 1:
        raise MalformedCard(
            f"the check digits of {text!r} do not fit the others",
            "compare it with the phone (dial *#06#); one digit is wrong or two are swapped",
        )
    return Eid(digits)
