"""The only way in: a message with an idempotency key."""

from __future__ import annotations

from typing import Any

from psycopg import Cursor

from relevo.engine.buckets import bucket_of
from relevo.engine.mail import Mail
from relevo.engine.process import wire_name
from relevo.engine.sql import statements
from relevo.engine.wire import encode
from relevo.values.moment import Moment

_SQL = statements("relevo.engine", "mailbox")


def message_id_of(process_id: str, key: str) -> str:
    """The id under which a message from outside is known; the same key is the same message."""
    return f"{process_id}:{key}"


def letter(kind: str, process_id: str, message: object, *, key: str, at: Moment) -> Mail:
    """A message from outside, ready for the mailbox."""
    return Mail(
        message_id=message_id_of(process_id, key),
        process_id=process_id,
        bucket=bucket_of(process_id),
        kind=kind,
        name=wire_name(message),
        body=encode(message),
        at=at,
        wave=0,
        external=True,
    )


def put(cursor: Cursor[Any], mail: Mail) -> bool:
    """Put a message into the mailbox within the caller's transaction; False if it is known."""
    given = {
        "bucket": mail.bucket,
        "wave": mail.wave,
        "message_id": mail.message_id,
        "process_id": mail.process_id,
        "kind": mail.kind,
        "name": mail.name,
        "body": mail.body,
        "at": mail.at,
        "trace": mail.trace,
    }
    cursor.execute(_SQL["tell"], given)
    return cursor.rowcount == 1
