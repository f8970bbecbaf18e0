"""Talks to the network. Implements ``activation.gateway.Network``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote

from relevo.activation.activation.messages import PutSubscription, RecordRead
from relevo.activation.gateway import NetworkNews, Probes
from relevo.adapters.http import Client, call
from relevo.adapters.network_rest import codec
from relevo.engine.performer import Permanent, Temporary
from relevo.values.moment import Moment

T = TypeVar("T")

LINES_IN_A_REQUEST = 1000


class RestNetwork:
    """One network behind one client (``adapters.http.client``), which the caller closes."""

    def __init__(self, http: Client) -> None:
        self._http = http

    def put(self, wanted: PutSubscription, *, key: str) -> None:
        """Have the registry hold this record; the outcome comes as news."""
        call(self._http, "PUT", _record(wanted.subject), json=codec.encode_put(wanted, key))

    def put_many(self, wanted: Sequence[tuple[PutSubscription, str]]) -> None:
        """The same for many lines, one after the other."""
        for line, key in wanted:
            self.put(line, key=key)

    def drop(self, subject: str, *, key: str) -> None:
        """Have the registry forget the line; the outcome comes as news."""
        call(self._http, "DELETE", _record(subject), params={"key": key})

    def read(self, subject: str, *, at: Moment) -> RecordRead:
        """What the registry holds of the line, with its log."""
        seen = call(self._http, "GET", f"/network/history/{quote(subject)}").content
        return _understood(lambda: codec.decode_record(codec.record_in(seen), seen, at))

    def probe(self, subjects: Sequence[str]) -> Probes:
        """Make the test calls to all these lines; one request for up to a thousand."""
        rounds = [
            self._probe(subjects[start : start + LINES_IN_A_REQUEST])
            for start in range(0, len(subjects), LINES_IN_A_REQUEST)
        ]
        if not rounds:
            raise Permanent("name at least one line to call")
        seen = {subject: each for one in rounds for subject, each in one.seen.items()}
        return Probes(at=max(one.at for one in rounds), seen=seen)

    def news(self, after: int) -> list[NetworkNews]:
        """What the registry did since the event of that number."""
        response = call(self._http, "GET", "/network/events", params={"after": after})
        return _understood(lambda: codec.decode_events(response.content))

    def _probe(self, subjects: Sequence[str]) -> Probes:
        wanted = codec.encode_probe(subjects)
        response = call(self._http, "POST", "/network/probes", json=wanted)
        return _understood(lambda: codec.decode_probes(response.content))


def _record(subject: str) -> str:
    return f"/network/subscriptions/{quote(subject)}"


def _understood(read: Callable[[], T]) -> T:
    try:
        return read()
    except codec.NotTheirProtocol as wrong:
        raise Temporary(str(wrong)) from wrong
