"""The phases of an order. It ends only when every line of it works, or when it is undone."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.orders.order.model import Phase

LIFECYCLE: Mapping[Phase, frozenset[Phase]] = {
    Phase.DRAFTED: frozenset({Phase.UNDER_WAY}),
    Phase.UNDER_WAY: frozenset({Phase.WITHDRAWING, Phase.CLOSED}),
    Phase.WITHDRAWING: frozenset({Phase.WITHDRAWN}),
    Phase.CLOSED: frozenset(),
    Phase.WITHDRAWN: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
