"""All that is used of ``coin-sdk``: its signed calls and its signed stream.

The library's own ``Receiver`` is not used. It swallows what it cannot read, drops kinds that it
does not know without confirming them, and waits by sleeping; so its ``get_stream`` is read here by
a thread that keeps every event until it is confirmed (decision 0012).

What the library logs is kept out of our logs: it writes customers to INFO, the shared secret to
DEBUG.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

import requests
from coin_sdk.common.securityservice import SecurityService  # type: ignore[import-untyped]
from coin_sdk.number_portability.domain import (  # type: ignore[import-untyped]
    ConfirmationStatus,
)
from coin_sdk.number_portability.npconfig import NpConfig  # type: ignore[import-untyped]
from coin_sdk.number_portability.sender import Sender  # type: ignore[import-untyped]
from coin_sdk.number_portability.utils import (  # type: ignore[import-untyped]
    NumberPortabilityErrorHandler,
    get_stream,
)
from sseclient import SSEClient
from typing_extensions import override

from relevo.adapters.clearing_house_coin.settings import CoinAccount
from relevo.engine.performer import Permanent, Temporary

_SAID_MAX = 300
_WORTH_ANOTHER_TRY = frozenset({401, 403, 408, 425, 429})
"""401 and 403 too: keys are mended, and a call of the same second counts as a replay."""

logging.getLogger("coin_sdk").setLevel(logging.WARNING)
logging.getLogger().addFilter(lambda record: record.module != "securityservice")


class NotTaken(Exception):
    """The house did not take a message, and says why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class _Answers(NumberPortabilityErrorHandler):  # type: ignore[misc] # untyped library
    """The library's handler loses status, codes and texts (1.6.10); they are what we act on."""

    @override
    def handle_http_error(self, response: requests.Response) -> None:
        status = response.status_code
        if status == requests.codes.ok:
            return
        said = _errors(response)
        text = "; ".join(said.values()) or response.text[:_SAID_MAX]
        if status >= 500 or status in _WORTH_ANOTHER_TRY:
            raise Temporary(f"the clearing house answers {status}: {text}")
        if said:
            raise NotTaken(next(iter(said)), text)
        raise Permanent(f"the clearing house answers {status}: {text}")


class _Patient(requests.Session):
    """The library sets no timeout, and would take a proxy from the environment."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__()
        self.trust_env = False
        self._timeout_s = timeout_s

    @override
    def request(self, *given: Any, **named: Any) -> requests.Response:
        return super().request(*given, **{"timeout": self._timeout_s, **named})


class SignedSender(Sender):  # type: ignore[misc] # untyped library
    """Sends and confirms messages. Raises Temporary, Permanent or NotTaken."""

    def __init__(self, account: CoinAccount) -> None:
        super().__init__(_config(account), _Answers())
        self._session = _Patient(account.timeout_s)

    @override
    def _send_request(self, request: Any, url: str, json: Any) -> Any:
        try:
            return super()._send_request(getattr(self._session, request.__name__), url, json)
        except requests.RequestException as broken:
            raise Temporary(f"the clearing house: {type(broken).__name__}: {broken}") from broken

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event of the stream. ``kind`` is its name, for example ``cancel-v3``."""

    id: str
    kind: str
    text: str


class SignedStream:
    """Everything that the house has for us and that we have not confirmed, in its order.

    The stream is opened when it is first asked for, and again whenever it has ended; what was not
    confirmed then comes once more.
    """

    def __init__(self, account: CoinAccount) -> None:
        self._config = _config(account)
        self._security = SecurityService(self._config)
        self._lock = Lock()
        self._events: dict[str, RawEvent] = {}
        self._thread: Thread | None = None
        self._is_up = False
        self._failure = ""

    def waiting(self) -> list[RawEvent]:
        """What is not confirmed. Raises Temporary when the stream could not be opened."""
        with self._lock:
            failure, self._failure = self._failure, ""
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._listen, name="coin stream", daemon=True)
                self._thread.start()
            if failure:
                raise Temporary(failure)
            return list(self._events.values())

    @property
    def is_up(self) -> bool:
        """Whether the house has told us all that it had when the stream was opened."""
        return self._is_up

    def forget(self, event_id: str) -> None:
        """It is confirmed."""
        with self._lock:
            self._events.pop(event_id, None)

    def _listen(self) -> None:
        try:
            unread = ConfirmationStatus.UNCONFIRMED
            with get_stream(self._config.sse_url, None, unread, None, self._security) as response:
                if response.status_code != requests.codes.ok:
                    said = "; ".join(_errors(response).values()) or response.text[:_SAID_MAX]
                    self._failure = f"the stream answers {response.status_code}: {said}"
                    return
                for event in SSEClient(response).events():
                    self._take(event)
        except requests.RequestException as broken:
            if not self._is_up:  # an open stream ends now and then
                self._failure = f"the stream: {type(broken).__name__}: {broken}"
        finally:
            self._is_up = False

    def _take(self, event: Any) -> None:
        if not event.data:  # the house keeps the line alive: there is nothing more for now
            self._is_up = True
            return
        raw = RawEvent(str(event.id), str(event.event).lower(), str(event.data))
        with self._lock:
            self._events.setdefault(raw.id, raw)


def _config(account: CoinAccount) -> Any:
    return NpConfig(
        account.url, account.consumer, str(account.private_key), str(account.encrypted_secret)
    )


def _errors(response: requests.Response) -> Mapping[str, str]:
    """The errors of a refusal by their codes; empty when there are none to be read."""
    try:
        body = response.json()
        return {str(each["code"]): str(each["message"]) for each in body["errors"]}
    except (ValueError, KeyError, TypeError):
        return {}
