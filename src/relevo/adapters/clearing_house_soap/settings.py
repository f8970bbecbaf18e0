"""How to reach the hub, and as whom."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAccount:
    """Our account at the hub. The key is never shown."""

    url: str  # where calls are posted; the hub's files lie below it, in /files
    operator: str  # our name, for example "brisa"
    user: str
    key: str = field(repr=False)
    timeout_s: float = 20.0
    contingency_after_s: float | None = None  # of an outage; None: never by file
