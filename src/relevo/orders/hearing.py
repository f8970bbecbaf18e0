"""What a fact of a line changes in the order's view of it. A late or doubled one: nothing."""

from __future__ import annotations

from dataclasses import replace

from relevo.orders.line.messages import (
    LineAlive,
    LineCardContested,
    LineCardReady,
    LineConfirmed,
    LineDead,
    LineImpaired,
    LineInstalled,
    LineLive,
    LineMended,
    LineMoved,
    LineNotInstalled,
    LineNotTakenBack,
    LinePortFailed,
    LineStuck,
    LineTakenBack,
    LineTakenOut,
    LineVisitAgreed,
)
from relevo.orders.view import (
    AT_THE_HUB,
    FROM_HOLD,
    GONE,
    NOT_INSTALLED,
    ON_ITS_WAY,
    LineView,
    Standing,
)

LineFact = (
    LineAlive
    | LineCardContested
    | LineCardReady
    | LineConfirmed
    | LineDead
    | LineImpaired
    | LineInstalled
    | LineLive
    | LineMended
    | LineMoved
    | LineNotInstalled
    | LineNotTakenBack
    | LinePortFailed
    | LineStuck
    | LineTakenBack
    | LineTakenOut
    | LineVisitAgreed
)

LINE_FACTS: tuple[type, ...] = LineFact.__args__
"""What an order listens to."""


def hear(view: LineView, fact: LineFact) -> LineView:
    """The view after the fact."""
    match fact:
        case LineCardReady() | LineInstalled():
            return replace(view, card_ready=True)
        case LineCardContested():
            return replace(view, card_ready=False)
        case LineVisitAgreed():
            return replace(view, card_due=fact.closes)
        case LineNotInstalled():
            return replace(view, against=NOT_INSTALLED, stuck=True)
        case LineDead():
            fell = Standing.MOVED if view.standing is Standing.LIVE else view.standing
            return replace(view, alive=False, standing=fell)
        case LineAlive():
            return replace(view, alive=True, from_hold=False)
        case LineMended():
            from_hold = view.from_hold or fact.how == FROM_HOLD
            return replace(view, against="", stuck=False, from_hold=from_hold)
        case LineStuck():
            is_held_up = view.standing is Standing.WAITING and bool(view.against)
            return replace(view, stuck=view.stuck or is_held_up)
        case LineMoved() | LineLive() | LineImpaired() | LineTakenOut():
            return _further(view, fact)
        case LineTakenBack() if view.standing is Standing.BOUND:  # the hub gave it up after all
            return replace(view, standing=Standing.WAITING, window=None)
        case _:
            return _at_the_hub(view, fact) if view.standing in ON_ITS_WAY else view


def _further(view: LineView, fact: LineMoved | LineLive | LineImpaired | LineTakenOut) -> LineView:
    if view.standing not in ON_ITS_WAY | GONE:
        return view
    match fact:
        case LineMoved() if view.standing is not Standing.LIVE:
            return replace(view, standing=Standing.MOVED)
        case LineLive():
            return replace(view, standing=Standing.LIVE, alive=True)
        case LineImpaired() if view.standing is Standing.LIVE:
            return replace(view, standing=Standing.MOVED)
        case LineTakenOut():
            return replace(view, standing=Standing.OUT, window=None)
        case _:
            return view


def _at_the_hub(
    view: LineView,
    fact: LineConfirmed | LinePortFailed | LineTakenBack | LineNotTakenBack,
) -> LineView:
    match fact:
        case LineConfirmed() if view.standing is Standing.ASKED:
            return replace(view, standing=Standing.CONFIRMED, asked_for=fact.window, against="")
        case LinePortFailed():
            free = view.standing in AT_THE_HUB
            standing = Standing.WAITING if free else view.standing
            return replace(view, standing=standing, against=fact.reason)
        case LineTakenBack() if view.standing is not Standing.WAITING:
            return replace(view, standing=Standing.WAITING)
        case LineNotTakenBack():
            return replace(view, standing=Standing.BOUND, window=view.asked_for)
        case _:
            return view
