"""The phases of a promise. Broken is not the end: it is still to be kept."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.promises.promise.model import Phase

LIFECYCLE: Mapping[Phase, frozenset[Phase]] = {
    Phase.UNMADE: frozenset({Phase.MADE}),
    Phase.MADE: frozenset({Phase.AT_RISK, Phase.KEPT, Phase.BROKEN, Phase.RELEASED}),
    Phase.AT_RISK: frozenset({Phase.MADE, Phase.KEPT, Phase.BROKEN, Phase.RELEASED}),
    Phase.BROKEN: frozenset({Phase.KEPT_LATE, Phase.RELEASED}),
    Phase.KEPT: frozenset(),
    Phase.KEPT_LATE: frozenset(),
    Phase.RELEASED: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
