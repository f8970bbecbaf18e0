"""What the porting desk needs of the outside; nothing here knows SOAP, files or a country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    PortStateSeen,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
)
from relevo.porting.reconcile import FileRow
from relevo.porting.recovery.messages import AskDonorDesk, DeskAnswered
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One notice of a hub about one request."""

    notice_id: str
    contract_code: str
    said: PortStateSeen | HubDeclined


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """All that is new at a hub, and the place from which to read on next time."""

    news: tuple[News, ...]
    place: str
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFile:
    """A hub's list of all its processes. ``bad_lines`` are those that could not be read."""

    name: str
    published_at: Moment
    rows: tuple[FileRow, ...]
    bad_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLetter:
    """An answer of a donor's desk. ``in_reply_to`` is the id of the effect that asked."""

    notice_id: str
    in_reply_to: str
    said: DeskAnswered
    place: str


class ClearingHouse(Protocol):
    """A hub between donors and recipients.

    Every call may raise Temporary or Permanent. A request that is repeated (its contract code is
    the key) is answered like the first time.
    """

    def request(self, asked: SendPortRequest, *, at: Moment) -> Sequence[HubAccepted | HubDeclined]:
        """Bring a request; ``at`` is when it was decided."""

    def cancel(
        self, asked: SendPortCancellation, *, key: str
    ) -> Sequence[PortStateSeen | HubDeclined]:
        """Take a request back; the same key is the same cancellation."""

    def query(self, asked: QueryPort) -> Sequence[PortStateSeen]:
        """In which state a request is; nothing when this hub cannot be asked."""

    def news(self, after: str) -> Post:
        """What is new since a place, oldest first."""

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """The news are stored; the hub need not keep them."""

    def status_files(self, after: str) -> Sequence[StatusFile]:
        """The daily files after the one of this name, oldest first."""


class DonorDesk(Protocol):
    """The desks of the other operators, where people write to one another."""

    def ask(self, asked: AskDonorDesk, *, key: str) -> None:
        """Write to a desk; the same key is the same letter."""

    def inbox(self, after: str) -> Sequence[DeskLetter]:
        """Letters to us since a place, oldest first."""
