"""The words of a case."""

from __future__ import annotations

from relevo.care.model import Evidence, Trouble
from relevo.engine.process import fact, message
from relevo.values.moment import Moment


@message("care.promise_call_back")
class PromiseCallBack:
    """A member of staff promises the customer a call."""

    promise_id: str
    due: Moment
    by: str


@message("care.keep_call_back")
class KeepCallBack:
    """The call was made."""

    promise_id: str
    by: str
    note: str = ""


@message("care.store_evidence")
class StoreEvidence:
    """Something was handed in, by the customer or by a peer."""

    item: str
    subject: str
    at: Moment
    source: str
    sha256: str


@message("care.end_trouble")
class EndTrouble:
    """A person says that a trouble is over, and why."""

    kind: str
    subject: str
    by: str
    why: str


@fact("care.order_noted")
class OrderNoted:
    """The order that the case would be about: enough to own it and to count its deadlines."""

    order: str
    rules: str
    holder: str


@fact("care.case_opened")
class CaseOpened:
    key: str
    order: str
    owner: str
    subject: str
    cause: str
    at: Moment


@fact("care.trouble_added")
class TroubleAdded:
    trouble: Trouble


@fact("care.trouble_ended")
class TroubleEnded:
    trouble: Trouble
    how: str
    at: Moment


@fact("care.case_escalated")
class CaseEscalated:
    """The ladder of rights-care 3.5: a level, the role that must act, and the reason."""

    key: str
    level: int
    role: str
    why: str
    at: Moment


@fact("care.evidence_stored")
class EvidenceStored:
    evidence: Evidence


@fact("care.next_update_set")
class NextUpdateSet:
    """The customer hears from us by then, news or not; ``promise`` is the promise's process."""

    promise: str
    number: int
    due: Moment


@fact("care.next_update_met")
class NextUpdateMet:
    promise: str
    evidence: str


@fact("care.next_update_told")
class NextUpdateTold:
    """The customer knows of it: from now on it is a word given."""

    promise: str


@fact("care.next_update_dropped")
class NextUpdateDropped:
    """It was never told, or it was broken and another one takes its place."""

    promise: str
    why: str


@fact("care.call_back_promised")
class CallBackPromised:
    promise: str
    due: Moment
    by: str


@fact("care.call_back_kept")
class CallBackKept:
    promise: str
    by: str


@fact("care.case_resolved")
class CaseResolved:
    key: str
    at: Moment


@fact("care.case_reopened")
class CaseReopened:
    """The same case, the same owner: nobody starts again from the beginning."""

    key: str
    owner: str
    cause: str
    at: Moment
