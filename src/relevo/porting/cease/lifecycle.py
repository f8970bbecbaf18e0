"""The table of a wish to cease a number: nothing stops before it was checked."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.cease.model import CeasePhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.WAITING}),
    P.WAITING: frozenset({P.CHECKING, P.DROPPED}),
    P.CHECKING: frozenset({P.HELD, P.STOPPING, P.DROPPED}),
    P.HELD: frozenset({P.STOPPING, P.DROPPED}),
    P.STOPPING: frozenset({P.CEASED}),
    P.CEASED: frozenset(),
    P.DROPPED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
