"""The mobile hub's references and its daily status file (facts/porting-es.md, 2.2 and 3.10)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from relevo.profiles.es.hub_words import BadLine, Reference, StatusFile, StatusRow
from relevo.profiles.es.soap import ZONE
from relevo.profiles.faults import TheirFault
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_LAYOUT = re.compile(r"(\d{3})(\d{3})([12])([12])(\d{10})(\d{5})", re.ASCII)
_REFERENCE = re.compile(r"[A-Z0-9]{23}")
_STATE = re.compile(r"[A-Z]{4}")
_NATIONAL = re.compile(r"\d{9}", re.ASCII)
_OPERATOR = re.compile(r"\d{3}", re.ASCII)
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
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = sent.decode("latin-1")
    rows: list[StatusRow] = []
    bad: list[BadLine] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if number == 1 or not line.strip():
            continue
        try:
            rows.append(_row(line))
        except TheirFault as fault:
            bad.append(BadLine(number, fault.why))
    return StatusFile(tuple(rows), tuple(bad))


def _row(line: str) -> StatusRow:
    if len(line) > LINE_CHARACTERS_MAX:
        raise TheirFault(f"the line has more than {LINE_CHARACTERS_MAX} characters", line)
    fields = [field.strip() for field in line.split(";")]
    if len(fields) < _FIELDS_MIN:
        raise TheirFault(f"{len(fields)} fields; nine are needed", line)
    number = _optional("the MSISDN (field 6)", fields[5], _NATIONAL)
    return StatusRow(
        reference=_formed("the reference (field 1)", fields[0], _REFERENCE),
        state=_formed("the state (field 2)", fields[1], _STATE),
        changed_at=_local(fields[2], "%Y%m%d %H:%M:%S"),
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
