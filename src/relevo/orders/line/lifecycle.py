"""The phases of a line. Going back is a phase of its own: it takes the hub's word, and may fail."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.orders.line.model import Phase

LIFECYCLE: Mapping[Phase, frozenset[Phase]] = {
    Phase.NEW: frozenset({Phase.HELD, Phase.WAITING}),
    Phase.HELD: frozenset({Phase.WAITING, Phase.GOING_BACK, Phase.TAKEN_OUT}),
    Phase.WAITING: frozenset({Phase.ASKED, Phase.GOING_BACK, Phase.MOVED, Phase.TAKEN_OUT}),
    Phase.ASKED: frozenset({Phase.CONFIRMED, Phase.WAITING, Phase.GOING_BACK, Phase.MOVED}),
    Phase.CONFIRMED: frozenset({Phase.WAITING, Phase.GOING_BACK, Phase.MOVED}),
    Phase.GOING_BACK: frozenset({Phase.WAITING, Phase.BOUND, Phase.MOVED, Phase.TAKEN_OUT}),
    Phase.BOUND: frozenset({Phase.WAITING, Phase.MOVED}),
    Phase.MOVED: frozenset({Phase.LIVE}),
    Phase.LIVE: frozenset({Phase.MOVED, Phase.SETTLED}),
    Phase.TAKEN_OUT: frozenset(),
    Phase.SETTLED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
