"""The courier over its wire: the ordinary way of a parcel, and seven ways to go wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from relevo.simulators.plan import FaultPlan
from relevo.values.moment import instant


def _states(play: Any) -> list[str]:
    return [state for state, _, _ in play.scans()]


def _deliver(play: Any, **more: Any) -> str:
    code: str = play.send_parcel(play.cards[play.main], **more)
    play.run_until("2019-01-16T19:00:00+01:00")
    return code


def _received(play: Any) -> bool:
    (parcel,) = play.world.chronicle.parcels()
    return bool(parcel.is_delivered_for_real)


def test_a_parcel_is_collected_today_and_delivered_within_two_working_days(start: Any) -> None:
    play = start()
    first = _deliver(play)
    assert _states(play) == ["label_created", "handed_over", "in_transit", "out", "delivered"]
    events = play.get("/courier/events?after=0")["events"]
    assert events[1]["at"] < "2019-01-14T18:00:00Z"
    assert events[-1]["proof"] == "pin:4711"
    assert "2019-01-15T08:00:00Z" <= events[-1]["at"] < "2019-01-16T18:00:00Z"
    assert play.send_parcel(play.cards[play.main]) == first
    assert len(play.world.chronicle.parcels()) == 1
    assert play.get(f"/courier/parcels/{first}")["state"] == "delivered"
    assert play.http.get("/courier/parcels/none").status_code == 404


@pytest.mark.parametrize(
    ("ordered", "collected"),
    [
        ("2019-01-14T17:00:00+01:00", "2019-01-14"),
        ("2019-01-14T17:00:01+01:00", "2019-01-15"),
        ("2019-01-12T10:00:00+01:00", "2019-01-14"),
    ],
)
def test_what_comes_after_17_is_collected_on_the_next_working_day(
    start: Any, ordered: str, collected: str
) -> None:
    play = start(starts=ordered)
    play.send_parcel(play.cards[play.main])
    play.run_for(days=3)
    events = play.get("/courier/events?after=0")["events"]
    assert events[1]["state"] == "handed_over"
    assert events[1]["at"].startswith(collected)


def test_an_empty_parcel_is_not_taken(start: Any) -> None:
    play = start()
    body = {"reference": "r", "contents": [], "name": "n", "address": play.address}
    reply = play.http.post("/courier/parcels", json=body)
    assert (reply.status_code, "contents" in reply.json()["error"]) == (400, True)


def test_a_bad_label_is_held_until_it_is_made_anew(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="bad_label"))
    code = _deliver(play)
    assert play.scans()[-1] == ("held", "bad_label", "relabel")
    play.post(f"/courier/parcels/{code}/relabel", {"key": "1"})
    play.post(f"/courier/parcels/{code}/relabel", {"key": "1"})
    play.run_for(days=4)
    assert _states(play)[2:4] == ["label_created", "handed_over"]
    assert _received(play)


def test_a_wrong_address_waits_for_the_senders_word(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="wrong_address"))
    code = _deliver(play)
    assert play.scans()[-1] == ("attempt_failed", "wrong_address", "confirm_address")
    body = {"key": "1", "address": play.address}
    reply = play.post(f"/courier/parcels/{code}/redirect", body)
    assert (reply["state"], reply["expected_on"]) == ("redirected", "2019-01-17")
    play.run_until("2019-01-17T19:00:00+01:00")
    assert _received(play)


def test_an_address_confirmed_as_it_is_is_tried_again(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="wrong_address"))
    code = _deliver(play)
    play.post(f"/courier/parcels/{code}/confirm", {"key": "1"})
    play.run_until("2019-01-17T19:00:00+01:00")
    assert _received(play)


def test_an_absent_receiver_is_visited_again_the_next_working_day(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="absent"))
    _deliver(play)
    assert ("attempt_failed", "absent", "next_attempt") in play.scans()
    play.run_until("2019-01-17T19:00:00+01:00")
    assert _received(play)


def test_after_two_attempts_and_five_working_days_it_goes_back(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="absent", times=2))
    _deliver(play)
    play.run_for(days=14)
    assert play.scans()[-3:] == [
        ("attempt_failed", "absent", "redirect_or_return"),
        ("returning", None, None),
        ("returned", None, None),
    ]
    assert not _received(play)


def test_a_lost_parcel_stays_lost(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="lost"))
    code = _deliver(play)
    play.post(f"/courier/parcels/{code}/trace", {"key": "1"})
    play.run_for(days=10)
    assert play.scans()[-1] == ("lost", "delay_network", "replace")


def test_a_refused_parcel_goes_back(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="refused"))
    _deliver(play)
    assert ("refused", "refused", "return") in play.scans()
    play.run_for(days=7)
    assert _states(play)[-2:] == ["returning", "returned"]


def test_a_false_delivery_is_made_good_only_when_traced(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="false_delivery"))
    code = _deliver(play)
    event = play.get("/courier/events?after=0")["events"][-1]
    assert (event["state"], event["proof"]) == ("delivered", None)
    play.run_for(days=7)
    assert not _received(play)
    play.post(f"/courier/parcels/{code}/trace", {"key": "1"})
    assert play.get(f"/courier/parcels/{code}")["state"] == "in_transit"
    play.run_for(days=1)
    assert _received(play)
    assert play.get("/courier/events?after=0")["events"][-1]["proof"] == "pin:4711"


def test_a_silent_courier_shows_nothing_for_a_time_and_then_everything(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="silent", lasts=timedelta(days=4)))
    code = _deliver(play)
    assert _states(play) == ["label_created"]
    assert play.get(f"/courier/parcels/{code}")["state"] == "label_created"
    assert _received(play)
    play.run_for(days=4)
    assert _states(play)[-1] == "delivered"
    last = play.get("/courier/events?after=0")["events"][-1]
    assert instant(last["at"]) < instant("2019-01-16T19:00:00+01:00")


def test_a_parcel_is_called_back(start: Any) -> None:
    play = start()
    code = play.send_parcel(play.cards[play.main])
    play.run_until("2019-01-14T20:00:00+01:00")
    play.post(f"/courier/parcels/{code}/return", {"key": "1"})
    play.run_for(days=7)
    assert _states(play)[-2:] == ["returning", "returned"]
    assert not _received(play)


def test_a_fault_with_a_line_strikes_the_parcel_of_its_card_only(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="lost", line="M2"))
    for number in (play.main, play.second):
        play.subscribe(number, "reserved")
        play.send_parcel(play.cards[number], reference=number)
    play.run_for(days=4)
    fates = {fate.contents[0]: fate.state for fate in play.world.chronicle.parcels()}
    assert fates == {play.cards[play.main]: "delivered", play.cards[play.second]: "lost"}


def test_a_redirect_before_the_road_changes_the_label_only(start: Any) -> None:
    play = start()
    code = play.send_parcel(play.cards[play.main])
    address = {**play.address, "city": "Huesca", "postcode": "22001"}
    play.post(f"/courier/parcels/{code}/redirect", {"key": "1", "address": address})
    play.run_for(days=3)
    last = play.get("/courier/events?after=0")["events"][-1]
    assert (last["state"], last["city"]) == ("delivered", "Huesca")
