"""One number's life on the network: given what is known, when this is seen, then that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.activation.activation.decider import activation_process
from relevo.activation.activation.messages import (
    ActivateLine,
    ArmWatch,
    CallOffMove,
    CapabilityLost,
    CapabilityProven,
    CardRegistered,
    DisarmWatch,
    DropSubscription,
    LifeSignBack,
    LifeSignLost,
    LineDoubted,
    LineProbed,
    LineProvisioned,
    LineReserved,
    LineUnproven,
    LineWorks,
    MoveExpected,
    NetworkAnswered,
    ProvisioningAsked,
    ProvisioningFailed,
    PutSubscription,
    ReadSubscription,
    RecordChange,
    RecordRead,
    RecordRestored,
    RecordVanished,
    ReservationAsked,
    ReserveLine,
    WatchEnded,
    WatchLine,
    WithdrawLine,
)
from relevo.activation.activation.model import Activation, Phase
from relevo.activation.activation.rhythm import next_tick
from relevo.activation.ladder import RUNGS, Capability, capabilities_of
from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Refusal,
    TimerFired,
    advance,
    replay,
)
from relevo.values.moment import Moment, instant
from relevo.values.simcard import make_iccid

PROCESS = activation_process()
NUMBER = "+34600000102"
CARD, ESIM = make_iccid("893407", 1), make_iccid("893407", 2)
NOON = instant("2019-01-13T12:00:00+01:00")
NIGHT = instant("2019-01-17T02:00:00+01:00")
MORNING = instant("2019-01-17T09:00:00+01:00")
ORIGINS = ("altamar", "brisa", "cantil", "duna")
MINUTE = timedelta(minutes=1)

WATCH = WatchLine(
    subject=NUMBER,
    line="M2",
    order="R1",
    donor="altamar",
    recipient="brisa",
    capabilities=RUNGS,
    rules="es@2012-06-01",
)
RESERVE = ReserveLine(iccid=CARD)
ACTIVATE = ActivateLine(iccid=CARD, at=NIGHT)


def probe(
    status: int = 200,
    at: Moment = NOON,
    *,
    works: bool = True,
    good: Moment | None = None,
    **differs: Any,
) -> LineProbed:
    origins = differs.pop("origins", {})
    seen = dict.fromkeys(("calls_out", "sms_out", "sms_in", "data"), works)
    return LineProbed(
        calls_in=dict.fromkeys(ORIGINS, status) | origins,
        works=seen | differs,
        registered=works,
        last_good_at=good,
        at=at,
    )


def answered(event: str, at: Moment = NIGHT, reason: str = "") -> NetworkAnswered:
    return NetworkAnswered(event=event, at=at, reason=reason)


def record(state: str = "", at: Moment = NOON, log: tuple[Any, ...] = ()) -> RecordRead:
    return RecordRead(
        present=bool(state),
        state=state,
        iccid=CARD if state else "",
        changed_at=at if state else None,
        at=at,
        log=log,
    )


def given_(*told: tuple[Any, Moment]) -> Activation:
    state = PROCESS.blank("R1/activation/M2")
    for message, at in told:
        step = advance(PROCESS, state, message, at)
        assert not isinstance(step, Refusal), (message, step)
        state = step.state
    return state


def when(state: Activation, message: Any, at: Moment) -> Decision:
    step = advance(PROCESS, state, message, at)
    assert not isinstance(step, Refusal), step
    return step.decision


def words(decision: Decision) -> list[type]:
    return [type(each) for each in decision.facts]


def only(decision: Decision, kind: type) -> Any:
    (found,) = [each for each in (*decision.facts, *decision.effects) if isinstance(each, kind)]
    return found


def due(decision: Decision, name: str) -> Moment | None:
    (found,) = [timer.due for timer in decision.timers if timer.name == name]
    return found


WATCHED = ((WATCH, NOON),)
RESERVED = (*WATCHED, (RESERVE, NOON), (answered("reserved", NOON), NOON))
MOVING = (*RESERVED, (ACTIVATE, NIGHT))
PROVING = (*MOVING, (answered("provisioned", NIGHT + MINUTE), NIGHT + MINUTE))
LIVE = (*PROVING, (probe(at=MORNING), MORNING))


# ---- at the donor


def test_a_line_is_watched_from_the_acceptance_of_its_order() -> None:
    decision = when(given_(), WATCH, NOON)
    assert only(decision, ArmWatch).every_minutes == 15
    assert given_(*WATCHED).phase is Phase.WATCHED
    assert when(given_(*WATCHED), WATCH, NOON) == NOTHING


def test_a_number_that_is_nowhere_once_is_looked_at_again_within_the_minute() -> None:
    decision = when(given_(*WATCHED), probe(404), NOON)
    assert words(decision) == [LineDoubted]
    assert only(decision, ArmWatch).every_minutes == 1


def test_a_number_that_is_nowhere_twice_is_dead_at_the_donor() -> None:
    doubted = given_(*WATCHED, (probe(404), NOON))
    good = NOON - 15 * MINUTE
    decision = when(doubted, probe(404, NOON + MINUTE, good=good), NOON + MINUTE)
    lost = only(decision, LifeSignLost)
    assert (lost.at_donor, lost.serving, lost.last_good_at) == (True, "altamar", good)
    assert only(decision, ArmWatch).every_minutes == 5


def test_a_number_that_was_never_seen_alive_is_dead_since_its_watch_began() -> None:
    looked = NOON + 15 * MINUTE
    doubted = given_(*WATCHED, (probe(404, looked), looked))
    decision = when(doubted, probe(404, looked + MINUTE), looked + MINUTE)
    assert only(decision, LifeSignLost).last_good_at == NOON


def test_a_watch_that_an_older_release_began_is_dead_since_it_was_seen_so() -> None:
    old = replace(given_(*WATCHED), watched_at=None)
    step = advance(PROCESS, old, probe(404), NOON)
    assert not isinstance(step, Refusal)
    decision = when(step.state, probe(404, NOON + MINUTE), NOON + MINUTE)
    assert only(decision, LifeSignLost).last_good_at == NOON + MINUTE


def test_a_second_look_that_finds_it_calms_the_watch() -> None:
    doubted = given_(*WATCHED, (probe(404), NOON))
    decision = when(doubted, probe(480, NOON + MINUTE), NOON + MINUTE)
    assert decision.facts == ()
    assert only(decision, ArmWatch).every_minutes == 15


def test_a_phone_that_is_switched_off_at_the_donor_is_no_trouble() -> None:
    assert when(given_(*WATCHED), probe(480, works=False), NOON) == NOTHING


def test_one_network_that_does_not_get_through_does_not_make_a_donor_s_number_dead() -> None:
    assert when(given_(*WATCHED), probe(origins={"duna": 404}), NOON) == NOTHING


def test_a_number_that_comes_back_at_the_donor_says_from_when_to_when_it_was_dead() -> None:
    good = NOON - 15 * MINUTE
    dead = given_(
        *WATCHED, (probe(404), NOON), (probe(404, NOON + MINUTE, good=good), NOON + MINUTE)
    )
    back = only(when(dead, probe(at=NOON + 90 * MINUTE), NOON + 90 * MINUTE), LifeSignBack)
    assert (back.dead_from, back.dead_until, back.at_donor) == (good, NOON + 90 * MINUTE, True)


def test_a_number_that_dies_in_its_window_has_moved_and_is_served_though_no_hub_says_so() -> None:
    window = MoveExpected(opens=NIGHT, closes=NIGHT + timedelta(hours=4))
    awaiting = given_(*RESERVED, (window, NOON))
    opened = when(awaiting, TimerFired(name="window_opens"), NIGHT)
    assert only(opened, ArmWatch).every_minutes == 1
    decision = when(awaiting, probe(404, NIGHT + MINUTE, good=NIGHT), NIGHT + MINUTE)
    assert words(decision) == [ProvisioningAsked]
    assert only(decision, PutSubscription).state == "active"
    served = given_(
        *RESERVED, (window, NOON), (probe(404, NIGHT + MINUTE, good=NIGHT), NIGHT + MINUTE)
    )
    assert (served.phase, served.moved_at) == (Phase.MOVING, NIGHT)
    assert when(served, replace(ACTIVATE, at=NIGHT), NIGHT + 2 * MINUTE) == NOTHING


def test_around_its_window_a_number_is_looked_at_as_ever() -> None:
    window = MoveExpected(opens=NIGHT, closes=NIGHT + timedelta(hours=4))
    awaiting = given_(*RESERVED, (window, NOON))
    assert awaiting.phase is Phase.WATCHED
    after = when(awaiting, TimerFired(name="grace_ends"), window.closes)
    assert only(after, ArmWatch).every_minutes == 15
    before = NIGHT - timedelta(hours=1)
    assert words(when(awaiting, probe(404, before), before)) == [LineDoubted]


def test_a_number_that_dies_in_a_window_that_was_called_off_is_dead() -> None:
    window = MoveExpected(opens=NIGHT, closes=NIGHT + timedelta(hours=4))
    off = given_(*RESERVED, (window, NOON), (CallOffMove(), NOON))
    assert words(when(off, probe(404, NIGHT + MINUTE), NIGHT + MINUTE)) == [LineDoubted]
    assert when(given_(*RESERVED), CallOffMove(), NOON) == NOTHING


def test_a_line_that_stays_is_watched_and_never_provisioned() -> None:
    kept = given_((replace(WATCH, recipient="altamar"), NOON))
    refusal = advance(PROCESS, kept, RESERVE, NOON)
    assert refusal == Refusal(reason="line_stays_at_donor", detail="altamar")
    assert isinstance(advance(PROCESS, kept, ACTIVATE, NIGHT), Refusal)
    decision = when(kept, WithdrawLine(why="order_closed"), NIGHT)
    assert words(decision) == [WatchEnded]
    assert [type(each) for each in decision.effects] == [DisarmWatch]


# ---- the record


def test_a_reservation_is_asked_for_and_answered() -> None:
    decision = when(given_(*WATCHED), RESERVE, NOON)
    assert only(decision, PutSubscription).state == "reserved"
    assert words(decision) == [ReservationAsked]
    state = given_(*WATCHED, (RESERVE, NOON))
    assert words(when(state, answered("reserved"), NOON)) == [LineReserved]
    assert when(given_(*RESERVED), RESERVE, NOON) == NOTHING
    assert when(given_(*RESERVED), answered("reserved"), NOON) == NOTHING


def test_the_record_is_read_again_and_again() -> None:
    decision = when(given_(*RESERVED), TimerFired(name="record_check"), NIGHT)
    assert only(decision, ReadSubscription)
    tick = NIGHT + timedelta(hours=5)  # at 06:00 UTC
    assert due(decision, "record_check") == tick + timedelta(hours=18), "no day is agreed: daily"
    assert when(given_(*RESERVED), record("reserved"), NIGHT) == NOTHING
    soon = MoveExpected(opens=NIGHT + timedelta(hours=30), closes=NIGHT + timedelta(hours=34))
    agreed = when(given_(*RESERVED), soon, NIGHT)
    assert due(agreed, "record_check") == tick, "it moves soon: not only in a day"
    moving = given_(*RESERVED, (soon, NIGHT))
    assert due(when(moving, TimerFired(name="record_check"), NIGHT), "record_check") == tick


def test_a_record_that_vanished_is_put_again_and_said_to_be_restored() -> None:
    decision = when(given_(*RESERVED), record(at=NIGHT), NIGHT)
    assert words(decision) == [RecordVanished, ReservationAsked]
    assert only(decision, PutSubscription).state == "reserved"
    vanished = given_(*RESERVED, (record(at=NIGHT), NIGHT))
    assert words(when(vanished, answered("reserved"), NIGHT)) == [RecordRestored]


def test_a_new_card_is_reserved_for_the_number() -> None:
    decision = when(given_(*RESERVED), ReserveLine(iccid=ESIM), NOON)
    assert only(decision, PutSubscription).iccid == ESIM


def test_an_answer_that_does_not_come_is_looked_for() -> None:
    waiting = given_(*WATCHED, (RESERVE, NOON))
    late = NOON + 5 * MINUTE
    assert only(when(waiting, TimerFired(name="answer_due"), late), ReadSubscription)
    assert words(when(waiting, record("reserved", late), late)) == [LineReserved]
    assert words(when(waiting, record(at=late), late)) == [ProvisioningFailed]


# ---- the move


def test_a_moved_number_is_served_with_all_that_it_has_to_do() -> None:
    decision = when(given_(*RESERVED), ACTIVATE, NIGHT)
    asked = only(decision, PutSubscription)
    assert (asked.state, asked.iccid, asked.capabilities) == ("active", CARD, RUNGS)
    assert only(decision, ProvisioningAsked).attempt == 1
    assert due(decision, "grace_ends") == NIGHT + 10 * MINUTE


def test_an_activation_may_be_told_ahead_of_its_moment() -> None:
    awaiting = given_(*RESERVED, (ACTIVATE, NOON))
    assert awaiting.phase is Phase.WATCHED
    decision = when(awaiting, TimerFired(name="move_due"), NIGHT)
    assert only(decision, ProvisioningAsked).moved_at == NIGHT


def test_the_gap_of_the_change_over_alarms_nobody_unless_it_lasts() -> None:
    moving = given_(*MOVING)
    assert when(moving, probe(404, NIGHT, works=False), NIGHT) == NOTHING
    late = NIGHT + 11 * MINUTE
    assert only(when(moving, TimerFired(name="grace_ends"), late), ArmWatch).every_minutes == 5
    dead = probe(404, late, works=False, good=NIGHT - 15 * MINUTE)
    lost = only(when(moving, dead, late), LifeSignLost)
    assert (lost.at_donor, lost.serving, lost.last_good_at) == (False, "brisa", NIGHT)


def test_failed_provisioning_is_tried_again_and_after_five_times_somebody_acts() -> None:
    state, at, told = given_(*MOVING), NIGHT, []
    for _ in range(6):
        step = advance(PROCESS, state, answered("failed", at, "full"), at)
        assert not isinstance(step, Refusal)
        failed = only(step.decision, ProvisioningFailed)
        told.append((failed.attempt, failed.who_acts))
        retry = due(step.decision, "retry")
        assert retry is not None
        at = retry
        again = advance(PROCESS, step.state, TimerFired(name="retry"), at)
        assert not isinstance(again, Refusal)
        assert only(again.decision, PutSubscription)
        state = again.state
    assert told == [
        (1, "nobody"),
        (2, "nobody"),
        (3, "nobody"),
        (4, "nobody"),
        (5, "network"),
        (6, "network"),
    ]
    assert at - NIGHT == timedelta(minutes=15, hours=2)


def test_a_request_that_cannot_be_sent_counts_as_failed() -> None:
    parked = EffectParked(effect_id="e", effect="activation.put_subscription", reason="down")
    assert words(when(given_(*MOVING), parked, NIGHT)) == [ProvisioningFailed]


def test_a_watch_that_cannot_be_armed_is_armed_again() -> None:
    parked = EffectParked(effect_id="e", effect="activation.arm_watch", reason="down")
    assert only(when(given_(*LIVE), parked, MORNING), ArmWatch)


def test_provisioned_is_a_record_and_no_proof() -> None:
    decision = when(given_(*MOVING), answered("provisioned"), NIGHT)
    assert words(decision) == [LineProvisioned]
    assert given_(*PROVING).proven == ()
    assert when(given_(*PROVING), answered("provisioned"), NIGHT) == NOTHING


# ---- the proof


def test_a_card_that_is_not_in_the_phone_is_neither_dead_nor_proven() -> None:
    assert when(given_(*PROVING), probe(480, works=False), NIGHT) == NOTHING


def test_the_line_works_when_every_capability_was_seen_from_every_network() -> None:
    decision = when(given_(*PROVING), probe(at=MORNING), MORNING)
    assert words(decision) == [CardRegistered, *[CapabilityProven] * 5, LineWorks]
    proven = [each for each in decision.facts if isinstance(each, CapabilityProven)]
    assert tuple(each.capability for each in proven) == RUNGS
    assert due(decision, "watch_ends") == MORNING + timedelta(days=7)
    assert only(decision, ArmWatch).every_minutes == 20


def test_a_capability_is_proven_once() -> None:
    some = given_(*PROVING, (probe(at=MORNING, data=False), MORNING))
    decision = when(some, probe(at=MORNING + MINUTE), MORNING + MINUTE)
    assert words(decision) == [CapabilityProven, LineWorks]
    assert only(decision, CapabilityProven).capability is Capability.DATA


def test_what_is_missing_is_said_when_the_card_is_on_the_air() -> None:
    decision = when(given_(*PROVING), probe(at=MORNING, data=False), MORNING)
    lost = only(decision, CapabilityLost)
    assert (lost.capability, lost.except_from) == (Capability.DATA, ())
    assert LineWorks not in words(decision)
    some = given_(*PROVING, (probe(at=MORNING, data=False), MORNING))
    assert when(some, probe(at=MORNING, data=False), MORNING) == NOTHING


def test_a_network_whose_callers_do_not_get_through_is_named() -> None:
    decision = when(given_(*PROVING), probe(at=MORNING, origins={"duna": 404}), MORNING)
    lost = only(decision, CapabilityLost)
    assert (lost.capability, lost.except_from) == (Capability.CALLS_IN, ("duna",))
    part = given_(*PROVING, (probe(at=MORNING, origins={"duna": 404}), MORNING))
    whole = when(part, probe(at=MORNING + MINUTE), MORNING + MINUTE)
    assert words(whole) == [CapabilityProven, LineWorks]


def test_a_fixed_line_needs_no_card() -> None:
    fixed = replace(WATCH, capabilities=capabilities_of("fixed"))
    moved = given_(
        (fixed, NOON),
        (ActivateLine(iccid=None, at=NIGHT), NIGHT),
        (answered("provisioned"), NIGHT),
    )
    calls = LineProbed(
        calls_in=dict.fromkeys(ORIGINS, 200),
        works={"calls_out": True},
        registered=False,
        last_good_at=None,
        at=NIGHT,
    )
    assert words(when(moved, calls, NIGHT)) == [CapabilityProven, CapabilityProven, LineWorks]


def test_a_day_without_proof_is_somebody_s_task_and_there_is_an_end_to_it() -> None:
    state, at = given_(*PROVING), MORNING
    for reminder in range(1, 15):
        step = advance(PROCESS, state, TimerFired(name="proof_due"), at)
        assert not isinstance(step, Refusal)
        unproven = only(step.decision, LineUnproven)
        assert (unproven.reminder, unproven.who_acts) == (reminder, "customer")
        state, at = step.state, at + timedelta(days=1)
    assert only(when(state, TimerFired(name="proof_due"), at), WatchEnded).why == "never_proven"
    seen = given_(*PROVING, (answered("registered"), MORNING))
    task = only(when(seen, TimerFired(name="proof_due"), MORNING), LineUnproven)
    assert task.who_acts == "network"


# ---- live


def test_a_switched_off_phone_loses_nothing_that_was_proven() -> None:
    assert when(given_(*LIVE), probe(480, MORNING, works=False), MORNING) == NOTHING


def test_a_capability_that_stops_takes_the_line_back_to_proof() -> None:
    decision = when(given_(*LIVE), probe(at=MORNING, data=False), MORNING)
    assert words(decision) == [CapabilityLost]
    assert due(decision, "watch_ends") is None
    assert only(decision, ArmWatch).every_minutes == 5


def test_a_number_that_dies_on_our_network_is_put_back_at_once() -> None:
    dead = probe(404, MORNING, works=False, good=MORNING - 30 * MINUTE)
    decision = when(given_(*LIVE), dead, MORNING)
    assert words(decision) == [LifeSignLost, ProvisioningAsked]
    assert only(decision, PutSubscription).state == "active"
    assert only(decision, ReadSubscription)
    assert not only(decision, LifeSignLost).at_donor


def test_the_ends_of_an_outage_are_those_of_the_registry_s_log() -> None:
    lost_at, back_at = MORNING + 7 * MINUTE, MORNING + 31 * MINUTE
    seen_at = MORNING + 30 * MINUTE
    absent = record(at=seen_at, log=(RecordChange(at=lost_at, state="absent"),))
    dead = probe(404, seen_at, works=False, good=MORNING)
    story = (*LIVE, (dead, seen_at), (absent, seen_at))
    decision = when(given_(*story), answered("provisioned", back_at), back_at)
    assert words(decision) == [RecordRestored]
    assert only(decision, ArmWatch).every_minutes == 5
    alive = probe(at=back_at + MINUTE)
    whole = given_(*story, (answered("provisioned", back_at), back_at))
    final = when(whole, alive, back_at + MINUTE)
    back = only(final, LifeSignBack)
    assert (back.dead_from, back.dead_until) == (lost_at, back_at)
    assert LineWorks in words(final)


def test_a_number_that_is_back_names_the_networks_that_do_not_know_it_yet() -> None:
    seen_at = MORNING + 30 * MINUTE
    story = given_(*LIVE, (probe(404, seen_at, works=False, good=MORNING), seen_at))
    alive = probe(at=seen_at + MINUTE, origins={"duna": 404})
    assert only(when(story, alive, seen_at + MINUTE), LifeSignBack).except_from == ("duna",)


def test_a_number_that_left_its_donor_dead_says_when_it_left() -> None:
    """A reservation that is lost meanwhile says nothing of when the number died."""
    gone = (probe(404, NOON), NOON), (probe(404, NOON + MINUTE, good=NOON), NOON + MINUTE)
    absent_at = NOON + 30 * MINUTE
    absent = record(at=absent_at, log=(RecordChange(at=absent_at, state="absent"),))
    ours = (ACTIVATE, NIGHT), (answered("provisioned", NIGHT + MINUTE), NIGHT + MINUTE)
    story = given_(*RESERVED, *gone, (absent, absent_at), *ours)
    back = only(when(story, probe(480, NIGHT + 5 * MINUTE), NIGHT + 5 * MINUTE), LifeSignBack)
    assert (back.dead_from, back.moved_at, back.dead_until) == (NOON, NIGHT, NIGHT + MINUTE)


def test_an_active_record_that_vanished_is_an_outage_even_before_a_probe_sees_it() -> None:
    lost_at = MORNING + 7 * MINUTE
    absent = record(at=MORNING + 20 * MINUTE, log=(RecordChange(at=lost_at, state="absent"),))
    decision = when(given_(*LIVE), absent, MORNING + 20 * MINUTE)
    assert words(decision) == [LifeSignLost, RecordVanished, ProvisioningAsked]
    assert only(decision, LifeSignLost).last_good_at == lost_at


def test_seven_days_after_it_worked_the_watch_ends() -> None:
    decision = when(given_(*LIVE), TimerFired(name="watch_ends"), MORNING + timedelta(days=7))
    assert only(decision, WatchEnded).why == "watched"
    assert [type(each) for each in decision.effects] == [DisarmWatch]


def test_another_card_is_proven_from_the_beginning() -> None:
    decision = when(given_(*LIVE), ReserveLine(iccid=ESIM), MORNING)
    assert only(decision, PutSubscription).iccid == ESIM
    swapped = given_(*LIVE, (ReserveLine(iccid=ESIM), MORNING))
    assert (swapped.phase, swapped.proven) == (Phase.PROVING, ())


def test_a_line_that_works_before_its_move_is_told_is_told_again_then() -> None:
    told = when(given_(*LIVE), ActivateLine(iccid=CARD, at=MORNING), MORNING)
    assert words(told) == [LineWorks]


def test_a_line_that_has_not_moved_can_be_withdrawn_and_one_that_has_cannot() -> None:
    decision = when(given_(*RESERVED), WithdrawLine(why="customer"), NOON)
    assert [type(each) for each in decision.effects] == [DisarmWatch, DropSubscription]
    refused = advance(PROCESS, given_(*LIVE), WithdrawLine(why="customer"), MORNING)
    assert refused == Refusal(reason="line_has_moved", detail="brisa")


def test_looks_of_one_rhythm_fall_together() -> None:
    at = instant("2019-01-14T13:07:11+01:00")
    assert next_tick(at, 15) == instant("2019-01-14T13:15:00+01:00")
    assert next_tick(instant("2019-01-14T13:15:00+01:00"), 15) == instant(
        "2019-01-14T13:30:00+01:00"
    )


# ---- whatever happens

MOMENTS = st.sampled_from(
    [NOON, NOON + MINUTE, NIGHT, NIGHT + MINUTE, MORNING, MORNING + timedelta(days=8)]
)
PROBES = st.builds(
    LineProbed,
    calls_in=st.sampled_from(
        [{}, *(dict.fromkeys(ORIGINS, n) for n in (200, 404, 480, 503)), {"a": 404, "b": 200}]
    ),
    works=st.dictionaries(
        st.sampled_from(["calls_out", "sms_out", "sms_in", "data"]), st.booleans()
    ),
    registered=st.booleans(),
    last_good_at=st.none() | MOMENTS,
    at=MOMENTS,
)
RECORDS = st.builds(
    RecordRead,
    present=st.booleans(),
    state=st.sampled_from(["", "reserved", "active", "new"]),
    iccid=st.sampled_from(["", CARD, ESIM]),
    changed_at=st.none() | MOMENTS,
    at=MOMENTS,
    log=st.sampled_from([(), (RecordChange(at=NIGHT, state="absent"),)]),
)
MESSAGES = st.one_of(
    PROBES,
    RECORDS,
    st.sampled_from(
        [
            WATCH,
            replace(WATCH, recipient="altamar"),
            RESERVE,
            ReserveLine(iccid=ESIM),
            ReserveLine(iccid=None),
            ACTIVATE,
            ActivateLine(iccid=ESIM, at=NOON),
            MoveExpected(opens=NIGHT, closes=NIGHT + timedelta(hours=4)),
            WithdrawLine(why="customer"),
            EffectParked(effect_id="e", effect="activation.put_subscription", reason="no"),
            EffectParked(effect_id="e", effect="activation.read_subscription", reason="no"),
            "a word of another process",
        ]
    ),
    st.sampled_from(
        ["reserved", "provisioned", "failed", "registered", "withdrawn", "rebooted"]
    ).map(answered),
    st.sampled_from([*sorted(PROCESS.timers), "unknown"]).map(lambda name: TimerFired(name=name)),
)
BEGINNINGS = st.sampled_from([(), WATCHED, RESERVED, MOVING, PROVING, LIVE])


@settings(max_examples=300, deadline=None)
@given(BEGINNINGS, st.lists(st.tuples(MESSAGES, MOMENTS), max_size=15))
def test_no_sequence_of_messages_leaves_the_table_or_raises(
    beginning: tuple[tuple[Any, Moment], ...], story: list[tuple[Any, Moment]]
) -> None:
    state = PROCESS.blank("R1/activation/M2")
    facts: list[Any] = []
    for message, at in [*beginning, *story]:
        step = advance(PROCESS, state, message, at)
        if not isinstance(step, Refusal):
            state = step.state
            facts += step.decision.facts
    assert replay(PROCESS, "R1/activation/M2", tuple(facts)) == state


@pytest.mark.parametrize("event", ["rebooted", ""])
def test_an_event_that_nobody_knows_is_refused_by_name(event: str) -> None:
    refused = advance(PROCESS, given_(*LIVE), answered(event), MORNING)
    assert refused == Refusal(reason="unrecognised_event", detail=event)
