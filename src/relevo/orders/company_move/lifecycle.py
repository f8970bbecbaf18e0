"""The phases of a company's move."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.orders.company_move.model import MovePhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.UNDER_WAY}),
    P.UNDER_WAY: frozenset({P.DONE}),
    P.DONE: frozenset(),
}
