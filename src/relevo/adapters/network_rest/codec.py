"""The network's JSON, and our words for it: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from relevo.activation.activation.messages import (
    NetworkAnswered,
    PutSubscription,
    RecordChange,
    RecordRead,
)
from relevo.activation.gateway import NetworkNews, Probes, Seen
from relevo.activation.ladder import Capability
from relevo.values.moment import Moment


class NotTheirProtocol(ValueError):
    """What the network sent is not what its interface says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subscription:
    state: str
    iccid: str | None = None
    changed_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    at: Moment
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    changes: tuple[_Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    record: msgspec.Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    seq: int
    at: Moment
    number: str
    event: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Events:
    events: tuple[_Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """``null`` for what the kind of line does not have."""

    calls_in: dict[str, int]
    calls_out: bool | None = None
    sms_out: bool | None = None
    sms_in: bool | None = None
    data: bool | None = None
    registered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Probes:
    at: Moment
    results: dict[str, msgspec.Raw]


_BESIDE_CALLS_IN = tuple(each for each in Capability if each is not Capability.CALLS_IN)


def encode_put(wanted: PutSubscription, key: str) -> dict[str, Any]:
    """The whole record that the registry is to hold."""
    return {
        "key": key,
        "iccid": wanted.iccid,
        "state": wanted.state,
        "capabilities": list(wanted.capabilities),
    }


def encode_probe(subjects: Sequence[str]) -> dict[str, Any]:
    """Which lines to try."""
    return {"numbers": list(subjects)}


def record_in(history: bytes) -> bytes | None:
    """The record that came of a log; None when the registry says that it has none, which is an
    answer too."""
    record = bytes(_read(history, _Looked).record)
    return None if record == b"null" else record


def decode_record(subscription: bytes | None, history: bytes, at: Moment) -> RecordRead:
    """The record (None: the registry knows no such line) and the log of how it came about."""
    log = tuple(
        RecordChange(at=each.at, state=each.state) for each in _read(history, _History).changes
    )
    if subscription is None:
        return RecordRead(present=False, state="", iccid="", changed_at=None, at=at, log=log)
    found = _read(subscription, _Subscription)
    return RecordRead(
        present=True,
        state=found.state,
        iccid=found.iccid or "",
        changed_at=found.changed_at,
        at=at,
        log=log,
    )


def decode_events(body: bytes) -> list[NetworkNews]:
    """What the registry did."""
    return [
        NetworkNews(
            seq=event.seq,
            subject=event.number,
            answer=NetworkAnswered(event=event.event, at=event.at, reason=event.reason or ""),
        )
        for event in _read(body, _Events).events
    ]


def decode_probes(body: bytes) -> Probes:
    """What the test calls saw."""
    probes = _read(body, _Probes)
    return Probes(
        at=probes.at,
        seen={subject: _seen(bytes(result)) for subject, result in probes.results.items()},
    )


@lru_cache(maxsize=4096)
def _seen(body: bytes) -> Seen:
    """Nearly all lines are in the same few states: what was read once is not read again."""
    result = _read(body, _Result)
    tried = {each.value: getattr(result, each.value) for each in _BESIDE_CALLS_IN}
    return Seen(
        calls_in=result.calls_in,
        works={name: works for name, works in tried.items() if works is not None},
        registered=result.registered,
    )


def _read(body: bytes, form: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise NotTheirProtocol(f"the network's answer is not its protocol: {wrong}") from wrong
