"""What is needed of a network: its registry of subscribers, and somebody who makes test calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from relevo.activation.activation.messages import NetworkAnswered, PutSubscription, RecordRead
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What test calls saw of one line."""

    calls_in: dict[str, int]  # origin network -> SIP status; empty: the line has no calls
    works: dict[str, bool]  # capability -> seen to work; what the line does not have is left out
    registered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """One round of test calls."""

    at: Moment
    seen: Mapping[str, Seen]  # by subject; who is left out could not be tried


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkNews:
    """One event of the registry."""

    seq: int
    subject: str
    answer: NetworkAnswered


class Registry(Protocol):
    """Who holds which subscriber. Every method may raise Temporary or Permanent.

    ``key`` makes a repeated request the same request.
    """

    def put(self, wanted: PutSubscription, *, key: str) -> None:
        """Have the registry hold this record; the outcome comes as news."""

    def put_many(self, wanted: Sequence[tuple[PutSubscription, str]]) -> None:
        """The same for many lines, each with its key; done again, it harms none that is done."""

    def drop(self, subject: str, *, key: str) -> None:
        """Have the registry forget the line; the outcome comes as news."""

    def read(self, subject: str, *, at: Moment) -> RecordRead:
        """What the registry holds of the line, with its log; ``at`` is when it was asked."""

    def news(self, after: int) -> list[NetworkNews]:
        """What the registry did since the event of that number."""


class Prober(Protocol):
    """Who makes test calls from outside. May raise Temporary or Permanent."""

    def probe(self, subjects: Sequence[str]) -> Probes:
        """Make the test calls to all these lines, in one request."""


class Network(Registry, Prober, Protocol):
    """The recipient's network, whole."""
