"""The phases of an eSIM and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.sims.esim.model import Phase

LIFECYCLE: Mapping[Phase, frozenset[Phase]] = {
    Phase.UNISSUED: frozenset({Phase.ORDERED}),
    # A phone can be quicker than the answer to our order.
    Phase.ORDERED: frozenset({Phase.OFFERED, Phase.INSTALLED, Phase.FAILED}),
    Phase.OFFERED: frozenset({Phase.INSTALLED, Phase.FAILED, Phase.LAPSED}),
    Phase.INSTALLED: frozenset(),
    Phase.FAILED: frozenset(),
    Phase.LAPSED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
