"""How to reach the hub, as whom, and who is called about our records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskContact:
    """Our porting desk, as it stands in our records."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAccount:
    """Our account at the hub."""

    url: str  # files are posted to /upload below it and fetched from /download
    operator: str  # our name, for example "brisa"
    contact: DeskContact = DeskContact()
    timeout_s: float = 20.0
