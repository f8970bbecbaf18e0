"""The table of a port-in: from which phase to which (porting-es 3.2, 3.3, seen from our side)."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.port_in.model import PortInPhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.QUEUED}),
    # A witness may know of a request that we believe to lie here: an answer was lost on the way.
    P.QUEUED: frozenset({P.SENT, P.REQUESTED, P.REJECTED, P.CANCELLED}),
    P.SENT: frozenset({P.QUEUED, P.REQUESTED, P.CANCELLING, P.REJECTED}),
    P.REQUESTED: frozenset({P.CONFIRMED, P.CANCELLING, P.REJECTED, P.CANCELLED, P.COMPLETED}),
    P.CONFIRMED: frozenset({P.CANCELLING, P.REJECTED, P.CANCELLED, P.COMPLETED}),
    # Back to where it was when the cancellation came too late: the port will happen.
    P.CANCELLING: frozenset({P.REQUESTED, P.CONFIRMED, P.CANCELLED}),
    P.REJECTED: frozenset(),
    P.CANCELLED: frozenset(),
    P.COMPLETED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
