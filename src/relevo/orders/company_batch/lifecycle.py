"""The phases of a batch and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.orders.company_batch.model import BatchPhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.WAITING}),
    P.WAITING: frozenset({P.ASKING, P.DROPPED}),
    P.ASKING: frozenset({P.CHECKING, P.PROVING, P.STOPPED, P.DROPPED}),
    P.CHECKING: frozenset({P.WAITING, P.STOPPED, P.DIVIDED}),
    P.PROVING: frozenset({P.DONE}),
    P.STOPPED: frozenset({P.WAITING, P.DROPPED}),
    P.DIVIDED: frozenset(),
    P.DROPPED: frozenset(),
    P.DONE: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
