"""What the voice must know of a country: how people there read time, and who is called what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from relevo.porting.profile import HubKind, Operator, RecipientTerms, Window
from relevo.values.moment import Moment


class VoiceRules(Protocol):
    """The part of a country's profile that speaks; ``PortingProfile`` has it all."""

    @property
    def zone(self) -> str:
        """The zone in which people read times."""

    def operator(self, name: str) -> Operator | None:
        """The operator of that name."""

    def cancel_until(self, hub: HubKind, window: Window) -> Moment:
        """Until when a move can be stopped."""

    def recipient(self, hub: HubKind) -> RecipientTerms:
        """At what time people are reminded of it."""


Rules = Callable[[str], VoiceRules]
"""The rules of a pinned profile code."""
