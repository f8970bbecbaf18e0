"""The words of an incoherence: two records that cannot both be right about the same numbers.

The fixed hub has messages for it (DIN, RDIN, RIN; porting-es 5.1). Another operator reports one to
us, or we find one: a request that is rejected after its number moved, a number that moves after
its request was taken back.
"""

from __future__ import annotations

from relevo.engine.process import effect, fact, message
from relevo.porting.fixed_incoherence.model import Matter, NumberSpan, Verdict
from relevo.values.moment import Moment


@message("porting.incoherence_raised")
class IncoherenceRaised:
    """Somebody found one, another operator or we ourselves."""

    matter: Matter


@message("porting.incoherence_checked")
class IncoherenceChecked:
    """How many of the numbers our own ledger has as ours, as others', and not at all."""

    ours: int
    others: int
    unknown: int


@message("porting.incoherence_answered")
class IncoherenceAnswered:
    """Whoever was asked about our report says whose the numbers are."""

    by: str
    verdict: Verdict
    text: str


@message("porting.incoherence_closed")
class IncoherenceClosed:
    """The hub says that the matter is at an end."""

    were_right: bool  # the hub's records were; otherwise they have been corrected
    at: Moment
    text: str


@message("porting.decide_incoherence")
class DecideIncoherence:
    """A person at the desk has looked: this is our answer, or nothing is left to be done."""

    verdict: Verdict | None  # None: it is settled
    by: str
    why: str


@fact("porting.incoherence_opened")
class IncoherenceOpened:
    matter: Matter


@fact("porting.incoherence_with_desk")
class IncoherenceWithDesk:
    """Nothing that we know by ourselves decides it: somebody's task."""

    reference: str
    why: str


@fact("porting.incoherence_reported")
class IncoherenceReported:
    """We told the hub."""

    reference: str


@fact("porting.incoherence_answer_given")
class IncoherenceAnswerGiven:
    """We said whose the numbers are; ``by`` is a person, or empty when the ledger decided."""

    reference: str
    verdict: Verdict
    by: str
    why: str


@fact("porting.incoherence_answer_seen")
class IncoherenceAnswerSeen:
    reference: str
    by: str
    verdict: Verdict
    text: str


@fact("porting.incoherence_overdue")
class IncoherenceOverdue:
    """It ought to have come to an end by now; said once each working day."""

    reference: str
    times: int


@fact("porting.incoherence_settled")
class IncoherenceSettled:
    reference: str
    by: str  # "hub", or a person
    text: str


@effect("porting.check_incoherence")
class CheckIncoherence:
    """Look into our own ledger."""

    spans: tuple[NumberSpan, ...]
    us: str


@effect("porting.report_incoherence")
class ReportIncoherence:
    reference: str
    us: str
    cause: str
    text: str
    spans: tuple[NumberSpan, ...]


@effect("porting.answer_incoherence")
class AnswerIncoherence:
    reference: str
    us: str
    verdict: Verdict
    text: str
