"""The courier's JSON, and our words for it: pure.

Three questions are answered here for every operation: what do we send, how is a success read, and
how a failure. A state that we do not know is ``unrecognised``, never "in transit".
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import msgspec

from relevo.sims.dispatch.messages import (
    MendParcel,
    OrderParcel,
    ParcelAccepted,
    ParcelDeclined,
    ParcelSeen,
    ParcelState,
)
from relevo.sims.gateway import CourierNews
from relevo.values.moment import Moment

_STATES = frozenset(each.value for each in ParcelState)


class NotTheirProtocol(ValueError):
    """What the courier sent is not what its interface says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    tracking_code: str
    expected_on: date
    label: tuple[str, ...] = ()  # what was printed, line by line, if the courier says so


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    seq: int
    at: Moment
    tracking_code: str
    reference: str
    state: str
    reason: str | None = None
    action: str | None = None
    city: str | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Events:
    events: tuple[_Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    error: str = ""


def encode_order(parcel: OrderParcel) -> dict[str, Any]:
    """What is asked for a new parcel; the reference makes a repeated order the same parcel."""
    return {
        "reference": parcel.reference,
        "contents": [parcel.iccid],
        "name": parcel.name,
        "phone": parcel.phone,
        "address": asdict(parcel.address),
        "pin": parcel.pin,
    }


def encode_mend(wanted: MendParcel, key: str) -> dict[str, Any]:
    """What is asked about a parcel under way."""
    address = {} if wanted.address is None else {"address": asdict(wanted.address)}
    day = {} if wanted.on is None else {"on": wanted.on.isoformat()}
    return {"key": key, **address, **day}


def decode_taken(body: bytes) -> ParcelAccepted:
    """The courier took the parcel."""
    taken = _read(body, _Taken)
    return ParcelAccepted(
        tracking_code=taken.tracking_code,
        expected_on=taken.expected_on,
        label=taken.label,
    )


def decode_declined(body: bytes) -> ParcelDeclined:
    """The courier does not take it: ``error`` begins with the field that is wrong."""
    try:
        text = _read(body, _Fault).error
    except NotTheirProtocol:
        text = body.decode(errors="replace")[:200]
    field, colon, rest = text.partition(":")
    if not (colon and field.strip()):
        return ParcelDeclined(field="order", text=text)
    return ParcelDeclined(field=field.strip(), text=rest.strip())


def decode_events(body: bytes) -> list[CourierNews]:
    """The scans of our parcels."""
    return [
        CourierNews(
            seq=event.seq,
            reference=event.reference,
            seen=ParcelSeen(
                tracking_code=event.tracking_code,
                state=_state(event.state),
                at=event.at,
                reason=event.reason or ("" if _is_known(event.state) else event.state),
                action=event.action or "",
                city=event.city or "",
                proof=event.proof or "",
            ),
        )
        for event in _read(body, _Events).events
    ]


def _is_known(state: str) -> bool:
    return state in _STATES


def _state(text: str) -> ParcelState:
    return ParcelState(text) if _is_known(text) else ParcelState.UNRECOGNISED


def _read(body: bytes, form: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise NotTheirProtocol(f"the courier's answer is not its protocol: {wrong}") from wrong
