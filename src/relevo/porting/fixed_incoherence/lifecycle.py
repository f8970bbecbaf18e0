"""The table of an incoherence."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.fixed_incoherence.model import IncoherencePhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.CHECKING}),
    P.CHECKING: frozenset({P.WITH_DESK, P.ANSWERED, P.REPORTED, P.SETTLED}),
    P.WITH_DESK: frozenset({P.ANSWERED, P.SETTLED}),
    # An answer of ours that did not get through, or one of theirs that nobody understands.
    P.ANSWERED: frozenset({P.WITH_DESK, P.SETTLED}),
    P.REPORTED: frozenset({P.WITH_DESK, P.SETTLED}),
    P.SETTLED: frozenset(),
}
