"""What we serve: one line of ours, as a donor has to know it, and as a row of a file says it.

The file is what the operator's own systems export; every column is text, and a row that cannot be
read says why and what to write instead. Nothing is guessed: a wrong status or an unreadable date
is a fault of the row, never a default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from relevo.customers.model import LANGUAGES, FieldFault
from relevo.values.malformed import Malformed
from relevo.values.moment import Moment, instant, utc
from relevo.values.msisdn import Msisdn, parse_msisdn
from relevo.values.person import Document, parse_document
from relevo.values.simcard import Iccid, parse_iccid

T = TypeVar("T")

PREPAID, POSTPAID = "prepaid", "postpaid"
COLUMNS = (
    "number", "holder_name", "document_type", "document", "payment", "iccid", "status",
    "ceased_at", "own_range", "contact", "email", "language", "depends_on", "ends_along",
)  # fmt: skip
NEEDED = ("number", "holder_name", "document_type", "document", "payment", "status", "own_range")
_TRUTH = {"yes": True, "no": False}
_EMAIL_PARTS = 2


class ServedStatus(StrEnum):
    """How a line stands with us."""

    ACTIVE = "active"
    BARRED_LOST = "barred_lost"  # in service, but its card is reported lost or stolen
    CEASED = "ceased"  # out of service, in the month in which it may still be ported
    RETURNED = "returned"  # back with the holder of its range
    GONE = "gone"  # ported to somebody else


IN_SERVICE = frozenset({ServedStatus.ACTIVE, ServedStatus.BARRED_LOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedLine:
    """One line of ours. ``ends_along`` names services without a number that end with it."""

    number: Msisdn
    operator: str
    document: Document
    holder_name: str
    is_prepaid: bool
    status: ServedStatus
    is_own_range: bool  # a number of our own block, and not one that was ported to us
    iccid: Iccid | None = None
    ceased_at: Moment | None = None
    contact: Msisdn | None = None
    email: str = ""
    language: str = "es"
    depends_on: Msisdn | None = None
    ends_along: tuple[str, ...] = ()

    @property
    def is_in_service(self) -> bool:
        return self.status in IN_SERVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whom to tell what becomes of a line, and in which language."""

    name: str
    language: str
    contact: Msisdn | None = None
    email: str = ""


def reader_of(line: ServedLine) -> Reader:
    """The holder of a line."""
    return Reader(
        name=line.holder_name, language=line.language, contact=line.contact, email=line.email
    )


def missing_columns(names: list[str]) -> list[str]:
    """Which columns a file must have and does not."""
    return [column for column in NEEDED if column not in names]


def read_row(operator: str, row: Mapping[str, str]) -> ServedLine | list[FieldFault]:
    """A row of the file as a line, or all that is wrong with it."""
    faults: list[FieldFault] = []
    number = _read(row, "number", parse_msisdn, faults)
    holder_name = _text(row, "holder_name", faults)
    document = _document(row, faults)
    is_prepaid = _one_of(row, "payment", {PREPAID: True, POSTPAID: False}, faults)
    status = _one_of(row, "status", {each.value: each for each in ServedStatus}, faults)
    is_own_range = _one_of(row, "own_range", _TRUTH, faults)
    iccid = _read(row, "iccid", parse_iccid, faults, may_lack=not is_prepaid)
    ceased_at = _read(row, "ceased_at", _moment, faults, may_lack=status is not ServedStatus.CEASED)
    contact = _read(row, "contact", parse_msisdn, faults, may_lack=True)
    depends_on = _read(row, "depends_on", parse_msisdn, faults, may_lack=True)
    email = _email(row, faults)
    spoken = {each: each for each in LANGUAGES}
    language = _one_of(row, "language", spoken, faults) if _cell(row, "language") else LANGUAGES[0]
    if depends_on is not None and depends_on == number:
        why, remedy = "a number cannot live on its own card", "name the principal, or nothing"
        faults.append(FieldFault("depends_on", why, remedy))
    if faults or number is None or document is None or status is None:
        return faults
    return ServedLine(
        number=number,
        operator=operator,
        document=document,
        holder_name=holder_name,
        is_prepaid=bool(is_prepaid),
        status=status,
        is_own_range=bool(is_own_range),
        iccid=iccid,
        ceased_at=ceased_at,
        contact=contact,
        email=email,
        language=language or LANGUAGES[0],
        depends_on=depends_on,
        ends_along=tuple(each.strip() for each in _cell(row, "ends_along").split("|") if each),
    )


def _cell(row: Mapping[str, str], column: str) -> str:
    return (row.get(column) or "").strip()


def _read(
    row: Mapping[str, str],
    column: str,
    read: Callable[[str], T],
    faults: list[FieldFault],
    *,
    may_lack: bool = False,
) -> T | None:
    text = _cell(row, column)
    if not text and may_lack:
        return None
    try:
        return read(text)
    except Malformed as wrong:
        faults.append(FieldFault(column, wrong.why, wrong.remedy))
    except ValueError as wrong:
        remedy = "write an instant with offset, for example 2026-01-14T14:06:00+01:00"
        faults.append(FieldFault(column, str(wrong), remedy))
    return None


def _moment(text: str) -> Moment:
    return utc(instant(text))


def _text(row: Mapping[str, str], column: str, faults: list[FieldFault]) -> str:
    text = _cell(row, column)
    if not text:
        faults.append(FieldFault(column, f"the {column} is empty", f"write the {column}"))
    return text


def _document(row: Mapping[str, str], faults: list[FieldFault]) -> Document | None:
    try:
        return parse_document(_cell(row, "document_type"), _cell(row, "document"))
    except Malformed as wrong:
        faults.append(FieldFault("document", wrong.why, wrong.remedy))
        return None


def _one_of(
    row: Mapping[str, str], column: str, known: Mapping[str, T], faults: list[FieldFault]
) -> T | None:
    text = _cell(row, column).lower()
    if text in known:
        return known[text]
    why = f"{text!r} is not known here"
    faults.append(FieldFault(column, why, f"write {' or '.join(known)}"))
    return None


def _email(row: Mapping[str, str], faults: list[FieldFault]) -> str:
    text = _cell(row, "email")
    if text and (len([p for p in text.split("@") if p]) != _EMAIL_PARTS or " " in text):
        why = f"{text!r} is not an address"
        faults.append(FieldFault("email", why, "write it like name@example.org"))
    return text
