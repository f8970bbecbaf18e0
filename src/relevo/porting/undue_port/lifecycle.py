"""The table of an undue port. A stolen number may be blocked first; then its way back is open."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.undue_port.model import UnduePhase as P

_OPENS = frozenset({P.ASKING, P.ADMITTED})

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: _OPENS | {P.BLOCKED},
    P.BLOCKED: _OPENS | {P.UNSETTLED, P.DROPPED},
    P.UNSETTLED: _OPENS | {P.DROPPED},
    P.ASKING: frozenset({P.REFUSED, P.RESTORING, P.DROPPED}),
    P.REFUSED: frozenset({P.ASKING, P.DROPPED}),
    P.RESTORING: frozenset({P.RETURNED}),
    P.ADMITTED: frozenset({P.RETURNED, P.DROPPED}),
    P.RETURNED: frozenset(),
    P.DROPPED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
