"""Numbers of our own range: ceased by us, or given back by others. Nobody is told; they rest."""

from __future__ import annotations

from relevo.engine.process import NOTHING, Decision, Timer
from relevo.numbering.moves import hold_of, is_operator
from relevo.porting.number_return.messages import (
    HoldingFound,
    LookUpHolding,
    NumberBackRefused,
    NumberFree,
    NumberResting,
    ReturnOvertaken,
)
from relevo.porting.number_return.model import Matter, NumberReturn
from relevo.porting.number_return.model import ReturnPhase as P
from relevo.porting.number_return.timing import BOOKS_AGAIN, BOOKS_DUE
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment

OURS = frozenset({P.HOLDING, P.CHECKING, P.REFUSED, P.RESTING})


def look_into_books(step: P, matter: Matter, at: Moment) -> Decision:
    """Before each step: who has the number, and does anything of ours want it?"""
    asked = LookUpHolding(number=matter.number, operator=matter.operator, step=step.value)
    return Decision(effects=(asked,), timers=(Timer(name=BOOKS_DUE, due=at + BOOKS_AGAIN),))


def found(
    rules: PortingProfile, it: NumberReturn, matter: Matter, books: HoldingFound, at: Moment
) -> Decision:
    """What the books say decides whether it may rest, or be sold again."""
    match it.phase:
        case P.CHECKING | P.REFUSED:
            return _claimed(rules, it, matter, books, at)
        case P.HOLDING if at < (matter.held_until or at):
            return NOTHING
        case P.HOLDING | P.RESTING if is_operator(books.holder) and books.holder:
            gone = ReturnOvertaken(
                number=matter.number, operator=matter.operator, serving=books.holder
            )
            return Decision(facts=(gone,), timers=(Timer(name=BOOKS_DUE, due=None),))
        case P.HOLDING if not books.uses:
            return _rests(rules, matter, matter.held_until or at, is_own_hold=True)
        case P.RESTING if not books.uses and at >= rules.resale_at(_rests_since(matter)):
            free = NumberFree(number=matter.number, operator=matter.operator)
            return Decision(facts=(free,), timers=(Timer(name=BOOKS_DUE, due=None),))
        case _:
            return NOTHING  # something of ours wants it: the books are looked into tomorrow


def _claimed(
    rules: PortingProfile, it: NumberReturn, matter: Matter, books: HoldingFound, at: Moment
) -> Decision:
    """The list says that it is ours again; what is in use here is a person's."""
    held_here = (
        (books.holder,) if books.holder in {matter.operator, hold_of(matter.operator)} else ()
    )
    uses = (*(f"held by {each}" for each in held_here), *books.uses)
    if not uses:
        return _rests(rules, matter, matter.since, is_own_hold=False)
    if it.phase is P.REFUSED and it.puzzle == ", ".join(uses):
        return NOTHING
    return Decision(facts=(NumberBackRefused(number=matter.number, uses=uses),))


def _rests(rules: PortingProfile, matter: Matter, since: Moment, *, is_own_hold: bool) -> Decision:
    free_at = rules.resale_at(since)
    resting = NumberResting(
        number=matter.number,
        operator=matter.operator,
        at=since,
        free_at=free_at,
        is_own_hold=is_own_hold,
    )
    return Decision(facts=(resting,), timers=(Timer(name=BOOKS_DUE, due=free_at),))


def _rests_since(matter: Matter) -> Moment:
    return matter.held_until or matter.since
