"""The mobile hub over its wire: checks, states, windows, mailbox, file, and its faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from relevo.simulators.plan import FaultPlan

One = Callable[[str, str], str]


def test_a_request_of_the_morning_is_answered_in_the_afternoon_and_ported_on_the_second_working_day(
    start: Any, one: One
) -> None:
    play = start()
    reply = play.request_port(play.main)
    assert one(reply, "codigoRespuesta") == "0000 00000"
    assert one(reply, "estado") == "ASOL"
    assert one(reply, "fechaLimiteCambioEstado") == "2019-01-14T20:00:00"
    assert one(reply, "fechaVentanaCambio") == "2019-01-16T02:00:00"
    reference = one(reply, "codigoReferencia")
    assert reference[:8] == "90290111"
    assert reference[8:18] == "1901140900"
    assert len(reference) == 23
    play.run_until("2019-01-14T14:00:00+01:00")
    assert play.state_of(reference) == ("ASOL", "")
    play.run_until("2019-01-14T20:00:00+01:00")
    assert play.state_of(reference) == ("ACON", "")
    assert [state for _, _, state in play.notices()] == ["ACON"]
    play.run_until("2019-01-16T01:59:59+01:00")
    assert play.state_of(reference) == ("ACON", "")
    play.run_until("2019-01-16T02:00:00+01:00")
    assert play.state_of(reference) == ("APOR", "")


def test_a_request_of_the_afternoon_is_answered_the_next_morning(start: Any, one: One) -> None:
    play = start(starts="2019-01-18T17:00:00+01:00")  # a Friday
    reply = play.request_port(play.main)
    assert one(reply, "fechaLimiteCambioEstado") == "2019-01-21T14:00:00"
    assert one(reply, "fechaVentanaCambio") == "2019-01-22T02:00:00"


@pytest.mark.parametrize(
    "moment",
    ["2019-01-13T12:00:00+01:00", "2019-01-14T07:59:59+01:00", "2019-01-14T20:00:00+01:00"],
)
def test_nothing_is_created_outside_the_opening_hours(start: Any, one: One, moment: str) -> None:
    play = start(starts=moment)
    assert one(play.request_port(play.main), "codigoRespuesta") == "ACCS PERME"


def test_a_call_without_a_session_is_told_so(start: Any, one: One) -> None:
    play = start()
    play.session = "S000"
    assert one(play.request_port(play.main), "codigoRespuesta") == "ACCS NXSES"


def test_a_wrong_field_is_named(start: Any, one: One) -> None:
    play = start()
    reply = play.request_port(play.main, "902123")
    assert one(reply, "codigoRespuesta") == "GENE INFOR"
    assert one(reply, "nombre") == "codigoContrato"


def test_a_repeated_creation_names_the_request_that_exists(start: Any, one: One) -> None:
    play = start()
    first = play.request_port(play.main, "902AAAAAAAA")
    again = play.request_port(play.main, "902AAAAAAAA")
    other = play.request_port(play.main, "902BBBBBBBB")
    for reply in (again, other):
        assert one(reply, "codigoRespuesta") == "AREC EXIST"
        assert one(first, "codigoReferencia") in one(reply, "descripcion")
        assert "600000101" in one(reply, "descripcion")
        assert "902AAAAAAAA" in one(reply, "descripcion")


def test_a_wrong_donor_is_told_who_the_right_one_is(start: Any, one: One) -> None:
    play = start()
    reply = play.request_port(play.main, donor="903")
    assert one(reply, "codigoRespuesta") == "AREC ENUME"
    assert "901" in one(reply, "descripcion")


def test_the_routing_number_must_be_the_recipients(start: Any, one: One) -> None:
    play = start()
    assert one(play.request_port(play.main, nrn="799903"), "codigoRespuesta") == "AREC NRNRE"


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ("2019-01-21T02:00:00+01:00", "0000 00000"),
        ("2019-01-15T02:00:00+01:00", "AREC HORFV"),
        ("2019-01-21T03:00:00+01:00", "AREC HORFV"),
        ("2019-03-21T02:00:00+01:00", "AREC HORFV"),
    ],
)
def test_a_window_is_chosen_from_the_default_on_and_within_thirty_days(
    start: Any, one: One, window: str, code: str
) -> None:
    play = start()
    assert one(play.request_port(play.main, window=window), "codigoRespuesta") == code


def test_a_wrong_holder_is_rejected(start: Any, one: One) -> None:
    play = start()
    reference = one(play.request_port(play.main, document="B12345674"), "codigoReferencia")
    play.run_until("2019-01-14T20:00:00+01:00")
    assert play.state_of(reference) == ("AREC", "RECH_IDENT")


@pytest.mark.parametrize(
    ("card", "fate"),
    [("8934071100000000012", ("ACON", "")), ("8934071100000000020", ("AREC", "RECH_ICCID"))],
)
def test_a_prepaid_number_is_known_by_its_card(
    start: Any, one: One, card: str, fate: tuple[str, str]
) -> None:
    play = start()
    reply = play.request_port(play.prepaid, iccid=card, document="B12345674")
    play.run_until("2019-01-14T20:00:00+01:00")
    assert play.state_of(one(reply, "codigoReferencia")) == fate


def test_a_request_is_cancelled_until_14_of_the_last_working_day_before(
    start: Any, one: One
) -> None:
    play = start()
    early = one(play.request_port(play.main), "codigoReferencia")
    late = one(play.request_port(play.prepaid, iccid=play.old_card), "codigoReferencia")
    play.run_until("2019-01-15T13:59:59+01:00")
    assert play.cancel(early) == "0000 00000"
    assert play.cancel(early) == "0000 00000"
    assert play.state_of(early) == ("ACAN", "CANC_ABONA")
    play.run_until("2019-01-15T14:00:00+01:00")
    assert play.cancel(late) == "CANC TIEMP"
    play.run_until("2019-01-16T02:00:00+01:00")
    assert play.state_of(early)[0] == "ACAN"
    assert play.state_of(late)[0] == "APOR"


def test_notifications_come_by_pages_and_stay_until_they_are_marked(start: Any, one: One) -> None:
    play = start()
    play.request_port(play.main)
    play.request_port(play.second)
    play.run_until("2019-01-14T20:00:00+01:00")
    first = play.notices()
    assert play.notices() == first
    assert {number for _, number, _ in first} == {"600000101", "600000102"}
    play.ask_hub(
        "marcarComoSincronizadas", f"<codigoNotificacion>{first[0][0]}</codigoNotificacion>"
    )
    assert play.notices() == first[1:]


def test_the_number_query_says_who_holds_it(start: Any, one: One) -> None:
    play = start()
    play.request_port(play.main)
    ask = ("consultarNumeracionPortabilidadMovil", "<MSISDN>600000101</MSISDN>")
    before = play.ask_hub(*ask)
    assert one(before, "codigoOperadorActual") == "901"
    assert one(before, "involucradaProcesoPortabilidad") == "true"
    play.run_until("2019-01-16T02:00:00+01:00")
    after = play.ask_hub(*ask)
    assert one(after, "codigoOperadorActual") == "902"
    assert one(after, "codigoOperadorPropietarioRango") == "901"
    assert one(after, "portada") == "true"
    assert play.world.truth.holder(play.main).hub == "brisa"


def test_the_daily_file_has_every_process_and_those_of_others(start: Any, one: One) -> None:
    play = start()
    reference = one(play.request_port(play.main), "codigoReferencia")
    play.run_until("2019-01-16T07:00:00+01:00")
    files = play.get("/nc/files")["files"]
    assert [file["published_at"] for file in files] == [
        "2019-01-15T06:00:00Z",
        "2019-01-16T06:00:00Z",
    ]
    rows = play.http.get(f"/nc/files/{files[-1]['name']}").text.splitlines()
    assert f"{reference};APOR;20190116 02:00:00;;;600000101;;901;902" in rows
    assert any(row.endswith(";904;903") for row in rows)
    assert play.http.get("/nc/files/other.dat").status_code == 404


def test_what_is_no_envelope_gets_a_fault(start: Any, one: One) -> None:
    play = start()
    for body in (b"", b"<a/>", b"\xff\x00", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'):
        reply = play.http.post("/nc", content=body)
        assert reply.status_code == 500
        assert "Fault" in reply.text
    assert "Fault" in play.ask_hub("borrarTodo")


# Faults


def _confirmed_pair(play: Any, *contracts: str) -> list[tuple[str, str, str]]:
    for number, contract in zip((play.main, play.second), contracts, strict=False):
        play.request_port(number, contract)
    play.run_until("2019-01-14T20:00:00+01:00")
    notices: list[tuple[str, str, str]] = play.notices()
    return notices


PAIR = ("902AAAAAAAA", "902BBBBBBBB")


def test_a_hub_that_is_down_answers_nothing_for_its_time(start: Any) -> None:
    play = start(FaultPlan(where="hub", what="down", lasts=timedelta(hours=2)))
    paths = ("/nc/files", "/er/download?operator=00902&after=0")
    assert [play.http.get(path).status_code for path in paths] == [503, 503]
    assert play.http.post("/nc", content=b"").status_code == 503
    play.run_for(hours=2)
    assert [play.http.get(path).status_code for path in paths] == [200, 200]
    assert play.world.chronicle.faults()[0].struck_at == play.plan.starts


def test_a_doubled_notification_has_two_codes(start: Any) -> None:
    play = start(FaultPlan(where="hub", what="duplicate"))
    notices = _confirmed_pair(play, PAIR[0])
    assert [number for _, number, _ in notices] == ["600000101", "600000101"]
    assert len({code for code, _, _ in notices}) == 2


def test_a_delayed_notification_is_visible_later(start: Any) -> None:
    play = start(FaultPlan(where="hub", what="delay", by=timedelta(hours=9)))
    assert _confirmed_pair(play, PAIR[0]) == []
    play.run_for(hours=9)
    assert len(play.notices()) == 1


def test_two_notifications_change_places(start: Any) -> None:
    right = [number for _, number, _ in _confirmed_pair(start(), *PAIR)]
    fault = FaultPlan(where="hub", what="reorder")
    wrong = [number for _, number, _ in _confirmed_pair(start(fault), *PAIR)]
    assert wrong == right[::-1]


def test_a_notification_held_back_alone_comes_after_six_hours(start: Any) -> None:
    play = start(FaultPlan(where="hub", what="reorder"))
    assert _confirmed_pair(play, PAIR[0]) == []
    play.run_for(hours=6)
    assert len(play.notices()) == 1


def test_a_lost_notification_is_only_in_the_file(start: Any, one: One) -> None:
    play = start(FaultPlan(where="hub", what="lose_notice", line="M1"))
    assert [number for _, number, _ in _confirmed_pair(play, *PAIR)] == ["600000102"]
    play.run_until("2019-01-15T07:00:00+01:00")
    name = play.get("/nc/files")["files"][0]["name"]
    assert ";ACON;20190114" in play.http.get(f"/nc/files/{name}").text


def test_a_spent_quota_lasts_until_midnight(start: Any, one: One) -> None:
    play = start(FaultPlan(where="hub", what="quota"))
    for _ in range(2):
        assert one(play.request_port(play.main), "codigoRespuesta") == "AREC CUPO4"
    play.run_until("2019-01-15T08:00:00+01:00")
    assert one(play.request_port(play.main), "codigoRespuesta") == "0000 00000"


def test_a_wrong_donor_fault_moves_the_number_to_another_operator(start: Any, one: One) -> None:
    play = start(FaultPlan(where="hub", what="wrong_donor", line="M1"))
    reply = play.request_port(play.main)
    assert one(reply, "codigoRespuesta") == "AREC ENUME"
    assert "903" in one(reply, "descripcion")
    reply = play.request_port(play.main, donor="903")
    assert one(reply, "codigoReferencia")[3:6] == "903"
    assert play.callers_hear(play.main) == {200}


def test_a_lost_session_must_log_in_again(start: Any, one: One) -> None:
    play = start(FaultPlan(where="hub", what="session_lost", after=timedelta(minutes=1)))
    play.log_in()
    play.run_for(minutes=1)
    assert one(play.request_port(play.main), "codigoRespuesta") == "ACCS NXSES"
    assert one(play.request_port(play.main), "codigoRespuesta") == "ACCS NXSES"
    play.log_in()
    assert one(play.request_port(play.main), "codigoRespuesta") == "0000 00000"
