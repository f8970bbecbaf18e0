"""What the porting desk needs of the outside; nothing here knows SOAP, files or a country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from relevo.porting.migration.messages import (
    FinishMigration,
    MigrateNumber,
    MigrationAccepted,
    MigrationDeclined,
    MigrationSeen,
    NumberMigrationSeen,
    OpenMigration,
)
from relevo.porting.multiple.messages import (
    AgreeToReduced,
    MultipleSeen,
    QueryMultiple,
    SendMultipleRequest,
)
from relevo.porting.number_return.messages import (
    QueryReturn,
    ReturnAccepted,
    ReturnDeclined,
    ReturnSeen,
    SendReturnCancellation,
    SendReturnNotice,
)
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    PerformPort,
    PortStateSeen,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
)
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    QueryPortOut,
    RejectPortOut,
)
from relevo.porting.profile import HubKind
from relevo.porting.reconcile import FileRow
from relevo.porting.recovery.messages import AskDonorDesk, DeskAnswered
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One notice of a hub about one request."""

    notice_id: str
    contract_code: str
    said: PortStateSeen | HubDeclined | MultipleSeen


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
    returns: tuple[ReturnSeen, ...] = ()  # those that concern us, as user or holder of the range
    migrations: tuple[MigrationSeen | NumberMigrationSeen, ...] = ()


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


@runtime_checkable
class MoversHouse(Protocol):
    """A hub at which a number has moved when its recipient says so. Raises as ``ClearingHouse``."""

    def perform(self, asked: PerformPort, *, at: Moment) -> Sequence[PortStateSeen]:
        """Say that the number moved at this moment; said twice, it is one move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStanding:
    """What the hub's bulletin says of a number. Operators by name; empty when it has none."""

    number: Msisdn
    serving: str
    range_holder: str
    is_ported: bool
    is_in_process: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeStanding:
    """To whom a block of numbers was given, and who may use it in his stead. Operators by name."""

    first: Msisdn
    last: Msisdn
    holder: str
    sub_holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberProcess:
    """A process that a number is or was in, with the hub's own words for kind, state and cause."""

    kind: str
    reference: str
    state: str
    donor: str
    recipient: str
    created_at: Moment
    cause: str


@runtime_checkable
class MultipleHouse(Protocol):
    """A hub that takes one request for many numbers. Raises as ``ClearingHouse`` does."""

    def request_multiple(
        self, asked: SendMultipleRequest, *, at: Moment
    ) -> Sequence[HubAccepted | HubDeclined]:
        """Bring a request; its contract code is the key."""

    def agree(self, asked: AgreeToReduced, *, key: str) -> Sequence[MultipleSeen | HubDeclined]:
        """Say yes or no to a reduced list."""

    def query_multiple(self, asked: QueryMultiple) -> Sequence[MultipleSeen]:
        """In which state the request is; nothing when this hub cannot be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorNews:
    """One notice to us as the donor: a new request, or what became of one."""

    notice_id: str
    reference: str
    said: PortOutAsked | PortOutSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorPost:
    """All that is new for the donor, and the place from which to read on next time."""

    news: tuple[DonorNews, ...]
    place: str
    unreadable: tuple[str, ...] = ()


class DonorHouse(Protocol):
    """A hub as the donor sees it. Raises as ``ClearingHouse`` does."""

    def donor_news(self, after: str) -> DonorPost:
        """Requests and what became of them, oldest first."""

    def pending(self) -> Sequence[PortOutAsked]:
        """Every request that waits for our answer: what the mailbox may have lost."""

    def confirm(
        self, asked: ConfirmPortOut, *, key: str
    ) -> Sequence[PortOutAnswerTaken | PortOutAnswerRefused | PortOutSeen]:
        """Say yes. A repeated yes is taken like the first (CONF COEST); where the hub has a no by
        then, it is told how the request stands."""

    def reject(
        self, asked: RejectPortOut, *, key: str
    ) -> Sequence[PortOutAnswerTaken | PortOutAnswerRefused | PortOutSeen]:
        """Say no. A repeated no is taken like the first (RECH REEST); likewise."""

    def query_out(self, asked: QueryPortOut) -> Sequence[PortOutSeen]:
        """In which state a request is."""

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """The news are stored; the hub need not keep them."""


class ReturnHouse(Protocol):
    """A hub that takes numbers back to the holder of their range."""

    def notify_return(
        self, asked: SendReturnNotice, *, key: str
    ) -> Sequence[ReturnAccepted | ReturnDeclined]:
        """Say that a number is not used any more."""

    def cancel_return(
        self, asked: SendReturnCancellation, *, key: str
    ) -> Sequence[ReturnSeen | ReturnDeclined]:
        """The customer came back, or it was a mistake."""

    def query_return(self, asked: QueryReturn) -> Sequence[ReturnSeen]:
        """In which state a return is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnNews:
    """One notice of a hub about one return."""

    notice_id: str
    reference: str
    said: ReturnSeen | ReturnDeclined


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPost:
    """All that is new of our returns, and the place from which to read on next time."""

    news: tuple[ReturnNews, ...]
    place: str


class ReturnMail(Protocol):
    """A hub that tells of returns by itself, where it cannot be asked for their state."""

    def return_news(self, after: str) -> ReturnPost:
        """What became of our returns since a place, oldest first."""


class MigrationHouse(Protocol):
    """A hub through which numbers change host."""

    def open_migration(
        self, asked: OpenMigration, *, key: str
    ) -> Sequence[MigrationAccepted | MigrationDeclined]:
        """Announce a migration."""

    def migrate_number(
        self, asked: MigrateNumber, *, key: str
    ) -> Sequence[NumberMigrationSeen | MigrationDeclined]:
        """Move one number of it."""

    def finish_migration(
        self, asked: FinishMigration, *, key: str
    ) -> Sequence[MigrationSeen | MigrationDeclined]:
        """Say that all numbers are through."""

    def migration_news(self) -> Sequence[MigrationSeen | NumberMigrationSeen]:
        """What the hub says of our migrations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationNews:
    """One notice about a migration."""

    notice_id: str
    said: MigrationSeen


class MigrationMailbox(Protocol):
    """The news of migrations, one by one, for a reader that stores before it marks."""

    def migration_post(self) -> Sequence[MigrationNews]:
        """What is not marked yet, oldest first."""

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """The news are stored; the hub need not keep them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedNumber:
    """A number of our range that somebody else had and that is ours again."""

    number: Msisdn
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedFile:
    """The hub's list of numbers that came back to us as the holder of their range."""

    name: str
    numbers: tuple[ReturnedNumber, ...]
    bad_lines: tuple[str, ...] = ()


class RangeHolderFiles(Protocol):
    """How the holder of a range learns that a number came back (porting-es 3.9.5)."""

    def returned_files(self, after: str) -> Sequence[ReturnedFile]:
        """The files after the one of this name, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorCancellation:
    """The old way: the donor asks us to cancel, with a document of the subscriber."""

    reference: str
    asked_at: Moment
    evidence: bytes  # a PDF


class DonorCancellations(Protocol):
    """Obtained only, and decided by a person: only the recipient cancels (porting-es 3.9.3)."""

    def donor_cancellation(self, code: str) -> DonorCancellation | None:
        """What the donor sent under this code; None when the hub does not show it."""


@runtime_checkable
class Bulletin(Protocol):
    """Who serves a number, as the hub knows it."""

    def standing_of(self, number: Msisdn) -> NumberStanding | None:
        """None when the number is not assigned to anybody."""


class Registry(Bulletin, Protocol):
    """What else a hub may know of a number."""

    def ranges_of(self, number: Msisdn) -> Sequence[RangeStanding]:
        """The blocks that it lies in."""

    def processes_of(self, number: Msisdn) -> Sequence[NumberProcess]:
        """What it is or was in, for the desk and for a dispute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call of a hub as it went over the wire; keys and sessions are masked in it."""

    hub: HubKind
    operation: str
    key: str  # ours: reference, contract code or number; empty for a login or a mailbox
    at: Moment
    took_ms: int
    sent: bytes
    received: bytes  # empty when nothing came
    verdict: str  # the hub's code; without an answer what went wrong


class WireLog(Protocol):
    """Keeps what was sent and what came, for the desk and for a dispute."""

    def keep(self, exchange: Exchange) -> None:
        """Store it. It must not raise: what cannot be logged has happened all the same."""


class DonorDesk(Protocol):
    """The desks of the other operators, where people write to one another."""

    def ask(self, asked: AskDonorDesk, *, key: str) -> None:
        """Write to a desk; the same key is the same letter."""

    def inbox(self, after: str) -> Sequence[DeskLetter]:
        """Letters to us since a place, oldest first."""
