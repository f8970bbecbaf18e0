"""Which mail of the customer a message answers: so that his mail program shows them together."""

from __future__ import annotations

from relevo.adapters.channel_email.writing import Conversation
from relevo.engine.connection import Lane
from relevo.notices.belonging import order_of
from relevo.notices.intake import last_reference
from relevo.notices.voice.messages import SendMessage

SOURCE = "mail"


class Conversations:
    """Looks into our own tables, on a connection of its own."""

    def __init__(self, dsn: str) -> None:
        self._lane = Lane(dsn, name="relevo conversations", autocommit=True)

    def of(self, message: SendMessage) -> Conversation | None:
        """The last mail that the customer of this message's order wrote to us."""
        order = order_of(message.message_key)
        found = last_reference(self._lane.connection(), order, SOURCE) if order else None
        if found is None:
            return None
        reference, thread = found
        return Conversation(
            answers=reference, references=(thread,) if thread not in ("", reference) else ()
        )

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()
