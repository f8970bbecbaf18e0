"""What whoever the card is for says of it: elsewhere, in hand, not in hand, and its number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.sims.test_dispatch import (
    ACCEPTED,
    CARD,
    ICCID,
    MONDAY,
    ON_ITS_WAY,
    PROCESS,
    TUESDAY,
    ZARAGOZA,
    given_,
    only,
    seen,
    timers,
    when,
)

from relevo.engine.process import NOTHING, Refusal, advance
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardMismatched,
    CardPresented,
    ConfirmDelivery,
    ContestDelivery,
    DeliverElsewhere,
    DeliveryChanged,
    DeliveryContested,
    MendParcel,
    ParcelMendAsked,
    ParcelProgressed,
    ParcelState,
    ParcelTroubled,
    PresentCard,
    StopDispatch,
)
from relevo.sims.dispatch.wishes import CHANGES_MAX
from relevo.values.simcard import make_iccid

CUARTE = replace(ZARAGOZA, street="Calle Monasterio 2", postcode="50410", city="Cuarte de Huerva")
ELSEWHERE = DeliverElsewhere(address=CUARTE, on=None, by="customer", channel="page")
HAS_IT = ConfirmDelivery(by="customer", channel="page")
HAS_NOT = ContestDelivery(by="customer", channel="page")
DELIVERED = seen(ParcelState.DELIVERED, TUESDAY, proof="pin:4711")


def shows(iccid: Any = ICCID) -> PresentCard:
    return PresentCard(iccid=iccid, by="customer", channel="page")


def test_a_parcel_under_way_is_sent_elsewhere_at_once() -> None:
    decision = when(given_(*ON_ITS_WAY), ELSEWHERE)
    changed = only(decision, DeliveryChanged)
    assert (changed.address, changed.was, changed.by) == (CUARTE, ZARAGOZA, "customer")
    asked = only(decision, MendParcel)
    assert (asked.action, asked.address) == ("redirect", CUARTE)


def test_the_same_wish_twice_is_one() -> None:
    assert when(given_(*ON_ITS_WAY, ELSEWHERE), ELSEWHERE) == NOTHING


def test_a_wish_of_the_customer_uses_up_no_attempt_to_mend() -> None:
    before = given_(*ON_ITS_WAY)
    after = given_(*ON_ITS_WAY, ELSEWHERE)
    assert after.mends == before.mends


def test_the_courier_who_does_as_he_was_asked_is_no_trouble() -> None:
    scan = seen(ParcelState.REDIRECTED, TUESDAY)
    decision = when(given_(*ON_ITS_WAY, ELSEWHERE), scan)
    assert only(decision, ParcelProgressed).state is ParcelState.REDIRECTED


def test_a_wish_before_the_courier_has_answered_is_told_him_with_his_answer() -> None:
    waiting = given_(CARD, ELSEWHERE)
    assert only(when(given_(CARD), ELSEWHERE), DeliveryChanged).tracking_code == ""
    decision = when(waiting, ACCEPTED, MONDAY)
    assert only(decision, MendParcel).address == CUARTE
    assert not [each for each in decision.facts if isinstance(each, ParcelTroubled)]


def test_a_day_that_was_chosen_is_the_day_on_which_it_is_missed() -> None:
    on = date(2019, 1, 18)
    decision = when(given_(*ON_ITS_WAY), replace(ELSEWHERE, address=None, on=on))
    assert only(decision, MendParcel).on == on
    due = timers(decision)["expected_passed"]
    assert due is not None
    assert due.date() == on
    assert given_(*ON_ITS_WAY, replace(ELSEWHERE, on=on)).expected_on == on


def test_a_day_that_is_past_and_one_wish_too_many_are_refused() -> None:
    past = replace(ELSEWHERE, on=date(2019, 1, 11))
    step = advance(PROCESS, given_(*ON_ITS_WAY), past, TUESDAY)
    assert step == Refusal(reason="day_is_past", detail="2019-01-11")
    wishes = [
        replace(ELSEWHERE, address=replace(CUARTE, street=f"Calle Mayor {house}"))
        for house in range(CHANGES_MAX)
    ]
    step = advance(PROCESS, given_(*ON_ITS_WAY, *wishes), ELSEWHERE, TUESDAY)
    assert step == Refusal(reason="changed_too_often")


def test_what_was_delivered_goes_nowhere_any_more() -> None:
    step = advance(PROCESS, given_(*ON_ITS_WAY, DELIVERED), ELSEWHERE, TUESDAY)
    assert step == Refusal(reason="delivered")


def test_his_word_is_enough_where_the_courier_has_no_proof() -> None:
    unproven = given_(*ON_ITS_WAY, seen(ParcelState.DELIVERED, TUESDAY, proof="signature"))
    assert unproven.trouble == "delivery_unproven"
    decision = when(unproven, HAS_IT)
    assert only(decision, CardInHand).proof == "word:customer"
    assert set(timers(decision).values()) == {None}


def test_nobody_has_a_card_that_no_courier_took() -> None:
    step = advance(PROCESS, given_(CARD), HAS_IT, TUESDAY)
    assert step == Refusal(reason="not_sent_yet")


def test_a_delivery_that_he_contests_is_a_trouble_and_is_traced() -> None:
    decision = when(given_(*ON_ITS_WAY, DELIVERED), HAS_NOT)
    assert only(decision, DeliveryContested).iccid == ICCID
    assert only(decision, ParcelTroubled).reason == "delivery_contested"
    assert only(decision, ParcelMendAsked).action == "trace"
    assert timers(decision)["silence_due"] is not None


def test_contesting_twice_or_what_nobody_says_was_delivered_is_no_news() -> None:
    assert when(given_(*ON_ITS_WAY, DELIVERED, HAS_NOT), HAS_NOT) == NOTHING
    assert when(given_(*ON_ITS_WAY), HAS_NOT) == NOTHING


def test_a_card_that_turns_up_after_all_is_in_hand_again() -> None:
    again = seen(ParcelState.DELIVERED, TUESDAY + timedelta(hours=5), proof="pin:4711")
    decision = when(given_(*ON_ITS_WAY, DELIVERED, HAS_NOT), again, again.at)
    assert only(decision, CardInHand).iccid == ICCID


def test_who_reads_out_its_number_has_the_card() -> None:
    decision = when(given_(*ON_ITS_WAY), shows())
    assert only(decision, CardPresented).iccid == ICCID
    assert only(decision, CardInHand).proof == "iccid:customer"
    assert when(given_(*ON_ITS_WAY, shows()), shows()) == NOTHING


def test_a_card_that_was_delivered_is_presented_once() -> None:
    delivered = given_(*ON_ITS_WAY, DELIVERED)
    decision = when(delivered, shows())
    assert only(decision, CardPresented).by == "customer"
    assert not [each for each in decision.facts if isinstance(each, CardInHand)]
    assert when(given_(*ON_ITS_WAY, DELIVERED, shows()), shows()) == NOTHING


def test_another_card_is_kept_as_said_and_changes_nothing() -> None:
    other = make_iccid("893407", 9)
    decision = when(given_(*ON_ITS_WAY), shows(other))
    assert only(decision, CardMismatched).iccid == other
    assert when(given_(*ON_ITS_WAY, shows(other)), shows(other)) == NOTHING
    assert given_(*ON_ITS_WAY, shows(other)).phase == given_(*ON_ITS_WAY).phase


def test_a_parcel_that_was_stopped_takes_no_wishes() -> None:
    stopped = given_(*ON_ITS_WAY, StopDispatch(why="esim_installed"))
    for wish in (ELSEWHERE, HAS_IT, HAS_NOT, shows()):
        assert when(stopped, wish) == NOTHING
