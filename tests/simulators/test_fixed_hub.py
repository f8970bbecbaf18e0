"""The fixed hub over its wire: records in, records out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from relevo.simulators.plan import FaultPlan, LineKind, LinePlan

NO_WISH = ""
ONE = "976000101;976000101"
ALTAMAR, BRISA, CANTIL = "00901", "00902", "00903"


def _sp(process: str, *, preferred: str = NO_WISH, document: str = "B99286320", **more: str) -> str:
    given = {"recipient": BRISA, "nrn": "799952", "type": "01", "launch": "", "lines": ONE, **more}
    lines = ";".join(f"{given['nrn']};{line}" for line in given["lines"].split("|"))
    return (
        f"SP;{process};{given['launch']};{given['recipient']};;0;;;{document};Taller Cierzo S.L.;"
        f"Calle de Alfonso I 17;50003;Zaragoza;50;{preferred};{given['type']};0;;0;Mesa;900000902;;"
        f"mesa@brisa.example;15;20190114;;;{lines}"
    )


def moved(start: Any, *faults: FaultPlan) -> Any:
    """A world in which the number has come to us."""
    play = start(*faults)
    play.upload(_sp("P1"))
    play.run_until("2019-01-16T11:00:00+01:00")
    assert play.world.truth.holder(play.fixed).hub == "brisa"
    return play


def kinds(records: list[str]) -> list[str]:
    return [record.partition(";")[0] for record in records]


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


# ---- more than one number


def range_of(count: int) -> tuple[LinePlan, ...]:
    return tuple(
        LinePlan(id=f"F{n}", kind=LineKind.FIXED, donor="altamar", number=f"+34976000{200 + n}")
        for n in range(count)
    )


def test_a_multiple_request_moves_all_its_ranges_at_once(start: Any) -> None:
    play = start(lines=range_of(4))
    play.upload(_sp("P1", type="03", lines="976000200;976000201|976000203;976000203"))
    play.run_until("2019-01-16T10:00:00+01:00")
    assert play.fixed_replies()[-1].endswith(
        ";201901161000;799952;976000200;976000201;799952;976000203;976000203"
    )
    held = [play.world.truth.holder(f"+3497600020{n}").hub for n in range(4)]
    assert held == ["brisa", "brisa", "altamar", "brisa"]


def test_one_wrong_holder_is_a_no_to_all(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="reject", line="F1"), lines=range_of(2))
    play.upload(_sp("P1", type="03", lines="976000200;976000201"))
    play.run_until("2019-01-16T10:00:00+01:00")
    assert kinds(play.fixed_replies()) == ["DSP2"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"lines": "976000101;976000100"}, "30"),
        ({"lines": "976000000;976005000"}, "30"),
        ({"lines": "|".join([ONE] * 71)}, "240"),
        ({"type": "04", "lines": f"{ONE}|{ONE}"}, "31"),
        ({"type": "05"}, "16"),
        ({"lines": "600000101;600000101"}, "29"),
    ],
)
def test_limits_of_a_request_are_held(start: Any, change: dict[str, str], place: str) -> None:
    play = start()
    play.upload(_sp("P1", **change))
    play.run_for(minutes=5)
    (error,) = play.fixed_replies()
    assert error.startswith(f"FERROR;P1;{place};")


def test_a_launch_date_is_waited_for_in_the_queue(start: Any) -> None:
    play = start()
    play.upload(_sp("P1", launch="20190121"))
    play.run_for(minutes=5)
    assert play.fixed_replies() == ["QSP;P1;20190121;"]
    play.run_until("2019-01-23T10:00:00+01:00")
    assert kinds(play.fixed_replies()) == ["QSP", "ASP", "CP"]


# ---- the other role: an operator that has brought a file answers for itself


def played_by_altamar(start: Any, *faults: FaultPlan) -> Any:
    play = start(*faults)
    play.upload(f"SNP;S1;{ALTAMAR};01", name="s.txt", operator=ALTAMAR)
    play.upload(_sp("P1"))
    play.run_for(minutes=5)
    return play


def test_the_donor_gets_the_request_as_it_was_sent_and_accepts_it(start: Any) -> None:
    play = played_by_altamar(start)
    assert play.fixed_replies(ALTAMAR)[-1] == _sp("P1")
    play.upload("ASP;P1;201901171200;201901171500;", name="a.txt", operator=ALTAMAR)
    play.run_for(minutes=5)
    assert play.fixed_replies() == ["ASP;P1;201901171200;201901171500;"]
    play.run_until("2019-01-17T12:00:00+01:00")
    assert play.world.truth.holder(play.fixed).hub == "brisa"


def test_the_donor_denies_it_with_a_cause_and_somebody_to_call(start: Any) -> None:
    play = played_by_altamar(start)
    denial = "DSP2;P1;0003;No es el titular;Mesa;900000901;;mesa@altamar.example"
    play.upload(denial, denial, name="a.txt", operator=ALTAMAR)
    play.run_for(minutes=5)
    assert play.fixed_replies() == [denial]
    assert kinds(play.fixed_replies(ALTAMAR))[-1] == "FERROR"


def test_only_the_donor_can_answer(start: Any) -> None:
    play = played_by_altamar(start)
    play.upload("ASP;P1;201901171200;201901171500;", name="a.txt", operator=CANTIL)
    play.run_for(minutes=5)
    assert kinds(play.fixed_replies(CANTIL)) == ["FERROR"]
    assert play.fixed_replies() == []


def test_a_window_in_the_past_is_no_answer(start: Any) -> None:
    play = played_by_altamar(start)
    play.upload("ASP;P1;201901131200;201901131500;", name="a.txt", operator=ALTAMAR)
    play.run_for(minutes=5)
    assert kinds(play.fixed_replies(ALTAMAR))[-1] == "FERROR"


def test_both_sides_are_told_of_a_cancellation_and_the_second_one_only_its_sender(
    start: Any,
) -> None:
    play = played_by_altamar(start)
    play.upload("CNC;P1;01;", name="c.txt")
    play.run_for(minutes=5)
    play.upload("CNC;P1;01;", name="d.txt")
    play.run_for(minutes=5)
    assert kinds(play.fixed_replies()) == ["STCC", "STCC"]
    assert kinds(play.fixed_replies(ALTAMAR)) == ["RNP", "SP", "STCC"]


def test_a_number_that_came_to_us_is_asked_of_us(start: Any) -> None:
    play = moved(start)
    ask = _sp("C1", recipient=CANTIL, nrn="799953")
    play.upload(ask, name="c.txt", operator=CANTIL)
    play.run_for(minutes=5)
    assert play.fixed_replies()[-1] == ask
    play.upload("ASP;C1;201901211000;201901211300;", name="a.txt")
    play.run_until("2019-01-21T10:00:00+01:00")
    assert play.world.truth.holder(play.fixed).hub == "cantil"
    assert play.callers_hear(play.fixed) == {200}


def test_a_change_can_be_rejected_after_its_confirmation_and_is_undone(start: Any) -> None:
    play = played_by_altamar(start)
    play.upload("ASP;P1;201901171200;201901171500;", name="a.txt", operator=ALTAMAR)
    play.run_until("2019-01-17T12:30:00+01:00")
    play.upload("RP;P1;0020;", name="r.txt", operator=ALTAMAR)
    play.run_for(minutes=5)
    assert kinds(play.fixed_replies()) == ["ASP", "CP", "RP"]
    assert play.world.truth.holder(play.fixed).hub == "altamar"
    assert play.callers_hear(play.fixed) == {200}


def test_an_unanswered_request_can_be_aborted_and_then_the_number_is_free(start: Any) -> None:
    play = played_by_altamar(start)
    play.upload("W;P1;15;", "W;P9;15;", name="w.txt")
    play.run_for(minutes=5)
    assert play.fixed_replies() == ["FERROR;P9;2;Proceso desconocido"]
    play.upload(_sp("P2"), name="2.txt")
    play.run_for(minutes=5)
    assert play.fixed_replies(ALTAMAR)[-1] == _sp("P2")


# ---- the post


def test_a_lost_file_leaves_a_gap_and_is_sent_again_when_it_is_asked_for(start: Any) -> None:
    play = start(FaultPlan(where="hub", what="lose_notice"), lines=range_of(2))
    play.upload(_sp("P1", lines="976000200;976000200"), _sp("P2", lines="976000201;976000201"))
    play.run_until("2019-01-14T16:00:00+01:00")
    (file,) = play.get("/er/download?operator=00902&after=0")["files"]
    assert file["seq"] == 2
    play.upload("REPM;902M1-1;00902;;1;1", name="m.txt")
    play.run_for(minutes=5)
    assert {reply.split(";")[1] for reply in play.fixed_replies()} == {"P1", "P2"}


def test_what_was_said_of_a_process_is_said_again_a_confirmation_as_a_repeated_one(
    start: Any,
) -> None:
    play = moved(start)
    play.upload("REPM;902M-1;00902;P1", name="m.txt")
    play.run_for(minutes=5)
    assert kinds(play.fixed_replies()) == ["ASP", "CP", "ASP", "CPR"]


@pytest.mark.parametrize(("what", "answers"), [("duplicate", 2), ("delay", 1)])
def test_the_post_doubles_and_delays(start: Any, what: str, answers: int) -> None:
    play = start(FaultPlan(where="hub", what=what, by=timedelta(hours=1)))
    play.upload(_sp("P1"))
    play.run_until("2019-01-15T09:00:00+01:00")
    assert kinds(play.fixed_replies()) == ["ASP"] * answers


def test_a_confirmation_may_come_before_the_window(start: Any) -> None:
    play = start(FaultPlan(where="hub", what="announce", by=timedelta(hours=3)))
    play.upload(_sp("P1"))
    play.run_until("2019-01-16T07:30:00+01:00")
    assert kinds(play.fixed_replies()) == ["ASP", "CP"]
    assert play.world.truth.holder(play.fixed).hub == "altamar"
    play.run_until("2019-01-16T10:00:00+01:00")
    assert kinds(play.fixed_replies()) == ["ASP", "CP"]
    assert play.world.truth.holder(play.fixed).hub == "brisa"


def test_the_hub_itself_may_deny_with_any_cause(start: Any) -> None:
    play = start(FaultPlan(where="hub", what="refuse", cause="0072"))
    play.upload(_sp("P1"))
    play.run_for(minutes=5)
    assert play.fixed_replies() == ["DSP1;P1;0072;;;;;"]


# ---- disconnection


NB = f"NB;R1;{BRISA};20190116;;799952;{ONE}"


def test_a_disconnected_number_goes_back_after_a_month(start: Any) -> None:
    play = moved(start)
    play.upload(NB, name="n.txt")
    play.run_for(minutes=5)
    assert kinds(play.fixed_replies())[-1] == "NBACK"
    play.run_until("2019-02-19T11:00:00+01:00")
    change = "CFC;R1;00901;201902181000;201902181300;" + f"799952;{ONE}"
    assert play.fixed_replies()[-1] == change
    assert play.fixed_replies("00904")[-1] == change
    assert play.world.truth.holder(play.fixed).hub == "altamar"


def test_only_who_has_the_number_can_disconnect_it_and_only_once(start: Any) -> None:
    play = moved(start)
    play.upload(NB.replace(f";{BRISA};", f";{CANTIL};"), name="n.txt", operator=CANTIL)
    play.upload(NB, NB.replace("R1", "R2"), name="m.txt")
    play.run_for(minutes=5)
    assert play.fixed_replies(CANTIL)[-1] == "DNB1;R1;0002;Baja no admitida;;;;"
    assert kinds(play.fixed_replies())[-2:] == ["NBACK", "DNB1"]


def test_a_disconnection_is_cancelled_until_the_number_has_gone(start: Any) -> None:
    play = moved(start)
    play.upload(NB, "XNB;R1;01;", "XNB;R9;01;", name="n.txt")
    play.run_for(minutes=5)
    assert kinds(play.fixed_replies())[-3:] == ["NBACK", "AXNB", "DXNB"]
    play.run_until("2019-03-01T11:00:00+01:00")
    assert play.world.truth.holder(play.fixed).hub == "brisa"


def test_a_number_can_be_ported_out_of_its_disconnection(start: Any) -> None:
    play = moved(start)
    play.upload(NB, name="n.txt")
    play.run_for(minutes=5)
    play.upload(_sp("C1", recipient=CANTIL, nrn="799953"), name="c.txt", operator=CANTIL)
    play.run_for(minutes=5)
    play.upload("ASP;C1;201901211000;201901211300;", name="a.txt")
    play.run_until("2019-03-01T11:00:00+01:00")
    assert "AXNB" in kinds(play.fixed_replies())
    assert play.world.truth.holder(play.fixed).hub == "cantil"


def test_a_disconnection_can_be_aborted(start: Any) -> None:
    play = moved(start)
    play.upload(NB, "W;R1;03;", name="n.txt")
    play.run_until("2019-03-01T11:00:00+01:00")
    assert play.world.truth.holder(play.fixed).hub == "brisa"


# ---- numbers


def test_a_new_routing_number_is_confirmed_forwarded_and_reported(start: Any) -> None:
    play = moved(start)
    change = f"MN;M1;{BRISA};201901211000;799962;{ONE}"
    play.upload(change, name="m.txt")
    play.run_until("2019-01-21T10:30:00+01:00")
    assert kinds(play.fixed_replies())[-2:] == ["CMN", "STM"]
    assert play.fixed_replies("00904")[-1] == change
    assert play.world.truth.holder(play.fixed).hub == "brisa"
    ask = (f"VNP;V1;{CANTIL};799952;{ONE}", f"VNP;V2;{CANTIL};799962;{ONE}")
    play.upload(*ask, name="v.txt", operator=CANTIL)
    play.run_for(minutes=5)
    assert play.fixed_replies(CANTIL)[-2:] == [
        f"RVNP;V1;02;;799962;{ONE}",
        f"RVNP;V2;01;;799962;{ONE}",
    ]


def test_a_new_routing_number_is_denied_rejected_or_taken_back(start: Any) -> None:
    play = moved(start)
    play.upload(f"MN;M0;{CANTIL};201901211000;799963;{ONE}", name="0.txt", operator=CANTIL)
    orders = [f"MN;M{n};{BRISA};201901211000;799962;{ONE}" for n in (1, 2)]
    play.upload(*orders, "CNM;M2;03;", "CNM;M2;03;", name="m.txt")
    play.run_for(minutes=5)
    play.upload("RMN;M1;0020;No", name="r.txt", operator=CANTIL)
    play.run_until("2019-01-22T10:00:00+01:00")
    assert kinds(play.fixed_replies(CANTIL)) == ["CP", "DMN", "MN", "MN", "STCM"]
    assert kinds(play.fixed_replies())[-5:] == ["CMN", "CMN", "ACNM", "DCNM", "RMN"]


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        ("01", 1),
        ("02;20190101;20190131", 1),
        ("02;20190201;20190228", 0),
        ("03;;;976000101;", 1),
        ("03;;;976000102;976000109", 0),
    ],
)
def test_data_of_moved_numbers_are_given_all_by_date_and_by_number(
    start: Any, scope: str, found: int
) -> None:
    play = moved(start)
    play.upload(f"SNP;S1;{CANTIL};{scope}", name="s.txt", operator=CANTIL)
    play.run_for(minutes=5)
    some = f"RNP;S1;{BRISA};201901161000;1;799952;{ONE}"
    assert play.fixed_replies(CANTIL)[-1] == (some if found else "RNP;S1;;;1")


def test_an_incoherence_is_brought_to_who_has_the_number_and_comes_to_an_end(start: Any) -> None:
    play = moved(start)
    report = f"DIN;D1;{CANTIL};0002;No se encamina;799952;{ONE}"
    play.upload(report, name="d.txt", operator=CANTIL)
    play.run_for(minutes=5)
    assert play.fixed_replies()[-1] == report
    play.upload(f"RDIN;D1;{BRISA};02;No es nuestro", name="r.txt")
    play.run_for(minutes=5)
    assert kinds(play.fixed_replies(CANTIL))[-2:] == ["RDIN", "RIN"]
    assert play.fixed_replies()[-1].startswith("RIN;D1;02;")


def test_an_operator_that_nobody_plays_answers_an_incoherence_by_itself(start: Any) -> None:
    play = start()
    play.upload(f"DIN;D1;{BRISA};0002;Suena;799951;{ONE}", name="d.txt")
    play.run_for(hours=3)
    assert kinds(play.fixed_replies()) == ["RDIN", "RIN"]
