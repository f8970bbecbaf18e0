"""What people can have the voice do."""

from __future__ import annotations

from relevo.engine.connection import Cursor
from relevo.engine.engine import Engine
from relevo.notices.voice.messages import NoteTold, ProposeReply

KIND = "notices.voice"


def voice_id(order_key: str) -> str:
    """The voice of an order."""
    return f"{order_key}/voice"


def propose_reply(
    engine: Engine, order_key: str, *, channel: str, text: str, by: str, draft_id: str
) -> None:
    """A member of staff is about to answer: it goes out, or is stopped with its reasons.

    The verdict is a fact (``notices.reply_approved`` or ``notices.draft_stopped``) with this
    ``draft_id``; proposing the same draft twice judges it once.
    """
    reply = ProposeReply(draft_id=draft_id, channel=channel, text=text, by=by)
    engine.tell(KIND, voice_id(order_key), reply, key=f"draft:{draft_id}")


def note_told(cursor: Cursor, engine: Engine, order_key: str, told: NoteTold) -> None:
    """A member of staff has told the customer this in a call: it is judged like a draft, and what
    was wrong in it becomes a fact (``notices.told_by_phone``). In the caller's transaction."""
    engine.tell_within(cursor, KIND, voice_id(order_key), told, key=f"told:{told.draft_id}")
