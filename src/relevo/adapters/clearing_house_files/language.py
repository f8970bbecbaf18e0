"""What these clients use of a country's record codec, which is handed in as a module."""

from __future__ import annotations

from typing import Any, Protocol


class RecordLanguage(Protocol):
    """Records as values and as bytes. Classes are named here, their layout is the codec's."""

    DONE: str  # the state of a status that says yes

    @property
    def Kind(self) -> Any:  # noqa: N802 - a class of the codec
        """The kinds of records, by what they say."""

    @property
    def Record(self) -> Any:  # noqa: N802 - a class of the codec
        """One message of the hub or to it."""

    @property
    def RangeLine(self) -> Any:  # noqa: N802 - a class of the codec
        """Numbers that follow one another."""

    @property
    def FixedPortRequest(self) -> Any:  # noqa: N802 - a class of the codec
        """A request for numbers of one holder."""

    @property
    def PortType(self) -> Any: ...  # noqa: N802 - a class of the codec

    @property
    def CancelCause(self) -> Any: ...  # noqa: N802 - a class of the codec

    @property
    def Contact(self) -> Any:  # noqa: N802 - a class of the codec
        """Whom to call about a record."""

    def request_record(self, request: Any) -> Any: ...

    def lines_of(self, nrn: str, numbers: Any) -> Any: ...

    def encode(self, record: Any) -> bytes: ...

    def decode_records(self, sent: bytes) -> Any: ...
