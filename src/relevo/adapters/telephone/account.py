"""What an installation has agreed with its telephone systems: one file, checked before it is used.

Which recordings may be kept, for what and how long, is the operator's own decision under the law of
its country; the file says so, and a recording without that is not taken.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from relevo.notices.call.model import DESK

HOWTO = "see docs/howto/connect-a-telephone-system.md"
SECRET_BYTES_MIN = 16


class WrongTelephone(ValueError):
    """The file cannot be used; the text names the field and what to write."""


class Purpose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One purpose for which recordings are kept."""

    keep_days_max: int
    source: str  # the rule or decision that this rests on, with its date


class System(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One telephone system."""

    brand: str  # whose telephone rings
    secret_files: tuple[str, ...]  # the secret it signs with; two while it is changed
    window_s: int = 300  # how far its clock may be from ours, and how old a message may be
    purposes: Mapping[str, Purpose] = {}

    def secrets(self) -> tuple[bytes, ...]:
        """What lies in the files. Raises WrongTelephone."""
        return tuple(_secret(Path(each)) for each in self.secret_files)


class Telephone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All telephone systems of an installation, by the names in their addresses."""

    systems: Mapping[str, System]


def read_telephone(path: Path) -> Telephone:
    """The agreement in a file. Raises WrongTelephone, which names the field."""
    try:
        telephone = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Telephone)
    except OSError as wrong:
        raise WrongTelephone(f"{path.name}: {wrong.strerror}; {HOWTO}") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise WrongTelephone(f"{path.name}: {wrong}; {HOWTO}") from None
    for problem in _problems(telephone):
        raise WrongTelephone(f"{path.name}: {problem}")
    for system in telephone.systems.values():
        system.secrets()
    return telephone


def _problems(telephone: Telephone) -> list[str]:
    found = []
    for name, system in telephone.systems.items():
        if not re.fullmatch(r"[a-z0-9-]{1,40}", name):
            found.append(f"systems.{name}: small letters, digits and hyphens only, 40 at most")
        if name == DESK:
            found.append(f"systems.{name}: take another name; calls that agents note have this one")
        if not system.secret_files:
            found.append(f"systems.{name}.secret_files must name one file at least")
        if not 10 <= system.window_s <= 3600:
            found.append(f"systems.{name}.window_s must be from 10 to 3600")
        for purpose, kept in system.purposes.items():
            where = f"systems.{name}.purposes.{purpose}"
            if kept.keep_days_max < 1:
                found.append(f"{where}.keep_days_max must be 1 at least")
            if not kept.source.strip():
                found.append(f"{where}.source must say on what it rests")
    return found


def _secret(path: Path) -> bytes:
    try:
        secret = path.read_bytes().strip()
    except OSError as wrong:
        raise WrongTelephone(f"secret_files: {path.name}: {wrong.strerror}; {HOWTO}") from None
    if len(secret) < SECRET_BYTES_MIN:
        raise WrongTelephone(
            f"secret_files: {path.name} has fewer than {SECRET_BYTES_MIN} signs; make it with: "
            "head -c 32 /dev/urandom | base64"
        )
    return secret
