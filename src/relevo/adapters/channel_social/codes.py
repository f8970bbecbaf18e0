"""The code by which a customer proves on an open network that an order is his. Pure.

His own page shows it, and he sends it by direct message. Who says so without it is nobody to us.
A code that was ever written where everybody reads is worth nothing any more: the next one counts.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_CODE = re.compile(rf"\b([A-Z0-9]{{6,20}})-([0-9]{{1,4}})-([{_ALPHABET}]{{{_LENGTH}}})\b")


@dataclass(frozen=True, slots=True)
class Proof:
    """An order whose code somebody knows, and which of its codes."""

    order: str
    nth: int


def code_of(order: str, nth: int, secret: bytes) -> str:
    """The nth code of an order, as it is shown: ``R7K2M9QX-1-…``."""
    return f"{order}-{nth}-{_sign(order, nth, secret)}"


def proof_in(text: str, secret: bytes) -> Proof | None:
    """The first true code in a text, as it was shown or typed in small letters."""
    for order, nth, signature in _CODE.findall(text.upper()):
        if hmac.compare_digest(_sign(order, int(nth), secret), signature):
            return Proof(order, int(nth))
    return None


def _sign(order: str, nth: int, secret: bytes) -> str:
    digest = hmac.digest(secret, f"social|{order}|{nth}".encode(), sha256)
    return "".join(_ALPHABET[each % len(_ALPHABET)] for each in digest[:_LENGTH])
