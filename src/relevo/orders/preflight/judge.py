"""Judges an order form before it is an order: pure, and cheap enough to be asked at each keystroke.

Most rejections can be known beforehand (porting-es 12.8), and so can most harm: a number that
lives on another's card, a hold that is about to end. What is found here costs the customer a
minute; found by the donor it costs him days.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import date, timedelta

from relevo.customers.model import FieldFault
from relevo.orders.capture import OrderDraft, check_form, sims_of
from relevo.orders.group import Group, groups_of
from relevo.orders.held import HeldLine, SimKind
from relevo.orders.order.folding import undecided_lines
from relevo.orders.plan import first_day
from relevo.orders.preflight.model import (
    Books,
    EarliestDay,
    Known,
    NumberVerdict,
    Outcome,
    Preflight,
    Reason,
    Word,
)
from relevo.orders.preflight.number import Case, against
from relevo.orders.view import LineView, Standing, to_install, view_of
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment

_DAY = timedelta(days=1)
_NOTHING = Known()


def judge(
    draft: OrderDraft,
    rules: PortingProfile,
    books: Books,
    *,
    at: Moment,
    operators: tuple[str, ...] = (),
) -> Preflight:
    """The verdict for each line of a form. ``books`` is what is known of its numbers."""
    form = check_form(draft, rules, at=at, operators=operators)
    case = Case(
        draft=draft,
        rules=rules,
        books=books,
        at=at,
        lines=form.lines,
        document=form.document,
    )
    days = _days(case, form.wish)
    undecided = undecided_lines(_views(case, draft.moving))
    held = {line.id: line for line in form.lines}
    verdicts = []
    for place, line in enumerate(draft.lines):
        wrong = tuple(_malformed(fault) for fault in form.faults if _is_of(fault, place))
        known = held.get(line.id)
        found = tuple(_reasons(case, known, undecided)) if known else ()
        earliest = days.get(line.id)
        late = tuple(_too_late(case, known, earliest)) if known and earliest else ()
        verdicts.append(
            NumberVerdict(
                line=line.id,
                number=known.number if known else None,
                is_moving=line.id in draft.moving,
                reasons=(*wrong, *found, *late),
                earliest=earliest if line.id in draft.moving else None,
            )
        )
    places = range(len(draft.lines))
    own = tuple(f for f in form.faults if not any(_is_of(f, place) for place in places))
    return Preflight(numbers=tuple(verdicts), faults=own)


def _is_of(fault: FieldFault, place: int) -> bool:
    return fault.path[:2] == ("line", place)


def _malformed(fault: FieldFault) -> Reason:
    return Reason(
        word=Word.MALFORMED,
        outcome=Outcome.STOP,
        why=fault.why,
        remedy=fault.remedy,
        about=(fault.field,),
        fault=fault,
    )


# -- one number -----------------------------------------------------------------------------------


def _reasons(case: Case, line: HeldLine, undecided: frozenset[str]) -> Iterator[Reason]:
    if line.number is not None:
        if case.is_moving(line):
            yield from against(case, line, line.number)
        elif line.id in undecided:
            yield from _undecided(case, line)
    yield from _ties(case, line)


# -- what hangs on what ---------------------------------------------------------------------------


def _ties(case: Case, line: HeldLine) -> Iterator[Reason]:
    on_it = [other for other in case.lines if other.depends_on == line.id]
    if case.is_moving(line) and on_it:
        along = [other for other in on_it if case.is_moving(other)]
        if along:
            names = ", ".join(other.id for other in along)
            yield Reason(
                word=Word.TAKES_ALONG,
                outcome=Outcome.GO,
                why=f"{names} moves on the same day, and is confirmed before this number is asked",
                about=tuple(other.id for other in along),
            )
    principal = next((other for other in case.lines if other.id == line.depends_on), None)
    if principal is None or not case.is_moving(principal):
        return
    if case.is_moving(line):
        yield Reason(
            word=Word.LIVES_ON_ANOTHER,
            outcome=Outcome.GO,
            why=f"it lives on the card of {principal.id}, which moves with it",
            about=(principal.id,),
        )
        return
    yield Reason(
        word=Word.DIES_WITH_PRINCIPAL,
        outcome=Outcome.ASK,
        why=f"it lives on the card of {principal.id} and ends at the donor when that one leaves",
        remedy="ask what becomes of it: ported too, kept on a card of its own, or ceased",
        about=(principal.id,),
    )


def _undecided(case: Case, line: HeldLine) -> Iterator[Reason]:
    if any(case.is_moving(other) for other in case.lines if other.id == line.depends_on):
        return  # said already, and more exactly
    yield Reason(
        word=Word.UNDECIDED,
        outcome=Outcome.ASK,
        why=f"{line.donor} holds it as well, and a port may end what is tied to it",
        remedy="ask what becomes of it: ported too, kept, or ceased",
    )


# -- the honest date ------------------------------------------------------------------------------


def _views(case: Case, moving: Container[str]) -> tuple[LineView, ...]:
    card = case.rules.card_ready_by(case.at)
    sims = sims_of(case.draft)

    def due(line: HeldLine) -> Moment | None:
        return card if sims.get(line.id, case.draft.sim) == SimKind.CARD else None

    return tuple(
        to_install(view_of(line, Standing.WAITING, due(line)), line, case.rules, case.at)
        if line.id in moving
        else view_of(line, Standing.STAYING)
        for line in case.lines
    )


def _days(case: Case, wish: date | None) -> dict[str, EarliestDay]:
    """The day of each group, as the plan itself would choose it.

    What becomes of a number that lives on a moving one is perhaps not decided; the day is honest
    only if it also holds when that number is ported along.
    """
    moving = {*case.draft.moving}
    moving |= {line.id for line in case.lines if line.depends_on in moving}
    leaving = (view for view in _views(case, moving) if view.standing is Standing.WAITING)
    found: dict[str, EarliestDay] = {}
    for group in groups_of(leaving):
        decided = replace(group, decided=True)
        found |= _day_of(case, decided, wish)
    return found


def _day_of(case: Case, group: Group, wish: date | None) -> dict[str, EarliestDay]:
    chosen = first_day(group, rules=case.rules, at=case.at, wish=wish)
    return {
        line: EarliestDay(window=window, rests_on=chosen.rests_on)
        for line, window in chosen.windows.items()
    }


def _too_late(case: Case, line: HeldLine, earliest: EarliestDay) -> Iterator[Reason]:
    hub = view_of(line, Standing.WAITING).hub
    last = case.rules.latest_window_day(hub, case.rules.opens_at(hub, case.at))
    day = case.rules.calendar(hub).local(earliest.window.opens).date()
    if case.is_moving(line) and day > last:
        yield Reason(
            word=Word.LATER_THAN_MAY_BE_ASKED,
            outcome=Outcome.MIND,
            why=f"the first possible day is {day}, and a request made today may name {last}",
            remedy="the order waits and asks in time",
        )
