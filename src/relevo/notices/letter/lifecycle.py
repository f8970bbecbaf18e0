"""The table of letters. It has no end of its own: what is written about has one."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.notices.letter.model import LetterPhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.SILENT: frozenset({P.WAITING}),
    P.WAITING: frozenset({P.SENT}),
    P.SENT: frozenset({P.WAITING}),
}
