"""One request for many numbers at the mobile hub: verdicts by number, and the reduced list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relevo.simulators.plan import FaultPlan, LineKind, LinePlan

One = Callable[[str, str], str]
Every = Callable[[str, str], list[str]]
A, B, C = (f"+3460000020{n}" for n in (1, 2, 3))
EVENING = "2019-01-14T20:00:00+01:00"
FETCH = "obtenerSolicitudAltaPortabilidadMovil"
NEWS = "obtenerNotificacionesAltaPortabilidadMovilComoReceptorConfirmadasRechazadas"


def lines(**different: Any) -> tuple[LinePlan, ...]:
    made = [
        LinePlan(id=id_, kind=LineKind.MOBILE, donor="altamar", number=number, payment="postpaid")
        for id_, number in (("A", A), ("B", B), ("C", C))
    ]
    card = LinePlan(
        id="P",
        kind=LineKind.MOBILE,
        donor="altamar",
        number="+34600000210",
        payment="prepaid",
        iccid="8934071100000000012",
    )
    return (*made, card)


def shown(play: Any, reference: str) -> str:
    asked = f"<codigoReferencia>{reference}</codigoReferencia>"
    return str(play.ask_as("902", FETCH, asked))


def agree(play: Any, reference: str, action: str) -> str:
    asked = f"<codigoReferencia>{reference}</codigoReferencia><accion>{action}</accion>"
    return str(play.ask_as("902", "ackSolicitudAltaPortabilidadMovil", asked))


def test_all_numbers_of_a_request_share_one_reference_one_window_and_one_state(
    start: Any, one: One, every: Every
) -> None:
    play = start(lines=lines())
    reply = play.request_many(A, B, C)
    reference = one(reply, "codigoReferencia")
    assert reference[:8] == "90290112"
    assert one(reply, "fechaVentanaCambio") == "2019-01-16T02:00:00"
    play.run_until(EVENING)
    text = shown(play, reference)
    assert one(text, "estado") == "ACON"
    assert (every(text, "valorInicial"), every(text, "valorFinal")) == (
        ["600000201"],
        ["600000203"],
    )
    assert every(text, "confirmedMSISDN") == []
    play.run_until("2019-01-16T02:00:00+01:00")
    assert {play.world.truth.holder(each).hub for each in (A, B, C)} == {"brisa"}


def test_what_falls_out_of_a_request_is_free_and_the_rest_waits_for_the_recipient(
    start: Any, one: One, every: Every
) -> None:
    play = start(FaultPlan(where="donor", what="partial", lines=("A", "C")), lines=lines())
    reference = one(play.request_many(A, B, C), "codigoReferencia")
    play.run_until(EVENING)
    text = shown(play, reference)
    assert (one(text, "estado"), every(text, "confirmedMSISDN")) == (
        "ASOL",
        ["600000201", "600000203"],
    )
    assert every(play.ask_as("902", NEWS), "confirmedMSISDN") == ["600000201", "600000203"]
    play.run_until("2019-01-15T09:00:00+01:00")
    assert one(play.request_port(B), "codigoRespuesta") == "0000 00000"
    assert one(agree(play, reference, "confirm"), "codigoRespuesta") == "0000 00000"
    assert one(agree(play, reference, "confirm"), "codigoRespuesta") == "CONF COEST"
    assert one(shown(play, reference), "estado") == "ACON"
    play.run_until("2019-01-16T03:00:00+01:00")
    assert [play.world.truth.holder(each).hub for each in (A, B, C)] == [
        "brisa",
        "altamar",
        "brisa",
    ]


def test_a_reduced_list_that_is_refused_ends_the_request(start: Any, one: One) -> None:
    play = start(FaultPlan(where="donor", what="partial", lines=("A",)), lines=lines())
    reference = one(play.request_many(A, B), "codigoReferencia")
    play.run_until("2019-01-15T08:00:00+01:00")
    assert one(agree(play, reference, "cancel"), "codigoRespuesta") == "0000 00000"
    assert one(shown(play, reference), "estado") == "AREC"
    assert one(agree(play, reference, "cancel"), "codigoRespuesta") == "RECH REEST"


def test_a_reduced_list_to_which_nobody_answers_is_dropped_when_it_could_last_be_cancelled(
    start: Any, one: One
) -> None:
    play = start(FaultPlan(where="donor", what="partial", lines=("A",)), lines=lines())
    reference = one(play.request_many(A, B), "codigoReferencia")
    play.run_until("2019-01-15T13:59:00+01:00")
    assert one(shown(play, reference), "estado") == "ASOL"
    play.run_until("2019-01-15T14:00:00+01:00")
    assert one(shown(play, reference), "estado") == "AREC"


@pytest.mark.parametrize(
    ("card", "fate"),
    [("8934071100000000012", ("ACON", "")), ("8934071100000000020", ("AREC", "RECH_ICCID"))],
)
def test_one_active_line_with_a_wrong_card_sinks_the_whole_request(
    start: Any, one: One, card: str, fate: tuple[str, str]
) -> None:
    play = start(lines=lines())
    cards = (
        f"<ICCIDRelativoMSISDN><MSISDN>600000210</MSISDN><ICCID>{card}</ICCID>"
        "</ICCIDRelativoMSISDN>"
    )
    reference = one(play.request_many(A, "+34600000210", cards=cards), "codigoReferencia")
    play.run_until(EVENING)
    text = shown(play, reference)
    assert (one(text, "estado"), one(text, "causaEstado")) == fate


def test_a_wrong_holder_sinks_the_whole_request(start: Any, one: One) -> None:
    play = start(lines=lines())
    reply = play.request_many(A, B, document="A58818501")
    play.run_until(EVENING)
    text = shown(play, one(reply, "codigoReferencia"))
    assert (one(text, "estado"), one(text, "causaEstado")) == ("AREC", "RECH_IDENT")


def test_a_number_that_the_donor_does_not_serve_any_more_only_falls_out(
    start: Any, one: One, every: Every
) -> None:
    dependent = LinePlan(
        id="B", kind=LineKind.MOBILE, donor="altamar", number=B, payment="postpaid", depends_on="A"
    )
    cut = FaultPlan(where="donor", what="cease_dependent", line="B")
    play = start(cut, lines=(lines()[0], dependent))
    play.run_for(minutes=1)
    reference = one(play.request_many(A, B), "codigoReferencia")
    play.run_until(EVENING)
    assert every(shown(play, reference), "confirmedMSISDN") == ["600000201"]


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ((A, "+34699999999"), "AREC DOMIN"),
        ((A, "+34500000000"), "GENE INFOR"),
        ((), "GENE INFOR"),
    ],
)
def test_one_number_that_the_hub_refuses_refuses_the_request(
    start: Any, one: One, numbers: tuple[str, ...], code: str
) -> None:
    play = start(lines=lines())
    assert one(play.request_many(*numbers), "codigoRespuesta") == code


def test_a_silent_donor_is_a_rejection_of_all_at_the_exact_second(start: Any, one: One) -> None:
    play = start(FaultPlan(where="donor", what="silent", line="B"), lines=lines())
    reference = one(play.request_many(A, B), "codigoReferencia")
    play.run_until("2019-01-14T19:59:59+01:00")
    assert one(shown(play, reference), "estado") == "ASOL"
    play.run_until(EVENING)
    assert one(shown(play, reference), "causaEstado") == "RECH_NORES"


def test_the_daily_file_has_a_row_for_each_number_that_is_left(start: Any, one: One) -> None:
    play = start(FaultPlan(where="donor", what="partial", lines=("A", "C")), lines=lines())
    reference = one(play.request_many(A, B, C), "codigoReferencia")
    play.run_until("2019-01-15T07:00:00+01:00")
    (file,) = play.get("/nc/files")["files"]
    rows = play.http.get(f"/nc/files/{file['name']}").text.splitlines()
    ours = [row.split(";")[5] for row in rows if row.startswith(reference)]
    assert ours == ["600000201", "600000203"]
