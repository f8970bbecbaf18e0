"""The fixed hub's records: values <-> bytes (which fields a record has: ``fixed_records.toml``).

One record per line, fields separated by ``;``. A bad record is reported and does not spoil the
others; bytes that are no text at all are TheirFault. Ranges stay ranges: a record of 70 lines with
5,000 numbers each costs as much as one with 70 numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from relevo.profiles.es import tables
from relevo.profiles.es.fixed_words import (
    DONE,
    LINES_MAX,
    NUMBERS_MAX,
    BadRecord,
    CancelCause,
    Contact,
    FixedPortRequest,
    Kind,
    PortType,
    ProcessType,
    RangeLine,
    Record,
    RecordFile,
    Value,
)
from relevo.profiles.es.record_fields import NRN, NUMBER, Form, form_named, plain
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.msisdn import Msisdn

__all__ = [
    "DONE",
    "BadRecord",
    "CancelCause",
    "Contact",
    "FixedPortRequest",
    "Kind",
    "PortType",
    "ProcessType",
    "RangeLine",
    "Record",
    "RecordFile",
    "decode_records",
    "encode",
    "lines_of",
    "request_record",
]

_KINDS = {kind.value: kind for kind in Kind}
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_PRICE_OF_A_LINE = 3  # fields: routing number, first and last number


@dataclass(frozen=True, slots=True)
class _Place:
    """One field of a layout; ``form`` is None for the range lines, which come last."""

    name: str
    form: Form | None
    may_be_empty: bool


# ---- what we send


def encode(record: Record) -> bytes:
    """A record as a line. Raises OurFault naming the field."""
    _check(record)
    fields: list[str] = [record.kind]
    for place in _layout(record.kind):
        value = record.process_id if place.name == "process_id" else record.values.get(place.name)
        if place.form is None:
            if record.lines or not place.may_be_empty:
                fields += _written_lines(record.lines)
            continue
        written = "" if value is None else place.form.write(place.name, value)
        if not (written or place.may_be_empty):
            raise OurFault(place.name, "is empty; it must be given")
        fields.append(written)
    return (";".join(fields) + "\n").encode("utf-8")


def request_record(request: FixedPortRequest) -> Record:
    """A port request as a record."""
    address, contact = request.address, request.contact
    with_loop = bool(request.ull_order or request.ull_process)
    values: dict[str, Value] = {
        "launch_on": request.launch_on,
        "recipient": request.recipient,
        "remarks": request.remarks,
        "ull": _digit(with_loop),
        "ull_order": request.ull_order,
        "ull_process": request.ull_process,
        "document": request.holder.document.number,
        "name": request.holder.name,
        "street": address.street,
        "postcode": address.postcode,
        "town": address.city,
        "province": address.postcode[:2],  # as its two digits
        "preferred": request.preferred,
        "port_type": request.port_type,
        "full_numbering": _digit(request.full_numbering),
        "tariff": request.tariff,
        "outside_plant": _digit(request.outside_plant),
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "contact_fax": contact.fax,
        "contact_email": contact.email,
        "process_type": request.process_type,
        "requested_on": request.requested_on,
        "recipient_reseller": request.recipient_reseller,
        "donor_reseller": request.donor_reseller,
        "lines": request.lines,
    }
    return Record(kind=Kind.REQUEST, process_id=request.process_id, values=values)


def lines_of(nrn: str, numbers: Sequence[Msisdn]) -> tuple[RangeLine, ...]:
    """These numbers in as few range lines as can be."""
    lines: list[RangeLine] = []
    for number in sorted(set(numbers)):
        before = lines[-1] if lines else None
        follows = before is not None and int(number[1:]) == int(before.last[1:]) + 1
        if before is not None and follows and before.count < NUMBERS_MAX:
            lines[-1] = RangeLine(nrn, before.first, number)
        else:
            lines.append(RangeLine(nrn, number, number))
    return tuple(lines)


def _written_lines(lines: tuple[RangeLine, ...]) -> Iterator[str]:
    if not 0 < len(lines) <= LINES_MAX:
        raise OurFault("lines", f"there are {len(lines)}; a record takes 1 to {LINES_MAX}")
    for line in lines:
        yield NRN.write("NRN", line.nrn)
        yield NUMBER.write("number", line.first)
        yield NUMBER.write("number", line.last)
        if not 0 < line.count <= NUMBERS_MAX:
            raise OurFault("lines", f"{line.first} to {line.last}: 1 to {NUMBERS_MAX} numbers")


def _digit(yes: bool) -> str:
    return "1" if yes else "0"


# ---- what we receive


def decode_records(sent: bytes) -> RecordFile:
    """Read a file of the hub, whatever its records are about."""
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise TheirFault(f"the file is not UTF-8 text: {wrong.reason}", sent) from wrong
    records: list[Record] = []
    bad: list[BadRecord] = []
    for number, line in enumerate(_LINE_BREAK.split(text), start=1):
        if not line.strip():
            continue
        try:
            records.append(_record(line))
        except TheirFault as fault:
            bad.append(BadRecord(number, fault.why, *_what_it_is_about(line)))
    return RecordFile(tuple(records), tuple(bad))


def _what_it_is_about(line: str) -> tuple[str, str]:
    """The kind and the process of a line that cannot be read, where at least they can be."""
    name, process_id = (plain(field) for field in [*line.split(";"), ""][:2])
    form = _layout(_KINDS[name])[0].form if name in _KINDS else None
    if form is None:
        return "", ""
    try:
        return name, str(form.read("process_id", process_id))
    except TheirFault:
        return name, ""


def _record(line: str) -> Record:
    name, *fields = (plain(field) for field in line.split(";"))
    kind = _KINDS.get(name)
    if kind is None:
        raise TheirFault(f"{name[:20]!r} is not a record of this hub", line)
    layout = _layout(kind)
    single = [place for place in layout if place.form is not None]
    if len(fields) < len(single):
        raise TheirFault(f"a record {kind} has {len(single)} fields, not {len(fields)}", line)
    values = dict(_read(kind, single, fields))
    if len(single) < len(layout):
        values["lines"] = _read_lines(fields[len(single) :], layout[-1].may_be_empty)
    record = Record(kind=kind, process_id=str(values.pop("process_id")), values=values)
    try:
        _check(record)
    except OurFault as contradiction:
        raise TheirFault(str(contradiction), line) from contradiction
    return record


def _read(
    kind: Kind, places: Sequence[_Place], fields: Sequence[str]
) -> Iterator[tuple[str, Value]]:
    for place, text in zip(places, fields, strict=False):
        if text:
            assert place.form is not None, "range lines are read apart"
            yield place.name, place.form.read(place.name, text)
        elif not place.may_be_empty:
            raise TheirFault(f"a record {kind} without {place.name}")


def _read_lines(fields: Sequence[str], may_be_empty: bool) -> tuple[RangeLine, ...]:
    given = [text for text in fields if text]
    count, rest = divmod(len(given), _PRICE_OF_A_LINE)
    if rest or count > LINES_MAX or not (count or may_be_empty):
        raise TheirFault(
            f"{len(given)} fields of ranges; they come in threes, at most {LINES_MAX} times"
        )
    return tuple(map(_read_line, given[::3], given[1::3], given[2::3]))


def _read_line(nrn: str, first: str, last: str) -> RangeLine:
    line = RangeLine(
        NRN.read("NRN", nrn), NUMBER.read("first number", first), NUMBER.read("last number", last)
    )
    if not 0 < line.count <= NUMBERS_MAX:
        raise TheirFault(f"{first} to {last}: a range has 1 to {NUMBERS_MAX} numbers")
    return line


# ---- both


def _check(record: Record) -> None:
    """What no single field can tell. Raises OurFault."""
    values = record.values
    if record.kind is Kind.REQUEST:
        _check_request(record)
    elif record.kind in {Kind.ACCEPTED, Kind.CHANGED} and values.get("opens") is not None:
        if record.moment("opens") >= record.moment("closes"):
            raise OurFault("closes", "the window ends before it begins")
    elif record.kind is Kind.CANCEL and values.get("cancel_cause") not in set(CancelCause):
        raise OurFault("cancel_cause", f"{values.get('cancel_cause')!r} is not 01, 02 or 03")


def _check_request(record: Record) -> None:
    port_type, lines = record.text("port_type"), record.lines
    if record.text("process_type") not in {ProcessType.BASIC, ProcessType.ASSURED}:
        raise OurFault("process_type", f"{record.text('process_type')!r} is not 15 or 16")
    if record.text("full_numbering") == "1" and port_type != PortType.MULTIPLE:
        raise OurFault("full_numbering", "all numbers of a site: of multiple ports (03) only")
    if port_type == PortType.INTELLIGENT_NETWORK and len(lines) != 1:
        raise OurFault("lines", "an intelligent network (04) is one range")


@cache
def _layout(kind: Kind) -> tuple[_Place, ...]:
    table: dict[str, Any] = tables.toml("fixed_records.toml")
    forms: dict[str, str] = table["field"]
    return tuple(_place(name, forms) for name in table["record"][kind.value]["fields"])


def _place(written: str, forms: dict[str, str]) -> _Place:
    name = written.removesuffix("?")
    form = None if forms[name] == "lines" else form_named(forms[name])
    return _Place(name, form, written.endswith("?"))
