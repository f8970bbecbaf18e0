"""The mobile hub's references and its daily files (facts/porting-es.md, 2.2, 3.9.5 and 3.10).

The status file lists every operator's processes of every kind: ports, returns, migrations. The
file of returned numbers tells the holder of a range what came back to him.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from relevo.profiles.es.hub_wire import WIRE
from relevo.profiles.es.hub_words import (
    BadLine,
    Reference,
    ReturnedFile,
    ReturnedNumber,
    StatusFile,
    StatusRow,
)
from relevo.profiles.es.soap import ZONE
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

T = TypeVar("T")
_LAYOUT = re.compile(r"(\d{3})(\d{3})([12])([12])(\d{10})(\d{5})", re.ASCII)
_REFERENCE = re.compile(r"[A-Z0-9]{23}")
_STATE = re.compile(r"[A-Z]{4}")
_NATIONAL = re.compile(r"\d{9}", re.ASCII)
_OPERATOR = re.compile(r"\d{3}", re.ASCII)
_DAY = re.compile(r"20[0-9]{6}")
_STAMP_FORM = "%Y%m%d %H:%M:%S"
_STAMP = re.compile(r"[0-9]{10}|20[0-9]{6} [0-9:]{8}")
_FIELDS_MIN = 9
LINE_CHARACTERS_MAX = 2_000


def parse_reference(text: str) -> Reference:
    """Read the hub's 23 digits: who ports from whom, what kind, when it was made."""
    shape = _LAYOUT.fullmatch(text)
    if shape is None:
        raise TheirFault(f"{text[:80]!r} is not a reference of 23 digits", text)
    recipient, donor, kind, volume, made, counter = shape.groups()
    return Reference(
        recipient=recipient,
        donor=donor,
        is_port=kind == "1",
        is_single=volume == "1",
        created_at=_local(made, "%y%m%d%H%M"),
        counter=int(counter),
    )


def decode_status_file(sent: bytes) -> StatusFile:
    """Read a daily file. A bad line is reported and does not spoil the others."""
    return StatusFile(*_lines(sent, _row, header_lines=1))


def decode_returned_file(sent: bytes) -> ReturnedFile:
    """Read a file of returned numbers, which has no header."""
    return ReturnedFile(*_lines(sent, _returned, header_lines=0))


def is_status_file(name: str) -> bool:
    return name.startswith(WIRE.text("file.status"))


def is_returned_file(name: str, operator_code: str) -> bool:
    """Whether a file says which numbers came back to this holder of ranges."""
    return name.startswith(f"{WIRE.text('file.returned')}{operator_code}_")


def text_of(sent: bytes) -> str:
    """The text of a file, in either of the hub's alphabets."""
    try:
        return sent.decode("utf-8-sig")
    except UnicodeDecodeError:
        return sent.decode("latin-1")


def stamped(moment: Moment) -> str:
    """A time as it stands in the hub's files: local, to the second."""
    if moment.tzinfo is None:
        raise OurFault("fecha", "has no time zone")
    return moment.astimezone(ZONE).strftime(_STAMP_FORM)


def local_moment(text: str) -> Moment:
    """A time out of one of the hub's files."""
    return _local(text, _STAMP_FORM)


def _lines(
    sent: bytes, read: Callable[[str], T], header_lines: int
) -> tuple[tuple[T, ...], tuple[BadLine, ...]]:
    rows: list[T] = []
    bad: list[BadLine] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text_of(sent)), start=1):
        if number <= header_lines or not line.strip():
            continue
        try:
            if len(line) > LINE_CHARACTERS_MAX:
                raise TheirFault(f"the line has more than {LINE_CHARACTERS_MAX} characters", line)
            rows.append(read(line))
        except TheirFault as fault:
            bad.append(BadLine(number, fault.why))
    return tuple(rows), tuple(bad)


def _returned(line: str) -> ReturnedNumber:
    number, _, day = (part.strip() for part in line.partition(";"))
    formed = _formed("the MSISDN (field 1)", number, _NATIONAL)
    return ReturnedNumber(Msisdn(f"+34{formed}"), _day(day))


def _day(text: str) -> date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError("not eight digits of this century")
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=ZONE).date()
    except ValueError as wrong:
        raise TheirFault(f"{text[:80]!r} is not a day of the form YYYYMMDD", text) from wrong


def _row(line: str) -> StatusRow:
    fields = [field.strip() for field in line.split(";")]
    if len(fields) < _FIELDS_MIN:
        raise TheirFault(f"{len(fields)} fields; nine are needed", line)
    number = _optional("the MSISDN (field 6)", fields[5], _NATIONAL)
    return StatusRow(
        reference=_formed("the reference (field 1)", fields[0], _REFERENCE),
        state=_formed("the state (field 2)", fields[1], _STATE),
        changed_at=local_moment(fields[2]),
        msisdn=Msisdn(f"+34{number}") if number else None,
        donor=_optional("the donor (field 8)", fields[7], _OPERATOR),
        recipient=_optional("the recipient (field 9)", fields[8], _OPERATOR),
    )


def _formed(name: str, text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise TheirFault(f"{name} is {text[:80]!r}, which it cannot be", text)
    return text


def _optional(name: str, text: str, pattern: re.Pattern[str]) -> str | None:
    return _formed(name, text, pattern) if text else None


def _local(text: str, form: str) -> Moment:
    try:
        if not _STAMP.fullmatch(text):
            raise ValueError("not digits of this century")
        return datetime.strptime(text, form).replace(tzinfo=ZONE).astimezone(UTC)
    except ValueError as wrong:
        raise TheirFault(f"{text[:80]!r} is not a time of the form {form}", text) from wrong
