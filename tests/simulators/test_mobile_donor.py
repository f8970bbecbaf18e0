"""We are the donor: others ask the mobile hub for numbers of ours, and wait for our answer."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from relevo.simulators.plan import FaultPlan, PortOutPlan, ServedPlan
from relevo.values.moment import instant

One = Callable[[str, str], str]
Every = Callable[[str, str], list[str]]
S1, S2, PRE, OLD = (f"+3460000030{n}" for n in (1, 2, 3, 4))
CARD = "8934099000000000014"
STARTS = instant("2019-01-14T09:00:00+01:00")
SERVED = (
    ServedPlan(id="S1", number=S1),
    ServedPlan(id="S2", number=S2, depends_on="S1"),
    ServedPlan(id="PRE", number=PRE, payment="prepaid", iccid=CARD),
    ServedPlan(id="OLD", number=OLD, ported_from="duna"),
)
AFTERNOON, EVENING = "2019-01-14T14:00:00+01:00", "2019-01-14T20:00:00+01:00"
WINDOW = "2019-01-16T02:00:00+01:00"
PENDING = "obtenerNotificacionesAltaPortabilidadMovilComoDonantePendientesConfirmarRechazar"
CANCELLED = "obtenerNotificacionesAltaPortabilidadMovilComoDonanteCanceladas"
LIST = "obtenerSolicitudesAltaPortabilidadMovilComoDonantePendientesConfirmarRechazar"


def asking(*numbers: str, **more: Any) -> PortOutPlan:
    return PortOutPlan(numbers=numbers, recipient="cantil", due=STARTS, **more)


def begun(start: Any, *port_outs: PortOutPlan, faults: tuple[FaultPlan, ...] = ()) -> Any:
    play = start(*faults, served=SERVED, port_outs=port_outs)
    play.run_for(minutes=1)
    return play


def ask(play: Any, operation: str, reference: str, more: str = "") -> str:
    asked = f"<codigoReferencia>{reference}</codigoReferencia>{more}"
    return str(play.ask_as("902", operation, asked))


def confirm(play: Any, reference: str, *numbers: str) -> str:
    left = "".join(f"<confirmedMSISDN>{each[3:]}</confirmedMSISDN>" for each in numbers)
    return ask(play, "confirmarSolicitudAltaPortabilidadMovil", reference, left)


def reject(play: Any, reference: str, cause: str) -> str:
    why = f"<causaEstado>{cause}</causaEstado>"
    return ask(play, "rechazarSolicitudAltaPortabilidadMovil", reference, why)


def test_a_request_for_a_number_of_ours_lies_in_our_mailbox_and_in_the_list(
    start: Any, one: One, every: Every
) -> None:
    play = begun(start, asking(S1))
    for operation in (PENDING, LIST):
        text = play.ask_as("902", operation)
        assert one(text, "MSISDN") == "600000301"
        assert one(text, "documento") == "B99286320"
        assert one(text, "codigoOperadorReceptor") == "903"
        assert one(text, "fechaLimiteCambioEstado") == "2019-01-14T20:00:00"
        assert one(text, "tipoSolicitud") == "INDIVIDUAL"
    notice = one(play.ask_as("902", PENDING), "codigoNotificacion")
    mark = f"<codigoNotificacion>{notice}</codigoNotificacion>"
    play.ask_as("902", "marcarComoSincronizadas", mark)
    assert every(play.ask_as("902", PENDING), "codigoNotificacion") == []
    assert len(every(play.ask_as("902", LIST), "codigoReferencia")) == 1


def test_a_confirmed_number_leaves_in_its_window_and_is_never_dead(start: Any, one: One) -> None:
    play = begun(start, asking(S1))
    reference = one(play.ask_as("902", LIST), "codigoReferencia")
    play.run_until(AFTERNOON)
    assert one(confirm(play, reference), "codigoRespuesta") == "0000 00000"
    assert one(confirm(play, reference), "codigoRespuesta") == "CONF COEST"
    assert one(play.ask_as("902", LIST), "codigoReferencia") == ""
    play.run_until("2019-01-16T01:59:59+01:00")
    assert play.world.truth.holder(S1).network == "brisa"
    play.run_until(WINDOW)
    assert play.world.truth.holder(S1).network == "cantil"
    assert play.world.truth.holder(S1).hub == "cantil"
    assert play.world.truth.dead_intervals(S1) == []
    assert play.world.chronicle.port_outs() == {S1: "ported"}


def test_a_number_that_we_switch_off_before_its_window_is_dead(start: Any, one: One) -> None:
    play = begun(start, asking(S1))
    play.run_until(AFTERNOON)
    confirm(play, one(play.ask_as("902", LIST), "codigoReferencia"))
    play.http.delete(f"/network/subscriptions/{S1}", params={"key": "k"})
    play.run_for(minutes=1)
    assert play.callers_hear(S1) == {404}
    play.run_until(WINDOW)
    assert play.callers_hear(S1) == {200}


def test_a_no_is_taken_inside_the_reply_window_only_and_told_with_its_limits(
    start: Any, one: One
) -> None:
    play = begun(start, asking(S1))
    reference = one(play.ask_as("902", LIST), "codigoReferencia")
    early = reject(play, reference, "RECH_IDENT")
    assert one(early, "codigoRespuesta") == "RECH TIEMP"
    assert "14/01/2019 14:00:00 hasta 14/01/2019 20:00:00" in one(early, "descripcion")
    play.run_until(AFTERNOON)
    assert one(reject(play, reference, "RECH_NORES"), "codigoRespuesta") == "GENE INFOR"
    assert one(reject(play, reference, "RECH_IDENT"), "codigoRespuesta") == "0000 00000"
    assert one(reject(play, reference, "RECH_IDENT"), "codigoRespuesta") == "RECH REEST"
    assert play.world.chronicle.port_outs() == {S1: "rejected:RECH_IDENT"}


def test_our_silence_is_a_rejection_at_the_exact_second(start: Any) -> None:
    play = begun(start, asking(S1))
    play.run_until("2019-01-14T19:59:59+01:00")
    assert play.world.chronicle.port_outs() == {S1: "asked"}
    play.run_until(EVENING)
    assert play.world.chronicle.port_outs() == {S1: "rejected:RECH_NORES"}


def test_a_cancellation_of_the_recipient_is_told_to_us(start: Any, one: One) -> None:
    play = begun(start, asking(S1, cancel_after=timedelta(hours=4)))
    play.run_until(EVENING)
    text = play.ask_as("902", CANCELLED)
    assert (one(text, "estado"), one(text, "causaEstado")) == ("ACAN", "CANC_ABONA")
    assert play.world.chronicle.port_outs() == {S1: "cancelled"}


def test_a_prepaid_number_is_asked_for_with_its_card_and_a_contract_without(
    start: Any, one: One
) -> None:
    play = begun(start, asking(PRE), asking(S1), asking(OLD, iccid="8934099000000000022"))
    text = play.ask_as("902", LIST)
    cards = [each.split("</por:ICCID>")[0] for each in text.split("<por:ICCID>")[1:]]
    assert cards == [CARD, "8934099000000000022"]
    assert one(text, "codigoReferencia")[:8] == "90390211"


def test_we_confirm_a_part_and_the_recipient_agrees(start: Any, one: One, every: Every) -> None:
    play = begun(start, asking(S1, S2, OLD))
    text = play.ask_as("902", LIST)
    assert one(text, "tipoSolicitud") == "MULTIPLE"
    assert every(text, "valorInicial") == ["600000301", "600000304"]
    reference = one(text, "codigoReferencia")
    strange = confirm(play, reference, PRE)
    assert one(strange, "codigoRespuesta") == "GENE INFOR"
    play.run_until(AFTERNOON)
    assert one(confirm(play, reference, S1, S2), "codigoRespuesta") == "0000 00000"
    assert one(confirm(play, reference, S1, S2), "codigoRespuesta") == "CONF COEST"
    play.run_until(EVENING)
    fates = {S1: "confirmed", S2: "confirmed", OLD: "left out"}
    assert play.world.chronicle.port_outs() == fates


def test_a_recipient_who_wants_all_or_nothing_drops_a_reduced_list(start: Any, one: One) -> None:
    play = begun(start, asking(S1, S2, agrees=False))
    play.run_until(AFTERNOON)
    confirm(play, one(play.ask_as("902", LIST), "codigoReferencia"), S1)
    play.run_until(EVENING)
    assert set(play.world.chronicle.port_outs().values()) == {"dropped"}


def test_a_party_sees_only_its_own_processes(start: Any, one: One) -> None:
    play = begun(start, asking(S1))
    reference = one(play.ask_as("902", LIST), "codigoReferencia")
    asked = f"<codigoReferencia>{reference}</codigoReferencia>"
    fetch = "obtenerSolicitudAltaPortabilidadMovil"
    assert one(play.ask_as("903", fetch, asked), "estado") == "ASOL"
    assert one(play.ask_as("904", fetch, asked), "codigoRespuesta") == "GENE INFOR"
    assert one(play.ask_as("904", LIST), "codigoReferencia") == ""
    stolen = play.ask_as("904", "confirmarSolicitudAltaPortabilidadMovil", asked)
    assert one(stolen, "codigoRespuesta") == "GENE INFOR"
    for operation in ("consultarProcesosPortabilidadMovil",):
        number = f"<MSISDN>{S1[3:]}</MSISDN>"
        assert one(play.ask_as("902", operation, number), "estado") == "ASOL"
        assert one(play.ask_as("904", operation, number), "estado") == ""


def test_an_operator_that_has_logged_in_answers_for_himself(start: Any, one: One) -> None:
    play = start()
    play.ask_as("901", LIST)
    reference = one(play.request_port(play.main), "codigoReferencia")
    play.run_until("2019-01-14T19:59:00+01:00")
    assert play.state_of(reference) == ("ASOL", "")
    asked = f"<codigoReferencia>{reference}</codigoReferencia>"
    play.ask_as("901", "confirmarSolicitudAltaPortabilidadMovil", asked)
    assert play.state_of(reference) == ("ACON", "")


@pytest.mark.parametrize(("what", "unread"), [("duplicate", 2), ("lose_notice", 0), ("delay", 0)])
def test_a_fault_of_the_mailbox_strikes_what_is_told_to_the_donor(
    start: Any, every: Every, what: str, unread: int
) -> None:
    play = begun(start, asking(S1), faults=(FaultPlan(where="hub", what=what, line="S1"),))
    assert len(every(play.ask_as("902", PENDING), "codigoNotificacion")) == unread
    assert len(every(play.ask_as("902", LIST), "codigoReferencia")) == 1


def test_a_donor_may_bring_the_holders_word_that_he_wants_to_stay(start: Any, one: One) -> None:
    play = begun(start, asking(S1))
    reference = one(play.ask_as("902", LIST), "codigoReferencia")
    wish = "SolicitudCancelacionPortabilidadMovilIniciadaPorDonante"
    paper = f"<acreditacionAbonado>{b64encode(b'%PDF-1.4').decode()}</acreditacionAbonado>"
    assert one(ask(play, f"crear{wish}", reference), "codigoRespuesta") == "GENE INFOR"
    code = one(ask(play, f"crear{wish}", reference, paper), f"codigo{wish}")
    asked = f"<codigo{wish}>{code}</codigo{wish}>"
    shown = play.ask_as("903", f"obtener{wish}", asked)
    assert one(shown, "codigoReferencia") == reference
    found = play.ask_as("903", "consultarSolicitudesAltaPortabilidadMovil", "<filtro></filtro>")
    assert one(found, f"codigo{wish}") == code
    assert one(play.ask_as("904", f"obtener{wish}", asked), "codigoRespuesta") == "GENE INFOR"


def test_a_fault_of_provisioning_strikes_our_switching_off(start: Any) -> None:
    fault = FaultPlan(where="network", what="provision_fails", line="S1")
    play = begun(start, faults=(fault,))
    for key in ("first", "second"):
        play.http.delete(f"/network/subscriptions/{S1}", params={"key": key})
        play.run_for(minutes=1)
    events = [each["event"] for each in play.get("/network/events?after=0")["events"]]
    assert events == ["failed", "withdrawn"]


def test_a_number_that_comes_back_to_our_network_is_in_the_same_phone(start: Any) -> None:
    play = begun(start)
    play.http.delete(f"/network/subscriptions/{S1}", params={"key": "k"})
    play.run_for(minutes=1)
    assert play.callers_hear(S1) == {404}
    play.subscribe(S1, iccid=SERVED[0].card)
    play.run_for(minutes=31)
    assert play.callers_hear(S1) == {200}
