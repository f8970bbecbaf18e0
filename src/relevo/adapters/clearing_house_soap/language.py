"""What this client uses of a country's codec, which is handed in.

The codec turns values into bytes and back; the client knows the names of its functions and of its
enumerations' members, and none of the codes behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Words(Protocol):
    """The values that calls are made from."""

    @property
    def MobilePortRequest(self) -> Any:  # noqa: N802 - a class of the codec
        """A request for one number."""

    @property
    def MultiplePortRequest(self) -> Any:  # noqa: N802 - a class of the codec
        """A request for many."""

    @property
    def Number(self) -> Any:  # noqa: N802 - a class of the codec
        """One of them, with its card."""

    @property
    def CancelCause(self) -> Any:  # noqa: N802 - an enumeration of the codec
        """SUBSCRIBER, TECHNICAL, ERROR."""

    @property
    def HubState(self) -> Any:  # noqa: N802 - an enumeration of the codec
        """SENT, REQUESTED, ACCEPTED, CONFIRMED, REJECTED, CANCELLED, PORTED."""

    @property
    def ANSWERED_BEFORE(self) -> Mapping[str, str]:  # noqa: N802 - a table of the codec
        """The codes for an answer that is there already, and which of ours they repeat."""


class Files(Protocol):
    """The daily files."""

    def is_status_file(self, name: str) -> bool: ...

    def is_returned_file(self, name: str, operator_code: str) -> bool: ...

    def decode_status_file(self, sent: bytes) -> Any: ...

    def decode_returned_file(self, sent: bytes) -> Any: ...

    def parse_reference(self, text: str) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLanguage:
    """A country's codec for its web-service hub: three modules of its profile.

    ``codec`` has an ``Operation`` and, for each message, ``encode_*`` or ``decode_*``.
    """

    codec: Any
    words: Words
    files: Files
