"""Order forms that were begun and are not orders yet: kept for whoever holds their secret.

The secret is in the customer's cookie and in the link with which he goes on elsewhere. We store a
hash of it, to find the row, and encrypt the content with a key that is made from it: whoever reads
the database, a backup or a log learns neither a name nor a number. Who loses the secret begins
anew; that is the price.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.orders.drafts", "drafts")
_SECRET = re.compile(r"[0-9a-f]{48}")
_NONCE_BYTES = 12
CONTENT_MAX_BYTES = 100_000
"""Of one form: more than two hundred lines with all fields filled. What is larger is no form."""
SWEPT_AT_ONCE = 100


class Overtaken(Exception):
    """Somebody else, or another tab, has changed the form since; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """A form as it was left."""

    content: bytes
    version: int
    expires_at: Moment
    order_key: str = ""  # what became of it; "" while it is a form


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long forms are kept."""

    days: timedelta
    placed_days: timedelta


def open_draft(connection: Connection, content: bytes, *, at: Moment) -> str:
    """Keep a new form; returns its secret. Clears away what has expired."""
    connection.execute(_SQL["forget_expired"], {"at": at, "most": SWEPT_AT_ONCE})
    secret = os.urandom(24).hex()
    row = _row(secret, content, at) | {"expires": at + keeping(at.date()).days}
    connection.execute(_SQL["open"], row)
    return secret


def read_draft(
    connection: Connection, secret: str, *, at: Moment, lock: bool = False
) -> KeptDraft | None:
    """The form of this secret. None when there is none, or not any more.

    ``lock`` makes whoever else wants to close it wait for the end of this transaction.
    """
    if not _SECRET.fullmatch(secret):
        return None
    found = {"hash": _hash(secret), "at": at}
    row = connection.execute(_SQL["lock" if lock else "read"], found).fetchone()
    if row is None:
        return None
    version, sealed, expires_at, order_key = row
    content = _opened(secret, bytes(sealed))
    if content is None:
        return None
    return KeptDraft(
        content=content, version=version, expires_at=utc(expires_at), order_key=order_key
    )


def keep_draft(
    connection: Connection, secret: str, content: bytes, *, version: int, at: Moment
) -> int:
    """Write the form again; ``version`` is what was read. Returns the new one. Raises Overtaken."""
    row = _row(secret, content, at) | {
        "version": version,
        "expires": at + keeping(at.date()).days,
    }
    written = connection.execute(_SQL["keep"], row).fetchone()
    if written is None:
        raise Overtaken
    return int(written[0])


def close_draft(
    connection: Connection, secret: str, content: bytes, *, order_key: str, at: Moment
) -> None:
    """The form has become an order: it is not changed any more, and soon forgotten."""
    expires = at + keeping(at.date()).placed_days
    row = _row(secret, content, at) | {"order_key": order_key, "expires": expires}
    connection.execute(_SQL["close"], row)


def drop_draft(connection: Connection, secret: str) -> None:
    """Forget the form now: its owner wants it so."""
    connection.execute(_SQL["drop"], {"hash": _hash(secret)})


def forget_expired(connection: Connection, at: Moment) -> int:
    """Delete forms whose time is over; how many."""
    return connection.execute(_SQL["forget_expired"], {"at": at, "most": SWEPT_AT_ONCE}).rowcount


def keeping(day: date) -> Keeping:
    """How long forms are kept that were left on that day."""
    row = max(
        (row for row in _rows() if row["valid_from"] <= day),
        key=lambda row: row["valid_from"],
        default=_rows()[0],
    )
    return Keeping(days=timedelta(days=row["days"]), placed_days=timedelta(days=row["placed_days"]))


def draft_name(secret: str) -> str:
    """A name for the form that tells nothing of its secret: the key of the order it becomes."""
    return "sign-up:" + _hash(secret).hex()


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    text = files("relevo.orders.drafts").joinpath("drafts.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["kept"])


def _row(secret: str, content: bytes, at: Moment) -> dict[str, object]:
    if len(content) > CONTENT_MAX_BYTES:
        raise ValueError(f"a form of {len(content)} bytes; {CONTENT_MAX_BYTES} is the most")
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(_key(secret)).encrypt(nonce, content, _hash(secret))
    return {"hash": _hash(secret), "content": sealed, "at": at}


def _opened(secret: str, sealed: bytes) -> bytes | None:
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(_key(secret)).decrypt(nonce, body, _hash(secret))
    except InvalidTag:
        return None  # somebody has touched the row


def _hash(secret: str) -> bytes:
    return sha256(b"order draft: name: " + secret.encode()).digest()


def _key(secret: str) -> bytes:
    return sha256(b"order draft: key: " + secret.encode()).digest()
