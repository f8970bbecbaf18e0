"""Who sent a message, and when: its signature over the time and every byte of it. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

from relevo.values.moment import Moment

TIMESTAMP, SIGNATURE = "x-relevo-timestamp", "x-relevo-signature"
_VERSION = "v1="
_DIGITS_MAX = 12


class NotBelieved(ValueError):
    """Nobody we know sent this, or not now. ``where`` names the header, the text the remedy."""

    def __init__(self, where: str, remedy: str) -> None:
        super().__init__(remedy)
        self.where = where


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """What the header of a message says."""
    signed = hmac.new(secret, timestamp.encode() + b"." + body, sha256)
    return f"{_VERSION}{signed.hexdigest()}"


def believe(
    secrets: Iterable[bytes],
    timestamp: str,
    given: str,
    body: bytes,
    *,
    now: Moment,
    window_s: int,
) -> None:
    """Raises NotBelieved. An old message is not believed, however well it is signed."""
    made = [signature(secret, timestamp, body) for secret in secrets]
    fits = [hmac.compare_digest(each.encode(), given.encode()) for each in made]
    if not any(fits):
        raise NotBelieved(
            SIGNATURE,
            "send v1= and the hexadecimal HMAC-SHA256, with the secret agreed, of the timestamp, "
            "a full stop and the body as it is sent",
        )
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _DIGITS_MAX):
        raise NotBelieved(TIMESTAMP, "send the seconds since 1970-01-01 UTC, as a whole number")
    apart_s = round(now.timestamp()) - int(timestamp)
    if abs(apart_s) > window_s:
        raise NotBelieved(
            TIMESTAMP,
            f"it is {abs(apart_s)} s {'old' if apart_s > 0 else 'ahead'}, at most {window_s} are "
            "taken: set the clock, and sign a message anew whenever it is sent",
        )
