"""An installation: what follows from each outcome of a visit.

The customer's internet goes on at the donor until the new access works (LGTel 70.4), so nothing is
in a hurry here but the customer's own day: whatever goes wrong with a visit, the next one is
booked at once and can be moved with one tap, and nobody has to call. What another visit would not
mend (no free port, a wrong address, a word we do not know) is somebody's task. A visit that is
reported as done is looked at from the exchange before anybody relies on it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, assert_never

from relevo.activation.installation.folding import evolve
from relevo.activation.installation.lifecycle import LIFECYCLE
from relevo.activation.installation.messages import (
    AccessSilent,
    AccessTested,
    BookVisit,
    CancelVisit,
    ChooseVisitSlot,
    InstallAccess,
    InstallationAsked,
    InstallationFailed,
    InstallationProven,
    InstallationStopped,
    ProbeAccess,
    StopInstallation,
    VisitAgreed,
    VisitAsked,
    VisitBooked,
    VisitDeclined,
    VisitDone,
    VisitFailed,
    VisitLate,
    VisitSeen,
)
from relevo.activation.installation.model import Installation, Outcome, Phase, Site, Slot
from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
)
from relevo.values.moment import Moment

ANSWER_WITHIN = timedelta(hours=24)
"""How long the field service may leave a booking unanswered, retries included."""

WORD_WITHIN = timedelta(hours=4)
"""So long after its slot a visit may stay without a word; then nobody came."""

TEST_AGAIN = timedelta(minutes=30)
TESTS_MAX = 3
"""A new access needs some minutes; one that is silent after the third look was never laid."""

FAILED_VISITS_MAX = 4
"""In a row, of any kind: then a person looks."""

AGAIN = {
    Outcome.CUSTOMER_ABSENT: "customer",
    Outcome.NO_ACCESS: "nobody",
    Outcome.ANOTHER_VISIT: "nobody",
    Outcome.CANCELLED: "contractor",
    Outcome.NO_WORD: "contractor",
    Outcome.NOT_WORKING: "contractor",
}
"""Outcomes that another visit mends, and who did not keep the appointment."""

TIMERS = frozenset({"booking_due", "visit_due", "test_due"})


def decide(state: Installation, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    match state.phase:
        case Phase.UNASKED:
            return _when_unasked(state, message, at)
        case Phase.BOOKING:
            return _when_booking(state, message, at)
        case Phase.AGREED:
            return _when_agreed(state, message, at)
        case Phase.TESTING:
            return _when_testing(state, message, at)
        case Phase.FAILED:
            return _when_failed(state, message, at)
        case Phase.PROVEN | Phase.STOPPED:
            return NOTHING
        case _:
            assert_never(state.phase)


def _when_unasked(state: Installation, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case InstallAccess():
            begun = _ask_visit(state, message.site, "ordered", at)
            return Decision(
                facts=(InstallationAsked(site=message.site), *begun.facts),
                effects=begun.effects,
                timers=begun.timers,
            )
        case ChooseVisitSlot() | StopInstallation():
            return Refusal(reason="nothing_to_install")
        case _:
            return NOTHING


def _when_booking(state: Installation, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case VisitBooked() if message.visit == state.visit:
            agreed = VisitAgreed(
                line=_site(state).line,
                visit=message.visit,
                slot=message.slot,
                others=message.others,
            )
            due = Timer(name="visit_due", due=max(at, message.slot.closes) + WORD_WITHIN)
            return Decision(facts=(agreed,), timers=(Timer(name="booking_due", due=None), due))
        case VisitDeclined() if message.visit == state.visit:
            if state.wanted is not None and message.field == "slot":  # taken by somebody else
                return _ask_visit(state, _site(state), "slot_taken", at)
            return _fail(state, f"declined_{message.field}", said=message.text)
        case TimerFired(name="booking_due") | EffectParked():
            return _fail(state, "not_booked")
        case _:
            return _whatever_the_phase(state, message)


def _when_agreed(state: Installation, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case VisitSeen() if message.visit == state.visit:
            return _seen(state, message, at)
        case ChooseVisitSlot():
            return _move_visit(state, message.slot, at)
        case TimerFired(name="visit_due"):
            return _visit_failed(state, Outcome.NO_WORD, at, at)
        case _:
            return _whatever_the_phase(state, message)


def _when_testing(state: Installation, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case AccessTested() if (message.visit, message.test) == (state.visit, state.tests + 1):
            return _tested(state, message, at)
        case TimerFired(name="test_due"):
            return Decision(effects=(_test(state),), timers=(_look_again(at),))
        case EffectParked():  # the test itself cannot be made: that says nothing of the access
            return Decision(timers=(_look_again(at),))
        case _:
            return _whatever_the_phase(state, message)


def _when_failed(state: Installation, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case InstallAccess():
            return _ask_visit(state, message.site, "mended", at)
        case _:
            return _whatever_the_phase(state, message)


def _whatever_the_phase(state: Installation, message: Any) -> Decision | Refusal:
    match message:
        case StopInstallation():
            stopped = InstallationStopped(line=_site(state).line, why=message.why)
            cancel = CancelVisit(reference=state.id, visit=state.visit)
            return Decision(facts=(stopped,), effects=(cancel,), timers=_no_waits())
        case ChooseVisitSlot():
            return Refusal(reason="no_visit_to_move", detail=state.phase)
        case _:
            return NOTHING


def _seen(state: Installation, seen: VisitSeen, at: Moment) -> Decision:
    line = _site(state).line
    if seen.outcome is Outcome.DONE:
        done = VisitDone(line=line, visit=seen.visit, at=seen.at)
        return Decision(
            facts=(done,),
            effects=(_test(state),),
            timers=(Timer(name="visit_due", due=None), _look_again(at)),
        )
    if seen.outcome is Outcome.LATE:
        late = VisitLate(line=line, visit=seen.visit, at=seen.at)
        due = max(at, _slot(state).closes) + 2 * WORD_WITHIN
        timers = (Timer(name="visit_due", due=due),)
        return NOTHING if state.is_late else Decision(facts=(late,), timers=timers)
    return _visit_failed(state, seen.outcome, seen.at, at, said=seen.said)


def _visit_failed(
    state: Installation, outcome: Outcome, seen_at: Moment, at: Moment, *, said: str = ""
) -> Decision:
    """The next visit at once, or somebody's task."""
    failed = VisitFailed(
        line=_site(state).line,
        visit=state.visit,
        outcome=outcome,
        missed_by=AGAIN.get(outcome, "nobody"),
        at=seen_at,
    )
    if outcome not in AGAIN:
        follows = _fail(state, outcome, said=said)
    elif state.failed_visits + 1 >= FAILED_VISITS_MAX:
        follows = _fail(state, "visits_used_up")
    else:
        follows = _ask_visit(state, _site(state), outcome, at)
    return Decision(facts=(failed, *follows.facts), effects=follows.effects, timers=follows.timers)


def _tested(state: Installation, tested: AccessTested, at: Moment) -> Decision:
    site, test = _site(state), tested.test
    if tested.works:
        proven = InstallationProven(line=site.line, access=site.access, at=tested.at)
        return Decision(facts=(proven,), timers=_no_waits())
    silent = AccessSilent(line=site.line, visit=state.visit, test=test, at=tested.at)
    if test < TESTS_MAX:
        return Decision(facts=(silent,), timers=(_look_again(at),))
    failed = _visit_failed(state, Outcome.NOT_WORKING, tested.at, at)
    return Decision(facts=(silent, *failed.facts), effects=failed.effects, timers=failed.timers)


def _move_visit(state: Installation, slot: Slot, at: Moment) -> Decision | Refusal:
    """Only a slot that was offered, and only before the technician is on the way."""
    if slot not in state.others or slot.opens <= at:
        return Refusal(reason="slot_not_free")
    if at >= _slot(state).opens:
        return Refusal(reason="visit_has_begun")
    return _ask_visit(state, _site(state), "customer_chose", at, wanted=slot)


def _ask_visit(
    state: Installation, site: Site, why: str, at: Moment, *, wanted: Slot | None = None
) -> Decision:
    asked = VisitAsked(line=site.line, visit=state.visit + 1, wanted=wanted, why=why)
    book = BookVisit(reference=state.id, visit=asked.visit, site=site, wanted=wanted)
    timers = (*_no_waits()[1:], Timer(name="booking_due", due=at + ANSWER_WITHIN))
    return Decision(facts=(asked,), effects=(book,), timers=timers)


def _fail(state: Installation, why: str, *, said: str = "") -> Decision:
    failed = InstallationFailed(line=_site(state).line, why=why, said=said)
    return Decision(facts=(failed,), timers=_no_waits())


def _test(state: Installation) -> ProbeAccess:
    return ProbeAccess(access=_site(state).access, visit=state.visit, test=state.tests + 1)


def _look_again(at: Moment) -> Timer:
    return Timer(name="test_due", due=at + TEST_AGAIN)


def _no_waits() -> tuple[Timer, ...]:
    return tuple(Timer(name=name, due=None) for name in ("booking_due", "visit_due", "test_due"))


def _slot(state: Installation) -> Slot:
    if state.slot is None:
        raise AssertionError(f"{state.id}: no visit is agreed")
    return state.slot


def _site(state: Installation) -> Site:
    if state.site is None:
        raise AssertionError(f"{state.id}: nothing is to be installed")
    return state.site


def installation_process() -> ProcessType[Installation]:
    """The process as the engine runs it."""
    return ProcessType(
        kind="activation.installation",
        version=1,
        blank=lambda process_id: Installation(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Installation,
        messages=(
            InstallAccess,
            VisitBooked,
            VisitDeclined,
            VisitSeen,
            ChooseVisitSlot,
            AccessTested,
            StopInstallation,
        ),
        facts=(
            InstallationAsked,
            VisitAsked,
            VisitAgreed,
            VisitLate,
            VisitFailed,
            VisitDone,
            AccessSilent,
            InstallationProven,
            InstallationFailed,
            InstallationStopped,
        ),
        effects=(BookVisit, CancelVisit, ProbeAccess),
        timers=TIMERS,
    )
