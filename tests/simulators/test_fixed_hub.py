"""The fixed hub over its wire: records in, records out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from relevo.simulators.plan import FaultPlan

NO_WISH = ""


def _sp(process: str, *, preferred: str = NO_WISH, document: str = "B99286320") -> str:
    return (
        f"SP;{process};;00902;;0;;;{document};Taller Cierzo S.L.;Calle de Alfonso I 17;50003;"
        f"Zaragoza;50;{preferred};01;0;;0;Mesa;900000902;;mesa@brisa.example;15;20190114;;;"
        "799952;976000101;976000101"
    )


def test_a_request_is_accepted_with_a_window_and_confirmed_to_all_when_it_opens(start: Any) -> None:
    play = start()
    assert play.upload(_sp("P1")) == "ACK;1\n"
    play.run_until("2019-01-14T16:00:00+01:00")
    assert play.fixed_replies() == ["ASP;P1;201901161000;201901161300;"]
    play.run_until("2019-01-16T09:59:59+01:00")
    assert play.callers_hear(play.fixed) == {200}
    play.run_until("2019-01-16T10:00:00+01:00")
    moved = "CP;P1;00902;00901;201901161000;799952;976000101;976000101"
    assert play.fixed_replies()[-1] == moved
    assert play.fixed_replies("00904") == [moved]
    assert play.callers_hear(play.fixed) == {404}
    assert play.world.truth.holder(play.fixed).hub == "brisa"


def test_a_preferred_hour_on_a_later_working_day_is_kept(start: Any) -> None:
    play = start()
    play.upload(_sp("P1", preferred="2019011812"))
    play.run_until("2019-01-14T16:00:00+01:00")
    assert play.fixed_replies() == ["ASP;P1;201901181200;201901181500;"]


def test_a_repeated_file_does_nothing_and_a_repeated_request_is_answered_alike(start: Any) -> None:
    play = start()
    play.upload(_sp("P1"))
    play.upload(_sp("P1"))
    play.run_until("2019-01-14T16:00:00+01:00")
    answer = play.fixed_replies()
    assert len(answer) == 1
    play.upload(_sp("P1"), name="2.txt")
    play.run_for(minutes=5)
    assert play.fixed_replies() == answer * 2


def test_a_wrong_holder_and_a_second_request_are_denied(start: Any) -> None:
    play = start()
    play.upload(_sp("P1", document="B12345674"))
    play.upload(_sp("P2"), name="2.txt")
    play.run_until("2019-01-14T16:00:00+01:00")
    kinds = {tuple(reply.split(";")[:3]) for reply in play.fixed_replies()}
    assert kinds == {("DSP1", "P2", "0021"), ("DSP2", "P1", "0003")}


def test_a_record_without_its_form_gets_the_place_of_the_wrong_field(start: Any) -> None:
    play = start()
    play.upload(_sp("P1").replace(";50003;", ";5000;"), "XX;P2")
    play.run_for(minutes=5)
    assert play.fixed_replies() == [
        "FERROR;P1;12;Código postal no válido",
        "FERROR;P2;1;Mensaje desconocido",
    ]


def test_a_change_is_cancelled_until_a_day_before(start: Any) -> None:
    play = start()
    play.upload(_sp("P1"))
    play.run_until("2019-01-15T09:59:00+01:00")
    play.upload("CNC;P1;01;", name="2.txt")
    play.run_for(minutes=5)
    assert play.fixed_replies()[-1].startswith("STCC;P1;01;20190115")
    play.run_until("2019-01-17T10:00:00+01:00")
    assert play.callers_hear(play.fixed) == {200}


def test_a_late_cancellation_is_denied(start: Any) -> None:
    play = start()
    play.upload(_sp("P1"))
    play.run_until("2019-01-15T10:00:00+01:00")
    play.upload("CNC;P1;01;", "CNC;P9;01;", name="2.txt")
    play.run_for(minutes=5)
    assert [reply[:12] for reply in play.fixed_replies()[-2:]] == ["DCNC;P1;0021", "DCNC;P9;0002"]


def test_a_file_sent_at_night_is_read_in_the_morning(start: Any) -> None:
    play = start(starts="2019-01-13T12:00:00+01:00")
    play.upload(_sp("P1"))
    play.run_until("2019-01-14T08:00:00+01:00")
    assert play.fixed_replies() == []
    play.run_until("2019-01-14T15:00:00+01:00")
    assert play.fixed_replies() == ["ASP;P1;201901161000;201901161300;"]


def test_a_spent_quota_queues_the_request_until_the_next_working_day(start: Any) -> None:
    play = start(FaultPlan(where="hub", what="quota"))
    play.upload(_sp("P1"))
    play.run_for(minutes=5)
    assert play.fixed_replies() == ["QSP;P1;20190115;"]
    play.run_until("2019-01-15T15:00:00+01:00")
    assert play.fixed_replies()[-1] == "ASP;P1;201901171000;201901171300;"


def test_a_silent_donor_never_answers(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="silent"))
    play.upload(_sp("P1"))
    play.run_for(days=10)
    assert play.fixed_replies() == []


def test_a_late_donor_accepts_for_a_day_that_is_still_to_come(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="late", by=timedelta(days=3)))
    play.upload(_sp("P1"))
    play.run_for(days=3)
    assert play.fixed_replies() == []
    play.run_for(days=1)
    assert play.fixed_replies() == ["ASP;P1;201901181000;201901181300;"]


def test_who_does_not_say_who_he_is_is_turned_away(start: Any) -> None:
    play = start()
    assert play.http.post("/er/upload", content=b"x").status_code == 400
