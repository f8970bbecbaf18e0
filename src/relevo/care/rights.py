"""What a country's care rules say: owners, next updates and the ladder; data fill it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from relevo.care.model import TroubleKind
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A level of the ladder: when it is reached, and whose turn it is then."""

    level: int
    role: str
    due: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTerm:
    """A term of the law. That it passes closes nothing (Ley 10/2025, article 13.2)."""

    name: str  # the key of a text
    due: Moment
    source: str


class CareRights(Protocol):
    """A country's (and an operator's) rules of care."""

    def owner(self, order: str) -> str:
        """Who owns the case of this order: always the same one."""

    def next_update_due(self, kind: TroubleKind, at: Moment, told: int) -> Moment | None:
        """By when the customer hears of a trouble of that kind next; ``told`` updates came before.

        None when a trouble of that kind is mended without troubling the customer.
        """

    def say_ahead_minutes(self) -> int:
        """So long before an update is due it is written."""

    def rungs(self, kind: TroubleKind, since: Moment) -> tuple[Rung, ...]:
        """The ladder for a trouble that began then, lowest level first."""

    def acknowledge_due(
        self, kinds: frozenset[TroubleKind], level: int, escalated_at: Moment
    ) -> Moment | None:
        """By when somebody has to acknowledge a level before the next one is asked.

        None at a level that is reached by time alone.
        """

    def answers(self, kind: TroubleKind, since: Moment) -> tuple[AnswerTerm, ...]:
        """The terms in which the law wants a trouble of that kind answered, the nearest first."""

    def broken_promise_level(self) -> int:
        """The level that a broken promise reaches at once."""

    def role(self, level: int) -> str:
        """Whose turn it is at a level."""
