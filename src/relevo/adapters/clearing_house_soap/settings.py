"""How to reach the hub, and as whom."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAccount:
    """Our account at the hub. The key is never shown."""

    url: str  # where calls are posted; the daily files lie below it, in /files
    operator: str  # our name, for example "brisa"
    user: str
    key: str = field(repr=False)
    timeout_s: float = 20.0
