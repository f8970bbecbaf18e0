"""What this client uses of a country's codec, which is handed in.

The codec turns values into bytes and back; the client knows the names of its functions and of its
enumerations' members, and none of the codes behind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Codec(Protocol):
    """Calls and replies."""

    @property
    def Operation(self) -> Any:  # noqa: N802 - an enumeration of the codec
        """LOGIN, CREATE, CANCEL, GET, NOTIFICATIONS, MARK_SYNCHRONISED."""

    def encode_login(self, user: str, key: str, operator: str) -> bytes: ...

    def encode_create(self, session: str, request: Any) -> bytes: ...

    def encode_cancel(self, session: str, reference: str, cause: Any) -> bytes: ...

    def encode_get(self, session: str, reference: str) -> bytes: ...

    def encode_notifications(self, session: str, page: str | None = None) -> bytes: ...

    def encode_mark_synchronised(self, session: str, codes: Sequence[str]) -> bytes: ...

    def decode_login(self, sent: bytes) -> Any: ...

    def decode_create(self, sent: bytes) -> Any: ...

    def decode_answer(self, sent: bytes) -> Any: ...

    def decode_get(self, sent: bytes) -> Any: ...

    def decode_notifications(self, sent: bytes) -> Any: ...


class Words(Protocol):
    """The values that calls are made from."""

    @property
    def MobilePortRequest(self) -> Any:  # noqa: N802 - a class of the codec
        """A request for one number."""

    @property
    def CancelCause(self) -> Any:  # noqa: N802 - an enumeration of the codec
        """SUBSCRIBER, TECHNICAL, ERROR."""

    @property
    def HubState(self) -> Any:  # noqa: N802 - an enumeration of the codec
        """SENT, REQUESTED, ACCEPTED, CONFIRMED, REJECTED, CANCELLED, PORTED."""


class Files(Protocol):
    """The daily status file."""

    def decode_status_file(self, sent: bytes) -> Any: ...

    def parse_reference(self, text: str) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLanguage:
    """A country's codec for its web-service hub: three modules of its profile."""

    codec: Codec
    words: Words
    files: Files
