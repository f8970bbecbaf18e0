"""What people can have the voice do."""

from __future__ import annotations

from relevo.engine.engine import Engine
from relevo.notices.voice.messages import ProposeReply

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
