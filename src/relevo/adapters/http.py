"""One place that makes HTTP clients, and says which failures are worth another try.

A network error, a timeout, a 5xx, a 408 or a 429 is Temporary: the outbox tries again. Any other
4xx is Permanent: it will never work like this, and somebody reads why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ssl import SSLContext, create_default_context
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import msgspec
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.util import parse_url

from relevo.engine import tracing
from relevo.engine.performer import Permanent, Temporary
from relevo.values.moment import Span

T = TypeVar("T")
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})
_SAID_MAX = 300
_CONNECT_SECONDS = 5.0
_KEPT_CONNECTIONS = 20
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Response:
    """What a peer answered, read to its end."""

    host: str
    status_code: int
    headers: Mapping[str, str]  # of any case
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether it did what it was asked."""
        return 200 <= self.status_code < 300


class Client:
    """One peer and the connections to it, for any number of threads.

    ``headers`` go with every request. Proxies are not taken from the environment and redirects
    are not followed: peers are reached as they are configured.
    """

    def __init__(self, base_url: str, timeout_s: float, headers: Mapping[str, str]) -> None:
        base = parse_url(base_url)
        self.host = base.host or ""
        self._origin = f"{base.scheme or 'http'}://{base.netloc}"
        self._path = (base.path or "").rstrip("/")
        self._headers = {"Accept": "*/*", "User-Agent": "relevo", **headers}
        self._pools = urllib3.PoolManager(
            maxsize=_KEPT_CONNECTIONS,
            timeout=urllib3.Timeout(connect=min(_CONNECT_SECONDS, timeout_s), read=timeout_s),
            ssl_context=_trusted(),
            retries=False,
        )
        self._pool = self._pools.connection_from_url(self._origin) if base.host else None

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Response:
        """Ask, and read the whole answer. ``url`` is below the client's address, or a whole one.

        The body is ``json``, a ``form`` or ``content``. Raises urllib3's HTTPError.
        """
        sent = {**self._headers, **(headers or {})}
        if json is not None:
            content = msgspec.json.encode(json)
            sent.setdefault("Content-Type", "application/json")
        elif form is not None:
            content = urlencode(form).encode()
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if trace := tracing.current():  # so that the peer's spans join the effect that asks
            sent[tracing.HEADER] = trace
        pool, target = self._place(url)
        if params:
            target = f"{target}{'&' if '?' in target else '?'}{urlencode(params)}"
        answer = pool.urlopen(
            method, target, body=content, headers=sent, redirect=False, retries=False
        )
        return Response(pool.host, answer.status, answer.headers, answer.data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._pools.clear()

    def _place(self, url: str) -> tuple[urllib3.HTTPConnectionPool, str]:
        """Whom to ask, and for which path. Reading an address takes longer than all else of a
        request: those of our own peer are not read."""
        if self._pool is not None:
            if not url.startswith(_SCHEMES):
                return self._pool, f"{self._path}/{url.lstrip('/')}"
            if url.startswith(self._origin) and url[len(self._origin) :][:1] in ("", "/", "?"):
                return self._pool, url[len(self._origin) :] or "/"
        return self._pools.connection_from_url(url), parse_url(url).request_uri


def client(
    base_url: str, timeout_s: float = 20.0, headers: Mapping[str, str] | None = None
) -> Client:
    """A client for one peer."""
    return Client(base_url, timeout_s, headers or {})


@cache
def _trusted() -> SSLContext:
    """Reading the certificates of all authorities takes longer than the rest of a client."""
    return create_default_context()


def call(
    http: Client,
    method: str,
    url: str,
    *,
    also: Collection[int] = (),
    **given: Any,
) -> Response:
    """Send a request; the response is a success, or has one of the statuses in ``also``.

    Raises Temporary or Permanent.
    """
    try:
        response = http.request(method, url, **given)
    except HTTPError as broken:
        raise Temporary(f"{http.host}: {_why(broken)}") from broken
    if response.is_success or response.status_code in also:
        return response
    reason = f"{response.host} answers {response.status_code}: {_said(response)}"
    if response.status_code >= 500 or response.status_code in _WORTH_ANOTHER_TRY:
        raise Temporary(reason, after=_after(response))
    raise Permanent(reason)


def was_never_asked(failed: Temporary) -> bool:
    """Whether a call failed before anything was sent: the peer cannot have done what was asked."""
    return isinstance(failed.__cause__, NewConnectionError | ConnectTimeoutError)


def read_json(response: Response, form: type[T]) -> T:
    """The JSON body as this type. Raises Temporary when it is something else."""
    try:
        return msgspec.json.decode(response.content, type=form)
    except msgspec.MsgspecError as wrong:
        raise Temporary(f"{response.host} sent what cannot be read: {wrong}") from wrong


def _why(broken: HTTPError) -> str:
    """What broke, without the ports and addresses in memory that the library adds."""
    cause = broken.__cause__ or broken.__context__ or broken
    return f"{type(cause).__name__}: {cause}"


def _said(response: Response) -> str:
    """What the peer says is wrong: the field ``error`` or ``detail``, else the beginning."""
    text = response.content[: 4 * _SAID_MAX].decode("utf-8", "replace")
    try:
        body = msgspec.json.decode(response.content)
    except msgspec.MsgspecError:
        return text[:_SAID_MAX]
    if isinstance(body, dict):
        for name in ("error", "detail", "message"):
            if isinstance(body.get(name), str):
                return str(body[name])[:_SAID_MAX]
    return text[:_SAID_MAX]


def _after(response: Response) -> Span | None:
    seconds = response.headers.get("retry-after", "")
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
