"""Files that come with a customer's message: documents go into the vault of his order."""

from __future__ import annotations

from relevo.care.actions import hand_in
from relevo.care.documents import DocumentRefused, Handed
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.notices.inbound import Attachment, Inbound


def keep_mailed(
    connection: Connection, engine: Engine, order: str, inbound: Inbound, file: Attachment
) -> str:
    """Put it into the vault, in the caller's transaction; why it was not taken, or nothing."""
    handed = Handed(
        name=file.name,
        content=file.content,
        subject=order,
        by=inbound.sender,
        at=inbound.at,
    )
    try:
        hand_in(connection, engine, order, handed)
    except DocumentRefused as refused:
        return refused.why
    return ""
