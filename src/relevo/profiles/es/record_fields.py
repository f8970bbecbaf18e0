"""Single fields of the fixed hub's records."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from relevo.profiles.es.soap import ZONE
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_SPANISH = re.compile(r"\+34([0-9]{9})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CENTURY = re.compile(r"20[0-9]+")
_TIMES = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
FIELD_CHARACTERS_MAX = 512


def formed(
    name: str, text: str, pattern: re.Pattern[str], fault: type[OurFault | TheirFault]
) -> str:
    """A field of a form; otherwise it is somebody's fault."""
    if pattern.fullmatch(text):
        return text
    if fault is OurFault:
        raise OurFault(name, f"{text!r} does not have the form {pattern.pattern}")
    raise TheirFault(f"the {name} is {text[:80]!r}, which it cannot be", text)


def fitted(name: str, text: str, length_max: int, *, empty: bool = True) -> str:
    """A text of ours that cannot break the record: ``;`` becomes a comma, a line break a space."""
    clean = " ".join(_CONTROL.sub(" ", text).replace(";", ",").split())
    if len(clean) > length_max:
        raise OurFault(name, f"{clean!r} has more than {length_max} characters; shorten it")
    if not (clean or empty):
        raise OurFault(name, "is empty; it must be given")
    return clean


def plain(text: str) -> str:
    """A field of theirs without blanks around it."""
    clean = text.strip()
    if len(clean) > FIELD_CHARACTERS_MAX:
        raise TheirFault(f"a field has more than {FIELD_CHARACTERS_MAX} characters", clean)
    return clean


def sent_number(number: Msisdn) -> str:
    """Nine digits, as the hub wants them."""
    shape = _SPANISH.fullmatch(number)
    if shape is None:
        raise OurFault("number", f"{number!r} is not a Spanish number of nine digits")
    return shape[1]


def day_in(name: str, text: str) -> date:
    return _local(name, text, 8).date()


def minute_in(name: str, text: str) -> Moment:
    return _instant(name, text, 12)


def second_in(name: str, text: str) -> Moment:
    return _instant(name, text, 14)


def _instant(name: str, text: str, length: int) -> Moment:
    return _local(name, text, length).replace(tzinfo=ZONE).astimezone(UTC)


def _local(name: str, text: str, length: int) -> datetime:
    try:
        if len(text) != length or not _CENTURY.fullmatch(text):
            raise ValueError(f"{length} digits of this century are needed")
        return datetime.strptime(text, _TIMES[length])  # noqa: DTZ007 - its zone is added above
    except ValueError as wrong:
        raise TheirFault(f"the {name} is {text[:80]!r}, not a time", text) from wrong
