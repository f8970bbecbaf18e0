"""What may be done with an order next, and doing it: a message each, with a name and a reason.

An act hangs on what its person saw: the number of the last fact is part of its key, so that a form
that is sent twice acts once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_act
from relevo.care.actions import (
    end_trouble,
    keep_call_back,
    promise_call_back,
)
from relevo.care.case.messages import EndTrouble
from relevo.care.model import TroubleKind
from relevo.desk.acts import Verb
from relevo.orders.held import Choice
from relevo.orders.line.messages import MendLine
from relevo.orders.order.messages import DecideNumber, ResumeGroup, WithdrawOrder
from relevo.orders.order.model import Phase
from relevo.orders.process_ids import line_process
from relevo.orders.view import GONE, Standing
from relevo.pages.console import console_of
from relevo.pages.guard import Forbidden, NotFound, field
from relevo.pages.orders.case_owner import OWNER_DOES, owner_acts
from relevo.pages.orders.hand import Act, Hand, Unfit, at_the_desk, local_moment
from relevo.pages.orders.opened import Opened, open_order
from relevo.pages.orders.phone import TOLD, note_call
from relevo.pages.page import go
from relevo.promises.promise.model import Phase as PromisePhase
from relevo.values.moment import Moment

_RIGHT_FOR = {"mend": "mend_orders", "resume": "mend_orders", "withdraw": "mend_orders"}
TENDS = "tend_customers"
PROPOSED_AFTER = timedelta(hours=1)
"""What is promised unless somebody says otherwise: soon enough for him to wait for it."""


def possible_acts(opened: Opened) -> list[Act]:
    """What this reader may do with the order as it stands."""
    picture = opened.picture
    if picture is None:
        return []
    order, found = picture.order, []
    for line in picture.lines:
        if line.view.stuck:
            found.append(Act(name="mend", of=line.id, detail=line.view.against))
        if line.view.given_up:
            found.append(Act(name="resume", of=line.id))
        if line.view.standing is Standing.UNDECIDED:
            found.append(Act(name="decide", of=line.id))
    found += _of_the_case(opened)
    if order.phase is Phase.UNDER_WAY and not any(v.standing in GONE for v in order.views):
        found.append(Act(name="withdraw"))
    return [each for each in found if opened.session.may(right_for(each.name))]


def right_for(name: str) -> str:
    """The right that an act takes."""
    return _RIGHT_FOR.get(name, TENDS)


def _of_the_case(opened: Opened) -> list[Act]:
    assert opened.picture is not None
    found = []
    if not opened.looked_after_by:
        found.append(Act(name="take"))
    if opened.looked_after_by == opened.session.staff:
        found.append(Act(name="release"))
    found += owner_acts(opened)
    found += [
        Act(name="call_kept", of=promise.process_id, detail=promise.owner)
        for promise in opened.picture.promises
        if promise.what == "call_back"
        and promise.phase in {PromisePhase.MADE, PromisePhase.AT_RISK}
    ]
    found += [Act(name="call_back"), Act(name="note_call")]
    case = opened.picture.case
    for trouble in case.troubles if case else ():
        if trouble.kind is TroubleKind.NUMBER_DEAD:
            continue  # only the network says that a number can be reached again
        of = f"{trouble.kind}:{trouble.subject}"
        found.append(Act(name="end_trouble", of=of, detail=str(trouble.kind)))
    return found


def do_act(request: Request) -> Response:
    """Take the form of an act."""
    key = request.path_params["key"]
    opened = open_order(request, key)
    name, of = field(request, "act"), field(request, "of")
    chosen = next((a for a in possible_acts(opened) if a.name == name and a.of == of), None)
    back = field(request, "back")
    where = f"/desk/orders/{key}/case" if back == "case" else f"/desk/orders/{key}"
    if name not in ACTS_OF_AN_ORDER:
        raise NotFound(name)
    if not opened.session.may(right_for(name)):
        raise Forbidden(right_for(name))
    if chosen is None:  # over meanwhile, or done by somebody else
        return go(f"{where}?done=over")
    reason = field(request, "reason")
    if not reason and name not in {"take", "release"} and not field(request, TOLD):
        return go(f"{where}?done=no_reason")
    console = console_of(request)
    hand = Hand(request, console, opened, chosen, reason or name)
    try:
        ACTS_OF_AN_ORDER[name](hand)
    except Unfit as unfit:
        return go(f"{where}?done={unfit}")
    with console.acting() as connection:
        note_act(
            connection,
            opened.session,
            f"orders.{name}",
            at=console.now(),
            family=key,
            subject=of,
            reason=hand.reason,
        )
    return go(f"{where}?done={name}")


def _mend(hand: Hand) -> None:
    said = MendLine(by=hand.who, how=hand.reason)
    hand.tell(line_process(hand.opened.key, hand.act.of), said)


def _resume(hand: Hand) -> None:
    hand.tell(hand.opened.key, ResumeGroup(line=hand.act.of, by=hand.who, why=hand.reason))


def _withdraw(hand: Hand) -> None:
    hand.tell(hand.opened.key, WithdrawOrder(why=hand.reason, by=hand.who))


def _decide(hand: Hand) -> None:
    if hand.say("choice") not in set(Choice):
        raise Unfit("no_choice")
    choice = Choice(hand.say("choice"))
    hand.tell(
        hand.opened.key,
        DecideNumber(line=hand.act.of, choice=choice, by=hand.who, channel="call"),
    )


def _take(hand: Hand) -> None:
    at_the_desk(hand, Verb.TAKE, hand.who, hand.reason)


def _release(hand: Hand) -> None:
    at_the_desk(hand, Verb.RELEASE, hand.who, hand.reason)


def _call_back(hand: Hand) -> None:
    due = local_moment(hand.say("due"), hand.opened.rules.zone)
    if due is None or due <= hand.at:
        raise Unfit("no_due")
    promise_call_back(
        hand.console.engine, hand.opened.key, due=due, by=hand.who, promise_id=hand.key
    )


def _call_kept(hand: Hand) -> None:
    promise_id = hand.act.of.rpartition("/call_back/")[2]
    keep_call_back(
        hand.console.engine,
        hand.opened.key,
        promise_id=promise_id,
        by=hand.who,
        note=hand.reason,
    )


def _end_trouble(hand: Hand) -> None:
    kind, _, subject = hand.act.of.partition(":")
    ended = EndTrouble(kind=kind, subject=subject, by=hand.who, why=hand.reason)
    end_trouble(hand.console.engine, hand.opened.key, ended=ended, act_id=hand.key)


ACTS_OF_AN_ORDER: Mapping[str, Callable[[Hand], None]] = {
    "mend": _mend,
    "resume": _resume,
    "withdraw": _withdraw,
    "decide": _decide,
    "take": _take,
    "release": _release,
    **OWNER_DOES,
    "call_back": _call_back,
    "call_kept": _call_kept,
    "note_call": note_call,
    "end_trouble": _end_trouble,
}


def proposed_at(opened: Opened, now: Moment) -> Moment:
    """When a call back may be promised for: within the hour, or before the clock that runs out."""
    assert opened.picture is not None
    clocks = [each.due for each in opened.picture.open_promises if each.due and each.due > now]
    return min([now + PROPOSED_AFTER, *clocks])


def for_input(at: Moment, zone: str) -> str:
    """As an input for day and hour takes it, in the zone in which people read it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
