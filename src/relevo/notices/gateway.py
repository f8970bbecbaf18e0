"""What the voice needs of the outside: channels that take a message, and what comes back.

Whatever comes in, on whichever wire, is an ``Inbound`` and ends in ``notices.intake.take``;
whatever becomes of a message of ours is a ``Delivery`` and ends in ``notices.intake.report``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from relevo.notices.inbound import Attachment, Came, Delivery, Inbound
from relevo.notices.voice.messages import SendMessage

__all__ = ["Attachment", "Came", "Delivery", "Inbound", "Inbox", "OutgoingChannel"]


class OutgoingChannel(Protocol):
    """Takes a message; the same message twice is one message.

    Raises Temporary or Permanent (engine.performer) when it does not take it.
    """

    def send(self, message: SendMessage) -> None:
        """Hand the message over; ``message_key`` is the key against doubles."""


class Inbox(Protocol):
    """Everything that came in, in order of ``seq``."""

    def after(self, place: int) -> Sequence[Inbound]:
        """What came after this place."""
