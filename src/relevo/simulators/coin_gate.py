"""The door of the Dutch clearing house: nobody comes in without both of his signatures.

Written from what ``coin-sdk`` sends, with a verifier of its own. Signatures are made and judged by
the clock of the machine, whatever time it is in the world: the library reads no other.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode, urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from relevo.engine.clock import Clock, SystemClock
from relevo.simulators.coin_keys import Consumer

SKEW = timedelta(minutes=5)
"""So far a date may be off; the limit is ours, the house's own is not known."""

_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_SIGNED = "digest x-date request-line"


class Unauthorized(Exception):
    """The caller is not let in; the text says why."""


class Gate:
    """Checks digest, HMAC and token of each call, and that no call is heard twice."""

    def __init__(self, consumers: Iterable[Consumer], clock: Clock | None = None) -> None:
        self._consumers = {each.name: each for each in consumers}
        self._clock = clock or SystemClock()
        self._seen: dict[str, datetime] = {}

    def check(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Consumer:
        """Who is calling. Raises Unauthorized."""
        given = dict(_PARAMETER.findall(headers.get("authorization", "")))
        consumer = self._consumers.get(given.get("username", ""))
        if consumer is None:
            raise Unauthorized("HMAC: this consumer is not known")
        self._check_digest(method, headers, body)
        self._check_date(headers)
        self._check_hmac(consumer, f"{method} {target} HTTP/1.1", given, headers)
        self._check_token(consumer, headers)
        if method != "GET":
            self._check_fresh(given["signature"])
        return consumer

    def _check_digest(self, method: str, headers: Mapping[str, str], body: bytes) -> None:
        wanted = "SHA-256=" + b64encode(sha256(body).digest()).decode()
        if headers.get("digest") != wanted:
            raise Unauthorized(f"digest: it is not that of the body of this {method}")

    def _check_date(self, headers: Mapping[str, str]) -> None:
        try:
            date = parsedate_to_datetime(headers.get("x-date", ""))
        except ValueError:
            raise Unauthorized("x-date: it is missing, or no date of HTTP") from None
        if abs(date - self._clock.now()) > SKEW:
            raise Unauthorized("x-date: the clock is off, or the call is an old one")

    def _check_hmac(
        self, consumer: Consumer, line: str, given: Mapping[str, str], headers: Mapping[str, str]
    ) -> None:
        if given.get("algorithm") != "hmac-sha256" or given.get("headers") != _SIGNED:
            raise Unauthorized(f"HMAC: sign {_SIGNED!r} with hmac-sha256")
        text = f"digest: {headers['digest']}\nx-date: {headers['x-date']}\n{line}"
        wanted = hmac.new(consumer.secret, text.encode(), sha256).digest()
        try:
            signature = b64decode(given.get("signature", ""), validate=True)
        except NotBase64:
            raise Unauthorized("HMAC: the signature is not base64") from None
        if not hmac.compare_digest(wanted, signature):
            raise Unauthorized("HMAC: the signature is not that of this call")

    def _check_token(self, consumer: Consumer, headers: Mapping[str, str]) -> None:
        cookies = dict(
            each.strip().partition("=")[::2] for each in headers.get("cookie", "").split(";")
        )
        try:
            head, claims, signature = cookies.get("jwt", "").split(".")
            is_rs256 = _json(head).get("alg") == "RS256"
            said = _json(claims)
            consumer.public_key.verify(
                _decoded(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256()
            )
        except (ValueError, AttributeError, InvalidSignature):
            raise Unauthorized("token: it is missing, or its signature is wrong") from None
        now = self._clock.now().timestamp()
        if not is_rs256 or said.get("iss") != consumer.name:
            raise Unauthorized("token: it is somebody else's, or not signed with RS256")
        if not _number(said, "nbf") <= now < _number(said, "exp"):
            raise Unauthorized("token: it has expired, or is not valid yet")

    def _check_fresh(self, signature: str) -> None:
        """An order that is heard again is a replay: it bears the date of the first one."""
        now = self._clock.now()
        self._seen = {each: at for each, at in self._seen.items() if now - at <= 2 * SKEW}
        if signature in self._seen:
            raise Unauthorized("HMAC: this call was made before")
        self._seen[signature] = now


def _json(part: str) -> dict[str, Any]:
    return msgspec.json.decode(_decoded(part), type=dict[str, Any])


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, int | float):
        return value
    raise Unauthorized(f"token: {name} is missing")
