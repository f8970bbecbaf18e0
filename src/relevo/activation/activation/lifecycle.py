"""The phases of an activation and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.activation.activation.model import Phase

LIFECYCLE: Mapping[Phase, frozenset[Phase]] = {
    Phase.UNWATCHED: frozenset({Phase.WATCHED}),
    Phase.WATCHED: frozenset({Phase.MOVING, Phase.WITHDRAWN}),
    Phase.MOVING: frozenset({Phase.PROVING}),
    # Back to proving whenever something that worked does not work any more, or the card changes.
    Phase.PROVING: frozenset({Phase.LIVE, Phase.RELEASED}),
    Phase.LIVE: frozenset({Phase.PROVING, Phase.RELEASED}),
    Phase.RELEASED: frozenset(),
    Phase.WITHDRAWN: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
