"""Files that are handed in as evidence: what is taken, and under which name.

A file is never shown: it is downloaded or it lies there. What it is, its first bytes say, and
neither its name nor its sender.
"""

from __future__ import annotations

from dataclasses import dataclass

from relevo.values.moment import Moment

FILE_MAX_BYTES = 6_000_000
ORDER_MAX_FILES = 20
ORDER_MAX_BYTES = 40_000_000
NAME_MAX = 120

_BEGINNINGS: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypheic", 4, "image/heic"),
    (b"ftypmif1", 4, "image/heic"),
)


class DocumentRefused(ValueError):
    """The file is not kept; ``why`` is the key of a text."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why  # empty | too_large | unknown_kind | too_many


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that was handed in, without its bytes."""

    sha256: str
    name: str
    media_type: str
    size_bytes: int
    subject: str
    handed_by: str
    handed_at: Moment
    purpose: str = "evidence"
    keep_until: Moment | None = None
    erased_at: Moment | None = None  # its hash is all that is left of it
    scan: str = "off"  # off | waiting | clean | infected

    @property
    def can_be_had(self) -> bool:
        """Whether its bytes are there, and nobody has to look at them first."""
        return self.erased_at is None and self.scan in {"off", "clean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file as it came."""

    name: str
    content: bytes
    subject: str  # a number, or the order's key
    by: str
    at: Moment
    purpose: str = "evidence"  # one of care/retention.toml


def kind_of(content: bytes) -> str:
    """What the file is, by its first bytes. Raises DocumentRefused."""
    for beginning, offset, media_type in _BEGINNINGS:
        if content[offset : offset + len(beginning)] == beginning:
            return media_type
    raise DocumentRefused("unknown_kind")


def safe_name(name: str) -> str:
    """The name of a file without folders and signs that mean something to a shell or a header."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(each if each.isalnum() or each in " ._-" else "_" for each in last)
    return clean.strip(" .")[:NAME_MAX] or "file"
