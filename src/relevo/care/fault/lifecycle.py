"""The phases of a mass fault."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.care.fault.model import FaultPhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.NEW: frozenset({P.OPEN}),
    P.OPEN: frozenset({P.ENDED}),
    P.ENDED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
