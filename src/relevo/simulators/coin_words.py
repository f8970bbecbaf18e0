"""Messages of the Dutch clearing house as it reads and writes them (its number portability v3).

Fields, patterns and lengths as in the models of ``coin-sdk``; a house checks them itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from relevo.simulators.http import BadRequest
from relevo.values.moment import Moment, utc

ZONE = ZoneInfo("Europe/Amsterdam")
KINDS = frozenset(
    {
        "portingrequest",
        "portingrequestanswer",
        "pradelayed",
        "portingperformed",
        "cancel",
        "deactivation",
    }
)
"""What this house takes. The content in the body is named like the kind."""

_DOSSIER = re.compile(r"[-0-9A-Z]{5,26}")
_OPERATOR = re.compile(r"[0-9A-Z]{3,6}")
_INSTANT = re.compile(r"[0-9]{14}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_CODE = re.compile(r"[1-9][0-9]{0,4}")
_FORMS: dict[str, re.Pattern[str]] = {
    "dossierid": _DOSSIER,
    "recipientnetworkoperator": _OPERATOR,
    "donornetworkoperator": _OPERATOR,
    "currentnetworkoperator": _OPERATOR,
    "originalnetworkoperator": _OPERATOR,
    "blocking": re.compile(r"[YN]"),
    "actualdatetime": _INSTANT,
    "answerduedatetime": _INSTANT,
    "firstpossibledate": _INSTANT,
    "blockingcode": _CODE,
    "reasoncode": _CODE,
    "contract": re.compile(r"EARLY_TERMINATION|CONTINUATION"),
    "note": re.compile(r".{1,100}", re.DOTALL),
}
_NEEDED: dict[str, tuple[str, ...]] = {
    "portingrequest": ("dossierid", "recipientnetworkoperator"),
    "portingrequestanswer": ("dossierid", "blocking"),
    "pradelayed": ("dossierid", "donornetworkoperator"),
    "portingperformed": ("dossierid", "recipientnetworkoperator", "donornetworkoperator"),
    "cancel": ("dossierid",),
    "deactivation": ("dossierid", "currentnetworkoperator", "originalnetworkoperator"),
}
_WITH_NUMBERS = {"portingrequest", "portingrequestanswer", "portingperformed", "deactivation"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: who sends it to whom, of what kind, and what it says."""

    kind: str
    sender: str
    receiver: str
    content: dict[str, Any]

    @property
    def dossier(self) -> str:
        return str(self.content["dossierid"])

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number of its series, in the national form."""
        found: list[str] = []
        for each in self.content.get("repeats") or ():
            series = each["seq"].get("numberseries")
            if series is None:  # an error names a number, not a series
                continue
            first, last = series["start"], series["end"]
            width = len(first)
            found += [f"{n:0{width}d}" for n in range(int(first), int(last) + 1)]
        return tuple(found)

    def written(self, at: Moment) -> bytes:
        """As it goes down a stream."""
        message = {
            "header": {
                "receiver": {"networkoperator": self.receiver},
                "sender": {"networkoperator": self.sender},
                "timestamp": to_digits(at),
            },
            "body": {self.kind: self.content},
        }
        return msgspec.json.encode({"message": message})


def read_letter(kind: str, body: bytes) -> Letter:
    """What a consumer sends. Raises BadRequest naming the field."""
    try:
        message = msgspec.json.decode(body)["message"]
        header, content = message["header"], message["body"][kind]
        sender = header["sender"]["networkoperator"]
        receiver = header["receiver"]["networkoperator"]
        stamp = header["timestamp"]
    except (msgspec.MsgspecError, KeyError, TypeError) as wrong:
        raise BadRequest(f"message: {wrong} is missing, or has another shape") from wrong
    for name, value in (("sender", sender), ("receiver", receiver)):
        _must(name, _OPERATOR, value)
    _must("timestamp", _INSTANT, stamp)
    letter = Letter(kind, sender, receiver, {k: v for k, v in content.items() if v is not None})
    _check(letter)
    return letter


def _check(letter: Letter) -> None:
    for name in _NEEDED[letter.kind]:
        if name not in letter.content:
            raise BadRequest(f"{name}: it must not be absent")
    for name, value in letter.content.items():
        if name in _FORMS:
            _must(name, _FORMS[name], value)
    if letter.kind not in _WITH_NUMBERS:
        return
    try:
        series = [each["seq"]["numberseries"] for each in letter.content["repeats"]]
        ends = [str(each[end]) for each in series for end in ("start", "end")]
        more = [each["seq"].items() for each in letter.content["repeats"]]
    except (KeyError, TypeError) as wrong:
        raise BadRequest("repeats: each seq needs a numberseries with start and end") from wrong
    if not series:
        raise BadRequest("repeats: at least one number series")
    for end in ends:
        _must("numberseries", _NUMBER, end)
    for name, value in (pair for pairs in more for pair in pairs):
        if name in _FORMS and value is not None:
            _must(name, _FORMS[name], value)


def _must(name: str, form: re.Pattern[str], value: object) -> None:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise BadRequest(f"{name}: {str(value)[:40]!r} does not match {form.pattern}")


def to_digits(at: Moment) -> str:
    """Fourteen digits, as the clocks of the country show it."""
    return f"{at.astimezone(ZONE):%Y%m%d%H%M%S}"


def from_digits(digits: str) -> Moment:
    """The instant of fourteen digits."""
    return utc(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=ZONE))
