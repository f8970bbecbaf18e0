"""Whose a case is, as people change it: offered, accepted, declined, acknowledged, made one.

The owner stays the owner until somebody else accepts. Nobody gets a case without being asked, and
nobody loses one by reopening it, or by writing on another channel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from relevo.care.actions import acknowledge, answer_offer, case_id, merge_cases, offer_case
from relevo.care.case.messages import AnswerOffer, OfferCase
from relevo.care.case.model import Case, CasePhase
from relevo.desk.acts import Verb
from relevo.desk.owners import called, orders_of_case
from relevo.pages.console import reading
from relevo.pages.guard import NotFound
from relevo.pages.orders.hand import Act, Hand, Unfit, at_the_desk
from relevo.pages.orders.opened import Opened, open_order
from relevo.values.person import Holder

OFFER_WAITS = timedelta(hours=2)
"""So long a case may lie with somebody who does not answer; then it is nobody's but its owner's."""


def owner_acts(opened: Opened) -> list[Act]:
    """Whose the case is: offered by who has it (or the duty manager), answered by who is asked."""
    case = opened.states.get(case_id(opened.key))
    if not isinstance(case, Case) or not case.key:
        return []
    me, found = opened.session.staff, []
    if case.offer is not None and case.offer.to == me:
        return [Act(name="accept", detail=case.offer.by), Act(name="decline")]
    is_mine = me in {case.staff, opened.looked_after_by} or opened.session.may("look_across")
    if case.offer is None and is_mine:
        found.append(Act(name="hand_over"))
    if case.phase is CasePhase.ESCALATED and not case.acknowledged_by:
        found.append(Act(name="acknowledge"))
    return [*found, Act(name="merge")]


def _case(opened: Opened) -> Case:
    case = opened.states.get(case_id(opened.key))
    if not isinstance(case, Case) or not case.key:
        raise Unfit("no_other_case")
    return case


def _hand_over(hand: Hand) -> None:
    """An offer, with its note: the owner stays the owner until the other one accepts."""
    to = hand.say("to")
    if to not in hand.opened.colleagues:
        raise Unfit("no_colleague")
    offered = OfferCase(to=to, by=hand.who, note=hand.reason, until=hand.at + OFFER_WAITS)
    offer_case(hand.console.engine, hand.opened.key, offered=offered, act_id=hand.key)


def _accept(hand: Hand) -> None:
    """It is his from now on: the case, those that became one with it, and its task at the desk."""
    case = _case(hand.opened)
    with reading(hand.request) as (connection, _):
        mine = called(connection, hand.who)
        others = orders_of_case(connection, case.key)
    answer = AnswerOffer(by=hand.who, accepts=True, called=mine, note=hand.reason)
    engine, key = hand.console.engine, hand.opened.key
    answer_offer(engine, key, answer=answer, others=others, act_id=hand.key)
    if hand.opened.looked_after_by not in {"", hand.who}:
        at_the_desk(hand, Verb.RELEASE, hand.opened.looked_after_by, hand.reason)
    at_the_desk(hand, Verb.TAKE, hand.who, hand.reason)


def _decline(hand: Hand) -> None:
    answer = AnswerOffer(by=hand.who, accepts=False, note=hand.reason)
    answer_offer(hand.console.engine, hand.opened.key, answer=answer, others=(), act_id=hand.key)


def _acknowledge(hand: Hand) -> None:
    acknowledge(
        hand.console.engine, hand.opened.key, by=hand.who, note=hand.reason, act_id=hand.key
    )


def _merge(hand: Hand) -> None:
    """With the case of another order of the same customer, and of nobody else."""
    key = hand.say("into").strip().upper()
    try:
        other = open_order(hand.request, key, subject="case")
    except NotFound:
        raise Unfit("no_other_case") from None
    if key == hand.opened.key or _holder(hand.opened) != _holder(other):
        raise Unfit("no_other_case")
    merge_cases(
        hand.console.engine,
        _case(hand.opened),
        _case(other),
        by=hand.who,
        why=hand.reason,
        act_id=hand.key,
    )


def _holder(opened: Opened) -> Holder | None:
    party = opened.picture.order.customer if opened.picture else None
    return party.holder if party else None


OWNER_DOES: Mapping[str, Callable[[Hand], None]] = {
    "hand_over": _hand_over,
    "accept": _accept,
    "decline": _decline,
    "acknowledge": _acknowledge,
    "merge": _merge,
}
