"""What a fleet knows of itself: the numbers of one batch, and which of them were seen to work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.engine.process import state
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid


class FleetPhase(StrEnum):
    """Where the numbers are."""

    BLANK = "blank"
    PROVING = "proving"  # served, and not every number has been seen to work
    WATCHED = "watched"  # all were seen to work; looked at for a week
    RELEASED = "released"
    GIVEN_UP = "given_up"  # somebody's task since long; we stop looking


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetLine:
    """A number and the card that the company holds for it."""

    number: Msisdn
    iccid: Iccid


@state("activation.fleet_state")
class Fleet:
    """One batch. ``works`` are the numbers whose every capability was seen."""

    id: str
    phase: FleetPhase = FleetPhase.BLANK
    lines: tuple[FleetLine, ...] = ()
    works: tuple[Msisdn, ...] = ()
    since: Moment | None = None  # when they had to be served, or when one was lost
    watched_since: Moment | None = None
    reminders: int = 0

    @property
    def unproven(self) -> tuple[Msisdn, ...]:
        """The numbers that were not seen to work yet."""
        works = set(self.works)
        return tuple(line.number for line in self.lines if line.number not in works)
