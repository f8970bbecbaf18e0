"""What stands against a port is put out of the way: by a rule, or by a person.

No request is made twice unchanged. Either what the donor compares is another now, or it is said
what has changed at the donor (porting-es 3.8, 3.9.4).
"""

from __future__ import annotations

from relevo.engine.process import Decision, Refusal
from relevo.orders.line.messages import LineCorrected, LineMended, MendLine
from relevo.orders.line.model import Line, Reason

AS_PREPAID = "asked_as_prepaid"


def mended(line: Line, how: str) -> Decision:
    """Nothing stands against asking any more."""
    assert line.line is not None
    return Decision(facts=(LineMended(line=line.line.id, how=how),))


def mended_by_hand(line: Line, said: MendLine) -> Decision | Refusal:
    """A person puts the request right, or says what has changed at the donor."""
    assert line.line is not None
    assert line.customer is not None
    held, holder = line.line, line.customer.holder
    another = (
        (said.holder or holder) != holder
        or (said.donor_iccid or held.donor_iccid) != held.donor_iccid
        or (held.prepaid if said.prepaid is None else said.prepaid) != held.prepaid
    )
    if not another and not said.how.strip():
        return Refusal(
            reason=Reason.NOTHING_CHANGED,
            detail="how: the same request gets the same answer; correct it, or say what changed",
        )
    corrected = LineCorrected(
        line=held.id,
        by=said.by,
        holder=said.holder,
        donor_iccid=said.donor_iccid,
        prepaid=said.prepaid,
    )
    follows = mended(line, said.how)
    return Decision(facts=(*((corrected,) if another else ()), *follows.facts))


def is_prepaid_after_all(line: Line) -> bool:
    """The usual reason for a card that does not match: a prepaid line asked for as one with a
    contract (porting-es 3.8). The card's number that we hold makes another request of it."""
    held = line.line
    return held is not None and not held.prepaid and held.donor_iccid is not None
