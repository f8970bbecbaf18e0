"""Talks to the courier. Implements ``sims.gateway.Courier``."""

from __future__ import annotations

from relevo.adapters.courier_rest import codec
from relevo.adapters.http import Client, call
from relevo.engine.performer import Permanent, Temporary
from relevo.sims.dispatch.messages import MendParcel, OrderParcel, ParcelAccepted, ParcelDeclined
from relevo.sims.gateway import CourierNews

_PARCELS = "/courier/parcels"
_UNFIT = frozenset({400, 422})
"""What is asked for cannot be taken like this: the body says which field."""

MENDS = frozenset({"relabel", "redirect", "trace", "return"})


class RestCourier:
    """One courier behind one client (``adapters.http.client``), which the caller closes."""

    def __init__(self, http: Client) -> None:
        self._http = http

    def order(self, parcel: OrderParcel) -> ParcelAccepted | ParcelDeclined:
        """Order a parcel; the same reference is the same parcel."""
        order = codec.encode_order(parcel)
        response = call(self._http, "POST", _PARCELS, also=_UNFIT, json=order)
        if response.status_code in _UNFIT:
            return codec.decode_declined(response.content)
        try:
            return codec.decode_taken(response.content)
        except codec.NotTheirProtocol as wrong:
            raise Temporary(str(wrong)) from wrong

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
