"""Talks to the field service. Implements ``activation.installation.gateway.FieldService``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from relevo.activation.installation.gateway import VisitNews
from relevo.activation.installation.messages import (
    AccessTested,
    BookVisit,
    CancelVisit,
    ProbeAccess,
    VisitBooked,
    VisitDeclined,
)
from relevo.adapters.field_service_rest import codec
from relevo.adapters.http import Client, call
from relevo.engine.performer import Temporary

T = TypeVar("T")

_VISITS = "/field/visits"
_UNFIT = frozenset({400, 409, 422})
"""What is asked for cannot be taken like this: the body says which field."""


class RestFieldService:
    """One field service behind one client (``adapters.http.client``), which the caller closes."""

    def __init__(self, http: Client) -> None:
        self._http = http

    def book(self, wanted: BookVisit) -> VisitBooked | VisitDeclined:
        """Book a visit; the same reference and number are the same visit."""
        booking = codec.encode_booking(wanted)
        response = call(self._http, "POST", _VISITS, also=_UNFIT, json=booking)
        if response.status_code in _UNFIT:
            return codec.decode_declined(response.content, wanted.visit)
        return _read(lambda: codec.decode_booked(response.content))

    def cancel(self, wanted: CancelVisit) -> None:
        """Nobody has to come; a visit that is over or unknown is let be."""
        body = {"reference": wanted.reference, "visit": wanted.visit}
        call(self._http, "POST", f"{_VISITS}/cancel", also={404}, json=body)

    def test(self, wanted: ProbeAccess) -> AccessTested:
        """What the exchange sees at the end of an access."""
        response = call(self._http, "GET", f"/field/accesses/{quote(wanted.access, safe='')}")
        return _read(lambda: codec.decode_test(response.content, wanted))

    def news(self, after: int) -> list[VisitNews]:
        """What happened to our visits since the event of that number."""
        response = call(self._http, "GET", "/field/events", params={"after": after})
        return _read(lambda: codec.decode_events(response.content))


def _read(decode: Callable[[], T]) -> T:
    try:
        return decode()
    except codec.NotTheirProtocol as wrong:
        raise Temporary(str(wrong)) from wrong
