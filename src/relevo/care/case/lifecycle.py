"""The table of a case. It never ends for good: what comes back finds the same case and owner."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.care.case.model import CasePhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.NEW: frozenset({P.OPEN}),
    P.OPEN: frozenset({P.ESCALATED, P.RESOLVED}),
    P.ESCALATED: frozenset({P.RESOLVED}),
    P.RESOLVED: frozenset({P.OPEN}),
}

FINAL: frozenset[P] = frozenset()
