"""What the voice needs of the outside: channels that take a message, and an inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from relevo.notices.voice.messages import SendMessage
from relevo.values.moment import Moment


class OutgoingChannel(Protocol):
    """Takes a message; the same message twice is one message.

    Raises Temporary or Permanent (engine.performer) when it does not take it.
    """

    def send(self, message: SendMessage) -> None:
        """Hand the message over; ``message_key`` is the key against doubles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """What somebody wrote or said to us. ``seq`` grows; it is the place in the inbox."""

    seq: int
    at: Moment
    channel: str  # "sms" | "email" | "call"
    sender: str
    text: str
    minutes: int


class Inbox(Protocol):
    """Everything that came in, in order."""

    def after(self, place: int) -> Sequence[Inbound]:
        """What came after this place."""
