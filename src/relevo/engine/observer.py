"""Who looks on while the engine works: measurements, and nothing that decides.

An observer is told after the fact; it must be quick and must not raise. ``Observer`` itself looks
away, so whoever measures overrides only what it wants to see.
"""

from __future__ import annotations


class Observer:
    """Sees nothing; the base of whoever measures."""

    def batch(self, bucket: int, messages: int, seconds: float) -> None:
        """Messages of one bucket were handled and committed in one transaction."""

    def effect(self, name: str, outcome: str, seconds: float) -> None:
        """An effect (wire name) was tried; ``outcome`` is done, again or parked."""

    def parked(self, role: str, name: str) -> None:
        """A message, an effect or a fact (role) of this wire name was put aside for a person."""

    def fenced(self) -> None:
        """This worker was about to write in a bucket that another one holds by now."""

    def listened(self, listener: str, facts: int) -> None:
        """A listener took facts in, or passed over them."""
