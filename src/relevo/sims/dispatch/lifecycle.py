"""The phases of a dispatch and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.sims.dispatch.model import Phase

_ENDS = frozenset({Phase.DELIVERED, Phase.STOPPED})

LIFECYCLE: Mapping[Phase, frozenset[Phase]] = {
    Phase.UNTIED: frozenset({Phase.TIED}),
    # A scan may be here before the answer to the order is.
    Phase.TIED: frozenset({Phase.ORDERED, Phase.ON_ITS_WAY, Phase.TROUBLED}) | _ENDS,
    Phase.ORDERED: frozenset({Phase.ON_ITS_WAY, Phase.TROUBLED}) | _ENDS,
    Phase.ON_ITS_WAY: frozenset({Phase.TROUBLED}) | _ENDS,
    # A card is given up only after its trouble was told.
    Phase.TROUBLED: frozenset({Phase.ON_ITS_WAY, Phase.LOST}) | _ENDS,
    Phase.DELIVERED: frozenset({Phase.TROUBLED}),  # contested
    Phase.LOST: frozenset(),
    Phase.STOPPED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
