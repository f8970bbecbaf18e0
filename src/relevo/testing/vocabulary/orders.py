"""What may happen to an order: commands, answers of the customer, and the facts of its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relevo.engine.process import TimerFired
from relevo.orders.hearing import LINE_FACTS
from relevo.orders.held import Choice, HeldLine, SimKind
from relevo.orders.line.messages import (
    LineCardReady,
    LineConfirmed,
    LineImpaired,
    LineLive,
    LineMended,
    LineMoved,
    LinePortFailed,
    LineTakenBack,
)
from relevo.orders.order.messages import DecideNumber, PlaceOrder, ResumeGroup, WithdrawOrder
from relevo.orders.order.model import Order
from relevo.orders.view import LineView, Standing
from relevo.testing.vocabulary.cast import (
    AT,
    HOUR,
    MAIN,
    PARTY,
    RECIPIENT,
    RULES,
    SECOND,
    window,
)
from relevo.testing.vocabulary.heard import heard, sample
from relevo.values.moment import Moment

ALWAYS = ("safety", "closing", "decision_reminder", "withdrawal_limit")
REDATINGS_MAX = 1
"""After so many new days only time goes by: the group ends with a person."""

PROMISES_MAX = 1
"""A group that is planned anew is promised anew: what comes then is the same again."""

NOT_MOVING = frozenset({Standing.STAYING, Standing.UNDECIDED})

Words = Iterator[tuple[object, Moment]]


def order_words(order: Order) -> Words:
    """One line that goes through everything; and two, of which one has no decision at first, that
    go straight to their end."""
    is_alone = len(order.views) <= 1
    for name in ALWAYS if is_alone else ("closing", "decision_reminder"):
        yield TimerFired(name=name), AT
    if order.promise_number > PROMISES_MAX:
        return
    yield ResumeGroup(line="M1", by="ana", why="called"), AT
    given_up = [view for view in order.views if view.given_up]
    for view in given_up:
        yield heard(f"line/{view.id}", sample(LineMended, line=view.id)), AT + HOUR
    redatings = max((view.redatings for view in order.views), default=0)
    if given_up or redatings > REDATINGS_MAX:
        return
    if is_alone and not redatings:
        yield TimerFired(name="order_limit"), AT
    for view in order.views:
        if view.standing not in NOT_MOVING:
            for fact in _straight(view) if redatings or not is_alone else _facts(view):
                yield heard(f"line/{view.id}", fact), AT + HOUR
    if redatings or (order.decisions and not is_alone):
        return
    yield _place((MAIN,), ("M1",), SimKind.ESIM), AT
    yield _place((MAIN, SECOND), ("M1",), SimKind.CARD), AT
    for choice in Choice if order.times_asked <= 1 else (Choice.CEASE,):
        yield DecideNumber(line="M2", choice=choice, by="customer", channel="sms"), AT
    yield DecideNumber(line="M1", choice=Choice.KEEP, by="customer", channel="sms"), AT
    yield WithdrawOrder(why="changed his mind", by="customer"), AT
    yield heard("line/M9", sample(LineLive, line="M9")), AT


def _place(lines: tuple[HeldLine, ...], moving: tuple[str, ...], sim: SimKind) -> PlaceOrder:
    return PlaceOrder(
        customer=PARTY,
        recipient=RECIPIENT,
        lines=lines,
        moving=moving,
        sim=sim,
        wish=None,
        rules=RULES,
        consent_at=AT,
    )


def _facts(view: LineView) -> Iterator[Any]:
    """Everything that a line can tell; while it waits for a person, that it does so no more."""
    if view.stuck:
        yield sample(LineMended, line=view.id)
        return
    for kind in LINE_FACTS:
        if kind is LineConfirmed:
            for day in (view.asked_for or window(), window(9)):
                yield sample(kind, line=view.id, window=day)
        elif kind is LinePortFailed:
            yield sample(kind, line=view.id, reason="holder_mismatch")
        elif kind is not LineImpaired or view.standing is Standing.LIVE:
            yield sample(kind, line=view.id)


def _straight(view: LineView) -> Iterator[Any]:
    """What a line tells next when all goes well; and once that it does not."""
    if not view.card_ready:
        yield sample(LineCardReady, line=view.id)
    match view.standing:
        case Standing.ASKED:
            yield sample(LineConfirmed, line=view.id, window=view.asked_for)
        case Standing.CONFIRMED:
            yield sample(LineMoved, line=view.id)
        case Standing.MOVED:
            yield sample(LineLive, line=view.id)
        case Standing.LIVE:
            yield sample(LineImpaired, line=view.id)
        case Standing.GOING_BACK:
            yield sample(LineTakenBack, line=view.id)
        case _:
            pass
