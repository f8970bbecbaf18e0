"""The table of a claim. It has no end: a number that dies again adds to it."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.compensation.claim.model import ClaimPhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.UNKNOWN: frozenset({P.CLEAR}),
    P.CLEAR: frozenset({P.RUNNING, P.FOUND}),
    P.RUNNING: frozenset({P.FOUND, P.CREDITED}),
    P.FOUND: frozenset({P.RUNNING, P.CREDITED}),
    P.CREDITED: frozenset({P.RUNNING, P.FOUND}),
}

FINAL: frozenset[P] = frozenset()
