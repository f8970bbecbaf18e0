"""What comes in, on any wire: a message of somebody, or what became of a message of ours. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message."""

    name: str
    media_type: str  # as its sender calls it
    content: bytes
    is_original: bool = False  # the message itself as it came, not something that came with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """What somebody wrote or said to us; known for ever by ``source`` and ``external_id``."""

    source: str  # the wire: "mail" | "smsc" | "mastodon" | "x" | "phone" | "chat" | "inbox"
    external_id: str  # unique within the source
    channel: str  # what the customer would call it: "sms" | "email" | "call" | "page" | ...
    sender: str  # an address or number as customers are known by: ana@example.org, +34600000101
    text: str  # his own words, without what he quotes
    at: Moment
    minutes: int = 0  # length of a call
    thread: str = ""  # the outside's own id of the conversation
    reference: str = ""  # and of this message: what an answer to it names
    replies_to: str = ""  # message_key of ours that it answers; anybody may claim that
    noted_by: str = ""  # the member of staff who wrote it down for him, or put it here
    proven_order: str = ""  # the order that the way in has proven: a signed address, a session
    subject: str = ""
    attachments: tuple[Attachment, ...] = ()
    is_automatic: bool = False  # written by a machine (an absence note): kept, and said to nobody
    is_doubtful: bool = False  # the sender is not who he says, by the mail server's own check
    seq: int = 0  # its place in an inbox that is read by place


class Came(StrEnum):
    """What became of a message that a channel had taken."""

    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the outside says of a message of ours, after it had taken it."""

    came: Came
    channel: str  # the channel that speaks: "sms" | "email"
    reason: str  # in the outside's words
    at: Moment
