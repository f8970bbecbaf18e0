"""What every open network can do for us, whichever it is: be read, and be written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from relevo.adapters.channel_social.threads import Measure
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What somebody wrote to us, where everybody reads it or by direct message."""

    reference: str  # what the network calls it
    account: str  # "mastodon:ana@social.example"; no mail address and no number looks like it
    text: str
    at: Moment
    is_open: bool  # everybody may read it
    answers: str = ""  # the post that it answers, ours or another
    is_by_machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One post of ours."""

    key: str  # the same for the same post, for ever
    account: str  # to whom
    text: str
    is_open: bool
    answers: str = ""  # the post it stands under


@dataclass(frozen=True, slots=True)
class Heard:
    """What came after a place, the oldest first; ``place`` is where to go on."""

    posts: Sequence[Post]
    place: str


class GoneAway(Exception):
    """The post that was to be answered is not there any more."""


class NotPosted(Exception):
    """It is certain that nothing was posted: try again later, or never.

    ``after_s``: when the network says that it may be tried again.
    """

    def __init__(self, reason: str, *, is_final: bool, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.after_s = after_s


class Network(Protocol):
    """One account of ours on one network. Everything raises Temporary and Permanent."""

    @property
    def name(self) -> str:
        """Its name as a source: "mastodon"."""

    def heard(self, place: str) -> Heard:
        """What was written to us after this place; "" is the beginning."""

    def is_open(self, reference: str) -> bool | None:
        """Whether everybody may read this post; None when it is not there any more."""

    def measure(self, account: str) -> Measure:
        """How much one post to this account holds."""

    def say(self, saying: Saying) -> str:
        """Post it; what the network calls it. Raises GoneAway and NotPosted, too."""

    def said(self, saying: Saying, since: Moment) -> str:
        """What the network calls this post when it is there already; else nothing."""

    def close(self) -> None:
        """Give the connections back."""
