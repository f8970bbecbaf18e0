"""What follows in a case: troubles added and ended, the next update, the ladder. All pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.care.case.fold import evolve
from relevo.care.case.messages import (
    CaseEscalated,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    FindOwner,
    NextUpdateDropped,
    NextUpdateMet,
    NextUpdateSet,
    NextUpdateTold,
    TroubleAdded,
    TroubleEnded,
)
from relevo.care.case.model import Case, CasePhase, NextUpdate
from relevo.care.model import Trouble, TroubleKind
from relevo.care.rights import CareRights, Rung
from relevo.engine.process import NOTHING, Decision, Tell, Timer
from relevo.notices.model import Topic
from relevo.notices.voice.messages import CaseKnown, MessageSent, SayUpdate
from relevo.promises.promise.messages import KeepPromise, MakePromise, ReleasePromise
from relevo.values.ids import code
from relevo.values.moment import Moment, Span

TELLS_OF_NEXT = frozenset(
    {Topic.NUMBER_DEAD, Topic.PARTIAL, Topic.PROMISE_BROKEN, Topic.UPDATE, Topic.ACTION_NEEDED}
)
"""Messages that name the next update: from then on it is a word given."""

KEEPS = frozenset({Topic.UPDATE, Topic.NUMBER_BACK, Topic.WORKS_AGAIN, Topic.DONE, Topic.REPLY})
"""Messages that tell the customer how it stands."""

ANSWERED_BY_WORDS = frozenset({TroubleKind.COMPLAINT, TroubleKind.PROMISE_BROKEN})
"""Troubles that are over when the customer has been told how it stands."""

TOLD_BY_UPDATES = frozenset({TroubleKind.ORDER_STUCK, TroubleKind.LINE_STUCK})
"""Troubles that have no message of their own, and may last until a person has acted."""

KEY_DIGITS = 6


def case_key(order: str) -> str:
    """The key that a customer can read out: two letters and digits."""
    return "PT-" + code(KEY_DIGITS, "0123456789", "case", order)


def voice_of(case: Case) -> str:
    return f"{case.id.partition('/')[0]}/voice"


class Course:
    """A decision under way: facts are folded as they are added, so that each sees the last."""

    def __init__(self, rights: CareRights, case: Case, at: Moment) -> None:
        self.rights = rights
        self.case = case
        self.at = at
        self.facts: list[Any] = []
        self.tells: list[Tell] = []
        self.effects: list[Any] = []

    def add(self, fact: Any) -> None:
        """A fact, and what is so from then on."""
        self.facts.append(fact)
        self.case = evolve(self.case, fact)

    def tell_promise(self, promise: str, message: Any) -> None:
        """A word to one of the case's promises."""
        self.tells.append(Tell(kind="promises.promise", to=promise, message=message))

    def tell_voice(self, message: Any) -> None:
        """A word to the voice."""
        self.tells.append(Tell(kind="notices.voice", to=voice_of(self.case), message=message))

    def decision(self, before: Case) -> Decision:
        """Everything, with the timers as they must stand from now on."""
        if not self.facts and not self.tells:
            return NOTHING
        seen = (before.key, before.owner, before.phase, before.next_update)
        now = (self.case.key, self.case.owner, self.case.phase, self.case.next_update)
        speaks = any(isinstance(tell.message, SayUpdate) for tell in self.tells)
        if seen != now and self.case.key and not speaks:
            self.tell_voice(_known(self.case, self.at))
        return Decision(
            facts=tuple(self.facts),
            effects=tuple(self.effects),
            tells=tuple(self.tells),
            timers=_timers(self),
        )


def added(
    rights: CareRights,
    case: Case,
    trouble: Trouble,
    *,
    before: tuple[Any, ...] = (),
    at: Moment,
) -> Decision:
    """A trouble, once; it opens the case or finds it open, and gets its next update."""
    course = Course(rights, case, at)
    for fact in before:
        course.add(fact)
    if any((t.kind, t.subject) == (trouble.kind, trouble.subject) for t in case.troubles):
        return course.decision(case)
    if case.phase is CasePhase.NEW:
        course.add(
            CaseOpened(
                key=case_key(case.order),
                order=case.order,
                owner=rights.owner(case.order),
                subject=trouble.subject,
                cause=trouble.kind,
                at=at,
            )
        )
    elif case.phase is CasePhase.RESOLVED:
        course.add(CaseReopened(key=case.key, owner=case.owner, cause=trouble.kind, at=at))
    if not case.is_open:
        course.effects.append(FindOwner(order=case.order, key=course.case.key, staff=case.staff))
    course.add(TroubleAdded(trouble=trouble))
    _promise_next(course, (trouble,), told=course.case.told)
    if trouble.kind is TroubleKind.PROMISE_BROKEN:
        level = rights.broken_promise_level()
        if level > course.case.level:
            _escalate(course, level, rights.role(level), trouble.detail)
    return course.decision(case)


def ended(
    rights: CareRights, case: Case, troubles: Sequence[Trouble], *, how: str, at: Moment
) -> Decision:
    """Troubles that are over; with the last one the case is resolved."""
    course = Course(rights, case, at)
    _end(course, troubles, how)
    return course.decision(case)


def _end(course: Course, troubles: Sequence[Trouble], how: str) -> None:
    for trouble in troubles:
        course.add(TroubleEnded(trouble=trouble, how=how, at=course.at))
    if troubles and not course.case.troubles and course.case.is_open:
        for each in course.case.updates:
            if not each.told:
                _drop(course, each)
        course.add(CaseResolved(key=course.case.key, at=course.at))


def _promise_next(course: Course, troubles: Sequence[Trouble], *, told: int) -> None:
    """Promise the next update, unless one that is due earlier is open already."""
    rights, case, at = course.rights, course.case, course.at
    open_already = _open_after(case, at + _ahead(rights))
    dues = [rights.next_update_due(trouble.kind, at, told) for trouble in troubles]
    due = min((each for each in dues if each), default=None)
    if due is None or (open_already is not None and open_already <= due):
        return
    number = case.promised + 1
    promise = f"{case.order}/promise/next_update/{number}"
    made = MakePromise(
        what="next_update",
        to=case.order,
        due=due,
        owner=case.owner,
        rests_on=tuple(sorted({str(trouble.kind) for trouble in troubles})),
    )
    course.tell_promise(promise, made)
    course.add(NextUpdateSet(promise=promise, number=number, due=due))


def lost_promise(case: Case, source: str) -> tuple[NextUpdateDropped, ...]:
    """A next update that its promise says is broken is open no more."""
    if all(each.promise != source for each in case.updates):
        return ()
    return (NextUpdateDropped(promise=source, why="broken"),)


def on_next_update(rights: CareRights, case: Case, at: Moment) -> Decision:
    """An update is due soon: say how it stands, news or not. What was never told is let go,
    unless it is the only word that the customer would get.
    """
    due = [each for each in case.updates if each.due <= at + _ahead(rights)]
    course = Course(rights, case, at)
    for each in due:
        if not each.told:
            _drop(course, each)
    is_news = any(trouble.kind in TOLD_BY_UPDATES for trouble in case.troubles)
    speaks = bool(due) and (is_news or any(each.told for each in due))
    lasting = [t for t in course.case.troubles if not speaks or t.kind not in ANSWERED_BY_WORDS]
    _promise_next(course, lasting, told=course.case.told + speaks)
    if speaks:
        following = _open_after(course.case, at + _ahead(rights))
        course.tell_voice(SayUpdate(key=case.key, owner=case.owner, next_update=following))
    return course.decision(case)


def _ahead(rights: CareRights) -> Span:
    return Span(minutes=rights.say_ahead_minutes())


def _open_after(case: Case, moment: Moment) -> Moment | None:
    return min((each.due for each in case.updates if each.due > moment), default=None)


def _drop(course: Course, update: NextUpdate) -> None:
    course.tell_promise(update.promise, ReleasePromise(why="never told: the trouble is mended"))
    course.add(NextUpdateDropped(promise=update.promise, why="never told"))


def message_sent(rights: CareRights, case: Case, sent: MessageSent, at: Moment) -> Decision:
    """A message to the customer keeps promises, gives a word, and answers what he asked."""
    course = Course(rights, case, at)
    if sent.topic in KEEPS:
        for each in case.updates:
            if each.told:  # what was not told yet is the one that this message names
                evidence = f"message {sent.message_key}"
                course.tell_promise(each.promise, KeepPromise(evidence=evidence))
                course.add(NextUpdateMet(promise=each.promise, evidence=evidence))
    if sent.topic in KEEPS and sent.topic != Topic.NUMBER_BACK:
        answered = [t for t in course.case.troubles if t.kind in ANSWERED_BY_WORDS]
        _end(course, answered, how=f"message {sent.message_key}")
    if sent.topic in TELLS_OF_NEXT:
        for each in course.case.updates:
            if not each.told:
                course.add(NextUpdateTold(promise=each.promise))
    if sent.topic in KEEPS and not course.case.updates:
        _promise_next(course, course.case.troubles, told=course.case.told)
    return course.decision(case)


def escalated(rights: CareRights, case: Case, at: Moment) -> Decision:
    """The ladder's clock: the highest level that is reached by now, or the next one when nobody
    has acknowledged the last one in its minutes."""
    course = Course(rights, case, at)
    rungs = _rungs(rights, case) if case.is_open else []
    reached = [rung for rung in rungs if rung.due <= at]
    if reached:
        rung = max(reached, key=lambda each: each.level)
        worst = min(case.troubles, key=lambda trouble: trouble.since)
        _escalate(course, rung.level, rung.role, worst.kind)
        return course.decision(case)
    unheard = _unacknowledged(rights, case)
    if rungs and unheard is not None and unheard <= at:
        rung = min(rungs, key=lambda each: each.level)
        _escalate(course, rung.level, rung.role, "unacknowledged")
        return course.decision(case)
    return Decision(timers=_timers(course))


def _unacknowledged(rights: CareRights, case: Case) -> Moment | None:
    """When the next level is asked because nobody has answered at this one."""
    if not case.is_open or case.acknowledged_by or case.escalated_at is None:
        return None
    kinds = frozenset(trouble.kind for trouble in case.troubles)
    return rights.acknowledge_due(kinds, case.level, case.escalated_at)


def _escalate(course: Course, level: int, role: str, why: str) -> None:
    key, at = course.case.key, course.at
    course.add(
        CaseEscalated(key=key, level=level, role=role, why=why, at=at, awaits_answer=True),
    )


def _rungs(rights: CareRights, case: Case) -> list[Rung]:
    return [
        rung
        for trouble in case.troubles
        for rung in rights.rungs(trouble.kind, trouble.since)
        if rung.level > case.level
    ]


def _timers(course: Course) -> tuple[Timer, ...]:
    case, at = course.case, course.at
    following = _open_after(case, at + _ahead(course.rights))
    update = following - _ahead(course.rights) if following else None
    rungs = _rungs(course.rights, case) if case.is_open else []
    unheard = _unacknowledged(course.rights, case)
    climbs = [rung.due for rung in rungs] + ([unheard] if rungs and unheard else [])
    level = max(min(climbs), at) if climbs else None
    return (Timer(name="next_update", due=update), Timer(name="escalation", due=level))


def _known(case: Case, at: Moment) -> CaseKnown:
    assert case.opened_at is not None, "a case with a key was opened"
    return CaseKnown(
        key=case.key,
        owner=case.owner,
        opened_at=case.opened_at,
        next_update=case.next_update,
        resolved_at=None if case.is_open else at,
    )
