"""The phases of an installation. It counts only when it was seen to work."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.activation.installation.model import Phase

LIFECYCLE: Mapping[Phase, frozenset[Phase]] = {
    Phase.UNASKED: frozenset({Phase.BOOKING}),
    Phase.BOOKING: frozenset({Phase.AGREED, Phase.FAILED, Phase.STOPPED}),
    # Back to booking with every visit that has to be made again, or that the customer moves.
    Phase.AGREED: frozenset({Phase.BOOKING, Phase.TESTING, Phase.FAILED, Phase.STOPPED}),
    Phase.TESTING: frozenset({Phase.BOOKING, Phase.PROVEN, Phase.FAILED, Phase.STOPPED}),
    Phase.FAILED: frozenset({Phase.BOOKING, Phase.STOPPED}),
    Phase.PROVEN: frozenset(),
    Phase.STOPPED: frozenset(),
}
