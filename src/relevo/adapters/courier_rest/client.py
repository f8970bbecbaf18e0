"""Talks to the courier. Implements ``sims.gateway.Courier``."""

from __future__ import annotations

from typing import Any

import httpx2

from relevo.adapters.courier_rest import codec
from relevo.adapters.http import call
from relevo.engine.performer import Permanent, Temporary
from relevo.sims.dispatch.messages import MendParcel, OrderParcel, ParcelAccepted, ParcelDeclined
from relevo.sims.gateway import CourierNews

_PARCELS = "/courier/parcels"
_UNFIT = frozenset({400, 422})
"""What is asked for cannot be taken like this: the body says which field."""

MENDS = frozenset({"relabel", "redirect", "trace", "return"})


class RestCourier:
    """One courier behind one client (``adapters.http.client``), which the caller closes."""

    def __init__(self, http: httpx2.Client) -> None:
        self._http = http

    def order(self, parcel: OrderParcel) -> ParcelAccepted | ParcelDeclined:
        """Order a parcel; the same reference is the same parcel."""
        order = codec.encode_order(parcel)
        try:
            return codec.decode_taken(call(self._http, "POST", _PARCELS, json=order).content)
        except codec.NotTheirProtocol as wrong:
            raise Temporary(str(wrong)) from wrong
        except Permanent:
            declined = self._declined(order)
            if declined is None:
                raise
            return declined

    def mend(self, wanted: MendParcel, *, key: str) -> None:
        """Relabel, redirect, trace or call back; the same key is the same request."""
        if wanted.action not in MENDS:
            raise Permanent(f"a courier cannot {wanted.action!r} a parcel")
        url = f"{_PARCELS}/{wanted.tracking_code}/{wanted.action}"
        call(self._http, "POST", url, json=codec.encode_mend(wanted, key))

    def news(self, after: int) -> list[CourierNews]:
        """The scans since the one of that number."""
        response = call(self._http, "GET", "/courier/events", params={"after": after})
        try:
            return codec.decode_events(response.content)
        except codec.NotTheirProtocol as wrong:
            raise Temporary(str(wrong)) from wrong

    def _declined(self, order: dict[str, Any]) -> ParcelDeclined | None:
        """Ask once more for the no itself; the reference makes it the same order."""
        try:
            response = self._http.post(_PARCELS, json=order)
        except httpx2.TransportError:
            return None
        is_unfit = response.status_code in _UNFIT
        return codec.decode_declined(response.content) if is_unfit else None
