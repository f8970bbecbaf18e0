"""What customers write, as it comes over the wire: one part of a text, or all of it. Pure.

A long text comes in parts, in any order, each with a header in its content (UDH) or with SAR
parameters beside it. Nothing that comes is unreadable: letters not known are shown as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from relevo.adapters.sms_smpp.account import Account
from relevo.adapters.sms_smpp.alphabets import from_septets, from_ucs2
from relevo.adapters.sms_smpp.pdu import Address, ShortMessage, Tag
from relevo.adapters.sms_smpp.segments import UDH_INDICATOR

_LATIN1, _UCS2 = 3, 8
_UNSPECIFIC = 0  # the centre's default letters
_NATIONAL_DIGITS_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which part of how many, of which text."""

    reference: int
    total: int
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One ``deliver_sm`` that a customer caused."""

    sender: str  # E.164 where it is a number
    to: str
    text: str
    place: Place | None  # None: it is the whole text
    digest: str  # the same for the same message delivered again


def read_part(message: ShortMessage, account: Account) -> Received:
    """What was written, and its place."""
    content = message.whole
    elements: dict[int, bytes] = {}
    if message.esm_class & UDH_INDICATOR and content:
        header, content = content[1 : 1 + content[0]], content[1 + content[0] :]
        elements = _elements(header)
    table = elements.get(0x24, b"\0")[:1] or b"\0"
    exact = repr((message.source, message.destination, message.data_coding, message.esm_class))
    sar = {int(tag): message.options[tag] for tag in _SAR if tag in message.options}
    return Received(
        sender=_person(message.source, account),
        to=message.destination.digits,
        text=_text(content, message.data_coding, account, table[0]),
        place=_place(elements) or _sar_place(message),
        digest=sha256(exact.encode() + repr(sar).encode() + message.whole).hexdigest(),
    )


_SAR = (Tag.SAR_REFERENCE, Tag.SAR_TOTAL, Tag.SAR_SEQUENCE)


def joined(parts: Iterable[tuple[int, str]], total: int) -> str:
    """The parts in their order; what never came is shown as missing."""
    known = dict(parts)
    return "".join(known.get(number, " […] ") for number in range(1, total + 1))


def _elements(header: bytes) -> dict[int, bytes]:
    """The information elements; a header that is cut off gives those that are whole."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(header):
        name, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if len(value) < length:
            break
        found[name] = value
        at += 2 + length
    return found


def _place(elements: dict[int, bytes]) -> Place | None:
    for name, width in ((0x00, 1), (0x08, 2)):
        value = elements.get(name, b"")
        if len(value) == width + 2:
            reference = int.from_bytes(value[:width], "big")
            return _checked(reference, value[width], value[width + 1])
    return None


def _sar_place(message: ShortMessage) -> Place | None:
    numbers = [int.from_bytes(message.options.get(tag, b""), "big") for tag in _SAR]
    return _checked(*numbers) if all(tag in message.options for tag in _SAR) else None


def _checked(reference: int, total: int, part: int) -> Place | None:
    """A place that cannot be is none: the text is shown as it came."""
    is_one_of_several = total > 1 and 1 <= part <= total
    return Place(reference=reference, total=total, part=part) if is_one_of_several else None


def _text(content: bytes, coding: int, account: Account, table: int) -> str:
    if coding == _UCS2 or coding & 0xEC == 0x08:  # or a data coding group with UCS-2
        return from_ucs2(content)
    if coding == _LATIN1:
        return content.decode("latin1")
    if coding == _UNSPECIFIC and account.inbound_letters == "gsm7":
        return from_septets(content, table)
    return content.decode("latin1")


def _person(source: Address, account: Account) -> str:
    digits = source.digits.strip()
    bare = digits.removeprefix("+")
    if not bare.isdecimal():
        return digits
    if source.ton == 1 or digits.startswith("+") or len(bare) > _NATIONAL_DIGITS_MAX:
        return f"+{bare}"
    return f"{account.country_prefix}{bare}" if account.country_prefix else bare
