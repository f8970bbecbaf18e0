"""The table of a migration (porting-es 3.9.6)."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.migration.model import MigrationPhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.OPENING}),
    P.OPENING: frozenset({P.MOVING, P.REFUSED}),
    P.REFUSED: frozenset({P.OPENING}),
    P.MOVING: frozenset({P.FINISHING, P.FINISHED}),
    # The hub says that numbers are still on their way.
    P.FINISHING: frozenset({P.MOVING, P.FINISHED}),
    P.FINISHED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
