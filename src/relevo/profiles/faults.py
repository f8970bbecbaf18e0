"""Whose fault it is when bytes and meaning do not go together."""

from __future__ import annotations


class OurFault(ValueError):
    """We tried to send nonsense. ``field`` is the name on the wire, ``why`` says what is wrong."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


class TheirFault(ValueError):
    """They sent what the specification does not allow. ``sent`` is the beginning of it."""

    SHOWN_MAX = 200

    def __init__(self, why: str, sent: bytes | str = b"") -> None:
        text = sent if isinstance(sent, str) else sent[: self.SHOWN_MAX].decode("utf-8", "replace")
        super().__init__(why)
        self.why = why
        self.sent = text[: self.SHOWN_MAX]
