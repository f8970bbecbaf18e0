"""``/desk/shift``: whose the cases are. A planned hand-over goes in bulk, and has to be accepted.

Until it is accepted each case stays with its owner. Who goes off duty keeps what nobody took over:
the duty manager sees it by name and offers it on.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_act
from relevo.care.actions import answer_offer, offer_case
from relevo.care.case.messages import AnswerOffer, OfferCase
from relevo.desk.owners import (
    OwnedCase,
    called,
    cases_of,
    offered_to,
    orders_of_case,
    put_on_roster,
    roster,
)
from relevo.pages.console import console_of, reading
from relevo.pages.guard import Forbidden, field, form_of
from relevo.pages.page import go, page
from relevo.pages.tending import colleagues
from relevo.values.ids import READABLE, code

TENDS = "tend_customers"
PLANS = "look_across"
"""Whose shift it is, and whose cases go to whom, is for whoever is on duty."""

CASES_MOST = 200
SHIFT_WAITS = timedelta(hours=8)
"""An offer for the next shift may lie until that one has begun."""


def show_shift(request: Request) -> Response:
    """My cases, what is offered to me, and the roster."""
    with reading(request) as (connection, session):
        others = colleagues(connection, session.staff)
        whose = request.query_params.get("whose", "") if session.may(PLANS) else ""
        whose = whose if whose in others else session.staff
        return page(
            request,
            "duty/shift.html",
            whose=whose,
            mine=cases_of(connection, whose, most=CASES_MOST),
            offered=offered_to(connection, session.staff, most=CASES_MOST),
            colleagues=others,
            roster=roster(connection),
            may_plan=session.may(PLANS),
            did=request.query_params.get("did", ""),
        )


def do_shift(request: Request) -> Response:
    """Offer, take over, decline, or change the roster."""
    step = field(request, "step")
    if step == "roster":
        return _put(request)
    chosen = {str(each) for each in form_of(request).getlist("order")}
    if not chosen:
        return go("/desk/shift?did=none")
    note = field(request, "note")
    if not note:
        return go("/desk/shift?did=no_note")
    return (
        _offer(request, chosen, note)
        if step == "offer"
        else _answer(request, chosen, note, accepts=step == "accept")
    )


def _offer(request: Request, chosen: set[str], note: str) -> Response:
    console, to = console_of(request), field(request, "to")
    now = console.now()
    with reading(request) as (connection, session):
        known = {session.staff, *colleagues(connection, session.staff)}
        whose = field(request, "whose") if session.may(PLANS) else session.staff
        cases = [c for c in cases_of(connection, whose, most=CASES_MOST) if c.order in chosen]
    if to not in known or to == whose:
        return go("/desk/shift?did=nobody")
    offered = OfferCase(to=to, by=session.staff, note=note, until=now + SHIFT_WAITS)
    for case in cases:
        act_id = code(16, READABLE, "shift", case.order, to, note, session.staff, whose)
        offer_case(console.engine, case.order, offered=offered, act_id=act_id)
    _note(request, "shift.offer", cases, f"{to}: {note}")
    return go("/desk/shift?did=offered")


def _answer(request: Request, chosen: set[str], note: str, *, accepts: bool) -> Response:
    console = console_of(request)
    with reading(request) as (connection, session):
        offers = offered_to(connection, session.staff, most=CASES_MOST)
        cases = [case for case in offers if case.order in chosen]
        known_as = called(connection, session.staff)
        others = {case.order: orders_of_case(connection, case.case_key) for case in cases}
    said = AnswerOffer(by=session.staff, accepts=accepts, called=known_as, note=note)
    for case in cases:
        until = case.offered_until.isoformat() if case.offered_until else ""
        act_id = code(16, READABLE, "shift", case.order, session.staff, str(accepts), until)
        answer_offer(
            console.engine, case.order, answer=said, others=others[case.order], act_id=act_id
        )
    _note(request, "shift.accept" if accepts else "shift.decline", cases, note)
    return go(f"/desk/shift?did={'accepted' if accepts else 'declined'}")


def _put(request: Request) -> Response:
    console = console_of(request)
    staff, known_as = field(request, "staff"), field(request, "called")
    with reading(request) as (connection, session):
        if not session.may(PLANS):
            raise Forbidden(PLANS)
        known = {session.staff, *colleagues(connection, session.staff)}
    if staff not in known or not known_as:
        return go("/desk/shift?did=nobody")
    with console.acting() as connection:
        put_on_roster(connection, staff, known_as, is_on=field(request, "is_on") == "yes")
        note_act(
            connection,
            session,
            "shift.roster",
            at=console.now(),
            family="",
            subject=staff,
            reason=known_as,
        )
    return go("/desk/shift?did=kept")


def _note(request: Request, verb: str, cases: list[OwnedCase], reason: str) -> None:
    console = console_of(request)
    with reading(request) as (_, session):
        pass
    with console.acting() as connection:
        for case in cases:
            note_act(
                connection,
                session,
                verb,
                at=console.now(),
                family=case.order,
                subject=case.case_key,
                reason=reason,
            )
