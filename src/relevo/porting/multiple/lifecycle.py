"""The table of a multiple request: that of a port-in, and the agreement in between (3.9.2)."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.multiple.model import MultiplePhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.QUEUED}),
    # A witness may know of a request that we believe to lie here: an answer was lost on the way.
    P.QUEUED: frozenset({P.SENT, P.REQUESTED, P.REJECTED, P.CANCELLED}),
    P.SENT: frozenset({P.QUEUED, P.REQUESTED, P.CANCELLING, P.REJECTED}),
    P.REQUESTED: frozenset({P.AGREEING, P.CONFIRMED, P.CANCELLING, P.REJECTED, P.CANCELLED}),
    P.AGREEING: frozenset({P.CONFIRMED, P.CANCELLING, P.REJECTED, P.CANCELLED}),
    P.CONFIRMED: frozenset({P.CANCELLING, P.REJECTED, P.CANCELLED, P.COMPLETED}),
    # Back to where it was when the cancellation came too late: the port will happen.
    P.CANCELLING: frozenset({P.REQUESTED, P.CONFIRMED, P.CANCELLED}),
    P.REJECTED: frozenset(),
    P.CANCELLED: frozenset(),
    P.COMPLETED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
