"""The table of a number that nobody uses any more (porting-es 3.3, second half)."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.number_return.model import ReturnPhase as P

_SEEN = frozenset({P.NOTIFIED, P.HELD, P.ENDING, P.UNCLEAR, P.RETURNED})
"""What a witness may say of it, whatever was said before: a notice may be lost."""

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.BLANK: frozenset({P.ASKING, P.HOLDING, P.CHECKING}),
    P.ASKING: _SEEN | {P.HOLDING, P.OVERTAKEN, P.RESTORING},
    P.NOTIFIED: (_SEEN - {P.NOTIFIED}) | {P.CANCELLING},
    P.HELD: _SEEN - {P.HELD},
    P.CANCELLING: (_SEEN - {P.NOTIFIED, P.ENDING}) | {P.RESTORING},
    P.ENDING: (_SEEN - {P.ENDING}) | {P.OVERTAKEN},
    P.UNCLEAR: (_SEEN - {P.UNCLEAR}) | {P.ASKING, P.CANCELLING},
    P.RESTORING: frozenset({P.KEPT}),
    P.CHECKING: frozenset({P.REFUSED, P.RESTING}),
    P.REFUSED: frozenset({P.RESTING}),
    P.HOLDING: frozenset({P.RESTORING, P.RESTING, P.OVERTAKEN}),
    P.RESTING: frozenset({P.OVERTAKEN, P.FREE}),
    P.RETURNED: frozenset(),
    P.OVERTAKEN: frozenset(),
    P.KEPT: frozenset(),
    P.FREE: frozenset(),
}

FINAL = frozenset(phase for phase, after in LIFECYCLE.items() if not after)
