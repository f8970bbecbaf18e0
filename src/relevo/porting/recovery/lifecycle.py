"""The table of a recovery. Reactivation at the donor is a state in law, not an error branch."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.recovery.model import RecoveryPhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.ASKED}),
    P.ASKED: frozenset({P.PROMISED, P.REPORTED, P.REACHED, P.LEFT, P.EXPIRED}),
    P.PROMISED: frozenset({P.ASKED, P.REPORTED, P.REACHED, P.LEFT, P.EXPIRED}),
    # Said to be back and still dead: the desk is asked again.
    P.REPORTED: frozenset({P.ASKED, P.RECOVERED, P.LEFT, P.EXPIRED}),
    P.REACHED: frozenset({P.RECOVERED}),
    P.LEFT: frozenset({P.OVERTAKEN}),
    P.RECOVERED: frozenset(),
    P.OVERTAKEN: frozenset(),
    P.EXPIRED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
