"""One place that makes HTTP clients, and says which failures are worth another try.

A network error, a timeout, a 5xx, a 408 or a 429 is Temporary: the outbox tries again. Any other
4xx is Permanent: it will never work like this, and somebody reads why.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import cache, lru_cache
from ssl import SSLContext, create_default_context
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import httpx2
import msgspec

from relevo.engine import tracing
from relevo.engine.performer import Permanent, Temporary
from relevo.values.moment import Span

T = TypeVar("T")
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})
_SAID_MAX = 300
_CONNECT_SECONDS = 5.0


def client(base_url: str, timeout_s: float = 20.0) -> httpx2.Client:
    """A client for one peer. Proxies are not taken from the environment: peers are reached as
    they are configured."""
    return httpx2.Client(
        base_url=base_url,
        timeout=httpx2.Timeout(timeout_s, connect=min(_CONNECT_SECONDS, timeout_s)),
        trust_env=False,
        verify=_trusted(),
        event_hooks={"request": [_traced]},
    )


def _traced(request: httpx2.Request) -> None:
    """Name the trace of the effect that makes this request, so that the peer's spans join it."""
    if trace := tracing.current():
        request.headers[tracing.HEADER] = trace


@cache
def _trusted() -> SSLContext:
    """Reading the certificates of all authorities takes longer than the rest of a client."""
    return create_default_context()


def call(
    http: httpx2.Client,
    method: str,
    url: str,
    *,
    also: Collection[int] = (),
    **given: Any,
) -> httpx2.Response:
    """Send a request; the response is a success, or has one of the statuses in ``also``.

    Raises Temporary or Permanent.
    """
    try:
        response = http.request(method, _at(http, url), **given)
    except httpx2.TransportError as broken:
        raise Temporary(f"{http.base_url.host}: {type(broken).__name__}: {broken}") from broken
    if response.is_success or response.status_code in also:
        return response
    reason = f"{http.base_url.host} answers {response.status_code}: {_said(response)}"
    if response.status_code >= 500 or response.status_code in _WORTH_ANOTHER_TRY:
        raise Temporary(reason, after=_after(response))
    raise Permanent(reason)


def _at(http: httpx2.Client, url: str) -> httpx2.URL:
    """The whole address: the same few are asked for all day, and reading one takes longer than all
    else of a request."""
    base = _BASES.get(http)
    if base is None:
        base = _BASES[http] = str(http.base_url)
    return _read(base, url)


@lru_cache(maxsize=4096)
def _read(base: str, url: str) -> httpx2.URL:
    given = httpx2.URL(url)
    return given if given.is_absolute_url else httpx2.URL(f"{base.rstrip('/')}/{url.lstrip('/')}")


_BASES: WeakKeyDictionary[httpx2.Client, str] = WeakKeyDictionary()


def read_json(response: httpx2.Response, form: type[T]) -> T:
    """The JSON body as this type. Raises Temporary when it is something else."""
    try:
        return msgspec.json.decode(response.content, type=form)
    except msgspec.MsgspecError as wrong:
        raise Temporary(f"{response.url.host} sent what cannot be read: {wrong}") from wrong


def _said(response: httpx2.Response) -> str:
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


def _after(response: httpx2.Response) -> Span | None:
    seconds = response.headers.get("retry-after", "")
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
