"""ES2+ as JSON over HTTP (SGP.22 section 6.5; components.md 10), and our words for it: pure.

On this wire an ICCID has 20 places and is filled up with F. A failure of a function comes with
HTTP 200 and a status in the header.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from relevo.sims.esim.messages import EsimReleased, EsimSeen
from relevo.sims.gateway import EsimNews
from relevo.values.moment import Moment
from relevo.values.simcard import Iccid

PROTOCOL = {"X-Admin-Protocol": "gsma/rsp/v2.5.0"}
DOWNLOAD_ORDER, CONFIRM_ORDER, RELEASE_PROFILE = "downloadOrder", "confirmOrder", "releaseProfile"

_PLACES = 20


class NotTheirProtocol(ValueError):
    """What the server sent is not ES2+."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The server did not execute a function; subject and reason are codes of SGP.22."""

    subject: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The profile is bound to a code, and whose server has it."""

    matching_id: str
    address: str


class _Status(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    status: str
    status_code_data: dict[str, str] | None = None


class _Header(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    function_execution_status: _Status


class _Reply(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    header: _Header
    matching_id: str = ""
    smdp_address: str = ""


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    at: Moment
    iccid: str
    status: str


class _Events(msgspec.Struct, frozen=True, kw_only=True):
    events: tuple[_Event, ...]


def encode_call(requester: str, call: str, iccid: Iccid, **more: Any) -> dict[str, Any]:
    """One function call. The same ``call`` again is the same call."""
    header = {"functionRequesterIdentifier": requester, "functionCallIdentifier": call}
    return {"header": header, "iccid": iccid.ljust(_PLACES, "F"), **more}


def decode_executed(body: bytes) -> Declined | None:
    """None when the function was executed."""
    return _declined(_read(body, _Reply))


def decode_confirmed(body: bytes, address: str) -> Confirmed | Declined:
    """The answer to ``confirmOrder``; ``address`` is used when the server does not name its own."""
    reply = _read(body, _Reply)
    declined = _declined(reply)
    if declined is not None:
        return declined
    if not reply.matching_id:
        raise NotTheirProtocol("confirmOrder was executed without a matchingId")
    return Confirmed(matching_id=reply.matching_id, address=reply.smdp_address or address)


def released(confirmed: Confirmed) -> EsimReleased:
    """The code that the customer's phone scans (SGP.22 section 4.1)."""
    return EsimReleased(activation_code=f"LPA:1${confirmed.address}${confirmed.matching_id}")


def decode_events(body: bytes) -> list[EsimNews]:
    """What phones did with our profiles; a status that we do not know is passed on as it is."""
    return [
        EsimNews(
            seq=event.seq,
            iccid=Iccid(event.iccid.rstrip("Ff")),
            seen=EsimSeen(state=event.status, at=event.at),
        )
        for event in _read(body, _Events).events
    ]


def _declined(reply: _Reply) -> Declined | None:
    status = reply.header.function_execution_status
    if status.status == "Executed-Success":
        return None
    codes = status.status_code_data or {}
    return Declined(
        subject=codes.get("subjectCode", ""),
        reason=codes.get("reasonCode", ""),
        text=codes.get("message", status.status),
    )


def _read(body: bytes, form: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise NotTheirProtocol(f"the profile server's answer is not ES2+: {wrong}") from wrong
