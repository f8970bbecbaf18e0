"""What donors do right and wrong, and what callers hear of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from relevo.simulators.plan import FaultPlan
from relevo.values.moment import instant

One = Callable[[str, str], str]
EVENING = "2019-01-14T20:00:00+01:00"


def _port(play: Any, number: str, **fields: str) -> str:
    """The reference of a new request."""
    text = play.request_port(number, **fields)
    return str(text.split("codigoReferencia>")[1].split("<")[0])


def test_a_dependent_number_dies_when_its_principal_leaves_without_it(start: Any) -> None:
    play = start()
    play.subscribe(play.main)
    _port(play, play.main)
    play.run_until("2019-01-16T02:00:00+01:00")
    assert play.callers_hear(play.second) == {200}
    play.run_until("2019-01-16T02:30:00+01:00")
    assert play.callers_hear(play.second) == {404}
    texts = [each.text for each in play.world.chronicle.mailbox()]
    assert "El servicio Segunda Línea 600 000 102 ha sido dado de baja." in texts


def test_a_dependent_number_lives_when_both_leave_in_the_same_window(start: Any) -> None:
    play = start()
    for number in (play.main, play.second):
        play.subscribe(number)
        _port(play, number)
    play.run_until("2019-01-16T02:30:00+01:00")
    assert play.callers_hear(play.second) == {480}  # the new card is not in the phone yet
    assert play.world.truth.dead_intervals(play.second) == []


def test_a_number_is_dead_from_the_window_until_the_recipient_serves_it(start: Any) -> None:
    play = start()
    _port(play, play.main)
    play.run_until("2019-01-16T03:00:00+01:00")
    assert play.callers_hear(play.main) == {404}
    play.subscribe(play.main)
    play.run_for(minutes=1)
    assert play.callers_hear(play.main) == {480}
    (dead,) = play.world.truth.dead_intervals(play.main)
    assert dead[0] == instant("2019-01-16T02:00:00+01:00")
    assert timedelta(minutes=60) < dead[1] - dead[0] < timedelta(minutes=61)


def test_a_dependent_number_is_ceased_and_its_customer_told(start: Any) -> None:
    fault = FaultPlan(where="donor", what="cease_dependent", after=timedelta(hours=5))
    play = start(fault)
    reference = _port(play, play.second)
    play.run_until("2019-01-14T13:59:00+01:00")
    assert play.callers_hear(play.second) == {200}
    play.run_until("2019-01-14T14:00:00+01:00")
    assert play.callers_hear(play.second) == {404}
    told = {each.to for each in play.world.chronicle.mailbox()}
    assert told == {"+34976000100", play.main}
    struck = play.world.chronicle.faults()[0]
    assert (struck.struck_at, struck.line) == (instant("2019-01-14T14:00:00+01:00"), "M2")
    play.run_until(EVENING)
    assert play.state_of(reference) == ("AREC", "RECH_BNUME")


def test_a_confirmed_request_survives_the_cease(start: Any) -> None:
    after = timedelta(hours=26)
    play = start(FaultPlan(where="donor", what="cease_dependent", line="M2", after=after))
    reference = _port(play, play.second)
    play.subscribe(play.second)
    play.run_until("2019-01-16T02:00:00+01:00")
    assert play.state_of(reference) == ("APOR", "")
    assert play.callers_hear(play.second) == {480}


def test_a_cease_can_wait_for_a_fact_of_the_product(start: Any) -> None:
    fault = FaultPlan(where="donor", what="cease_dependent", line="M2", on="porting.port_in_begun")
    play = start(fault)
    play.run_for(hours=1)
    play.world.fact_recorded("porting.port_in_begun", "M1", play.clock.now())
    play.run_for(minutes=1)
    assert play.callers_hear(play.second) == {200}
    play.world.fact_recorded("porting.port_in_begun", "M2", play.clock.now())
    play.run_for(minutes=1)
    assert play.callers_hear(play.second) == {404}


def test_a_donor_rejects_with_the_cause_of_the_plan(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="reject", line="M2", cause="RECH_PERDI"))
    main, second = _port(play, play.main), _port(play, play.second)
    play.run_until(EVENING)
    assert play.state_of(second) == ("AREC", "RECH_PERDI")
    assert play.state_of(main) == ("ACON", "")


def test_silence_is_a_rejection_at_the_very_end_of_the_slot(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="silent"))
    reference = _port(play, play.main)
    play.run_until("2019-01-14T19:59:59+01:00")
    assert play.state_of(reference) == ("ASOL", "")
    play.run_until(EVENING)
    assert play.state_of(reference) == ("AREC", "RECH_NORES")
    assert [state for _, _, state in play.notices()] == ["AREC"]


def test_a_late_answer_changes_nothing(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="late", by=timedelta(hours=2)))
    reference = _port(play, play.main)
    play.run_until("2019-01-15T08:00:00+01:00")
    assert play.state_of(reference) == ("AREC", "RECH_NORES")
    assert len(play.notices()) == 1


def test_a_partial_confirmation_drops_the_others_once(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="partial", lines=("M1",)))
    main, second = _port(play, play.main), _port(play, play.second)
    play.run_until(EVENING)
    assert play.state_of(main) == ("ACON", "")
    assert play.state_of(second) == ("AREC", "RECH_IDENT")
    play.run_until("2019-01-15T09:00:00+01:00")
    again = play.request_port(play.second, "902ZZZZZZZZ")
    play.run_until("2019-01-15T20:00:00+01:00")
    assert play.state_of(again.split("codigoReferencia>")[1].split("<")[0]) == ("ACON", "")


def test_a_donor_cuts_before_the_window_and_the_port_goes_on(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="cut_early", by=timedelta(hours=12)))
    play.subscribe(play.main)
    reference = _port(play, play.main)
    play.run_until("2019-01-15T13:59:00+01:00")
    assert play.callers_hear(play.main) == {200}
    play.run_until("2019-01-15T14:00:00+01:00")
    assert play.callers_hear(play.main) == {404}
    play.run_until("2019-01-16T02:00:00+01:00")
    assert play.state_of(reference) == ("APOR", "")
    assert play.callers_hear(play.main) == {480}


def test_a_cut_that_is_armed_after_the_confirmation_still_comes(start: Any) -> None:
    fault = FaultPlan(
        where="donor", what="cut_early", by=timedelta(hours=12), on="porting.confirmed", line="M1"
    )
    play = start(fault)
    _port(play, play.main)
    play.run_until("2019-01-15T20:00:00+01:00")
    assert play.callers_hear(play.main) == {200}
    play.world.fact_recorded("porting.confirmed", "M1", play.clock.now())
    play.run_for(minutes=1)
    assert play.callers_hear(play.main) == {404}


def test_one_network_goes_on_routing_to_the_donor(start: Any) -> None:
    fault = FaultPlan(
        where="network", what="routing_stale", origin="duna", lasts=timedelta(hours=4)
    )
    play = start(fault)
    play.subscribe(play.main)
    _port(play, play.main)
    play.run_until("2019-01-16T02:30:00+01:00")
    heard = play.probe(play.main)["calls_in"]
    assert heard == {"altamar": 480, "brisa": 480, "cantil": 480, "duna": 404}
    assert play.world.truth.dead_intervals(play.main) == []
    play.run_until("2019-01-16T06:00:00+01:00")
    assert play.callers_hear(play.main) == {480}


# Desks


def test_the_desk_serves_a_number_again_that_was_cut_without_an_order(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="cease_dependent"))
    play.run_for(minutes=1)
    sent = play.clock.now()
    play.write_desk("reactivate", play.second)
    play.write_desk("reactivate", play.second)
    play.run_for(hours=8)
    accepted, done = play.desk_inbox()
    assert (accepted["verdict"], done["verdict"]) == ("accepted", "done")
    assert accepted["ceased_at"] == "2019-01-14T08:00:00Z"
    assert timedelta(minutes=10) <= instant(accepted["at"]) - sent <= timedelta(minutes=90)
    served_again = instant(done["served_again_at"])
    assert timedelta(hours=1) <= served_again - sent <= timedelta(hours=6)
    assert served_again <= instant(accepted["expected_by"])
    assert done["in_reply_to"] == "k1"
    assert play.callers_hear(play.second) == {200}
    (dead,) = play.world.truth.dead_intervals(play.second)
    assert dead[1] == served_again


def test_a_desk_answers_in_office_hours_only(start: Any) -> None:
    play = start(starts="2019-01-12T12:00:00+01:00")  # a Saturday
    play.write_desk("status", play.main)
    play.run_until("2019-01-14T08:09:00+01:00")
    assert play.desk_inbox() == []
    play.run_until("2019-01-14T09:30:00+01:00")
    assert [each["verdict"] for each in play.desk_inbox()] == ["as_given"]


def test_a_desk_confirms_what_is_right_and_refuses_what_is_not_its_own(start: Any) -> None:
    play = start()
    play.write_desk("holder_check", play.main, "a")
    play.write_desk("reactivate", play.main, "b")
    play.write_desk("status", "+34600000999", "c")
    play.run_for(hours=2)
    verdicts = {each["in_reply_to"]: each["verdict"] for each in play.desk_inbox()}
    assert verdicts == {"a": "as_given", "b": "as_given", "c": "refused"}


def test_a_reactivation_without_grounds_is_refused(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="cease_dependent"))
    play.run_for(minutes=1)
    play.write_desk("reactivate", play.second, grounds="")
    play.run_for(hours=2)
    assert [each["verdict"] for each in play.desk_inbox()] == ["refused"]


def test_a_desk_says_which_topics_it_knows(start: Any) -> None:
    play = start()
    body = {"key": "k", "sender": "brisa", "topic": "lunch", "number": play.main}
    reply = play.http.post("/desk/altamar/messages", json=body)
    assert reply.status_code == 400
    assert "reactivate" in reply.json()["error"]
    assert play.http.post("/desk/nobody/messages", json=body).status_code == 404
