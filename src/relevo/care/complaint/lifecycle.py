"""The table of an order's complaints. Time opens ways to the customer; it never closes anything."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.care.complaint.model import ComplaintsPhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.UNKNOWN: frozenset({P.QUIET}),
    P.QUIET: frozenset({P.OPEN}),
    P.OPEN: frozenset({P.QUIET, P.OVERDUE}),
    P.OVERDUE: frozenset({P.QUIET, P.OPEN}),
}

FINAL: frozenset[P] = frozenset()
