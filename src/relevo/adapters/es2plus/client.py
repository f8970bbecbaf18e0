"""Talks to a server of eSIM profiles. Implements ``sims.gateway.ProfileServer``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from relevo.adapters.es2plus import codec
from relevo.adapters.http import Client, call
from relevo.engine.performer import Permanent, Temporary
from relevo.sims.esim.messages import EsimReleased, OrderEsim
from relevo.sims.gateway import EsimNews

T = TypeVar("T")

PROFILE_TYPE = "consumer"


class Es2PlusServer:
    """One SM-DP+ behind one client (``adapters.http.client``), which the caller closes.

    ``requester`` is the operator's object identifier at the server, ``address`` the server's name
    as phones know it, for servers that do not repeat it in their answers.
    """

    def __init__(
        self, http: Client, *, requester: str = "1.3.6.1.4.1.31746.1", address: str = ""
    ) -> None:
        self._http = http
        self._requester = requester
        self._address = address or http.host

    def issue(self, wanted: OrderEsim, *, key: str) -> EsimReleased:
        """Order, confirm and release. Every call carries the key: repeated, it is the same call."""
        ordered = self._call(wanted, codec.DOWNLOAD_ORDER, key, profileType=PROFILE_TYPE)
        _executed(_understood(lambda: codec.decode_executed(ordered)))
        answer = self._call(wanted, codec.CONFIRM_ORDER, key, releaseFlag=False)
        confirmed = _understood(lambda: codec.decode_confirmed(answer, self._address))
        if isinstance(confirmed, codec.Declined):
            raise _refusal(confirmed)
        done = self._call(wanted, codec.RELEASE_PROFILE, key)
        _executed(_understood(lambda: codec.decode_executed(done)))
        return codec.released(confirmed)

    def news(self, after: int) -> list[EsimNews]:
        """What phones did with profiles since the event of that number."""
        response = call(self._http, "GET", "/es2plus/events", params={"after": after})
        return _understood(lambda: codec.decode_events(response.content))

    def _call(self, wanted: OrderEsim, function: str, key: str, **more: Any) -> bytes:
        body = codec.encode_call(self._requester, f"{key}:{function}", wanted.iccid, **more)
        url = f"/gsma/rsp2/es2plus/{function}"
        return call(self._http, "POST", url, json=body, headers=codec.PROTOCOL).content


def _executed(declined: codec.Declined | None) -> None:
    if declined is not None:
        raise _refusal(declined)


def _refusal(declined: codec.Declined) -> Permanent:
    code = f"{declined.subject}/{declined.reason}"
    return Permanent(f"the profile server declines ({code}): {declined.text}")


def _understood(read: Callable[[], T]) -> T:
    try:
        return read()
    except codec.NotTheirProtocol as wrong:
        raise Temporary(str(wrong)) from wrong
