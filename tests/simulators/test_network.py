"""The recipient's network and the eSIM server over their wires."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from relevo.simulators.plan import FaultPlan

SIM = "8934072200000000045"


def _events(play: Any) -> list[tuple[str, str]]:
    events = play.get("/network/events?after=0")["events"]
    return [(each["number"], each["event"]) for each in events]


def test_a_subscription_takes_effect_within_twenty_seconds(start: Any) -> None:
    play = start()
    path = f"/network/subscriptions/{play.main}"
    first = play.subscribe(play.main, "reserved")
    assert play.subscribe(play.main, "reserved") == first
    assert play.http.get(path).status_code == 404
    play.run_for(seconds=20)
    assert play.get(path)["state"] == "reserved"
    assert play.get(path)["iccid"] == play.cards[play.main]
    play.subscribe(play.main)
    play.run_for(seconds=20)
    assert play.get(path)["state"] == "active"
    assert _events(play) == [(play.main, "reserved"), (play.main, "provisioned")]
    assert play.http.delete(f"{path}?key=x").status_code == 202
    assert play.http.delete(path).status_code == 400
    play.run_for(seconds=20)
    assert play.http.get(path).status_code == 404
    log = play.get(f"/network/history/{play.main}")["changes"]
    assert [each["state"] for each in log] == ["reserved", "active", "absent"]
    assert [each["served_by"] for each in log] == [None, "brisa", None]


def test_a_wrong_field_is_named(start: Any) -> None:
    play = start()
    path = f"/network/subscriptions/{play.main}"
    reply = play.http.put(path, json={"key": "k", "state": "on"})
    assert (reply.status_code, "state" in reply.json()["error"]) == (400, True)
    assert play.http.put(path, content=b"{").status_code == 400
    assert play.http.get("/network/events?after=x").status_code == 400


def test_each_kind_of_line_has_its_capabilities(start: Any) -> None:
    play = start()
    fixed, fibre, mobile = (play.probe(n) for n in (play.fixed, play.fibre, play.main))
    assert (fixed["calls_out"], fixed["data"], fixed["sms_in"]) == (True, None, None)
    assert (fibre["calls_in"], fibre["calls_out"], fibre["data"]) == ({}, None, True)
    assert set(mobile["calls_in"]) == {"altamar", "brisa", "cantil", "duna"}
    assert mobile["data"] is True
    assert play.world.truth.lacking(play.main) == ()
    assert play.callers_hear("+34600999999") == {404}


def test_a_provisioning_fails_once_and_succeeds_with_a_new_key(start: Any) -> None:
    play = start(FaultPlan(where="network", what="provision_fails"))
    play.subscribe(play.main, key="a")
    play.run_for(seconds=20)
    (event,) = play.get("/network/events?after=0")["events"]
    assert event["event"] == "failed"
    assert event["reason"]
    play.subscribe(play.main, key="a")
    play.run_for(seconds=20)
    assert len(_events(play)) == 1
    play.subscribe(play.main, key="b")
    play.run_for(seconds=20)
    assert _events(play)[-1] == (play.main, "provisioned")


def test_capabilities_are_missing_for_a_time(start: Any) -> None:
    missing, lasts = ("data",), timedelta(days=3)
    play = start(FaultPlan(where="network", what="partial", missing=missing, lasts=lasts))
    play.run_until("2019-01-14T10:00:00+01:00")
    play.request_port(play.main)
    play.run_until("2019-01-16T02:30:00+01:00")
    _use(play, play.main)
    assert play.probe(play.main)["sms_out"] is True
    assert play.probe(play.main)["data"] is False
    assert play.world.truth.lacking(play.main) == ("data",)
    play.run_for(days=1)
    assert play.probe(play.main)["data"] is True


def _use(play: Any, number: str) -> None:
    """Activate a number and let the customer put its card in."""
    play.subscribe(number)
    play.send_parcel(play.cards[number], reference=number)
    play.sms("Pon la tarjeta nueva en el teléfono.", key=number)
    play.run_until("2019-01-18T22:00:00+01:00")


def test_the_registry_forgets_a_subscriber_who_comes_back_when_written_again(start: Any) -> None:
    play = start(FaultPlan(where="network", what="forgets", after=timedelta(days=5)))
    play.request_port(play.main)
    play.run_until("2019-01-16T02:30:00+01:00")
    _use(play, play.main)
    assert play.callers_hear(play.main) == {200}
    play.run_until("2019-01-19T09:00:00+01:00")
    assert play.callers_hear(play.main) == {404}
    assert play.http.get(f"/network/subscriptions/{play.main}").status_code == 404
    play.subscribe(play.main, key="again")
    play.run_for(minutes=31)
    assert play.callers_hear(play.main) == {200}


def test_a_forgetting_that_waits_strikes_the_first_activation(start: Any) -> None:
    play = start(FaultPlan(where="network", what="forgets"))
    play.subscribe(play.main)
    play.run_for(minutes=1)
    assert play.http.get(f"/network/subscriptions/{play.main}").status_code == 200
    play.run_for(minutes=31)
    assert play.http.get(f"/network/subscriptions/{play.main}").status_code == 404


def test_the_record_of_a_line_vanishes_without_a_word(start: Any) -> None:
    play = start(FaultPlan(where="order", what="lose_line", line="M2", after=timedelta(hours=3)))
    for number in (play.main, play.second):
        play.subscribe(number, "reserved")
    play.run_for(hours=3)
    assert play.http.get(f"/network/subscriptions/{play.second}").status_code == 404
    assert play.http.get(f"/network/subscriptions/{play.main}").status_code == 200
    assert len(_events(play)) == 2


def test_a_switched_number_registers_after_the_card_is_in(start: Any) -> None:
    play = start()
    play.request_port(play.main)
    play.run_until("2019-01-16T02:30:00+01:00")
    _use(play, play.main)
    put_in = next(e for e in play.world.chronicle.customer_log() if e.kind == "card_put_in")
    events = play.get("/network/events?after=0")["events"]
    seen = next(e["at"] for e in events if e["event"] == "registered")
    assert put_in.at.isoformat() < seen
    assert set(play.world.truth.capabilities(play.main)) == set(play.probe(play.main)) - {
        "registered"
    }
    holder = play.world.truth.holder(play.main)
    assert (holder.network, holder.hub) == ("brisa", "brisa")


# eSIM


def _es2plus(play: Any, function: str, call: str, **order: Any) -> Any:
    header = {"functionRequesterIdentifier": "1.2.3", "functionCallIdentifier": call}
    return play.post(f"/gsma/rsp2/es2plus/{function}", {"header": header, **order})


def test_a_profile_is_ordered_confirmed_and_released_once(start: Any) -> None:
    play = start()
    order = _es2plus(play, "downloadOrder", "c1", iccid=f"{SIM}F")
    assert order["iccid"] == f"{SIM}F"
    confirmed = _es2plus(play, "confirmOrder", "c2", iccid=f"{SIM}F", releaseFlag=False)
    assert _es2plus(play, "confirmOrder", "c2", iccid=f"{SIM}F", releaseFlag=False) == confirmed
    assert confirmed["matchingId"]
    _es2plus(play, "releaseProfile", "c3", iccid=f"{SIM}F")
    again = _es2plus(play, "releaseProfile", "c4", iccid=f"{SIM}F")
    status = again["header"]["functionExecutionStatus"]
    assert status["status"] == "Failed"
    events = play.get("/es2plus/events?after=0")["events"]
    assert [event["status"] for event in events] == ["released"]


def test_an_unknown_profile_is_refused_with_the_codes_of_the_specification(start: Any) -> None:
    play = start()
    reply = _es2plus(play, "confirmOrder", "c1", iccid=f"{SIM}F", releaseFlag=True)
    codes = reply["header"]["functionExecutionStatus"]["statusCodeData"]
    assert (codes["subjectCode"], codes["reasonCode"]) == ("8.2.1", "3.9")


def test_an_order_without_a_card_gets_one_with_a_right_check_digit(start: Any) -> None:
    play = start()
    iccid = _es2plus(play, "downloadOrder", "c1", profileType="consumer")["iccid"].rstrip("F")
    digits = [int(digit) for digit in reversed(iccid)]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    assert (len(iccid), (sum(digits[::2]) + doubled) % 10) == (19, 0)


def test_an_installed_profile_becomes_active_when_the_number_has_moved(start: Any) -> None:
    play = start()
    play.subscribe(play.main, iccid=SIM)
    _es2plus(play, "downloadOrder", "c1", iccid=f"{SIM}F")
    reply = _es2plus(play, "confirmOrder", "c2", iccid=f"{SIM}F", releaseFlag=True)
    play.sms(f"Escanea este código: LPA:1${reply['smdpAddress']}${reply['matchingId']}")
    play.request_port(play.main)
    play.run_for(hours=2)
    events = play.get("/es2plus/events?after=0")["events"]
    assert [(e["status"], e["point"]) for e in events][1:] == [("downloaded", 3), ("installed", 4)]
    play.run_until("2019-01-16T07:59:00+01:00")
    assert play.callers_hear(play.main) == {480}
    play.run_until("2019-01-16T09:31:00+01:00")
    assert play.callers_hear(play.main) == {200}
