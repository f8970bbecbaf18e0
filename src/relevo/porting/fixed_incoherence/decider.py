"""An incoherence: what our ledger can decide is answered at once, all else is somebody's task.

Nothing is corrected here. When the hub's records were wrong the hub corrects them; when ours were,
a person does, with the evidence that this process has gathered. It is never closed by silence: the
desk is reminded each working day until the hub or a person says that it is settled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
)
from relevo.porting.fixed_incoherence.lifecycle import LIFECYCLE
from relevo.porting.fixed_incoherence.messages import (
    AnswerIncoherence,
    CheckIncoherence,
    DecideIncoherence,
    IncoherenceAnswered,
    IncoherenceAnswerGiven,
    IncoherenceAnswerSeen,
    IncoherenceChecked,
    IncoherenceClosed,
    IncoherenceOpened,
    IncoherenceOverdue,
    IncoherenceRaised,
    IncoherenceReported,
    IncoherenceSettled,
    IncoherenceWithDesk,
    ReportIncoherence,
)
from relevo.porting.fixed_incoherence.model import (
    Incoherence,
    IncoherencePhase,
    IncoherenceRefusal,
    Matter,
    Verdict,
)
from relevo.porting.profile import Awaited, HubKind, PortingProfile
from relevo.values.moment import Moment

KIND = "porting.incoherence"
HUB = HubKind.FIXED
OVERDUE = "overdue"
FIRST_LOOK = timedelta(hours=1)
"""Our own ledger answers at once; when it does not, the desk is told so soon."""

BY_HUB, BY_LEDGER = "hub", ""
Book = Callable[[str], PortingProfile]


def process_id_of(reference: str) -> str:
    """The process of the matter that the hub knows under this id."""
    return f"din-{reference}/incoherence"


def decide(book: Book, it: Incoherence, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    matter = it.matter
    if matter is None:
        return _when_blank(book, message, at)
    rules = book(matter.rules)
    match message:
        case IncoherenceClosed():
            return _settled(matter, BY_HUB, message.text)
        case DecideIncoherence():
            return _decided(rules, it, matter, message, at)
        case TimerFired():
            return _overdue(rules, it, matter, at)
        case EffectParked():
            return _to_desk(it, matter, message.reason)
        case IncoherenceChecked() if it.phase is IncoherencePhase.CHECKING:
            return _checked(rules, matter, message, at)
        case IncoherenceAnswered() if it.phase is IncoherencePhase.REPORTED:
            return _answered(it, matter, message)
        case _:
            return NOTHING


def _when_blank(book: Book, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case IncoherenceRaised(matter=matter):
            try:
                book(matter.rules)
            except (LookupError, ValueError) as unknown:
                return Refusal(reason=IncoherenceRefusal.RULES_UNKNOWN, detail=f"rules: {unknown}")
            return Decision(
                facts=(IncoherenceOpened(matter=matter),),
                effects=(CheckIncoherence(spans=matter.spans, us=matter.us),),
                timers=(Timer(name=OVERDUE, due=at + FIRST_LOOK),),
            )
        case DecideIncoherence():
            return Refusal(reason=IncoherenceRefusal.NOT_OPEN)
        case _:
            return NOTHING


def _checked(
    rules: PortingProfile, matter: Matter, message: IncoherenceChecked, at: Moment
) -> Decision:
    """What we found ourselves is the hub's to look at; what another found, our ledger answers."""
    found = f"{message.ours} ours, {message.others} of others, {message.unknown} unknown"
    if matter.raised_by == matter.us:
        report = ReportIncoherence(
            reference=matter.reference,
            us=matter.us,
            cause=matter.cause,
            text=matter.text,
            spans=matter.spans,
        )
        reported = IncoherenceReported(reference=matter.reference)
        return Decision(facts=(reported,), effects=(report,), timers=(_due(rules, at),))
    if message.ours and not (message.others or message.unknown):
        return _given(rules, matter, Verdict.OURS, by=BY_LEDGER, why=found, at=at)
    if not message.ours:
        return _given(rules, matter, Verdict.NOT_OURS, by=BY_LEDGER, why=found, at=at)
    desk = IncoherenceWithDesk(reference=matter.reference, why=found)
    looking = _answer(matter, Verdict.LOOKING, found)
    return Decision(facts=(desk,), effects=(looking,), timers=(_due(rules, at),))


def _decided(
    rules: PortingProfile, it: Incoherence, matter: Matter, message: DecideIncoherence, at: Moment
) -> Decision | Refusal:
    if it.phase is IncoherencePhase.SETTLED:
        return NOTHING
    if message.verdict is None:
        return _settled(matter, message.by, message.why)
    if it.phase is not IncoherencePhase.WITH_DESK or matter.raised_by == matter.us:
        return Refusal(reason=IncoherenceRefusal.NOT_ASKED_OF_US, detail=matter.reference)
    return _given(rules, matter, message.verdict, by=message.by, why=message.why, at=at)


def _given(
    rules: PortingProfile, matter: Matter, verdict: Verdict, *, by: str, why: str, at: Moment
) -> Decision:
    given = IncoherenceAnswerGiven(reference=matter.reference, verdict=verdict, by=by, why=why)
    answer = _answer(matter, verdict, why)
    return Decision(facts=(given,), effects=(answer,), timers=(_due(rules, at),))


def _answer(matter: Matter, verdict: Verdict, text: str) -> AnswerIncoherence:
    return AnswerIncoherence(reference=matter.reference, us=matter.us, verdict=verdict, text=text)


def _answered(it: Incoherence, matter: Matter, message: IncoherenceAnswered) -> Decision:
    if it.seen is message.verdict:
        return NOTHING
    seen = IncoherenceAnswerSeen(
        reference=matter.reference, by=message.by, verdict=message.verdict, text=message.text
    )
    if message.verdict is not Verdict.UNCLEAR:
        return Decision(facts=(seen,))
    why = f"{message.by} answers what is not understood: {message.text}"
    return Decision(facts=(seen, IncoherenceWithDesk(reference=matter.reference, why=why)))


def _overdue(rules: PortingProfile, it: Incoherence, matter: Matter, at: Moment) -> Decision:
    if it.phase is IncoherencePhase.SETTLED:
        return NOTHING
    late = IncoherenceOverdue(reference=matter.reference, times=it.overdue + 1)
    calendar = rules.calendar(HUB)
    tomorrow = calendar.working_day_after(calendar.local(at).date())
    again = Timer(name=OVERDUE, due=calendar.at(tomorrow, calendar.local(at).time()))
    return Decision(facts=(late,), timers=(again,))


def _to_desk(it: Incoherence, matter: Matter, why: str) -> Decision:
    if it.phase in {IncoherencePhase.WITH_DESK, IncoherencePhase.SETTLED}:
        return NOTHING
    return Decision(facts=(IncoherenceWithDesk(reference=matter.reference, why=why),))


def _settled(matter: Matter, by: str, text: str) -> Decision:
    return Decision(facts=(IncoherenceSettled(reference=matter.reference, by=by, text=text),))


def _due(rules: PortingProfile, at: Moment) -> Timer:
    """So long another operator, or our own desk, has before it is an alarm."""
    minutes = rules.silence(HUB, Awaited.US).alarm_minutes
    return Timer(name=OVERDUE, due=rules.calendar(HUB).add_working_time(at, minutes))


def evolve(it: Incoherence, fact: Any) -> Incoherence:
    """The incoherence after this fact."""
    match fact:
        case IncoherenceOpened():
            return replace(it, phase=IncoherencePhase.CHECKING, matter=fact.matter)
        case IncoherenceWithDesk():
            return replace(it, phase=IncoherencePhase.WITH_DESK)
        case IncoherenceReported():
            return replace(it, phase=IncoherencePhase.REPORTED)
        case IncoherenceAnswerGiven():
            return replace(it, phase=IncoherencePhase.ANSWERED, given=fact.verdict)
        case IncoherenceAnswerSeen():
            return replace(it, seen=fact.verdict)
        case IncoherenceOverdue():
            return replace(it, overdue=fact.times)
        case IncoherenceSettled():
            return replace(it, phase=IncoherencePhase.SETTLED)
        case _:
            return it


def incoherence_process(book: Book) -> ProcessType[Incoherence]:
    """The process, under the rules that ``book`` gives for a pinned edition."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: Incoherence(process_id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Incoherence,
        messages=(
            IncoherenceRaised,
            IncoherenceChecked,
            IncoherenceAnswered,
            IncoherenceClosed,
            DecideIncoherence,
        ),
        facts=(
            IncoherenceOpened,
            IncoherenceWithDesk,
            IncoherenceReported,
            IncoherenceAnswerGiven,
            IncoherenceAnswerSeen,
            IncoherenceOverdue,
            IncoherenceSettled,
        ),
        effects=(CheckIncoherence, ReportIncoherence, AnswerIncoherence),
        timers=frozenset({OVERDUE}),
    )
