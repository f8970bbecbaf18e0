"""A card on its way: given what happened, when the courier says this, then that is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Refusal,
    TimerFired,
    advance,
    replay,
)
from relevo.sims.dispatch.decider import dispatch_process, label_of
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardLost,
    CardTied,
    DispatchCard,
    DispatchStopped,
    MendParcel,
    OrderParcel,
    ParcelAccepted,
    ParcelDeclined,
    ParcelMendAsked,
    ParcelOrdered,
    ParcelProgressed,
    ParcelSeen,
    ParcelState,
    ParcelTroubled,
    StopDispatch,
)
from relevo.sims.dispatch.model import Dispatch, Phase
from relevo.values.address import Address
from relevo.values.calendar import Calendar
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

ROUND = ((time(9), time(19)),)
HOURS = Calendar(
    zone="Europe/Madrid",
    weekend=frozenset({5, 6}),
    holidays=frozenset(),
    hours=(ROUND, ROUND, ROUND, ROUND, ROUND, (), ()),
)
PROCESS = dispatch_process(lambda _: HOURS)
NUMBER = Msisdn("+34600000102")
ICCID = make_iccid("893407", 7)
ZARAGOZA = Address("Calle de Alfonso I 17, 3º", "50003", "Zaragoza", "Zaragoza")
MONDAY = instant("2019-01-14T10:00:00+01:00")
TUESDAY = MONDAY + timedelta(days=1)
CARD = DispatchCard(
    number=NUMBER,
    iccid=ICCID,
    name="Taller Cierzo S.L.",
    phone=Msisdn("+34976000100"),
    address=ZARAGOZA,
    order="R1",
    line="M2",
    rules="es@2012-06-01",
    pin="4711",
)
ACCEPTED = ParcelAccepted(tracking_code="RA1", expected_on=date(2019, 1, 15))


def seen(state: ParcelState, at: Moment = TUESDAY, **more: Any) -> ParcelSeen:
    return ParcelSeen(tracking_code="RA1", state=state, at=at, **more)


def given_(*messages: Any, at: Moment = MONDAY) -> Dispatch:
    state = PROCESS.blank("R1/card/M2/1")
    for message in messages:
        step = advance(PROCESS, state, message, at)
        assert not isinstance(step, Refusal), step
        state = step.state
    return state


def when(state: Dispatch, message: Any, at: Moment = TUESDAY) -> Decision:
    step = advance(PROCESS, state, message, at)
    assert not isinstance(step, Refusal), step
    return step.decision


def timers(decision: Decision) -> dict[str, Moment | None]:
    return {timer.name: timer.due for timer in decision.timers}


def only(decision: Decision, kind: type) -> Any:
    (found,) = [each for each in (*decision.facts, *decision.effects) if isinstance(each, kind)]
    return found


ON_ITS_WAY = (CARD, ACCEPTED, seen(ParcelState.HANDED_OVER, MONDAY))


def test_a_card_is_tied_to_its_number_before_the_courier_knows_of_it() -> None:
    decision = when(given_(), CARD, MONDAY)
    assert only(decision, CardTied).iccid == ICCID
    assert only(decision, OrderParcel).reference == "R1/card/M2/1"
    assert timers(decision)["order_due"] is not None


def test_the_same_card_twice_is_dispatched_once_and_another_one_is_refused() -> None:
    tied = given_(CARD)
    assert when(tied, CARD) == NOTHING
    other = replace(CARD, iccid=make_iccid("893407", 8))
    assert advance(PROCESS, tied, other, MONDAY) == Refusal(reason="carries_another_card")


def test_an_accepted_parcel_is_waited_for() -> None:
    decision = when(given_(CARD), ACCEPTED, MONDAY)
    assert only(decision, ParcelOrdered).expected_on == date(2019, 1, 15)
    assert timers(decision) == {
        "order_due": None,
        "scan_due": instant("2019-01-15T20:00:00+01:00"),
        "expected_passed": instant("2019-01-15T20:00:00+01:00"),
    }
    assert when(given_(CARD, ACCEPTED), ACCEPTED) == NOTHING


def test_a_label_made_on_a_sunday_is_scanned_by_the_end_of_monday() -> None:
    sunday = instant("2019-01-13T12:00:00+01:00")
    due = timers(when(given_(CARD, at=sunday), ACCEPTED, sunday))["scan_due"]
    assert due == instant("2019-01-14T20:00:00+01:00")


def test_a_label_that_is_not_what_the_order_says_is_made_anew_before_hand_over() -> None:
    wrong = replace(ACCEPTED, label=("Taller Cierzo S.L.", "50410 Cuarte de Huerva", "Zaragoza"))
    decision = when(given_(CARD), wrong, MONDAY)
    assert only(decision, ParcelTroubled).reason == "bad_label"
    assert only(decision, MendParcel).action == "relabel"
    assert only(decision, MendParcel).address == ZARAGOZA
    assert timers(decision)["silence_due"] is not None


def test_a_label_that_says_what_the_order_says_is_no_news() -> None:
    right = replace(ACCEPTED, label=label_of(given_(CARD)))
    assert [type(each) for each in when(given_(CARD), right, MONDAY).facts] == [ParcelOrdered]


def test_a_parcel_that_the_courier_does_not_take_frees_the_line_for_another_card() -> None:
    decision = when(given_(CARD), ParcelDeclined(field="address", text="no such street"))
    assert only(decision, ParcelTroubled).reason == "declined: address"
    assert only(decision, CardLost).iccid == ICCID


@pytest.mark.parametrize(
    "message",
    [
        TimerFired(name="order_due"),
        EffectParked(effect_id="x", effect="sims.order_parcel", reason="down"),
    ],
)
def test_an_order_that_cannot_be_placed_is_given_up_aloud(message: Any) -> None:
    decision = when(given_(CARD), message)
    assert [type(each) for each in decision.facts] == [ParcelTroubled, CardLost]


@pytest.mark.parametrize(
    "state", [ParcelState.HANDED_OVER, ParcelState.IN_TRANSIT, ParcelState.OUT]
)
def test_each_scan_moves_the_limit_of_silence(state: ParcelState) -> None:
    decision = when(given_(CARD, ACCEPTED), seen(state, city="Zaragoza"))
    assert only(decision, ParcelProgressed).state is state
    assert timers(decision) == {
        "scan_due": None,
        "silence_due": instant("2019-01-17T14:00:00+01:00"),
    }


def test_a_scan_may_come_before_the_answer_to_the_order() -> None:
    early = given_(CARD, seen(ParcelState.HANDED_OVER))
    assert early.phase is Phase.ON_ITS_WAY
    decision = when(early, ACCEPTED)
    assert only(decision, ParcelOrdered).tracking_code == "RA1"
    assert when(given_(CARD, seen(ParcelState.HANDED_OVER), ACCEPTED), ACCEPTED) == NOTHING


def test_a_label_is_not_a_scan() -> None:
    assert when(given_(CARD, ACCEPTED), seen(ParcelState.LABEL_CREATED)) == NOTHING


TROUBLES = [
    ("held", "bad_label", "relabel", "relabel", "relabel"),
    ("attempt_failed", "wrong_address", "confirm_address", "confirm_address", "redirect"),
    ("attempt_failed", "incomplete_address", "", "confirm_address", "redirect"),
    ("attempt_failed", "unknown_recipient", "", "confirm_address", "redirect"),
    ("attempt_failed", "absent", "next_attempt", "next_attempt", None),
    ("attempt_failed", "absent", "redirect_or_return", "redirect_or_return", "redirect"),
    ("held", "weather", "", "wait", None),
    ("at_pickup", "", "", "redirect", "redirect"),
    ("redirected", "", "", "redirect", "redirect"),
    ("held", "sorting_strike", "", "look", None),
    ("unrecognised", "", "", "look", None),
]


@pytest.mark.parametrize(("state", "reason", "action", "told", "mended"), TROUBLES)
def test_a_trouble_is_told_with_reason_and_action_and_mended(
    state: str, reason: str, action: str, told: str, mended: str | None
) -> None:
    scan = seen(ParcelState(state), reason=reason, action=action)
    decision = when(given_(*ON_ITS_WAY), scan)
    trouble = only(decision, ParcelTroubled)
    assert trouble.reason
    assert trouble.action == told
    assert [each.action for each in decision.effects] == ([mended] if mended else [])
    assert timers(decision)["silence_due"] is not None


@pytest.mark.parametrize("state", ["refused", "returning", "returned", "lost", "damaged"])
def test_a_card_that_will_not_arrive_is_lost_and_says_so(state: str) -> None:
    decision = when(given_(*ON_ITS_WAY), seen(ParcelState(state)))
    assert only(decision, CardLost).why == state
    assert all(due is None for due in timers(decision).values())


def test_an_address_on_a_redirect_is_always_the_verified_one() -> None:
    wrong = seen(ParcelState.ATTEMPT_FAILED, reason="wrong_address")
    mend = only(when(given_(*ON_ITS_WAY), wrong), MendParcel)
    assert mend == MendParcel(tracking_code="RA1", action="redirect", address=ZARAGOZA, attempt=1)


def test_a_redirect_that_we_asked_for_is_progress_and_any_other_is_a_trouble() -> None:
    wrong = seen(ParcelState.ATTEMPT_FAILED, reason="wrong_address")
    redirected = seen(ParcelState.REDIRECTED, TUESDAY + timedelta(hours=1))
    again = seen(ParcelState.REDIRECTED, TUESDAY + timedelta(hours=2))
    asked = given_(*ON_ITS_WAY, wrong, at=TUESDAY)
    assert only(when(asked, redirected), ParcelProgressed)
    moved = given_(*ON_ITS_WAY, wrong, redirected, at=TUESDAY)
    assert only(when(moved, again), ParcelTroubled).reason == "redirected_by_others"


def test_a_delivery_with_our_pin_is_a_card_in_hand() -> None:
    decision = when(given_(*ON_ITS_WAY), seen(ParcelState.DELIVERED, proof="pin:4711"))
    assert only(decision, CardInHand).proof == "pin:4711"
    assert set(timers(decision).values()) == {None}


@pytest.mark.parametrize("proof", ["", "pin:0000", "signature:somebody"])
def test_a_delivery_that_cannot_show_our_pin_is_a_trouble_and_is_traced(proof: str) -> None:
    decision = when(given_(*ON_ITS_WAY), seen(ParcelState.DELIVERED, proof=proof))
    assert only(decision, ParcelTroubled).reason == "delivery_unproven"
    assert only(decision, MendParcel).action == "trace"


def test_a_proven_delivery_after_a_trouble_is_a_card_in_hand() -> None:
    lie = seen(ParcelState.DELIVERED)
    troubled = given_(*ON_ITS_WAY, lie)
    truth = seen(ParcelState.DELIVERED, TUESDAY + timedelta(days=1), proof="pin:4711")
    assert only(when(troubled, truth, truth.at), CardInHand)


def test_no_scan_in_time_is_a_trouble() -> None:
    decision = when(given_(CARD, ACCEPTED), TimerFired(name="scan_due"))
    assert only(decision, ParcelTroubled).reason == "no_scan"
    assert timers(decision)["silence_due"] is not None


def test_silence_is_a_trouble_and_after_some_of_it_the_card_is_given_up() -> None:
    state, at = given_(*ON_ITS_WAY), TUESDAY
    for attempt in range(1, 5):
        step = advance(PROCESS, state, TimerFired(name="silence_due"), at)
        assert not isinstance(step, Refusal)
        assert only(step.decision, ParcelTroubled).reason == "silence"
        assert only(step.decision, ParcelMendAsked).attempt == attempt
        state, at = step.state, at + timedelta(days=3)
    last = when(state, TimerFired(name="silence_due"), at)
    assert only(last, ParcelTroubled).action == "replace"
    assert only(last, CardLost).why == "silence"


def test_a_parcel_that_does_not_come_on_its_day_is_late_but_a_troubled_one_is_so_once() -> None:
    late = TimerFired(name="expected_passed")
    assert only(when(given_(*ON_ITS_WAY), late), ParcelTroubled).reason == "late"
    absent = seen(ParcelState.ATTEMPT_FAILED, reason="absent")
    assert when(given_(*ON_ITS_WAY, absent), late) == NOTHING


def test_a_mend_that_cannot_be_sent_is_somebody_s_task() -> None:
    parked = EffectParked(effect_id="x", effect="sims.mend_parcel", reason="declined")
    decision = when(given_(*ON_ITS_WAY), parked)
    assert only(decision, ParcelTroubled).action == "look"
    assert timers(decision)["silence_due"] is not None


def test_a_scan_that_comes_late_or_twice_changes_nothing() -> None:
    state = given_(*ON_ITS_WAY, seen(ParcelState.OUT))
    assert when(state, seen(ParcelState.OUT)) == NOTHING
    assert when(state, seen(ParcelState.IN_TRANSIT, MONDAY)) == NOTHING


def test_a_scan_of_another_parcel_is_refused() -> None:
    other = replace(seen(ParcelState.OUT), tracking_code="RA9")
    assert advance(PROCESS, given_(*ON_ITS_WAY), other, TUESDAY) == Refusal(
        reason="another_parcel", detail="RA9"
    )


def test_a_card_that_is_not_needed_any_more_is_called_back() -> None:
    decision = when(given_(*ON_ITS_WAY), StopDispatch(why="esim_installed"))
    assert only(decision, DispatchStopped).iccid == ICCID
    assert only(decision, MendParcel).action == "return"
    assert when(given_(CARD), StopDispatch(why="withdrawn")).effects == ()


MOMENTS = st.sampled_from(
    [datetime(2019, 1, 14, 9, tzinfo=UTC) + timedelta(hours=n) for n in (0, 1, 30, 300)]
)
MESSAGES = st.one_of(
    st.sampled_from(
        [
            CARD,
            ACCEPTED,
            replace(ACCEPTED, label=("somebody",)),
            ParcelDeclined(field="name", text=""),
            StopDispatch(why="withdrawn"),
            EffectParked(effect_id="e", effect="sims.mend_parcel", reason="no"),
            "a word of another process",
        ]
    ),
    st.sampled_from([*sorted(PROCESS.timers), "unknown"]).map(lambda name: TimerFired(name=name)),
    st.builds(
        ParcelSeen,
        tracking_code=st.sampled_from(["RA1", "RA2"]),
        state=st.sampled_from(ParcelState),
        at=MOMENTS,
        reason=st.sampled_from(["", "bad_label", "absent", "wrong_address", "new"]),
        action=st.sampled_from(["", "relabel", "redirect_or_return"]),
        city=st.just(""),
        proof=st.sampled_from(["", "pin:4711", "pin:1"]),
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(MESSAGES, MOMENTS), max_size=20))
def test_no_sequence_of_messages_leaves_the_table_or_raises(
    story: list[tuple[Any, Moment]],
) -> None:
    state = PROCESS.blank("R1/card/M2/1")
    facts: list[Any] = []
    for message, at in [(CARD, MONDAY), *story]:
        step = advance(PROCESS, state, message, at)
        if isinstance(step, Refusal):
            continue
        state = step.state
        facts += step.decision.facts
        for fact in step.decision.facts:
            if isinstance(fact, ParcelTroubled):
                assert fact.reason
                assert fact.action
    assert replay(PROCESS, "R1/card/M2/1", tuple(facts)) == state
