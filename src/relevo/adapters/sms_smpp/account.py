"""What an installation has agreed with its SMS centre: one file, checked before it is used.

Nothing here can be known beforehand: each centre has its own limits, its own form of ids and its
own idea of letters. The file says so for one centre; ``docs/howto/connect-sms.md`` explains each.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

SENDER_LETTERS_MAX = 11
_POSITIVE = ("answer_within_s", "enquire_every_s", "first_pause_s", "refused_pause_s")
_INTERNATIONAL_DIGITS_MIN = 7  # fewer are a number of the network's own


class Alphabet(StrEnum):
    """In what a text may go out; the first that has all its letters is taken."""

    GSM7 = "gsm7"
    GSM7_ES = "gsm7-es"  # with the Spanish single shift table
    UCS2 = "ucs2"


class LongText(StrEnum):
    """How a text goes out that does not fit in one message."""

    SEGMENTS = "segments"  # each with a header that says which of how many it is
    PAYLOAD = "payload"  # whole, in the TLV message_payload: the centre cuts it


class IdForm(StrEnum):
    """In what form the centre writes its message ids."""

    TEXT = "text"
    HEX = "hex"
    DECIMAL = "decimal"


class WrongAccount(ValueError):
    """The file cannot be used; the text names the field and what to write."""


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agreement with one centre."""

    host: str
    port: int
    system_id: str
    password_file: str = ""  # a file with the password alone; empty: there is none
    system_type: str = ""
    tls: bool = False
    senders: Mapping[str, str] = {}  # brand -> the sender that customers see
    country_prefix: str = ""  # of numbers that come in without one, for example "+34"
    alphabets: tuple[Alphabet, ...] = tuple(Alphabet)
    long_text: LongText = LongText.SEGMENTS
    segments_max: int = 10
    inbound_letters: str = "gsm7"  # what data_coding 0 is at this centre: "gsm7" or "latin1"
    response_ids: IdForm = IdForm.TEXT
    receipt_ids: IdForm = IdForm.TEXT
    validity_hours: int = 0  # how long the centre tries; 0: as it likes
    window: int = 10  # submits that may wait for their answer
    per_second: float = 0.0  # most submits a second; 0: as fast as it goes
    answer_within_s: float = 30.0
    enquire_every_s: float = 30.0
    enquire_within_s: float = 10.0
    first_pause_s: float = 1.0  # before a new connection; doubles each time
    longest_pause_s: float = 120.0
    refused_pause_s: float = 300.0  # before the next try where the bind was refused
    receipt_decides_within_s: float = 1800.0  # for a message of which nobody knows
    query_after_s: float = 86400.0  # of silence about a message that was accepted
    sweep_every_s: float = 10.0  # for what a crash left, and what waits for its time
    parts_within_s: float = 86400.0  # for the rest of a long message

    def password(self) -> str:
        """What lies in the password's file. Raises WrongAccount."""
        if not self.password_file:
            return ""
        try:
            return Path(self.password_file).read_text(encoding="utf-8").strip()
        except OSError as wrong:
            raise WrongAccount(
                f"password_file: {wrong.strerror}; write the password into it"
            ) from None


def read_account(path: Path) -> Account:
    """The agreement in a file. Raises WrongAccount, which names the field."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        account = msgspec.convert(written, Account)
    except OSError as wrong:
        raise WrongAccount(
            f"{path.name}: {wrong.strerror}; see docs/howto/connect-sms.md"
        ) from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise WrongAccount(f"{path.name}: {wrong}; see docs/howto/connect-sms.md") from None
    for problem in _problems(account):
        raise WrongAccount(f"{path.name}: {problem}")
    return account


def _problems(account: Account) -> list[str]:
    found = [f"{name} must be more than 0" for name in _POSITIVE if getattr(account, name) <= 0]
    if account.window < 1:
        found.append("window must be at least 1")
    if not 1 <= account.segments_max <= 255:
        found.append("segments_max must be from 1 to 255")
    if not account.alphabets:
        found.append('alphabets must name one at least, for example ["gsm7", "ucs2"]')
    if account.inbound_letters not in ("gsm7", "latin1"):
        found.append('inbound_letters must be "gsm7" or "latin1"')
    if account.country_prefix and not re.fullmatch(r"\+\d{1,3}", account.country_prefix):
        found.append('country_prefix must be a plus and digits, for example "+34"')
    for brand, sender in account.senders.items():
        if not re.fullmatch(r"\+?\d{3,15}", sender) and len(sender) > SENDER_LETTERS_MAX:
            found.append(f"senders.{brand} has more than {SENDER_LETTERS_MAX} letters; shorten it")
    return found


def sender_address(account: Account, brand: str) -> tuple[str, int, int]:
    """Digits or letters, type and plan of the sender of a brand's messages."""
    sender = account.senders.get(brand) or brand.capitalize()[:SENDER_LETTERS_MAX]
    if not re.fullmatch(r"\+?\d+", sender):
        return sender, 5, 0
    digits = sender.removeprefix("+")
    return (digits, 1, 1) if len(digits) >= _INTERNATIONAL_DIGITS_MIN else (digits, 3, 0)
