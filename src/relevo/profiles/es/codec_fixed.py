"""The fixed hub's records: values <-> bytes (layout: README.md of this folder).

One record per line, fields separated by ``;``. We send SP (port request) and CNC (cancel), and
read what the hub and the donors answer. A bad record is reported and does not spoil the others;
bytes that are no text at all are TheirFault.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from relevo.profiles.es.record_fields import (
    day_in,
    fitted,
    formed,
    minute_in,
    plain,
    second_in,
    sent_number,
)
from relevo.profiles.es.soap import ZONE
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.address import Address
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder

RANGES_MAX = 70
_PORT_TYPE_INDIVIDUAL = "01"
_PROCESS_BASIC = "15"
_WINDOW_HOURS = range(8, 21)  # hour of the day, 8 to 20 (facts/porting-es.md, 5.2)

_PROCESS_ID = re.compile(r"[A-Za-z0-9_.\-]{1,20}")
_OPERATOR = re.compile(r"[A-Z0-9]{5}")
_NRN = re.compile(r"[A-Z0-9]{6}")
_CAUSE = re.compile(r"[0-9]{4}")
_NATIONAL = re.compile(r"[0-9]{9}")
_TWO_DIGITS = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to call about a record."""

    name: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPortRequest:
    """One fixed number to be ported (SP)."""

    process_id: str  # ours, at most 20 characters
    recipient: str  # five characters
    holder: Holder
    address: Address
    nrn: str
    number: Msisdn
    contact: Contact
    requested_on: date  # when the customer asked
    preferred: Moment | None = None  # the hour at which the window should open
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """QSP: the hub took it and will deal with it on that day."""

    process_id: str
    expected_on: date
    remarks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """DSP1 (by the hub) or DSP2 (by the donor)."""

    process_id: str
    by_hub: bool
    cause: str
    remarks: str
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """ASP: the donor accepts, with the window."""

    process_id: str
    opens: Moment
    closes: Moment
    remarks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """CP: the numbers are the recipient's from that moment on (told to everybody)."""

    process_id: str
    recipient: str
    donor: str
    effective_at: Moment
    numbers: tuple[Msisdn, ...]  # the first of each range
    ranges: tuple[tuple[str, Msisdn, Msisdn], ...]  # NRN, first, last


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDone:
    """STCC: the cancellation is in force."""

    process_id: str
    state: str
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDenied:
    """DCNC: too late, or not possible."""

    process_id: str
    cause: str
    remarks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatError:
    """FERROR: a field of ours is wrong."""

    process_id: str
    field: int
    text: str


Record = Queued | Denied | Accepted | Moved | CancelDone | CancelDenied | FormatError


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A line that could not be read."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class RecordFile:
    records: tuple[Record, ...]
    bad: tuple[BadRecord, ...]


# ---- what we send


def encode_sp(request: FixedPortRequest) -> bytes:
    """A port request of one number."""
    address, contact = request.address, request.contact
    number = sent_number(request.number)
    nrn = formed("NRN", request.nrn, _NRN, OurFault)
    return _line(
        "SP",
        formed("process id", request.process_id, _PROCESS_ID, OurFault),
        "",  # launch date: at once
        formed("recipient", request.recipient, _OPERATOR, OurFault),
        fitted("remarks", request.remarks, 80),
        *("0", "", ""),  # no unbundled loop, hence no order and process of it
        fitted("NIF/CIF", request.holder.document.number, 15),
        fitted("name", request.holder.name, 80, empty=False),
        fitted("address", address.street, 80, empty=False),
        fitted("postcode", address.postcode, 5, empty=False),
        fitted("town", address.city, 80, empty=False),
        address.postcode[:2],  # the province, as its two digits
        _preferred(request.preferred),
        _PORT_TYPE_INDIVIDUAL,
        "0",  # full numbering: of multiple ports only
        "",  # tariff information
        "0",  # not coordinated with outside plant
        fitted("contact name", contact.name, 80),
        fitted("contact phone", contact.phone, 15),
        fitted("contact fax", contact.fax, 15),
        fitted("contact e-mail", contact.email, 80),
        _PROCESS_BASIC,
        request.requested_on.strftime("%Y%m%d"),
        *("", ""),  # no resellers
        *(nrn, number, number),
    )


def encode_cnc(process_id: str, cause: str = "01", remarks: str = "") -> bytes:
    """A cancellation: ``01`` subscriber, ``02`` technical, ``03`` error."""
    if cause not in ("01", "02", "03"):
        raise OurFault("cause", f"{cause!r} is not 01, 02 or 03")
    key = formed("process id", process_id, _PROCESS_ID, OurFault)
    return _line("CNC", key, cause, fitted("remarks", remarks, 80))


def _preferred(moment: Moment | None) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(ZONE)
    if local.hour not in _WINDOW_HOURS or (local.minute, local.second) != (0, 0):
        raise OurFault("preferred window", f"{local.isoformat()} is not a full hour from 8 to 20")
    return local.strftime("%Y%m%d%H")


def _line(*fields: str) -> bytes:
    return (";".join(fields) + "\n").encode("utf-8")


# ---- what we receive


def decode_records(sent: bytes) -> RecordFile:
    """Read a file of the hub. Records of kinds that do not concern a recipient are bad here."""
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise TheirFault(f"the file is not UTF-8 text: {wrong.reason}", sent) from wrong
    records: list[Record] = []
    bad: list[BadRecord] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if not line.strip():
            continue
        try:
            records.append(_record(line))
        except TheirFault as fault:
            bad.append(BadRecord(number, fault.why))
    return RecordFile(tuple(records), tuple(bad))


def _record(line: str) -> Record:
    kind, *fields = (plain(field) for field in line.split(";"))
    reader = _READERS.get(kind)
    if reader is None:
        raise TheirFault(f"{kind[:20]!r} is not a record for us", line)
    read, least = reader
    if len(fields) < least:
        raise TheirFault(f"a record {kind} has {least + 1} fields, not {len(fields) + 1}", line)
    formed("process id", fields[0], _PROCESS_ID, TheirFault)
    return read(kind, fields)


def _queued(_kind: str, fields: list[str]) -> Record:
    return Queued(
        process_id=fields[0], expected_on=day_in("expected date", fields[1]), remarks=fields[2]
    )


def _denied(kind: str, fields: list[str]) -> Record:
    name, phone, fax, email = fields[3:7]
    return Denied(
        process_id=fields[0],
        by_hub=kind == "DSP1",
        cause=formed("cause", fields[1], _CAUSE, TheirFault),
        remarks=fields[2],
        contact=Contact(name=name, phone=phone, fax=fax, email=email),
    )


def _accepted(_kind: str, fields: list[str]) -> Record:
    opens, closes = minute_in("window opens", fields[1]), minute_in("window closes", fields[2])
    if opens >= closes:
        raise TheirFault(f"the window {fields[1]} to {fields[2]} ends before it begins")
    return Accepted(process_id=fields[0], opens=opens, closes=closes, remarks=fields[3])


def _moved(_kind: str, fields: list[str]) -> Record:
    ranges = [text for text in fields[4:] if text]
    if len(ranges) % 3 or not 0 < len(ranges) // 3 <= RANGES_MAX:
        raise TheirFault(f"{len(ranges)} fields of ranges; they come in threes, at most 70 times")
    read = tuple(
        (formed("NRN", nrn, _NRN, TheirFault), _number(first), _number(last))
        for nrn, first, last in zip(ranges[::3], ranges[1::3], ranges[2::3], strict=True)
    )
    return Moved(
        process_id=fields[0],
        recipient=formed("recipient", fields[1], _OPERATOR, TheirFault),
        donor=formed("donor", fields[2], _OPERATOR, TheirFault),
        effective_at=minute_in("effective from", fields[3]),
        numbers=tuple(first for _, first, _ in read),
        ranges=read,
    )


def _cancel_done(_kind: str, fields: list[str]) -> Record:
    state = formed("state", fields[1], _TWO_DIGITS, TheirFault)
    return CancelDone(process_id=fields[0], state=state, at=second_in("at", fields[2]))


def _cancel_denied(_kind: str, fields: list[str]) -> Record:
    cause = formed("cause", fields[1], _CAUSE, TheirFault)
    return CancelDenied(process_id=fields[0], cause=cause, remarks=fields[2])


def _format_error(_kind: str, fields: list[str]) -> Record:
    field = formed("field", fields[1], _TWO_DIGITS, TheirFault)
    return FormatError(process_id=fields[0], field=int(field), text=fields[2])


def _number(text: str) -> Msisdn:
    return Msisdn("+34" + formed("number", text, _NATIONAL, TheirFault))


_READERS: dict[str, tuple[Callable[[str, list[str]], Record], int]] = {
    "QSP": (_queued, 3),
    "DSP1": (_denied, 7),
    "DSP2": (_denied, 7),
    "ASP": (_accepted, 4),
    "CP": (_moved, 7),
    "STCC": (_cancel_done, 3),
    "DCNC": (_cancel_denied, 3),
    "FERROR": (_format_error, 3),
}
