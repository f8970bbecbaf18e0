"""Speaks with an OpenID provider: its metadata, its keys, and the exchange of a code.

What it says is judged elsewhere (``access/openid.py``); here it is only fetched, over TLS unless
the provider is on this machine.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from urllib3.util import make_headers

from relevo.access.gateway import ProviderAway
from relevo.adapters.http import call, client
from relevo.engine.clock import elapsed_seconds
from relevo.engine.performer import Permanent, Temporary

_WELL_KNOWN = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_KEYS_REST_S = 60.0  # a flood of tokens with unknown keys is no flood of requests to the provider
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdAccount:
    """What the provider knows us by."""

    issuer: str
    client_id: str
    client_secret: str


class OpenIdClient:
    """An ``IdentityProvider``."""

    def __init__(self, account: OpenIdAccount) -> None:
        self._account = account
        self._http = client(account.issuer)
        self._lock = threading.Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._keys: Mapping[str, Any] | None = None
        self._keys_at_s = 0.0

    def metadata(self) -> Mapping[str, Any]:
        """Fetched once. Raises ProviderAway when they are not those of our issuer."""
        with self._lock:
            if self._metadata is None:
                issuer = self._account.issuer
                found = self._fetch("GET", issuer.rstrip("/") + _WELL_KNOWN)
                if found.get("issuer") != issuer:
                    raise ProviderAway(f"{issuer} says that it is {found.get('issuer')!r}")
                for name in _ENDPOINTS:
                    _check_address(name, found.get(name))
                self._metadata = found
            return self._metadata

    def keys(self, *, anew: bool = False) -> Mapping[str, Any]:
        """Fetched once, and again for an unknown key, once a minute at most."""
        address = self.metadata()["jwks_uri"]
        with self._lock:
            rested = elapsed_seconds() - self._keys_at_s > _KEYS_REST_S
            if self._keys is None or (anew and rested):
                self._keys = self._fetch("GET", address)
                self._keys_at_s = elapsed_seconds()
            return self._keys

    def exchange(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Our credentials go in the header, or in the form where the provider wants them there."""
        known = self.metadata()
        ways = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        name, secret = self._account.client_id, self._account.client_secret
        if "client_secret_basic" in ways:
            # RFC 6749, 2.3.1: both are encoded as in a form first.
            account = make_headers(basic_auth=f"{quote(name, safe='')}:{quote(secret, safe='')}")
            return self._fetch("POST", known["token_endpoint"], form=form, headers=account)
        named = {**form, "client_id": name, "client_secret": secret}
        return self._fetch("POST", known["token_endpoint"], form=named)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _fetch(self, method: str, url: str, **given: Any) -> Mapping[str, Any]:
        try:
            said = msgspec.json.decode(call(self._http, method, url, **given).content)
        except (Temporary, Permanent, msgspec.MsgspecError) as wrong:
            raise ProviderAway(f"the identity provider does not answer: {wrong}") from wrong
        if not isinstance(said, dict):
            raise ProviderAway("the identity provider answers with something else than a JSON map")
        return said


def _check_address(name: str, address: object) -> None:
    parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
    if parts.scheme != "https" and not (
        parts.scheme == "http" and (parts.hostname or "") in _LOOPBACK
    ):
        raise ProviderAway(f"the identity provider's {name} is {address!r}; it must be https")
