"""What a party may ask the mobile hub at any time: its requests, its mailboxes, the bulletin."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from relevo.simulators.exchange import Exchange
from relevo.simulators.mobile_books import Books
from relevo.simulators.mobile_notices import Notices, Role
from relevo.simulators.mobile_pictures import (
    donor_fields,
    head_of_page,
    page_of,
    port_fields,
    process_fields,
)
from relevo.simulators.mobile_ports import MobilePorts, Port
from relevo.simulators.mobile_soap import (
    DONE,
    Call,
    Field,
    Operations,
    Reply,
    Verdict,
    malformed,
    read_moment,
    unknown,
    written,
)
from relevo.simulators.operators import named

BLOCK = 10_000  # numbers that one regulator's decision gives away, in this world
MAILBOXES = {
    "AltaPortabilidadMovilComoReceptorConfirmadasRechazadas": Role.RECIPIENT,
    "AltaPortabilidadMovilComoDonantePendientesConfirmarRechazar": Role.DONOR,
    "AltaPortabilidadMovilComoDonanteCanceladas": Role.DONOR_CANCELLED,
    "MigracionNumeracionMovilEnviadasFinalizadas": Role.MIGRATION,
}


class QueryFace:
    """Operations that change nothing, and the mark that ends a notification."""

    def __init__(
        self, exchange: Exchange, books: Books, requests: MobilePorts, notices: Notices
    ) -> None:
        self._exchange = exchange
        self._books = books
        self._requests = requests
        self._notices = notices

    def operations(self) -> Operations:
        """By their names on the wire."""
        return {
            "obtenerSolicitudAltaPortabilidadMovil": ("por", self._show),
            "consultarSolicitudesAltaPortabilidadMovil": ("por", self._find),
            "consultarProcesosPortabilidadMovil": ("por", self._list_processes),
            "marcarComoSincronizadas": ("por", self._mark),
            "consultarNumeracionPortabilidadMovil": ("bol", self._look_up),
            "consultarRangosNumeracion": ("bol", self._list_ranges),
            "obtenerRangoNumeracion": ("bol", self._show_range),
            **{
                f"obtenerNotificaciones{name}": ("por", partial(self._read_news, role))
                for name, role in MAILBOXES.items()
            },
        }

    def _show(self, operator: str, call: Call) -> Reply:
        port = self._requests.ports.get(call.text("codigoReferencia"))
        if port is None or operator not in (port.donor, port.recipient):
            return unknown()
        fields = port_fields(port) if port.recipient == operator else donor_fields(port)
        return Verdict(), [("por:solicitud", fields)]

    def _find(self, operator: str, call: Call) -> Reply:
        wanted = (call.parts("filtro") or [call])[0]
        found = [
            port
            for port in self._candidates(wanted)
            if operator in (port.donor, port.recipient) and _fits(port, wanted)
        ]
        shown, code, is_last = page_of(found, call.text("codigoPeticionPaginada"))
        listed: list[Field] = [("por:solicitud", _seen_by(operator, port)) for port in shown]
        return Verdict(), [*head_of_page(code, len(found), is_last), *listed]

    def _candidates(self, wanted: Call) -> Iterable[Port]:
        contract = wanted.text("codigoContrato")
        if contract:
            port = self._requests.with_contract(contract)
            return () if port is None else (port,)
        return self._requests.ports.values()

    def _list_processes(self, operator: str, call: Call) -> Reply:
        of_number = self._requests.of(f"+34{call.text('MSISDN')}")
        found = [port for port in of_number if operator in (port.donor, port.recipient)]
        found.reverse()
        shown, code, is_last = page_of(found, call.text("codigoPeticionPaginada"))
        listed: list[Field] = [("por:registro", process_fields(port)) for port in shown]
        return Verdict(), [*head_of_page(code, len(found), is_last), *listed]

    def _read_news(self, role: Role, operator: str, call: Call) -> Reply:
        page = self._notices.page(operator, role, call.text("codigoPeticionPaginada"))
        fields = head_of_page(page.code, page.total, page.is_last)
        for notice in page.notices:
            about: list[Field] = [
                ("por:codigoNotificacion", notice.code),
                ("por:fechaCreacion", written(notice.letter.created_at)),
                ("por:sincronizada", "false"),
                ("por:solicitud", notice.letter.picture),
            ]
            fields.append(("por:notificacion", about))
        return Verdict(), fields

    def _mark(self, operator: str, call: Call) -> Reply:
        self._notices.mark(operator, call.texts("codigoNotificacion"))
        return DONE

    def _look_up(self, _operator: str, call: Call) -> Reply:
        number = f"+34{call.text('MSISDN')}"
        if not self._books.knows(number):
            return Verdict("AREC DOMIN", "El MSISDN no está asignado"), []
        is_live = self._requests.live_on(number) is not None
        return Verdict(), [
            ("bol:codigoOperadorActual", named(self._books.holder(number)).mobile_code),
            (
                "bol:codigoOperadorPropietarioRango",
                named(self._books.range_holder(number)).mobile_code,
            ),
            ("bol:portada", "true" if self._books.is_ported(number) else "false"),
            ("bol:involucradaProcesoPortabilidad", "true" if is_live else "false"),
        ]

    def _list_ranges(self, _operator: str, call: Call) -> Reply:
        digits = call.text("MSISDN")
        found = self._range_around(digits) if digits.isdecimal() and len(digits) == 9 else None
        listed: list[Field] = [] if found is None else [("bol:rango", found)]
        return Verdict(), [*head_of_page("PG-1", len(listed), True, "bol"), *listed]

    def _show_range(self, _operator: str, call: Call) -> Reply:
        low, high = call.text("valorInicial"), call.text("valorFinal")
        found = self._range_around(low) if low.isdecimal() and len(low) == 9 else None
        if found is None or found[0][1] != low or found[1][1] != high:
            return malformed("valorInicial", "no es un rango asignado")
        return Verdict(), [("bol:rango", found)]

    def _range_around(self, digits: str) -> list[Field] | None:
        """The block of a number: the plan's numbers in it say whose it is."""
        begins = int(digits) // BLOCK * BLOCK
        inside = (
            served
            for number, served in self._exchange.lines.items()
            if number.startswith("+34") and begins <= int(number[3:]) < begins + BLOCK
        )
        first = self._exchange.lines.get(f"+34{digits}") or next(inside, None)
        if first is None:
            return None
        return [
            ("bol:valorInicial", str(begins)),
            ("bol:valorFinal", str(begins + BLOCK - 1)),
            ("bol:codigoOperadorPropietario", named(first.range_holder).mobile_code),
        ]


def _seen_by(operator: str, port: Port) -> list[Field]:
    return port_fields(port) if port.recipient == operator else donor_fields(port)


def _fits(port: Port, wanted: Call) -> bool:
    """Whether a request is one of those that the filter asks for."""
    simple = {
        "codigoOperadorDonante": named(port.donor).mobile_code,
        "codigoOperadorReceptor": named(port.recipient).mobile_code,
        "estado": port.state.value,
        "NRNReceptor": port.form.nrn,
        "codigoContrato": port.contract,
        "tipoSolicitud": "MULTIPLE" if port.form.is_multiple else "INDIVIDUAL",
    }
    if any(wanted.text(name) not in ("", value) for name, value in simple.items()):
        return False
    digits = wanted.text("MSISDN")
    if digits and all(each.number != f"+34{digits}" for each in port.claims):
        return False
    for name, moment in (("fechaCreacion", port.created_at), ("fechaVentanaCambio", port.window)):
        since = read_moment(wanted.text(f"{name}Desde")) if wanted.text(f"{name}Desde") else None
        until = read_moment(wanted.text(f"{name}Hasta")) if wanted.text(f"{name}Hasta") else None
        if (since and moment < since) or (until and moment > until):
            return False
    return True
