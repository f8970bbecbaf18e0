"""Single fields of the fixed hub's records: how each form is written, and how it is read.

What we write is checked as strictly as what we read: nonsense of ours is OurFault and names the
field, nonsense of theirs is TheirFault. A form is named in ``fixed_records.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from relevo.profiles.es.soap import ZONE
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

FIELD_CHARACTERS_MAX = 512

_SPANISH = re.compile(r"\+34([0-9]{9})")
_NATIONAL = re.compile(r"[0-9]{9}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CENTURY = re.compile(r"20[0-9]+")
_TIMES = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_WINDOW_HOURS = range(8, 21)  # hour of the day, 8 to 20 (facts/porting-es.md, 5.2)
_PATTERNS = {
    "id": re.compile(r"[A-Za-z0-9_.\-]{1,20}"),
    "operator": re.compile(r"[A-Z0-9]{5}"),
    "nrn": re.compile(r"[A-Z0-9]{6}"),
    "cause": re.compile(r"[0-9]{4}"),
    "state": re.compile(r"[0-9]{1,2}"),
    "flag": re.compile(r"[01]"),
    "postcode": re.compile(r"[0-9]{5}"),
    "province": re.compile(r"[0-9]{2}"),
    "port_type": re.compile(r"0[1-4]"),
    "process_type": re.compile(r"03|12|15|16"),
    "count": re.compile(r"[0-9]{1,9}"),
}


@dataclass(frozen=True, slots=True)
class Form:
    """How one field is written and read. Raise OurFault, and TheirFault."""

    write: Callable[[str, Any], str]
    read: Callable[[str, str], Any]


def form_named(name: str) -> Form:
    """The form of that name, for example ``minute`` or ``text 80``. Raises KeyError."""
    kind, _, length = name.partition(" ")
    if kind == "text":
        return _text(int(length))
    if kind in _PATTERNS:
        return _patterned(_PATTERNS[kind])
    return _FORMS[kind]


def formed(
    name: str, text: str, pattern: re.Pattern[str], fault: type[OurFault | TheirFault]
) -> str:
    """A field of a form; otherwise it is somebody's fault."""
    if pattern.fullmatch(text):
        return text
    if fault is OurFault:
        raise OurFault(name, f"{text!r} does not have the form {pattern.pattern}")
    raise TheirFault(f"the {name} is {text[:80]!r}, which it cannot be", text)


def plain(text: str) -> str:
    """A field of theirs without blanks around it."""
    clean = text.strip()
    if len(clean) > FIELD_CHARACTERS_MAX:
        raise TheirFault(f"a field has more than {FIELD_CHARACTERS_MAX} characters", clean)
    return clean


def _patterned(pattern: re.Pattern[str]) -> Form:
    return Form(
        write=lambda name, value: formed(name, str(value), pattern, OurFault),
        read=lambda name, text: formed(name, text, pattern, TheirFault),
    )


def _text(length_max: int) -> Form:
    """A text of theirs may be longer than agreed: it is kept, and does no harm."""

    def write(name: str, value: Any) -> str:
        clean = " ".join(_CONTROL.sub(" ", str(value)).replace(";", ",").split())
        if len(clean) > length_max:
            raise OurFault(name, f"{clean!r} has more than {length_max} characters; shorten it")
        return clean

    return Form(write=write, read=lambda _name, text: text)


def _written_day(_name: str, day: date) -> str:
    return day.strftime("%Y%m%d")


def _written_time(length: int) -> Callable[[str, Moment], str]:
    return lambda _name, moment: moment.astimezone(ZONE).strftime(_TIMES[length])


def _written_hour(name: str, moment: Moment) -> str:
    local = moment.astimezone(ZONE)
    if local.hour not in _WINDOW_HOURS or (local.minute, local.second) != (0, 0):
        raise OurFault(name, f"{local.isoformat()} is not a full hour from 8 to 20")
    return local.strftime(_TIMES[10])


def _read_hour(name: str, text: str) -> Moment:
    moment = _instant(name, text, 10)
    if moment.astimezone(ZONE).hour not in _WINDOW_HOURS:
        raise TheirFault(f"the {name} is {text!r}, not an hour from 8 to 20", text)
    return moment


def _written_number(name: str, number: Msisdn) -> str:
    """Nine digits, as the hub wants them."""
    shape = _SPANISH.fullmatch(number)
    if shape is None:
        raise OurFault(name, f"{number!r} is not a Spanish number of nine digits")
    return shape[1]


def _read_number(name: str, text: str) -> Msisdn:
    return Msisdn("+34" + formed(name, text, _NATIONAL, TheirFault))


def _instant(name: str, text: str, length: int) -> Moment:
    return _local(name, text, length).replace(tzinfo=ZONE).astimezone(UTC)


def _local(name: str, text: str, length: int) -> datetime:
    try:
        if len(text) != length or not _CENTURY.fullmatch(text):
            raise ValueError(f"{length} digits of this century are needed")
        return datetime.strptime(text, _TIMES[length])  # noqa: DTZ007 - its zone is added above
    except ValueError as wrong:
        raise TheirFault(f"the {name} is {text[:80]!r}, not a time", text) from wrong


NUMBER = Form(write=_written_number, read=_read_number)
NRN = _patterned(_PATTERNS["nrn"])
_FORMS = {
    "number": NUMBER,
    "day": Form(write=_written_day, read=lambda name, text: _local(name, text, 8).date()),
    "hour": Form(write=_written_hour, read=_read_hour),
    "minute": Form(write=_written_time(12), read=lambda name, text: _instant(name, text, 12)),
    "second": Form(write=_written_time(14), read=lambda name, text: _instant(name, text, 14)),
}
