"""What is said to and by the fixed hub, as values (the wire is in ``codec_fixed``).

A record is its kind, the hub's process it belongs to, and named values; which ones, and in which
order they travel, is data (``fixed_records.toml``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from relevo.values.address import Address
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder

LINES_MAX = 70  # range lines of one record (number portability in Spain, 5.2)
NUMBERS_MAX = 5_000  # numbers of one range


class Kind(StrEnum):
    """The hub's messages (5.1), by what they say."""

    REQUEST = "SP"
    QUEUED = "QSP"
    DENIED_BY_HUB = "DSP1"
    DENIED_BY_DONOR = "DSP2"
    ACCEPTED = "ASP"
    MOVED = "CP"
    MOVED_AGAIN = "CPR"
    REJECTED_LATE = "RP"
    CANCEL = "CNC"
    CANCEL_DENIED = "DCNC"
    CANCEL_STATUS = "STCC"
    RETURN = "NB"
    RETURN_DENIED = "DNB1"
    RETURN_TAKEN = "NBACK"
    CHANGED = "CFC"
    KEEP = "XNB"
    KEPT = "AXNB"
    KEEP_DENIED = "DXNB"
    REROUTE = "MN"
    REROUTED = "CMN"
    REROUTE_DENIED = "DMN"
    REROUTE_REJECTED = "RMN"
    REROUTE_STATUS = "STM"
    UNROUTE = "CNM"
    UNROUTED = "ACNM"
    UNROUTE_DENIED = "DCNM"
    UNROUTE_STATUS = "STCM"
    ASK_PORTED = "SNP"
    PORTED = "RNP"
    VERIFY = "VNP"
    VERIFIED = "RVNP"
    INCOHERENCE = "DIN"
    INCOHERENCE_ANSWER = "RDIN"
    INCOHERENCE_END = "RIN"
    RESEND = "REPM"
    ABORT = "W"
    UNREADABLE = "FERROR"


class ProcessType(StrEnum):
    """The types that are current (5.2); 01 and 12 are of the past and of unbundled loops."""

    BASIC = "15"
    ASSURED = "16"
    DISCONNECTION = "03"


class PortType(StrEnum):
    INDIVIDUAL = "01"
    BASIC_ISDN = "02"
    MULTIPLE = "03"
    INTELLIGENT_NETWORK = "04"


class CancelCause(StrEnum):
    """Why a change is cancelled; the digits are ours."""

    SUBSCRIBER = "01"
    TECHNICAL = "02"
    ERROR = "03"


DONE = "01"
"""The state of a status, and of a verification, that says yes; the digits are ours."""


@dataclass(frozen=True, slots=True)
class RangeLine:
    """Numbers that follow one another and have one routing number."""

    nrn: str
    first: Msisdn
    last: Msisdn

    @property
    def count(self) -> int:
        """How many numbers these are."""
        return int(self.last[1:]) - int(self.first[1:]) + 1

    def numbers(self) -> Iterator[Msisdn]:
        """Each of them."""
        start = int(self.first[1:])
        return (Msisdn(f"+{number}") for number in range(start, start + self.count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to call about a record."""

    name: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""


Value = str | int | date | datetime | tuple[RangeLine, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One message of the hub or to it. What may be empty and is, is None."""

    kind: Kind
    process_id: str  # at most 20 characters, of whoever began it
    values: Mapping[str, Value] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A value that is a text; empty when there is none."""
        found = self.values.get(name)
        return found if isinstance(found, str) else ""

    def moment(self, name: str) -> Moment:
        """A value that is an instant. Raises LookupError when this kind of record has none."""
        found = self.values.get(name)
        if isinstance(found, datetime):
            return found
        raise LookupError(f"a record {self.kind} has no {name}")

    def day(self, name: str) -> date | None:
        """A value that is a day, if it is there."""
        found = self.values.get(name)
        return found if isinstance(found, date) and not isinstance(found, datetime) else None

    @property
    def lines(self) -> tuple[RangeLine, ...]:
        """The numbers that it is about."""
        found = self.values.get("lines")
        return found if isinstance(found, tuple) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPortRequest:
    """Fixed numbers of one holder at one place, to be ported together (SP, 6.2)."""

    process_id: str  # ours, at most 20 characters
    recipient: str  # five characters
    holder: Holder
    address: Address
    lines: tuple[RangeLine, ...]
    contact: Contact
    requested_on: date  # when the customer asked
    port_type: PortType = PortType.INDIVIDUAL
    process_type: ProcessType = ProcessType.BASIC
    preferred: Moment | None = None  # the hour at which the window should open
    launch_on: date | None = None  # not to be dealt with before; None: at once
    full_numbering: bool = False  # all numbers of the site; of multiple ports only
    outside_plant: bool = False  # coordinated with work outside
    ull_order: str = ""  # of an unbundled loop that goes with it
    ull_process: str = ""
    tariff: str = ""
    recipient_reseller: str = ""
    donor_reseller: str = ""  # asked for by a denial 0069
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A line that could not be read, and of which process and kind it is where it says so."""

    line: int
    why: str
    kind: str = ""
    process_id: str = ""


@dataclass(frozen=True, slots=True)
class RecordFile:
    records: tuple[Record, ...]
    bad: tuple[BadRecord, ...]
