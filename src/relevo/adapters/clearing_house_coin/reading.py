"""What comes down the stream, as values. Pure; any bytes give a letter, noise, or a fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from relevo.values.moment import Moment, utc

KINDS = frozenset(
    {
        "portingrequest",
        "portingrequestanswer",
        "pradelayed",
        "portingperformed",
        "cancel",
        "errorfound",
    }
)
_VERSION = "-v3"
_NUMBER = re.compile(r"0[0-9]{3,14}")  # the library allows 20 digits; E.164 has 15


class Unreadable(ValueError):
    """The house sent what its own models do not allow. ``sent`` is the beginning of it."""

    SHOWN_MAX = 200

    def __init__(self, why: str, sent: str) -> None:
        super().__init__(why)
        self.why = why
        self.sent = sent[: self.SHOWN_MAX]


class NumberSeries(msgspec.Struct, frozen=True):
    start: str
    end: str


class Seq(msgspec.Struct, frozen=True):
    """One series of numbers in a message, with what is said of it."""

    numberseries: NumberSeries | None = None
    blockingcode: str | None = None
    firstpossibledate: str | None = None
    note: str | None = None
    phonenumber: str | None = None
    errorcode: str | None = None
    description: str | None = None


class _Repeat(msgspec.Struct, frozen=True):
    seq: Seq


class Content(msgspec.Struct, frozen=True):
    """What a message says, whatever its kind."""

    dossierid: str
    blocking: str | None = None
    recipientnetworkoperator: str | None = None
    donornetworkoperator: str | None = None
    answerduedatetime: str | None = None
    actualdatetime: str | None = None
    repeats: list[_Repeat] = []

    @property
    def seqs(self) -> tuple[Seq, ...]:
        return tuple(each.seq for each in self.repeats)

    @property
    def series(self) -> tuple[NumberSeries, ...]:
        """The series of numbers that it names."""
        return tuple(seq.numberseries for seq in self.seqs if seq.numberseries is not None)


class _Party(msgspec.Struct, frozen=True):
    networkoperator: str


class _Header(msgspec.Struct, frozen=True):
    sender: _Party
    timestamp: str


class _Message(msgspec.Struct, frozen=True):
    header: _Header
    body: dict[str, Content]


class _Envelope(msgspec.Struct, frozen=True):
    message: _Message


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the house to us."""

    kind: str
    sender: str
    at: Moment
    content: Content


def read_letter(kind: str, text: str, zone: str) -> Letter | None:
    """A message; None for a kind that is not about requests. Raises Unreadable."""
    name = kind.removesuffix(_VERSION)
    if name not in KINDS:
        return None
    try:
        message = msgspec.json.decode(text, type=_Envelope).message
        content = message.body[name]
    except (msgspec.MsgspecError, KeyError) as wrong:
        raise Unreadable(f"{kind}: {wrong}", text) from wrong
    if name == "portingrequestanswer" and content.blocking not in {"Y", "N"}:
        raise Unreadable(f"{kind}: blocking is {content.blocking!r}, neither Y nor N", text)
    if name == "portingrequest" and not content.series:
        raise Unreadable(f"{kind}: no number is named", text)
    at = from_digits(message.header.timestamp, zone)
    _check(kind, content, text, zone)
    return Letter(name, message.header.sender.networkoperator, at, content)


def _check(kind: str, content: Content, text: str, zone: str) -> None:
    for series in content.series:
        if not all(_NUMBER.fullmatch(end) for end in (series.start, series.end)):
            raise Unreadable(f"{kind}: a series of numbers is not one of digits", text)
        if len(series.start) != len(series.end) or series.end < series.start:
            raise Unreadable(f"{kind}: a series of numbers ends before it begins", text)
    for date in (content.answerduedatetime, content.actualdatetime):
        if date is not None:
            from_digits(date, zone)
    for seq in content.seqs:
        if seq.firstpossibledate is not None:
            from_digits(seq.firstpossibledate, zone)


def from_digits(digits: str, zone: str) -> Moment:
    """The instant of fourteen digits of local time. Raises Unreadable."""
    try:
        if not (digits.isascii() and digits.isdecimal() and len(digits) == 14):
            raise ValueError("not fourteen digits")
        parts = (digits[:4], *(digits[n : n + 2] for n in range(4, 14, 2)))
        year, month, day, hour, minute, second = map(int, parts)
        return utc(datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError) as wrong:
        raise Unreadable(f"a time is written in fourteen digits ({wrong})", digits) from wrong
