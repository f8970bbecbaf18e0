"""The field service's JSON, and our words for it: pure.

An outcome that we do not know is ``unrecognised``, with the word that was said: never "done".
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from relevo.activation.installation.gateway import VisitNews
from relevo.activation.installation.messages import (
    AccessTested,
    BookVisit,
    ProbeAccess,
    VisitBooked,
    VisitDeclined,
    VisitSeen,
)
from relevo.activation.installation.model import Outcome, Slot
from relevo.values.moment import Moment, utc

_OURS = frozenset({Outcome.NO_WORD, Outcome.NOT_WORKING, Outcome.UNRECOGNISED})
_OUTCOMES = frozenset(each.value for each in Outcome if each not in _OURS)


class NotTheirProtocol(ValueError):
    """What the field service sent is not what its interface says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    opens: Moment
    closes: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Booked:
    visit: int
    slot: _Slot
    others: tuple[_Slot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    seq: int
    at: Moment
    reference: str
    visit: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Events:
    events: tuple[_Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    works: bool
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    error: str = ""


def encode_booking(wanted: BookVisit) -> dict[str, Any]:
    """What is asked for a visit; reference and number make a repeated one the same."""
    site = wanted.site
    opens = {} if wanted.wanted is None else {"opens": wanted.wanted.opens.isoformat()}
    return {
        "reference": wanted.reference,
        "visit": wanted.visit,
        "access": site.access,
        "name": site.name,
        "phone": site.phone,
        "address": asdict(site.address),
        **opens,
    }


def decode_booked(body: bytes) -> VisitBooked:
    """The field service took the visit. Raises NotTheirProtocol."""
    booked = _read(body, _Booked)
    others = tuple(_slot(each) for each in booked.others)
    return VisitBooked(visit=booked.visit, slot=_slot(booked.slot), others=others)


def decode_declined(body: bytes, visit: int) -> VisitDeclined:
    """It does not take it: ``error`` begins with the field that is wrong."""
    try:
        text = _read(body, _Fault).error
    except NotTheirProtocol:
        text = body.decode(errors="replace")[:200]
    field, colon, rest = text.partition(":")
    if not (colon and field.strip()):
        return VisitDeclined(visit=visit, field="visit", text=text)
    return VisitDeclined(visit=visit, field=field.strip(), text=rest.strip())


def decode_test(body: bytes, wanted: ProbeAccess) -> AccessTested:
    """What the exchange sees. Raises NotTheirProtocol."""
    tested = _read(body, _Tested)
    return AccessTested(
        visit=wanted.visit, test=wanted.test, works=tested.works, at=_moment(tested.at)
    )


def decode_events(body: bytes) -> list[VisitNews]:
    """How our visits went. Raises NotTheirProtocol."""
    return [
        VisitNews(
            seq=event.seq,
            reference=event.reference,
            seen=VisitSeen(
                visit=event.visit,
                outcome=_outcome(event.outcome),
                at=_moment(event.at),
                said="" if event.outcome in _OUTCOMES else event.outcome,
            ),
        )
        for event in _read(body, _Events).events
    ]


def _outcome(text: str) -> Outcome:
    return Outcome(text) if text in _OUTCOMES else Outcome.UNRECOGNISED


def _slot(slot: _Slot) -> Slot:
    made = Slot(opens=_moment(slot.opens), closes=_moment(slot.closes))
    if made.opens >= made.closes:
        raise NotTheirProtocol("slot: it ends before it begins")
    return made


def _moment(said: Moment) -> Moment:
    if said.tzinfo is None:
        raise NotTheirProtocol(f"{said.isoformat()} has no time zone")
    return utc(said)


def _read(body: bytes, form: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise NotTheirProtocol(
            f"the field service's answer is not its protocol: {wrong}"
        ) from wrong
