"""Numbers that go back, migrations, the bulletin, and the hub that works by files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from relevo.simulators.plan import FaultPlan, PortOutPlan, ServedPlan
from relevo.values.moment import instant

One = Callable[[str, str], str]
Every = Callable[[str, str], list[str]]
OWN, IN, GONE = "+34600000301", "+34600000401", "+34600000402"
SERVED = (
    ServedPlan(id="OWN", number=OWN),
    ServedPlan(id="IN", number=IN, ported_from="altamar"),
    ServedPlan(
        id="GONE",
        number=GONE,
        ported_from="altamar",
        ceased_at=instant("2018-12-20T10:00:00+01:00"),
    ),
)
GIVE, TAKE, SHOW, FIND = (
    f"{verb}BajaNumeracionMovil"
    for verb in (
        "crearSolicitud", "cancelarSolicitud", "obtenerSolicitud", "consultarSolicitudes",
    )
)  # fmt: skip


def give_back(play: Any, number: str, when: str = "2019-01-14T08:30:00+01:00") -> str:
    return str(
        play.ask_as(
            "902",
            GIVE,
            f"<solicitud><fechaBajaAbonado>{when}</fechaBajaAbonado>"
            f"<MSISDN>{number[3:]}</MSISDN></solicitud>",
        )
    )


def asked(reference: str, more: str = "") -> str:
    return f"<codigoReferencia>{reference}</codigoReferencia>{more}"


def state(play: Any, one: One, number: str) -> str:
    found = play.ask_as("902", FIND, f"<filtro><MSISDN>{number[3:]}</MSISDN></filtro>")
    return one(found, "estado")


def test_a_ported_number_goes_back_a_month_and_two_working_days_after_its_end(
    start: Any, one: One
) -> None:
    play = start(served=SERVED, starts="2025-11-24T18:03:00+01:00")
    reply = give_back(play, IN, "2025-11-24T18:03:00+01:00")
    assert one(reply, "codigoReferencia")[:8] == "90290121"
    assert one(reply, "fechaVentanaCambio") == "2025-12-29T02:00:00"  # as seen in the field
    assert one(give_back(play, IN), "codigoRespuesta") == "AREC EXIST"
    play.run_until("2025-12-29T01:59:59+01:00")
    assert state(play, one, IN) == "BNOT"
    play.run_until("2025-12-29T07:00:00+01:00")
    assert state(play, one, IN) == "BDEF"
    assert play.world.truth.holder(IN).hub == "altamar"
    names = [file["name"] for file in play.get("/nc/files")["files"]]
    assert "NC_DEVUELTOS_901_20251229.dat" in names
    back = play.http.get("/nc/files/NC_DEVUELTOS_901_20251229.dat").text
    assert back.splitlines() == ["600000401;20251229"]


@pytest.mark.parametrize(("number", "code"), [(OWN, "AREC DOMIN"), ("+34600000101", "AREC ENUME")])
def test_only_what_was_ported_to_us_goes_back(start: Any, one: One, number: str, code: str) -> None:
    play = start(served=SERVED)
    assert one(give_back(play, number), "codigoRespuesta") == code


def test_a_return_is_cancelled_when_the_customer_comes_back(start: Any, one: One) -> None:
    play = start(served=SERVED)
    reference = one(give_back(play, IN), "codigoReferencia")
    why = "<causaEstado>CANC_ABONA</causaEstado>"
    for _ in range(2):
        reply = play.ask_as("902", TAKE, asked(reference, why))
        assert one(reply, "codigoRespuesta") == "0000 00000"
    shown = play.ask_as("902", SHOW, asked(reference))
    assert (one(shown, "estado"), one(shown, "causaEstado")) == ("BCAN", "CANC_ABONA")
    assert one(play.ask_as("903", SHOW, asked(reference)), "codigoRespuesta") == "GENE INFOR"


@pytest.mark.parametrize(
    ("answer", "ends"), [("confirm", "BCAN"), ("reject", "BNOT"), ("silence", "BNOT")]
)
def test_a_request_for_a_returning_number_holds_the_return_until_it_has_ended(
    start: Any, one: One, answer: str, ends: str
) -> None:
    rescue = PortOutPlan(
        numbers=(GONE,), recipient="cantil", due=instant("2019-01-14T09:00:00+01:00")
    )
    play = start(served=SERVED, port_outs=(rescue,))
    assert state(play, one, GONE) == "BNOT"
    play.run_until("2019-01-14T14:00:00+01:00")
    assert state(play, one, GONE) == "BDET"
    reference = one(
        play.ask_as("902", "consultarProcesosPortabilidadMovil", f"<MSISDN>{GONE[3:]}</MSISDN>"),
        "codigoReferencia",
    )
    operations = {
        "confirm": ("confirmarSolicitudAltaPortabilidadMovil", ""),
        "reject": (
            "rechazarSolicitudAltaPortabilidadMovil",
            "<causaEstado>RECH_IDENT</causaEstado>",
        ),
    }
    if answer in operations:
        operation, more = operations[answer]
        play.ask_as("902", operation, asked(reference, more))
    play.run_until("2019-01-16T03:00:00+01:00")
    assert state(play, one, GONE) == ends


def test_every_kind_of_process_stands_in_the_daily_file(start: Any, one: One) -> None:
    play = start(served=SERVED)
    reference = one(give_back(play, IN), "codigoReferencia")
    play.run_until("2019-01-15T07:00:00+01:00")
    name = play.get("/nc/files")["files"][-1]["name"]
    rows = play.http.get(f"/nc/files/{name}").text.splitlines()
    assert f"{reference};BNOT;20190114 09:00:00;;;600000401;;901;902" in rows
    assert {row.split(";")[1] for row in rows[1:]} >= {"ASOL", "BNOT", "BFIN", "NMIG"}


OPEN = (
    "<solicitud><fechaInicio>2019-02-01T02:00:00+01:00</fechaInicio><volumen>{volume}</volumen>"
    "<codigoOperadorPrestadorServicioOrigen>904</codigoOperadorPrestadorServicioOrigen>"
    "<codigoOperadorRedOrigen>904</codigoOperadorRedOrigen>"
    "<codigoOperadorRedDestino>902</codigoOperadorRedDestino>"
    "<escenario>{why}</escenario></solicitud>"
)
MOVE = (
    "<solicitud><codigoReferencia>{reference}</codigoReferencia>"
    "<codigoOperadorRedOrigen>904</codigoOperadorRedOrigen>"
    "<codigoOperadorRedDestino>902</codigoOperadorRedDestino><NRN>{nrn}</NRN>"
    "<MSISDN>600000501</MSISDN></solicitud>"
)
MIGRATION_NEWS = "obtenerNotificacionesMigracionNumeracionMovilEnviadasFinalizadas"


def test_a_migration_goes_from_its_announcement_to_its_end(
    start: Any, one: One, every: Every
) -> None:
    play = start()
    opened = play.ask_as(
        "902",
        "crearSolicitudMigracionNumeracionMovil",
        OPEN.format(volume=1, why="CAMBIO_OPERADOR_RED"),
    )
    reference = one(opened, "codigoReferencia")
    assert one(opened, "fechaMaximaFinalizacion") == "2019-03-03T20:00:00"
    add, finish = (
        "crearSolicitudNumeracionMigracionNumeracionMovil",
        "finalizarSolicitudMigracionNumeracionMovil",
    )
    wrong = play.ask_as("902", add, MOVE.format(reference=reference, nrn="799904"))
    assert one(wrong, "codigoRespuesta") == "AREC NRNRE"
    right = MOVE.format(reference=reference, nrn="799902")
    assert one(play.ask_as("902", add, right), "codigoRespuesta") == "0000 00000"
    assert one(play.ask_as("902", add, right), "codigoRespuesta") == "AREC EXIST"
    assert one(play.ask_as("902", finish, asked(reference)), "codigoRespuesta") == "GENE INFOR"
    play.run_until("2019-01-15T09:00:00+01:00")
    assert one(play.ask_as("902", finish, asked(reference)), "codigoRespuesta") == "0000 00000"
    assert every(play.ask_as("902", MIGRATION_NEWS), "estado") == ["MENV", "MFIN"]
    assert one(play.ask_as("903", finish, asked(reference)), "codigoRespuesta") == "GENE INFOR"


def test_a_migration_for_no_known_reason_is_refused(start: Any, one: One) -> None:
    play = start()
    reply = play.ask_as(
        "902", "crearSolicitudMigracionNumeracionMovil", OPEN.format(volume=1, why="PORQUE_SI")
    )
    assert one(reply, "codigoRespuesta") == "GENE INFOR"


def test_the_bulletin_knows_whose_a_number_is_and_whose_its_range(start: Any, one: One) -> None:
    play = start(served=SERVED)
    reply = play.ask_as("903", "consultarNumeracionPortabilidadMovil", f"<MSISDN>{IN[3:]}</MSISDN>")
    assert one(reply, "codigoOperadorActual") == "902"
    assert one(reply, "codigoOperadorPropietarioRango") == "901"
    assert one(reply, "portada") == "true"
    ranges = play.ask_as("903", "consultarRangosNumeracion", f"<MSISDN>{IN[3:]}</MSISDN>")
    low, high = one(ranges, "valorInicial"), one(ranges, "valorFinal")
    assert (low, high, one(ranges, "codigoOperadorPropietario")) == (
        "600000000",
        "600009999",
        "901",
    )
    single = f"<valorInicial>{low}</valorInicial><valorFinal>{high}</valorFinal>"
    assert one(play.ask_as("903", "obtenerRangoNumeracion", single), "valorFinal") == high


# The hub by files


ALTA = (
    "formulario;fechaSolicitudPorAbonado;codigoOperadorDonante;codigoOperadorReceptor;tipo;documento;"
    "nombre;primerApellido;segundoApellido;nacionalidad;razonSocial;NRNReceptor;fechaVentanaCambio;"
    "tipoSolicitud;MSISDN;ICCID\n"
)
ROW = (
    "902K7Q2M9XA;20190114 08:30:00;901;902;CIF;B99286320;;;;;Taller Cierzo S.L.;799902;;"
    "{kind};{number};\n"
)


def put(play: Any, name: str, content: str) -> int:
    return int(play.http.put(f"/nc/files/{name}", content=content.encode()).status_code)


def reply_to(play: Any, name: str) -> list[list[str]]:
    text = play.http.get(f"/nc/files/{name.removesuffix('.csv')}_RESP.csv").text
    return [line.split(";") for line in text.splitlines()]


def test_while_the_service_is_away_requests_come_as_files_and_only_once(
    start: Any, one: One
) -> None:
    play = start(FaultPlan(where="hub", what="contingency", lasts=timedelta(hours=3)))
    assert play.http.post("/nc", content=b"").status_code == 503
    assert play.http.get("/nc/files").status_code == 200
    name = "NC_CONT_alta_902_902K7Q2M9XA.csv"
    content = ALTA + ROW.format(kind="INDIVIDUAL", number="600000101")
    assert [put(play, name, content) for _ in range(2)] == [201, 200]
    play.run_for(minutes=21)
    header, answer = reply_to(play, name)
    assert header[:3] == ["formulario", "codigoRespuesta", "descripcion"]
    assert answer[:2] == ["902K7Q2M9XA", "0000 00000"]
    assert answer[4:] == ["20190116 02:00:00", "20190114 20:00:00"]
    play.run_for(hours=3)
    again = play.request_port(play.main, "902K7Q2M9XA")
    assert one(again, "codigoRespuesta") == "AREC EXIST"
    assert one(again, "descripcion").endswith(answer[3])


def test_an_answer_that_comes_while_the_service_is_away_is_told_by_file_and_by_mailbox(
    start: Any,
) -> None:
    lasts = timedelta(hours=12)
    away = FaultPlan(where="hub", what="contingency", after=timedelta(hours=1), lasts=lasts)
    play = start(away)
    play.request_port(play.main, "902K7Q2M9XA")
    play.run_for(hours=1)
    assert play.http.post("/nc", content=b"").status_code == 503
    play.run_until("2019-01-14T20:15:00+01:00")
    (name,) = (f["name"] for f in play.get("/nc/files")["files"] if "confrech" in f["name"])
    assert name.startswith("NC_CONT_alta_receptor_confrech_902_20190114_")
    _header, row = play.http.get(f"/nc/files/{name}").text.splitlines()
    assert row.split(";")[1:4] == ["902K7Q2M9XA", "600000101", "ACON"]
    play.run_for(hours=12)
    assert [state for _, _, state in play.notices()] == ["ACON"]


def test_a_multiple_request_an_answer_and_a_return_travel_as_files(start: Any, one: One) -> None:
    asking = PortOutPlan(
        numbers=(OWN,), recipient="cantil", due=instant("2019-01-14T09:00:00+01:00")
    )
    play = start(served=SERVED, port_outs=(asking,))
    many = "".join(
        ROW.format(kind="MULTIPLE", number=number) for number in ("600000101", "600000102")
    )
    put(play, "NC_CONT_alta_902_902K7Q2M9XA.csv", ALTA + many)
    put(
        play,
        "NC_CONT_baja_902_600000401_20190114.csv",
        "MSISDN;fechaBajaAbonado\n600000401;20190114 08:30:00\n",
    )
    play.run_until("2019-01-14T14:00:00+01:00")
    assert reply_to(play, "NC_CONT_alta_902_902K7Q2M9XA.csv")[1][1] == "0000 00000"
    assert reply_to(play, "NC_CONT_baja_902_600000401_20190114.csv")[1][1] == "0000 00000"
    number = f"<MSISDN>{OWN[3:]}</MSISDN>"
    reference = one(
        play.ask_as("902", "consultarProcesosPortabilidadMovil", number), "codigoReferencia"
    )
    name = f"NC_CONT_confirmar_902_{reference}.csv"
    put(play, name, f"codigoReferencia;MSISDN\n{reference};\n")
    play.run_for(minutes=30)
    assert reply_to(play, name)[1] == [reference, "0000 00000", ""]
    assert play.world.chronicle.port_outs() == {OWN: "confirmed"}


def test_a_file_whose_name_says_nothing_is_not_taken(start: Any) -> None:
    play = start()
    for name in ("other.csv", "NC_CONT_alta_999_x.csv", "NC_CONT_borrar_902_x.csv"):
        assert put(play, name, "a;b\n") == 400
    assert put(play, "NC_CONT_alta_902_x.csv", "nonsense\n1;2;3\n") == 201
    play.run_for(minutes=30)
    assert reply_to(play, "NC_CONT_alta_902_x.csv") == [
        [
            "formulario", "codigoRespuesta", "descripcion", "codigoReferencia",
            "fechaVentanaCambio", "fechaLimiteCambioEstado",
        ]
    ]  # fmt: skip


# Refusals


@pytest.mark.parametrize(
    "code",
    [
        "ACCS PERME", "GENE INFOR", "GENE ERINT", "AREC EXIST", "AREC FORMA", "AREC CUPO1",
        "AREC FMAYO", "AREC HORFV", "AREC NRNRE", "AREC FSABF", "AREC DOMIN", "XXXX YYYYY",
    ],
)  # fmt: skip
def test_the_hub_refuses_a_request_with_any_code_once(start: Any, one: One, code: str) -> None:
    play = start(FaultPlan(where="hub", what="refuse", cause=code))
    assert one(play.request_port(play.main), "codigoRespuesta") == code
    assert one(play.request_port(play.main), "codigoRespuesta") == "0000 00000"
