"""The table of a port-out (porting-es 3.2, 3.3, seen by the donor).

A number is served until the hub says that it moved: there is no way from ``confirmed`` to
``stopping`` but this one. What failed leads back: reactivation is a phase, not an error branch.
"""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.port_out.model import PortOutPhase as P

_ENDS_BY_HUB = frozenset({P.REJECTED, P.CANCELLED, P.STOPPING})

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.ASKED}),
    P.ASKED: frozenset({P.CHECKING, P.ANSWERING, P.CONFIRMED}) | _ENDS_BY_HUB,
    P.CHECKING: frozenset({P.ANSWERING, P.CONFIRMED}) | _ENDS_BY_HUB,
    P.ANSWERING: frozenset({P.CHECKING, P.AWAITING, P.CONFIRMED}) | _ENDS_BY_HUB,
    P.AWAITING: frozenset({P.CONFIRMED}) | _ENDS_BY_HUB,
    P.CONFIRMED: _ENDS_BY_HUB,
    P.STOPPING: frozenset({P.LEFT, P.REACTIVATING}),
    P.LEFT: frozenset({P.GONE, P.REACTIVATING}),
    P.REACTIVATING: frozenset({P.RESTORED}),
    P.REJECTED: frozenset(),
    P.CANCELLED: frozenset(),
    P.GONE: frozenset(),
    P.RESTORED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
