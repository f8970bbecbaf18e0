"""A port-in, step by step: given what happened, when this is heard, then that follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.porting.conftest import Play

from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.port_in.messages import (
    CancellationMissed,
    CancelPortIn,
    DonorCorrected,
    HubAccepted,
    HubDeclined,
    HubState,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInDrafted,
    PortInQueued,
    PortInRejected,
    PortInRequested,
    PortInUnrecognised,
    PortNotInFile,
    PortStateSeen,
    RequestPortIn,
    SendPortCancellation,
    SendPortRequest,
    Witness,
)
from relevo.porting.profile import HubKind, Window
from relevo.values.moment import Moment, instant

Asking = Callable[..., RequestPortIn]
REFERENCE = "90290111190114083000017"
MORNING = "2019-01-14T08:30:00+01:00"  # a Monday
WINDOW = Window(
    opens=instant("2019-01-16T02:00:00+01:00"), closes=instant("2019-01-16T06:00:00+01:00")
)
LATER_WINDOW = Window(
    opens=instant("2019-01-18T02:00:00+01:00"), closes=instant("2019-01-18T06:00:00+01:00")
)
ACCEPTED = HubAccepted(
    reference=REFERENCE,
    donor="altamar",
    window=WINDOW,
    reply_due=instant("2019-01-14T20:00:00+01:00"),
)


def seen(state: HubState, **changed: Any) -> PortStateSeen:
    given: dict[str, Any] = {
        "reference": REFERENCE,
        "state": state,
        "witness": Witness.MAILBOX,
        "at": instant("2019-01-14T15:42:00+01:00"),
    }
    return PortStateSeen(**{**given, **changed})


def is_released_after(moment: Moment, opening: str) -> bool:
    """Within the ten minutes over which the requests of an opening are spread."""
    return instant(opening) <= moment < instant(opening) + timedelta(minutes=10)


def declined(code: str, of: str = "request", **more: str) -> HubDeclined:
    return HubDeclined(code=code, text="no", of=of, **more)


def parked(effect: str) -> EffectParked:
    return EffectParked(effect_id="R7/port/M2/1#1.1", effect=effect, reason="12 tries")


@pytest.fixture
def sent(port: Any, asked: Asking) -> Any:
    return port.when(asked(), MORNING)


@pytest.fixture
def requested(sent: Any) -> Any:
    return sent.when(ACCEPTED, MORNING)


@pytest.fixture
def confirmed(requested: Any) -> Any:
    return requested.when(seen(HubState.CONFIRMED), "2019-01-14T15:45:00+01:00")


@pytest.fixture
def cancelling(confirmed: Any) -> Any:
    return confirmed.when(CancelPortIn(why="redated"), "2019-01-15T09:00:00+01:00")


# ---- sending


def test_a_request_is_written_down_and_sent_while_the_hub_is_open(sent: Any) -> None:
    assert sent.names == ["PortInDrafted", "PortInSent", "SendPortRequest"]


def test_our_id_at_the_hub_has_eleven_characters_and_begins_with_our_code(sent: Any) -> None:
    code = sent.fact(PortInDrafted).contract_code
    assert len(code) == 11
    assert code.startswith("902")


def test_on_a_sunday_it_waits_for_monday_morning(port: Any, asked: Asking) -> None:
    port.when(asked(), "2019-01-13T11:59:00+01:00")
    assert port.names == ["PortInDrafted", "PortInQueued"]
    assert is_released_after(port.timers["hub_opens"], "2019-01-14T08:10:00+01:00")
    port.when(TimerFired(name="hub_opens"), "2019-01-14T08:12:00+01:00")
    assert port.names == ["PortInSent", "SendPortRequest"]


def test_a_second_request_to_the_same_process_is_refused(requested: Any, asked: Asking) -> None:
    assert requested.when(asked(), MORNING).refusal.reason == "already_asked"


def test_an_unknown_recipient_or_edition_is_refused(port: Any, asked: Asking) -> None:
    assert port.when(asked(recipient="nobody"), MORNING).refusal.reason == "operator_unknown"
    assert port.when(asked(rules="es@1850-01-01"), MORNING).refusal.reason == "rules_unknown"


def test_nothing_can_be_taken_back_before_it_was_asked(port: Any) -> None:
    assert port.when(CancelPortIn(why="customer"), MORNING).refusal.reason == "nothing_to_cancel"


def test_the_hub_takes_it_and_names_window_and_limits(requested: Any) -> None:
    fact = requested.fact(PortInRequested)
    assert fact.window == WINDOW
    assert fact.cancel_until == instant("2019-01-15T14:00:00+01:00")
    assert set(requested.timers) == {"reply_due", "window_opens"}


def test_the_reference_may_name_another_donor(sent: Any) -> None:
    other = HubAccepted(
        reference=REFERENCE, donor="cantil", window=WINDOW, reply_due=ACCEPTED.reply_due
    )
    sent.when(other, MORNING)
    assert sent.names == ["DonorCorrected", "PortInRequested"]
    assert sent.state.asked.donor == "cantil"


def test_the_right_donor_is_asked_and_a_hub_that_goes_on_naming_others_is_looked_at(
    sent: Any,
) -> None:
    sent.when(declined("AREC ENUME", right_donor="cantil"), MORNING)
    assert sent.names == ["DonorCorrected", "PortInSent", "SendPortRequest"]
    assert sent.last.effects[0].donor == sent.fact(DonorCorrected).donor == "cantil"
    for donor in ("duna", "cantil"):
        sent.when(declined("AREC ENUME", right_donor=donor), MORNING)
        assert sent.last.effects[0].donor == donor
    sent.when(declined("AREC ENUME", right_donor="duna"), MORNING)
    assert sent.names == ["PortInUnrecognised", "PortInRejected"]


@pytest.mark.parametrize("right", ["", "altamar", "brisa"])
def test_a_donor_that_cannot_be_right_is_for_the_desk(sent: Any, right: str) -> None:
    sent.when(declined("AREC ENUME", right_donor=right), MORNING)
    assert sent.fact(PortInRejected).who_acts == "desk"


@pytest.mark.parametrize(
    ("code", "again"),
    [
        ("GENE ERINT", "2019-01-14T08:40:00+01:00"),
        ("AREC FSABF", "2019-01-14T08:40:00+01:00"),
        ("AREC CUPO1", "2019-01-14T08:40:00+01:00"),
        ("ACCS PERME", "2019-01-14T09:30:00+01:00"),
    ],
)
def test_some_answers_only_mean_later(sent: Any, code: str, again: str) -> None:
    sent.when(declined(code), MORNING)
    assert sent.names == ["PortInQueued"]
    assert sent.timers["retry"] == sent.fact(PortInQueued).until == instant(again)
    sent.when(TimerFired(name="retry"), again)
    assert sent.names == ["PortInSent", "SendPortRequest"]


def test_a_spent_quota_is_tried_once_more_and_then_on_the_next_day(sent: Any) -> None:
    sent.when(declined("AREC CUPO1"), MORNING)
    sent.when(TimerFired(name="retry"), "2019-01-14T08:40:00+01:00")
    sent.when(declined("AREC CUPO1"), "2019-01-14T08:40:00+01:00")
    assert is_released_after(sent.fact(PortInQueued).until, "2019-01-15T08:10:00+01:00")
    sent.when(TimerFired(name="retry"), "2019-01-15T08:20:00+01:00")
    sent.when(declined("AREC CUPO4"), "2019-01-15T08:20:00+01:00")
    assert is_released_after(sent.fact(PortInQueued).until, "2019-01-16T08:10:00+01:00")


def test_of_those_that_wait_for_the_same_opening_the_nearest_safety_time_goes_first(
    port: Any, book: Any, asked: Asking
) -> None:
    def released(line: str, window: Window | None) -> Any:
        play = Play(port_in_process(book), f"R7/port/{line}/1")
        play.when(asked(window=window), "2019-01-13T11:59:00+01:00")
        return play.timers["hub_opens"]

    near = [released(f"A{n}", WINDOW) for n in range(9)]
    far = [released(f"B{n}", LATER_WINDOW) for n in range(9)]
    open_ended = [released(f"C{n}", None) for n in range(9)]
    assert max(near) < min(far) <= max(far) < min(open_ended)
    assert len(set(near)) > 5, "and they do not all go out in the same second"


def test_a_wait_that_ate_the_time_before_the_chosen_window_ends_the_request(
    port: Any, asked: Asking
) -> None:
    port.when(asked(window=WINDOW), MORNING)
    port.when(declined("AREC CUPO4"), MORNING)
    port.when(TimerFired(name="retry"), "2019-01-15T08:10:00+01:00")
    assert port.names == ["PortInRejected"]
    fact = port.fact(PortInRejected)
    assert (fact.code, fact.resubmit) == ("window_too_near", "at_once")


def test_a_wait_that_leaves_time_before_the_chosen_window_goes_on(port: Any, asked: Asking) -> None:
    port.when(asked(window=LATER_WINDOW), MORNING)
    port.when(declined("AREC CUPO4"), MORNING)
    port.when(TimerFired(name="retry"), "2019-01-15T08:10:00+01:00")
    assert port.names == ["PortInSent", "SendPortRequest"]


def test_waiting_has_a_bound_and_then_the_desk_looks(sent: Any) -> None:
    for _ in range(19):
        sent.when(declined("GENE ERINT"), MORNING)
        sent.when(TimerFired(name="retry"), MORNING)
    assert sent.state.phase == "rejected"
    assert sent.fact(PortInRejected).who_acts == "desk"


@pytest.mark.parametrize(
    ("code", "reason", "resubmit"),
    [
        ("GENE INFOR", "incomplete", "after_repair"),
        ("AREC EXIST", "unrecognised", "after_repair"),
        ("ABCD EFGHI", "unrecognised", "never"),
    ],
)
def test_what_time_does_not_heal_ends_it_and_is_said(
    sent: Any, code: str, reason: str, resubmit: str
) -> None:
    sent.when(declined(code, field="ICCID"), MORNING)
    assert sent.names == ["PortInUnrecognised", "PortInRejected"]
    fact = sent.fact(PortInRejected)
    assert (fact.code, fact.reason, fact.resubmit, fact.who_acts) == (
        code,
        reason,
        resubmit,
        "desk",
    )


def test_an_unreachable_hub_is_somebodys_task_and_is_asked_again(sent: Any) -> None:
    sent.when(parked("porting.send_port_request"), "2019-01-14T13:30:00+01:00")
    assert sent.names == ["PortInUnrecognised", "PortInQueued"]
    sent.when(TimerFired(name="retry"), "2019-01-14T13:45:00+01:00")
    assert sent.last.effects == (sent.last.effects[0],)
    assert isinstance(sent.last.effects[0], SendPortRequest)


def test_a_hub_that_is_away_for_days_is_still_asked(sent: Any) -> None:
    """An outage ends by itself; a request that had ended before it would wait for a person."""
    for day in (15, 16):
        for hour in range(9, 19, 2):
            sent.when(parked("porting.send_port_request"), f"2019-01-{day}T{hour:02}:00:00+01:00")
            assert "PortInQueued" in sent.names
            sent.when(TimerFired(name="retry"), f"2019-01-{day}T{hour:02}:30:00+01:00")
            assert isinstance(sent.last.effects[0], SendPortRequest)


def test_silence_after_sending_is_not_taken_for_an_answer(sent: Any) -> None:
    sent.when(TimerFired(name="answer_due"), "2019-01-14T20:30:00+01:00")
    assert sent.names == ["PortInUnrecognised", "PortInQueued"]


# ---- witnesses


def test_a_confirmation_is_news_once(confirmed: Any) -> None:
    assert confirmed.names == ["PortInConfirmed"]
    confirmed.when(seen(HubState.CONFIRMED, witness=Witness.FILE), MORNING)
    assert confirmed.names == []


def test_the_window_of_the_confirmation_counts(requested: Any) -> None:
    requested.when(seen(HubState.CONFIRMED, window=LATER_WINDOW), "2019-01-14T15:45:00+01:00")
    fact = requested.fact(PortInConfirmed)
    assert fact.window == LATER_WINDOW
    assert fact.cancel_until == instant("2019-01-17T14:00:00+01:00")


def test_a_late_request_notice_does_not_undo_a_confirmation(confirmed: Any) -> None:
    assert confirmed.when(seen(HubState.REQUESTED), MORNING).names == []
    assert confirmed.state.phase == "confirmed"


def test_a_confirmation_after_the_rejection_changes_nothing(requested: Any) -> None:
    requested.when(seen(HubState.REJECTED, cause="RECH_NORES"), "2019-01-14T20:00:00+01:00")
    requested.when(seen(HubState.CONFIRMED), "2019-01-14T20:10:00+01:00")
    assert requested.names == []
    assert requested.state.phase == "rejected"


@pytest.mark.parametrize(
    ("cause", "reason", "resubmit"),
    [
        ("RECH_NORES", "no_answer", "at_once"),
        ("RECH_IDENT", "holder_mismatch", "after_repair"),
        ("RECH_ICCID", "card_mismatch", "after_repair"),
        ("RECH_BNUME", "number_in_cease", "after_repair"),
        ("RECH_PERDI", "card_reported_lost", "after_repair"),
        ("RECH_FMAYO", "force_majeure", "next_day"),
    ],
)
def test_a_rejection_is_in_our_words(
    requested: Any, cause: str, reason: str, resubmit: str
) -> None:
    requested.when(seen(HubState.REJECTED, cause=cause), "2019-01-14T16:00:00+01:00")
    fact = requested.fact(PortInRejected)
    assert (fact.reason, fact.resubmit, fact.code) == (reason, resubmit, cause)


def test_an_unknown_cause_never_gets_a_meaning(requested: Any) -> None:
    requested.when(seen(HubState.REJECTED, cause="RECH_LUNES"), "2019-01-14T16:00:00+01:00")
    assert requested.names == ["PortInUnrecognised", "PortInRejected"]
    assert requested.fact(PortInRejected).resubmit == "never"


def test_news_of_another_request_are_not_ours(requested: Any) -> None:
    requested.when(seen(HubState.REJECTED, reference="9" * 23), MORNING)
    assert requested.names == []


def test_after_the_limit_of_the_donor_we_look_ourselves(requested: Any) -> None:
    first = instant("2019-01-14T20:02:00+01:00")
    assert first <= requested.timers["reply_due"] <= first + timedelta(minutes=13)
    requested.when(TimerFired(name="reply_due"), "2019-01-14T20:02:00+01:00")
    assert requested.names == ["ReplyOverdue", "QueryPort"]
    assert requested.timers["reply_due"] == instant("2019-01-14T20:03:00+01:00")
    requested.when(TimerFired(name="reply_due"), "2019-01-14T20:03:00+01:00")
    assert requested.names == ["QueryPort"]


def test_looks_become_rarer_raise_an_alarm_once_and_end(requested: Any) -> None:
    due, looks = requested.timers["reply_due"], 0
    while due is not None:
        requested.when(TimerFired(name="reply_due"), due.isoformat())
        due, looks = requested.timers.get("reply_due"), looks + 1
    alarms = [f for f in requested.facts if isinstance(f, PortInUnrecognised)]
    assert [alarm.code for alarm in alarms] == ["state_unknown"]
    assert looks < 100


def test_a_silent_fixed_donor_makes_us_take_the_request_back(port: Any, asked: Asking) -> None:
    port.when(asked(hub=HubKind.FIXED), MORNING)
    contract = port.fact(PortInDrafted).contract_code
    port.when(
        HubAccepted(
            reference=contract, donor="altamar", window=LATER_WINDOW, reply_due=ACCEPTED.reply_due
        ),
        MORNING,
    )
    port.when(TimerFired(name="reply_due"), "2019-01-15T09:00:00+01:00")
    assert port.names == [
        "ReplyOverdue",
        "PortInUnrecognised",
        "CancellationAsked",
        "SendPortCancellation",
    ]
    port.when(seen(HubState.CANCELLED, reference=contract), "2019-01-15T09:30:00+01:00")
    assert port.fact(PortInCancelled).why == "no_answer"


def test_at_the_window_we_ask_whether_the_number_moved(confirmed: Any) -> None:
    assert confirmed.timers["window_opens"] == instant("2019-01-16T02:00:15+01:00")
    confirmed.when(TimerFired(name="window_opens"), "2019-01-16T02:00:15+01:00")
    assert confirmed.names == ["QueryPort"]
    moved = seen(HubState.PORTED, at=WINDOW.opens, witness=Witness.QUERY)
    confirmed.when(moved, "2019-01-16T02:00:16+01:00")
    fact = confirmed.fact(PortInCompleted)
    assert (fact.donor, fact.recipient, fact.at) == ("altamar", "brisa", WINDOW.opens)


def test_a_number_never_seen_to_move_ends_with_the_desk(confirmed: Any) -> None:
    due = confirmed.timers["window_opens"]
    while due is not None:
        confirmed.when(TimerFired(name="window_opens"), due.isoformat())
        due = confirmed.timers.get("window_opens") if confirmed.state.phase != "rejected" else None
    assert confirmed.fact(PortInRejected).code == "not_ported"


def test_a_hub_ahead_of_our_clock_does_not_date_the_move_into_the_future(confirmed: Any) -> None:
    moved = seen(HubState.PORTED, at=instant("2019-01-16T02:05:00+01:00"))
    confirmed.when(moved, "2019-01-16T02:00:20+01:00")
    assert confirmed.fact(PortInCompleted).at == instant("2019-01-16T02:00:20+01:00")


def test_a_port_is_believed_without_the_confirmation_having_come(requested: Any) -> None:
    requested.when(seen(HubState.PORTED, at=WINDOW.opens), "2019-01-16T07:00:00+01:00")
    assert requested.names == ["PortInCompleted"]


def test_the_mailbox_may_know_more_than_the_answer_that_was_lost(sent: Any) -> None:
    news = seen(HubState.CONFIRMED, window=WINDOW)
    sent.when(news, "2019-01-14T15:45:00+01:00")
    assert sent.names == ["PortInRequested", "PortInConfirmed"]
    sent.when(ACCEPTED, "2019-01-14T15:50:00+01:00")
    assert sent.names == []


def test_a_lost_answer_found_as_an_end_leaves_nothing_to_wait_for(sent: Any) -> None:
    sent.when(seen(HubState.REJECTED, cause="RECH_IDENT"), "2019-01-14T20:00:00+01:00")
    assert sent.names == ["PortInRequested", "PortInRejected"]
    assert sent.last.timers == ()


def test_a_query_that_was_given_up_is_said_once(requested: Any) -> None:
    requested.when(parked("porting.query_port"), MORNING)
    assert requested.names == ["PortInUnrecognised"]
    assert requested.when(parked("porting.query_port"), MORNING).names == []


# ---- taking back


def test_what_was_never_sent_is_taken_back_without_the_hub(port: Any, asked: Asking) -> None:
    port.when(asked(), "2019-01-13T11:59:00+01:00")
    port.when(CancelPortIn(why="customer"), "2019-01-13T12:30:00+01:00")
    assert port.names == ["PortInCancelled"]


def test_a_request_is_taken_back_until_the_deadline(cancelling: Any) -> None:
    assert cancelling.names == ["CancellationAsked", "SendPortCancellation"]
    cancelling.when(seen(HubState.CANCELLED, witness=Witness.REPLY), "2019-01-15T09:00:05+01:00")
    assert cancelling.names == ["PortInCancelled"]


def test_after_the_deadline_it_is_said_at_once_that_the_number_will_move(confirmed: Any) -> None:
    confirmed.when(CancelPortIn(why="customer"), "2019-01-15T14:00:00+01:00")
    assert confirmed.names == ["CancellationMissed"]
    assert confirmed.state.phase == "confirmed"
    assert "window_opens" in confirmed.timers


def test_a_cancellation_at_night_waits_for_the_opening(confirmed: Any) -> None:
    confirmed.when(CancelPortIn(why="customer"), "2019-01-14T22:00:00+01:00")
    assert confirmed.names == ["CancellationAsked"]
    confirmed.when(TimerFired(name="hub_opens"), "2019-01-15T08:10:00+01:00")
    assert confirmed.names == ["SendPortCancellation"]


def test_a_cancellation_that_the_hub_refuses_is_missed_and_the_state_is_asked(
    cancelling: Any,
) -> None:
    cancelling.when(declined("CANC TIEMP", of="cancellation"), "2019-01-15T09:00:05+01:00")
    assert cancelling.names == ["CancellationMissed", "QueryPort"]
    assert cancelling.state.phase == "confirmed"


@pytest.mark.parametrize("code", ["GENE ERINT", "ACCS PERME"])
def test_a_cancellation_is_tried_again_while_there_is_time(cancelling: Any, code: str) -> None:
    cancelling.when(declined(code, of="cancellation"), "2019-01-15T09:00:05+01:00")
    again = cancelling.timers["retry"]
    cancelling.when(TimerFired(name="retry"), again.isoformat())
    assert isinstance(cancelling.last.effects[0], SendPortCancellation)
    cancelling.when(declined(code, of="cancellation"), "2019-01-15T13:55:00+01:00")
    assert cancelling.names[0] == "CancellationMissed"


def test_what_the_donor_rejected_meanwhile_is_gone_too(cancelling: Any) -> None:
    cancelling.when(seen(HubState.REJECTED, cause="RECH_NORES"), "2019-01-15T09:10:00+01:00")
    assert cancelling.fact(PortInCancelled).why == "redated"
    assert cancelling.names == ["PortInCancelled"]


def test_a_number_that_moved_while_we_took_it_back_has_moved(cancelling: Any) -> None:
    cancelling.when(seen(HubState.PORTED, at=WINDOW.opens), "2019-01-16T02:00:20+01:00")
    assert cancelling.names == ["CancellationMissed", "PortInCompleted"]


def test_a_cancellation_without_an_answer_is_looked_after_and_then_missed(cancelling: Any) -> None:
    cancelling.when(TimerFired(name="answer_due"), "2019-01-15T09:30:00+01:00")
    assert cancelling.names == ["QueryPort"]
    cancelling.when(TimerFired(name="cancel_deadline"), "2019-01-15T15:00:00+01:00")
    assert cancelling.fact(CancellationMissed).code == "no_answer"


def test_a_request_on_its_way_is_taken_back_as_soon_as_the_hub_has_it(sent: Any) -> None:
    sent.when(CancelPortIn(why="redated"), MORNING)
    assert sent.names == ["CancellationAsked"]
    sent.when(ACCEPTED, MORNING)
    assert sent.names == ["PortInRequested", "SendPortCancellation"]
    assert sent.state.phase == "cancelling"


def test_a_request_that_the_hub_does_not_take_needs_no_cancellation(sent: Any) -> None:
    sent.when(CancelPortIn(why="redated"), MORNING)
    sent.when(declined("GENE ERINT"), MORNING)
    assert sent.names == ["PortInCancelled"]


# ---- the daily file, and the change of slot


def test_a_list_of_all_processes_without_ours_makes_us_look_and_is_said_once(
    requested: Any,
) -> None:
    requested.when(PortNotInFile(file="20190115.dat"), "2019-01-15T07:05:00+01:00")
    assert requested.names == ["PortInUnrecognised", "QueryPort"]
    requested.when(PortNotInFile(file="20190116.dat"), "2019-01-16T07:05:00+01:00")
    assert requested.names == ["QueryPort"]


def test_in_the_pause_around_the_change_of_slot_the_hub_is_left_alone(sent: Any) -> None:
    afternoon = HubAccepted(
        reference=REFERENCE,
        donor="altamar",
        window=WINDOW,
        reply_due=instant("2019-01-15T14:00:00+01:00"),
    )
    sent.when(afternoon, "2019-01-14T15:00:00+01:00")
    pause_ends = instant("2019-01-15T14:15:00+01:00")
    assert pause_ends <= sent.timers["reply_due"] <= pause_ends + timedelta(minutes=13)


def test_a_donor_that_asks_us_to_cancel_is_a_persons_task_and_cancels_nothing(
    requested: Any,
) -> None:
    asks = seen(HubState.REQUESTED, donor_cancellation="CD-77")
    requested.when(asks, "2019-01-14T16:00:00+01:00")
    assert requested.fact(PortInUnrecognised).code == "donor_asks_to_cancel"
    assert requested.names == ["PortInUnrecognised"]
    requested.when(asks, "2019-01-14T16:05:00+01:00")
    assert requested.names == []


def test_a_lost_answer_does_not_hide_that_the_hub_named_another_donor(sent: Any) -> None:
    sent.when(seen(HubState.CONFIRMED, donor="cantil"), "2019-01-14T15:45:00+01:00")
    assert sent.fact(DonorCorrected).donor == "cantil"
    assert sent.state.asked.donor == "cantil"


def test_a_cancellation_that_came_too_late_says_how_the_request_stands(
    requested: Any, asked: Asking
) -> None:
    requested.when(CancelPortIn(why="redated"), "2019-01-15T13:59:00+01:00")
    requested.when(declined("ACCS PERME", of="cancellation"), "2019-01-15T14:01:00+01:00")
    assert requested.fact(CancellationMissed).is_confirmed is False
    requested.when(seen(HubState.CONFIRMED), "2019-01-15T14:02:00+01:00")
    requested.when(CancelPortIn(why="customer"), "2019-01-15T15:00:00+01:00")
    assert requested.fact(CancellationMissed).is_confirmed is True
