"""Telephone numbers: one form inside (E.164), others for people and for the wire."""

from __future__ import annotations

from typing import Literal, NewType

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from relevo.values.malformed import Malformed

Msisdn = NewType("Msisdn", str)
"""A number in E.164: a plus sign, the country code and the national number, digits only."""

NumberKind = Literal["mobile", "fixed", "other"]

_KINDS: dict[int, NumberKind] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
}


class MalformedNumber(Malformed):
    """The text is not a telephone number."""


def parse_msisdn(text: str, region: str = "ES") -> Msisdn:
    """Read a number as people write it; without a plus sign it is one of the region.

    The test is "possible" (length and country), not "valid" (the block is assigned): the tables
    of assigned blocks are those of the day on which the package was built, and an operator gets
    new ones at any time. A number that the tables do not know is of kind "other", and the
    catalogue says which kinds can be ported.
    """
    try:
        parsed = phonenumbers.parse(text, region)
    except NumberParseException as wrong:
        raise MalformedNumber(
            f"{text!r} is not a telephone number",
            "write it with country code and digits only, for example +34600000101",
            "not_a_number",
        ) from wrong
    if parsed.extension or not phonenumbers.is_possible_number(parsed):
        national_ = str(parsed.national_number)
        raise MalformedNumber(
            f"{text!r} cannot be a number of country +{parsed.country_code} "
            f"({len(national_)} digits after it)",
            "check the digits; a Spanish number has nine after +34, for example +34600000101",
            "wrong_length",
        )
    return Msisdn(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def number_kind(number: Msisdn) -> NumberKind:
    """Whether the numbering plan has it for mobile or fixed lines."""
    return _KINDS.get(phonenumbers.number_type(_parsed(number)), "other")


def national(number: Msisdn) -> str:
    """The number without its country code, as the hubs want it (nine digits in Spain)."""
    return number[1 + len(country_code(number)) :]


def country_code(number: Msisdn) -> str:
    """The digits of the country (``34``). None of these codes begins another one (ITU-T E.164)."""
    for end in (2, 3, 4):
        if int(number[1:end]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return number[1:end]
    raise MalformedNumber(
        f"no country has the code of {number!r}",
        "write it with country code and digits only, for example +34600000101",
    )


def spoken(number: Msisdn) -> str:
    """The number as it is read out: in threes, without country code (``600 000 102``)."""
    digits = national(number)
    return " ".join(digits[start : start + 3] for start in range(0, len(digits), 3))


def masked(number: Msisdn) -> str:
    """The number with all but its last three digits hidden, for logs and strangers."""
    return "•" * (len(number) - 4) + number[-3:]


def _parsed(number: Msisdn) -> PhoneNumber:
    return phonenumbers.parse(number, None)
