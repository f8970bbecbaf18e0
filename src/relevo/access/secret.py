"""The site's secret, and what is made from it: links, keys of authenticators, keyed hashes.

What can be made again from a secret need not be stored, and what is not stored cannot be read from
a copy of the database. The secret is in a file that every process of the site reads; it may hold
older secrets below the first one, so that it can be changed without breaking what is in use.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SECRET_BYTES_MIN = 32
_SEPARATOR = b"\x1f"


class NoSecret(ValueError):
    """The site has no secret that deserves the name; the text says how to make one."""


@dataclass(frozen=True, slots=True)
class SiteSecret:
    """Makes keyed hashes. The first secret makes new ones; all of them recognise old ones."""

    secrets: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.secrets or min(map(len, self.secrets)) < SECRET_BYTES_MIN:
            raise NoSecret(
                f"the site's secret needs {SECRET_BYTES_MIN} characters or more; make one with "
                "head -c 32 /dev/urandom | base64 > site.secret"
            )

    @classmethod
    def of(cls, text: bytes) -> SiteSecret:
        """Secrets one a line, the newest first. Raises NoSecret."""
        lines = (line.strip() for line in text.split(b"\n"))
        return cls(tuple(line for line in lines if line))

    def made(self, purpose: str, *parts: str | bytes) -> bytes:
        """32 bytes that only this site can make for this purpose and these parts."""
        return _made(self.secrets[0], purpose, parts)

    def candidates(self, purpose: str, *parts: str | bytes) -> Iterator[bytes]:
        """What this site makes now, and what it made with its older secrets."""
        return (_made(secret, purpose, parts) for secret in self.secrets)

    def recognises(self, given: bytes, purpose: str, *parts: str | bytes) -> bool:
        """Whether this site made it; says so in a time that tells nothing."""
        return any(hmac.compare_digest(given, each) for each in self.candidates(purpose, *parts))


def read_secret(path: Path) -> SiteSecret:
    """The secrets of a file, one a line, the newest first. Raises NoSecret."""
    try:
        return SiteSecret.of(path.read_bytes())
    except OSError as wrong:
        raise NoSecret(f"the site's secret {path} cannot be read: {wrong.strerror}") from None


def kept_secret(path: Path) -> SiteSecret:
    """The secret of a file, which is made when it is not there. Only its owner may read it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_secret(path)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(os.urandom(SECRET_BYTES_MIN).hex() + "\n")
    return read_secret(path)


def _made(secret: bytes, purpose: str, parts: tuple[str | bytes, ...]) -> bytes:
    """Each part is preceded by its length, so that no two lists of parts read alike."""
    said = hmac.new(secret, purpose.encode(), sha256)
    for part in parts:
        text = part.encode() if isinstance(part, str) else part
        said.update(_SEPARATOR + str(len(text)).encode() + _SEPARATOR + text)
    return said.digest()
