"""The phases of a fleet and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.activation.fleet.model import FleetPhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.PROVING}),
    P.PROVING: frozenset({P.WATCHED, P.GIVEN_UP}),
    # Back to proving when a number that worked does not work any more.
    P.WATCHED: frozenset({P.PROVING, P.RELEASED}),
    P.RELEASED: frozenset(),
    P.GIVEN_UP: frozenset(),
}
