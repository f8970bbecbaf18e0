"""What a telephone system says of a call: any bytes in, a call or what is wrong with them out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from relevo.adapters.telephone.account import Purpose
from relevo.notices.call.model import Call, Direction, Recording
from relevo.values.moment import Moment, utc

NOTE_MAX = 4_000
_AHEAD_MAX = timedelta(minutes=5)
_CALL_MAX = timedelta(hours=24)
_Zoned = Annotated[datetime, msgspec.Meta(tz=True)]
_CALL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,119}")
_NUMBER = re.compile(r"(\+[1-9]\d{6,14})?")
_NO_CONTROL = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*")


class WrongEvent(ValueError):
    """It cannot be taken. ``where`` names the field, the text the remedy."""

    def __init__(self, where: str, remedy: str) -> None:
        super().__init__(remedy)
        self.where = where


class Kind(StrEnum):
    """What happened."""

    STARTED = "started"
    ENDED = "ended"
    RECORDED = "recorded"


class _Recorded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    purpose: str
    preamble: str
    keep_days: int


class _Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    event: Kind
    call: str
    direction: Direction
    number: str
    began_at: _Zoned
    ended_at: _Zoned | None = None
    agent: str = ""
    note: str = ""
    recording: _Recorded | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A call as it was told of, and what its agent noted in the telephone system."""

    call: Call
    note: str


def event_in(
    body: bytes, *, system: str, brand: str, purposes: Mapping[str, Purpose], now: Moment
) -> Told:
    """What a message says. Raises WrongEvent."""
    try:
        said = msgspec.json.decode(body, type=_Event)
    except UnicodeDecodeError:
        raise WrongEvent("body", "send JSON in UTF-8") from None
    except (msgspec.DecodeError, RecursionError) as wrong:
        what, _, place = str(wrong).partition(" - at `$.")
        raise WrongEvent(place.rstrip("`") or "body", what) from None
    for where, fits, remedy in _rules(said, now):
        if not fits:
            raise WrongEvent(where, remedy)
    call = Call(
        id=f"{system}:{said.call}",
        brand=brand,
        direction=said.direction,
        number=said.number,
        agent=said.agent.strip(),
        began_at=utc(said.began_at),
        ended_at=None if said.ended_at is None else utc(said.ended_at),
        recording=_recording(said, purposes),
    )
    return Told(call, said.note.strip())


def _rules(said: _Event, now: Moment) -> list[tuple[str, bool, str]]:
    ended, is_recorded = said.ended_at, said.event is Kind.RECORDED
    latest = min(now, said.began_at + _CALL_MAX)
    return [
        ("call", bool(_CALL.fullmatch(said.call)), "letters, digits and ._@-, at most 120"),
        (
            "number",
            bool(_NUMBER.fullmatch(said.number)),
            "the customer's number as +34600000101, or empty where he withholds it",
        ),
        ("agent", len(said.agent) <= 80 and bool(_NO_CONTROL.fullmatch(said.agent)), "80 signs"),
        (
            "note",
            len(said.note) <= NOTE_MAX and bool(_NO_CONTROL.fullmatch(said.note)),
            f"text, at most {NOTE_MAX} signs",
        ),
        ("began_at", said.began_at <= now + _AHEAD_MAX, "it lies in the future: set the clock"),
        (
            "ended_at",
            (ended is not None) if said.event is not Kind.STARTED else ended is None,
            'needed with "ended" and "recorded", and absent with "started"',
        ),
        (
            "ended_at",
            ended is None or said.began_at <= ended <= latest + _AHEAD_MAX,
            "not before began_at, not in the future, and not a day after",
        ),
        (
            "recording",
            (said.recording is not None) == is_recorded,
            'needed with "recorded", and with nothing else',
        ),
    ]


def _recording(said: _Event, purposes: Mapping[str, Purpose]) -> Recording | None:
    told = said.recording
    if told is None or said.ended_at is None:
        return None
    purpose = purposes.get(told.purpose)
    if purpose is None:
        agreed = ", ".join(sorted(purposes)) or "none is agreed: nothing may be recorded"
        raise WrongEvent("recording.purpose", f"one of those agreed: {agreed}")
    if not 1 <= told.keep_days <= purpose.keep_days_max:
        raise WrongEvent(
            "recording.keep_days", f"from 1 to {purpose.keep_days_max} for this purpose"
        )
    for where in ("id", "preamble"):
        text = getattr(told, where)
        if not 0 < len(text.strip()) <= 200 or not _NO_CONTROL.fullmatch(text):
            raise WrongEvent(f"recording.{where}", "a name of 1 to 200 signs")
    return Recording(
        id=told.id.strip(),
        purpose=told.purpose,
        preamble=told.preamble.strip(),
        keep_until=(said.ended_at + timedelta(days=told.keep_days)).date(),
    )
