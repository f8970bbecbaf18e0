"""The words of a case."""

from __future__ import annotations

from relevo.care.model import Evidence, Trouble
from relevo.engine.process import effect, fact, message
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


@message("care.appoint_owner")
class AppointOwner:
    """From the roster: who of real staff owns the case. ``called``: how customers know him."""

    staff: str
    called: str


@message("care.offer_case")
class OfferCase:
    """The owner (or the duty manager) offers the case to somebody else, with a note."""

    to: str
    by: str
    note: str
    until: Moment


@message("care.answer_offer")
class AnswerOffer:
    """He to whom it was offered takes it, or does not."""

    by: str
    accepts: bool
    called: str = ""
    note: str = ""


@message("care.acknowledge_escalation")
class AcknowledgeEscalation:
    """Somebody says that he has it in hand, before the next level is asked."""

    by: str
    note: str


@message("care.merge_case")
class MergeCase:
    """This case and another one of the same customer are one: it takes that one's key and owner."""

    into: str  # the key that is left
    order: str  # whose case that is
    owner: str
    staff: str
    by: str
    why: str


@message("care.absorb_case")
class AbsorbCase:
    """Another case of the same customer goes by this one's key from now on."""

    key: str  # that of the other one
    order: str
    by: str
    why: str


@effect("care.find_owner")
class FindOwner:
    """Find an owner of real staff for a case that has none, or whose owner works here no more."""

    order: str
    key: str
    staff: str = ""


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
    awaits_answer: bool = False  # 0.1.0 asked nobody to say that he has it in hand


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


@fact("care.owner_appointed")
class OwnerAppointed:
    key: str
    owner: str
    staff: str
    at: Moment


@fact("care.case_offered")
class CaseOffered:
    key: str
    to: str
    by: str
    note: str
    until: Moment
    at: Moment


@fact("care.offer_declined")
class OfferDeclined:
    key: str
    to: str
    why: str
    at: Moment


@fact("care.offer_expired")
class OfferExpired:
    """Nobody answered: the owner was and is the same."""

    key: str
    to: str
    at: Moment


@fact("care.case_handed_over")
class CaseHandedOver:
    """Accepted: from now on it is his, and the note went with it."""

    key: str
    was: str
    owner: str
    staff: str
    note: str
    at: Moment


@fact("care.escalation_acknowledged")
class EscalationAcknowledged:
    key: str
    level: int
    by: str
    note: str
    at: Moment


@fact("care.case_merged")
class CaseMerged:
    """This case goes by the key of another one of the same customer, and has its owner."""

    key: str  # what it was
    into: str
    order: str
    owner: str
    staff: str
    by: str
    why: str
    at: Moment


@fact("care.case_absorbed")
class CaseAbsorbed:
    key: str
    was: str  # the key of the other case until now
    order: str
    by: str
    why: str
    at: Moment
