"""What this client uses of a country's record codec, which is handed in as a module."""

from __future__ import annotations

from typing import Any, Protocol


class RecordLanguage(Protocol):
    """Records as values and as bytes. Classes are named here, their layout is the codec's."""

    @property
    def FixedPortRequest(self) -> Any:  # noqa: N802 - a class of the codec
        """A request for one number."""

    @property
    def Contact(self) -> Any:  # noqa: N802 - a class of the codec
        """Whom to call about a record."""

    @property
    def Queued(self) -> Any: ...  # noqa: N802 - a class of the codec

    @property
    def Denied(self) -> Any: ...  # noqa: N802 - a class of the codec

    @property
    def Accepted(self) -> Any: ...  # noqa: N802 - a class of the codec

    @property
    def Moved(self) -> Any: ...  # noqa: N802 - a class of the codec

    @property
    def CancelDone(self) -> Any: ...  # noqa: N802 - a class of the codec

    @property
    def CancelDenied(self) -> Any: ...  # noqa: N802 - a class of the codec

    @property
    def FormatError(self) -> Any: ...  # noqa: N802 - a class of the codec

    def encode_sp(self, request: Any) -> bytes: ...

    def encode_cnc(self, process_id: str, cause: str = "01", remarks: str = "") -> bytes: ...

    def decode_records(self, sent: bytes) -> Any: ...
