"""How the hub shows what it has: requests to each side, processes, returns, migrations, pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from relevo.simulators.mobile_form import range_fields
from relevo.simulators.mobile_migrations import Migration
from relevo.simulators.mobile_ports import Port, PortState
from relevo.simulators.mobile_returns import Return
from relevo.simulators.mobile_soap import Field, written
from relevo.simulators.operators import named

T = TypeVar("T")
PAGE = 20
WISH = "codigoSolicitudCancelacionPortabilidadMovilIniciadaPorDonante"


def port_fields(port: Port) -> list[Field]:
    """A request, as its recipient is shown it."""
    form = port.form
    kind: list[Field] = [("por:tipoSolicitud", "MULTIPLE")] if form.is_multiple else []
    return [
        ("por:codigoReferencia", port.reference),
        *kind,
        ("por:codigoContrato", port.contract),
        *(form.number_fields if form.is_multiple else [("por:MSISDN", port.number[3:])]),
        *_confirmed(port),
        *_state(port),
        ("por:fechaVentanaCambio", written(port.window)),
        ("por:fechaLimiteCambioEstado", written(port.slot.ends)),
        *_parties(port),
        *([(f"por:{WISH}", port.donor_wish)] if port.donor_wish else []),
    ]


def donor_fields(port: Port) -> list[Field]:
    """A request, as its donor is shown it: all that its recipient sent."""
    form = port.form
    return [
        ("por:codigoReferencia", port.reference),
        ("por:tipoSolicitud", "MULTIPLE" if form.is_multiple else "INDIVIDUAL"),
        ("por:fechaCreacion", written(port.created_at)),
        ("por:fechaMarcaLectura", written(port.created_at)),
        ("por:fechaSolicitudPorAbonado", written(form.asked_at or port.created_at)),
        *_parties(port),
        ("por:abonado", form.holder_fields),
        ("por:codigoContrato", port.contract),
        ("por:NRNReceptor", form.nrn),
        ("por:fechaVentanaCambio", written(port.window)),
        ("por:fechaVentanaCambioPorAbonado", "true" if form.window else "false"),
        *form.number_fields,
        *_confirmed(port),
        *_state(port),
        ("por:fechaLimiteCambioEstado", written(port.slot.ends)),
        ("por:operadorDonanteAltaExtraordinaria", "false"),
    ]


def process_fields(port: Port) -> list[Field]:
    """A request in the list of all processes of a number."""
    ended: list[Field] = []
    if port.state is PortState.AREC:
        ended.append(("por:fechaRechazo", written(port.state_at or port.created_at)))
        ended += [("por:causaRechazo", port.cause)] if port.cause else []
    if port.state is PortState.ACAN:
        ended.append(("por:fechaCancelacion", written(port.state_at or port.created_at)))
        ended += [("por:causaCancelacion", port.cause)] if port.cause else []
    confirmed: list[Field] = []
    if port.confirmed_at is not None:
        confirmed.append(("por:fechaConfirmacion", written(port.confirmed_at)))
    return [
        ("por:tipoProceso", "ALTA_PORTABILIDAD_MOVIL"),
        ("por:codigoReferencia", port.reference),
        *range_fields([each.number for each in port.claims]),
        *_parties(port),
        ("por:estado", port.state.value),
        ("por:fechaVentanaCambio", written(port.window)),
        ("por:fechaCreacion", written(port.created_at)),
        ("por:fechaMarcaLectura", written(port.created_at)),
        *confirmed,
        *ended,
    ]


def return_fields(back: Return) -> list[Field]:
    """A return, as the parties are shown it."""
    cause: list[Field] = [("por:causaEstado", back.cause)] if back.cause else []
    return [
        ("por:codigoReferencia", back.reference),
        ("por:MSISDN", back.number[3:]),
        ("por:estado", back.state.value),
        *cause,
        ("por:fechaEstado", written(back.state_at or back.created_at)),
        ("por:fechaBajaAbonado", written(back.ceased_at)),
        ("por:fechaVentanaCambio", written(back.window)),
    ]


def migration_fields(migration: Migration) -> list[Field]:
    """A migration, as its party is shown it."""
    return [
        ("por:codigoReferencia", migration.reference),
        ("por:estado", migration.state.value),
        ("por:fechaEstado", written(migration.state_at)),
        ("por:fechaMaximaFinalizacion", written(migration.ends_by)),
    ]


def page_of(every: Sequence[T], code: str) -> tuple[list[T], str, bool]:
    """The entries of one page of a list, its code for the next one, and whether it is the last."""
    behind = int(code[3:]) if code[:3] == "PG-" and code[3:].isdecimal() else 0
    shown = list(every[behind : behind + PAGE])
    return shown, f"PG-{behind + len(shown)}", behind + PAGE >= len(every)


def head_of_page(code: str, total: int, is_last: bool, module: str = "por") -> list[Field]:
    """What stands in front of a list that comes by pages."""
    return [
        (f"{module}:codigoPeticionPaginada", code),
        (f"{module}:totalRegistros", str(total)),
        (f"{module}:registrosPorPagina", str(PAGE)),
        (f"{module}:ultimaPagina", "true" if is_last else "false"),
    ]


def _parties(port: Port) -> list[Field]:
    return [
        ("por:codigoOperadorDonante", named(port.donor).mobile_code),
        ("por:codigoOperadorReceptor", named(port.recipient).mobile_code),
    ]


def _state(port: Port) -> list[Field]:
    cause: list[Field] = [("por:causaEstado", port.cause)] if port.cause else []
    since = written(port.state_at or port.created_at)
    return [("por:estado", port.state.value), *cause, ("por:fechaEstado", since)]


def _confirmed(port: Port) -> list[Field]:
    return [("por:confirmedMSISDN", each[3:]) for each in port.confirmed]
