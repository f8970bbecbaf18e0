"""The mobile hub writes what the samples show, which were written by hand from the fact sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from relevo.simulators.plan import FaultPlan, LineKind, LinePlan, PortOutPlan, ServedPlan
from relevo.values.moment import instant

SAMPLES = Path(__file__).parents[1] / "profiles" / "samples"
One = Callable[[str, str], str]
A, B, S1, S2, BACK = (f"+346000002{n:02d}" for n in range(5))
STARTS = instant("2019-01-14T09:00:00+01:00")
LINES = tuple(
    LinePlan(id=id_, kind=LineKind.MOBILE, donor="altamar", number=number, payment="postpaid")
    for id_, number in (("A", A), ("B", B))
)
SERVED = (
    ServedPlan(id="S1", number=S1, payment="prepaid"),
    ServedPlan(id="S2", number=S2),
    ServedPlan(id="BACK", number=BACK, ported_from="duna"),
)
ASKED = PortOutPlan(numbers=(S1,), recipient="cantil", due=STARTS)
MAILBOX = "obtenerNotificacionesAltaPortabilidadMovilComo"
ONE = "SolicitudAltaPortabilidadMovil"
LIST = "obtenerSolicitudesAltaPortabilidadMovilComoDonantePendientesConfirmarRechazar"
WISH = "SolicitudCancelacionPortabilidadMovilIniciadaPorDonante"

Ask = Callable[..., str]


def paths(text: str) -> set[str]:
    """Where something stands in an envelope, without namespaces and without order."""
    found: set[str] = set()

    def walk(element: Element, above: str) -> None:
        here = f"{above}/{element.tag.partition('}')[2]}"
        found.add(here)
        for child in element:
            walk(child, here)

    walk(fromstring(text), "")
    return found


def reference(text: str, one: One) -> str:
    return f"<codigoReferencia>{one(text, 'codigoReferencia')}</codigoReferencia>"


@pytest.fixture
def told(start: Any, one: One) -> dict[str, str]:
    """What the hub answers in one day of both sides, by the name of the sample."""
    partial = FaultPlan(where="donor", what="partial", lines=("A",))
    cancelled = replace(ASKED, numbers=(S2,), cancel_after=timedelta(hours=4))
    play = start(partial, lines=LINES, served=SERVED, port_outs=(ASKED, cancelled))
    ask: Ask = lambda operation, inside="": play.ask_as("902", operation, inside)  # noqa: E731
    said: dict[str, str] = {}
    play.run_for(minutes=1)
    said["multiple_reply"] = play.request_many(A, B)
    many = reference(said["multiple_reply"], one)
    said["donor_pending_news_reply"] = ask(f"{MAILBOX}DonantePendientesConfirmarRechazar")
    said["pending_reply"] = ask(LIST)
    asked = reference(said["pending_reply"], one)
    cause = "<causaEstado>RECH_ICCID</causaEstado>"
    said["reject_reply_outside"] = ask(f"rechazar{ONE}", asked + cause)
    paper = "<acreditacionAbonado>JVBERi0xLjQKJSVFT0YK</acreditacionAbonado>"
    code = one(ask(f"crear{WISH}", asked + paper), f"codigo{WISH}")
    said["donor_cancellation_reply"] = ask(f"obtener{WISH}", f"<codigo{WISH}>{code}</codigo{WISH}>")
    said["return_create_reply"] = ask(
        "crearSolicitudBajaNumeracionMovil",
        "<solicitud><fechaBajaAbonado>2019-01-14T08:30:00+01:00</fechaBajaAbonado>"
        f"<MSISDN>{BACK[3:]}</MSISDN></solicitud>",
    )
    back = reference(said["return_create_reply"], one)
    said["return_get_reply"] = ask("obtenerSolicitudBajaNumeracionMovil", back)
    said["return_list_reply"] = ask("consultarSolicitudesBajaNumeracionMovil")
    play.run_until("2019-01-14T14:00:00+01:00")
    said["confirm_reply"] = ask(f"confirmar{ONE}", asked)
    said["confirm_reply_again"] = ask(f"confirmar{ONE}", asked)
    said["get_reply_donor"] = ask(f"obtener{ONE}", asked)
    said["processes_reply"] = ask(
        "consultarProcesosPortabilidadMovil", f"<MSISDN>{S1[3:]}</MSISDN>"
    )
    play.run_until("2019-01-14T20:00:00+01:00")
    said["donor_cancelled_news_reply"] = ask(f"{MAILBOX}DonanteCanceladas")
    said["get_reply_multiple_reduced"] = ask(f"obtener{ONE}", many)
    said["notifications_reply_multiple"] = ask(f"{MAILBOX}ReceptorConfirmadasRechazadas")
    play.run_until("2019-01-15T08:00:00+01:00")
    said["ack_reply"] = ask(f"ack{ONE}", many + "<accion>confirm</accion>")
    said["get_reply_multiple_confirmed"] = ask(f"obtener{ONE}", many)
    said["number_reply"] = ask("consultarNumeracionPortabilidadMovil", f"<MSISDN>{A[3:]}</MSISDN>")
    said["ranges_reply"] = ask("consultarRangosNumeracion", f"<MSISDN>{A[3:]}</MSISDN>")
    return said


def test_no_reply_has_anything_that_its_sample_has_not(told: dict[str, str]) -> None:
    strange = {
        name: [
            path
            for path in sorted(paths(text) - paths((SAMPLES / f"mobile_{name}.xml").read_text()))
            if "/Persona" not in path
        ]
        for name, text in told.items()
    }
    assert {name: found for name, found in strange.items() if found} == {}


OPTIONAL = (
    "PersonaFisica", "PersonaJuridica", "ICCID", "rangoMSISDN", "fechaRechazo", "causaRechazo",
    "causaEstado", "Subasignatario", "fechaConfirmacion", "/MSISDN",
)  # fmt: skip
"""What is there for some requests only: persons or companies, one number or many, ended or not."""


def test_every_reply_has_all_that_its_sample_has(told: dict[str, str]) -> None:
    missing = {
        name: [
            path
            for path in sorted(paths((SAMPLES / f"mobile_{name}.xml").read_text()) - paths(text))
            if not any(part in path for part in OPTIONAL)
        ]
        for name, text in told.items()
    }
    assert {name: found for name, found in missing.items() if found} == {}
