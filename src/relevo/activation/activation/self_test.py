"""The customer tries his line himself: what he found is kept, and where it differs, we look again.

A test call from our probe and the call that the customer makes go different ways. He is asked to
call, to be called, to send, to open a page, and each answer is evidence. Nothing that he says makes
a line live or dead: only probes do (rights-care 5). But where something fails for him of which we
do not know it, the next look is soon, and the case has a trouble.
"""

from __future__ import annotations

from relevo.activation.activation import rhythm
from relevo.activation.activation.messages import LineSelfTested, TakeSelfTest
from relevo.activation.activation.model import Activation
from relevo.activation.ladder import RUNGS, Capability
from relevo.engine.process import NOTHING, Decision, Refusal
from relevo.values.moment import Moment


def taken(
    state: Activation, test: TakeSelfTest, soon_minutes: int, at: Moment
) -> Decision | Refusal:
    """A test that the customer did; ``soon_minutes`` is the rhythm when we have to look again."""
    works = {str(each): test.works[each] for each in RUNGS if test.works.get(each) is not None}
    unknown = set(test.works) - {str(each) for each in state.capabilities}
    if unknown or not works:
        return Refusal(reason="no_such_capability", detail=", ".join(sorted(unknown)))
    if test.test_id == state.self_test:
        return NOTHING
    disagrees = _unexpected(state, works)
    tested = LineSelfTested(
        subject=state.subject,
        line=state.line,
        test_id=test.test_id,
        works=works,
        disagrees=disagrees,
        by=test.by,
        channel=test.channel,
        at=at,
    )
    soon = rhythm.look(state.subject, soon_minutes) if disagrees else ()
    return Decision(facts=(tested,), effects=soon)


def _unexpected(state: Activation, works: dict[str, bool]) -> tuple[Capability, ...]:
    """What fails for him, and of which we do not know that it fails."""
    if state.outage is not None:
        return ()
    lost = {loss.capability for loss in state.lost}
    return tuple(each for each in RUNGS if works.get(each) is False and each not in lost)
