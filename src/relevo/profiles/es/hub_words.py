"""What is said to and by the mobile hub, as values (the wire is in ``codec_mobile``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder
from relevo.values.simcard import Iccid


class HubState(StrEnum):
    """States of a port request at the hub (facts/porting-es.md, 3.2)."""

    SENT = "AENV"
    REQUESTED = "ASOL"
    ACCEPTED = "AACE"
    CONFIRMED = "ACON"
    REJECTED = "AREC"
    CANCELLED = "ACAN"
    PORTED = "APOR"


class CancelCause(StrEnum):
    """Why a request is cancelled (4.3)."""

    SUBSCRIBER = "CANC_ABONA"
    TECHNICAL = "CANC_TECNI"
    ERROR = "CANC_ERROR"


@dataclass(frozen=True, slots=True, kw_only=True)
class MobilePortRequest:
    """One number to be ported, individually."""

    consented_at: Moment
    donor: str  # three digits
    recipient: str  # three digits
    holder: Holder
    contract: str  # ours: eleven characters, the recipient's code first
    nrn: str  # six digits
    msisdn: Msisdn
    window_opens: Moment | None = None  # a wish; without one the hub decides
    iccid: Iccid | None = None  # prepaid only
    nationality: str | None = None  # of a person; asked for when the document is not a NIF


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a request, with the donor's card when it is prepaid."""

    msisdn: Msisdn
    iccid: Iccid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiplePortRequest:
    """Many numbers of one holder, under one reference."""

    consented_at: Moment
    donor: str
    recipient: str
    holder: Holder
    contract: str
    nrn: str
    numbers: tuple[Number, ...]
    window_opens: Moment | None = None
    nationality: str | None = None


@dataclass(frozen=True, slots=True)
class WrongField:
    """A field that the hub did not like."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The hub's answer to a call. A SOAP fault has the code ``SOAP SERVR`` or ``SOAP CLINT``."""

    code: str
    description: str
    wrong_fields: tuple[WrongField, ...] = ()

    @property
    def is_success(self) -> bool:
        return self.code == "0000 00000"


@dataclass(frozen=True, slots=True)
class LoginReply:
    answer: Answer
    session: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateReply:
    """What became of a request. After a refusal ``right_donor`` or ``existing`` may be known."""

    answer: Answer
    reference: str | None = None
    window_opens: Moment | None = None
    state: HubState | None = None
    state_due: Moment | None = None
    right_donor: str | None = None  # AREC ENUME: the operator that the text names
    existing: ExistingRequest | None = None  # AREC EXIST: the request that the text names


@dataclass(frozen=True, slots=True)
class ExistingRequest:
    """The live request that stands in the way of ours, or is ours."""

    msisdn: Msisdn | None
    contract: str | None
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortStatus:
    """A request as the hub has it. Of a multiple one ``msisdn`` is the first of ``numbers``."""

    reference: str
    contract: str
    msisdn: Msisdn
    state: HubState
    changed_at: Moment
    donor: str
    cause: str | None = None
    window_opens: Moment | None = None
    state_due: Moment | None = None
    recipient: str | None = None
    numbers: tuple[Number, ...] = ()
    is_multiple: bool = False
    confirmed: tuple[Msisdn, ...] = ()  # of a multiple: those that are left after a partial yes
    donor_cancellation: str | None = None  # the code of a cancellation that the donor asks for

    @property
    def awaits_agreement(self) -> bool:
        """Confirmed in part, and kept back until the recipient agrees (3.9.2)."""
        return self.is_multiple and self.state is HubState.REQUESTED and bool(self.confirmed)


@dataclass(frozen=True, slots=True)
class StatusReply:
    answer: Answer
    status: PortStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestToDonor:
    """A request as its donor sees it, whole."""

    status: PortStatus
    document_type: str
    document_number: str
    created_at: Moment
    is_window_chosen: bool = False  # by the subscriber


@dataclass(frozen=True, slots=True)
class DonorNotification:
    code: str
    created_at: Moment
    is_synchronised: bool
    request: RequestToDonor


@dataclass(frozen=True, slots=True)
class DonorCancellationReply:
    """The old cancellation that a donor asks for, with the subscriber's document."""

    answer: Answer
    reference: str | None = None
    created_at: Moment | None = None
    evidence: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFilter:
    """Which requests are looked for; what is None does not matter."""

    created_from: Moment | None = None
    created_until: Moment | None = None
    msisdn: Msisdn | None = None
    donor: str | None = None
    recipient: str | None = None
    state: HubState | None = None
    contract: str | None = None
    is_multiple: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRecord:
    """One process that a number is or was in, of any kind."""

    kind: str
    reference: str
    state: str
    donor: str
    recipient: str
    created_at: Moment
    first: Msisdn | None = None
    last: Msisdn | None = None
    window_opens: Moment | None = None
    read_at: Moment | None = None
    confirmed_at: Moment | None = None
    rejected_at: Moment | None = None
    rejection_cause: str | None = None
    cancelled_at: Moment | None = None
    cancellation_cause: str | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """News of a request. Store it before marking it as synchronised."""

    code: str
    created_at: Moment
    is_synchronised: bool
    status: PortStatus


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list; ``page`` asks for the next one while it is not the last.

    What could not be read is in ``unreadable``; the rest of the page counts.
    """

    answer: Answer
    page: str | None = None
    total: int = 0
    per_page: int = 0
    is_last: bool = True
    entries: tuple[T, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberReply:
    """Who serves a number, and who holds its range."""

    answer: Answer
    is_assigned: bool = True
    serving: str | None = None
    range_holder: str | None = None
    is_ported: bool = False
    is_in_process: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the hub's 23 digits say (2.2). Never built by us."""

    recipient: str
    donor: str  # the hub may have corrected ours
    is_port: bool  # otherwise the return of a ceased number
    is_single: bool
    created_at: Moment
    counter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One line of the daily status file."""

    reference: str
    state: str  # any process's, so not only HubState
    changed_at: Moment
    msisdn: Msisdn | None
    donor: str | None
    recipient: str | None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be read; the rest of the file counts."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class StatusFile:
    rows: tuple[StatusRow, ...]
    bad: tuple[BadLine, ...]


@dataclass(frozen=True, slots=True)
class ReturnedNumber:
    """A number that came back to the holder of its range, and since when."""

    msisdn: Msisdn
    since: date


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    numbers: tuple[ReturnedNumber, ...]
    bad: tuple[BadLine, ...]


ANSWERED_BEFORE: Mapping[str, str] = {"CONF COEST": "CONFIRM", "RECH REEST": "REJECT"}
"""The hub has an answer of the donor already: which of ours it repeats. The other one it crosses:
the request is not as we think (porting-es 3.3)."""
