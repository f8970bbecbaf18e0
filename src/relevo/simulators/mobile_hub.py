"""The mobile hub: a web service that checks, stores and notifies, and a daily file.

Creation and cancellation are taken in opening hours only; everything can be read at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from relevo.simulators.donors import Claimed, Donors
from relevo.simulators.exchange import Exchange
from relevo.simulators.hours import SWITCHES, at, local
from relevo.simulators.http import Answer, Asked, Route, not_found
from relevo.simulators.mobile_form import Form, check_formats, read_form
from relevo.simulators.mobile_notices import Notices
from relevo.simulators.mobile_ports import MobilePorts, Port, PortState
from relevo.simulators.mobile_soap import (
    Call,
    Field,
    NotSoap,
    Verdict,
    read_call,
    write_fault,
    write_reply,
    written,
)
from relevo.simulators.operators import named, with_mobile_code
from relevo.simulators.outage import Outage
from relevo.simulators.stage import Stage
from relevo.simulators.status_file import StatusFile, next_file_at, write_file
from relevo.values.ids import READABLE, code

Reply = tuple[Verdict, list[Field]]
LATEST_WINDOW = timedelta(days=30)
CLOSED = Verdict("ACCS PERME", "Operación no permitida fuera del horario del servicio")
NO_SESSION = Verdict("ACCS NXSES", "La sesión no existe")
NO_REQUEST = Verdict("GENE INFOR", "No existe la solicitud", (("codigoReferencia", "no existe"),))
XML = "text/xml; charset=utf-8"
CANCEL_CAUSES = ("CANC_ABONA", "CANC_TECNI", "CANC_ERROR")


class MobileHub:
    """The service with its sessions; the requests themselves are in ``MobilePorts``."""

    def __init__(self, stage: Stage, exchange: Exchange, donors: Donors, outage: Outage) -> None:
        self._stage = stage
        self._exchange = exchange
        self._outage = outage
        self._notices = Notices(stage)
        self.requests = MobilePorts(stage, donors, self._notices)
        self._sessions: dict[str, str] = {}
        self._logins = 0
        self._files: list[StatusFile] = []
        self._spent: set[tuple[int | None, str, str]] = set()
        self._operations: dict[str, tuple[str, Callable[[Call], Reply]]] = {
            "crearSolicitudIndividualAltaPortabilidadMovil": ("por", self._create),
            "cancelarSolicitudAltaPortabilidadMovil": ("por", self._cancel),
            "obtenerSolicitudAltaPortabilidadMovil": ("por", self._show),
            "obtenerNotificacionesAltaPortabilidadMovilComoReceptorConfirmadasRechazadas": (
                "por",
                self._list_notices,
            ),
            "marcarComoSincronizadas": ("por", self._mark),
            "consultarNumeracionPortabilidadMovil": ("bol", self._look_up),
        }
        self._plan_file()

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        return [
            Route(self._stage, "POST", "/nc", self._serve),
            Route(self._stage, "POST", "/nc/{module}", self._serve),
            Route(self._stage, "GET", "/nc/files", self._list_files),
            Route(self._stage, "GET", "/nc/files/{name}", self._give_file),
        ]

    def _serve(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503, write_fault("Servicio no disponible"), XML)
        try:
            call = read_call(asked.body)
        except NotSoap:
            text = "El mensaje no es un sobre SOAP válido"
            return Answer(500, write_fault(text, whose="Client"), XML)
        if call.operation == "IniciarSesion":
            return Answer(200, self._log_in(call), XML)
        if call.operation not in self._operations:
            text = f"Operación desconocida: {call.operation}"
            return Answer(500, write_fault(text, whose="Client"), XML)
        prefix, operation = self._operations[call.operation]
        lost = self._stage.strike("hub", "session_lost")
        if lost is not None:
            self._sessions.pop(call.text("codigoSesion"), None)
        if call.text("codigoSesion") not in self._sessions:
            return Answer(200, write_reply(prefix, call.operation, NO_SESSION, []), XML)
        verdict, fields = operation(call)
        return Answer(200, write_reply(prefix, call.operation, verdict, fields), XML)

    def _log_in(self, call: Call) -> bytes:
        operator = with_mobile_code(call.text("codigoOperador"))
        if operator is None or not call.text("codigoUsuario") or not call.text("claveAcceso"):
            wrong = Verdict("GENE INFOR", "Faltan datos de acceso", (("codigoOperador", "falta"),))
            return write_reply("acc", "IniciarSesion", wrong, [])
        self._logins += 1
        session = "S" + code(10, READABLE, "session", operator.name, str(self._logins))
        self._sessions[session] = operator.name
        return write_reply("acc", "IniciarSesion", Verdict(), [("nc:codigoSesion", session)])

    def _create(self, call: Call) -> Reply:
        now = self._stage.now()
        if not self._stage.hours.is_open(now):
            return CLOSED, []
        verdict = check_formats(call, now)
        if not verdict.is_success:
            return verdict, []
        form = read_form(call)
        verdict = self._check(form)
        if not verdict.is_success:
            return verdict, []
        port = self._made(form)
        self.requests.open(port)
        return Verdict(), [
            ("por:codigoReferencia", port.reference),
            ("por:fechaVentanaCambio", written(port.window)),
            ("por:estado", port.state.value),
            ("por:fechaLimiteCambioEstado", written(port.slot.ends)),
        ]

    def _check(self, form: Form) -> Verdict:
        """The hub's own checks on creation, in its order (porting-es 3.8)."""
        number = f"+34{form.msisdn}"
        known = self.requests.with_contract(form.contract)
        if known is None:
            verdict = self._check_donor(number, form)
            if not verdict.is_success:
                return verdict
            known = self.requests.live_on(number)
        if known is not None:
            return Verdict(
                "AREC EXIST",
                f"Ya existe un proceso: MSISDN {known.msisdn}, contrato {known.contract}, "
                f"referencia {known.reference}",
            )
        if not self._has_quota(number, form.donor_code):
            return Verdict("AREC CUPO4", "Cupo diario agotado para el operador donante")
        recipient = with_mobile_code(form.recipient_code)
        if recipient is None or recipient.nrn_mobile != form.nrn:
            return Verdict("AREC NRNRE", "El NRN no es del operador receptor")
        return self._check_window(form)

    def _check_donor(self, number: str, form: Form) -> Verdict:
        served = self._exchange.lines.get(number)
        if served is None:
            return Verdict("AREC DOMIN", f"El MSISDN {form.msisdn} no está asignado")
        if self._stage.strike("hub", "wrong_donor", number=number):
            self._exchange.rehome(number, "duna" if served.donor == "cantil" else "cantil")
        right = named(self.holder(number)).mobile_code
        if right != form.donor_code:
            return Verdict("AREC ENUME", f"El MSISDN {form.msisdn} pertenece al operador {right}")
        return Verdict()

    def _check_window(self, form: Form) -> Verdict:
        if form.window is None:
            return Verdict()
        today = local(self._stage.now()).date()
        default = at(self._stage.hours.working_day_after(today, 2), SWITCHES)
        latest = at(today + LATEST_WINDOW, SWITCHES)
        is_on_the_hour = local(form.window).time() == SWITCHES
        if not is_on_the_hour or not default <= form.window <= latest:
            return Verdict("AREC HORFV", "La fecha de la ventana de cambio no es válida")
        return Verdict()

    def _has_quota(self, number: str, donor_code: str) -> bool:
        today = local(self._stage.now()).date().isoformat()
        fault = self._stage.strike("hub", "quota", number=number)
        if fault is not None:
            self._spent.add((fault.place, donor_code, today))
        owner = self._stage.owner_of(number)
        touched = {None, owner.place if owner is not None else None}
        return not any((place, donor_code, today) in self._spent for place in touched)

    def _made(self, form: Form) -> Port:
        now, number = self._stage.now(), f"+34{form.msisdn}"
        donor = self.holder(number)
        recipient = with_mobile_code(form.recipient_code) or named(self._stage.recipient)
        codes = f"{recipient.mobile_code}{named(donor).mobile_code}"
        default = at(self._stage.hours.working_day_after(local(now).date(), 2), SWITCHES)
        return Port(
            reference=self._new_reference(f"{codes}11{local(now):%y%m%d%H%M}", form),
            contract=form.contract,
            claimed=Claimed(number=number, document=form.document, iccid=form.iccid),
            donor=donor,
            recipient=recipient.name,
            created_at=now,
            window=form.window or default,
            slot=self._stage.hours.reply_slot(now),
        )

    def _new_reference(self, head: str, form: Form) -> str:
        names = ("reference", f"+34{form.msisdn}", form.contract)
        counter = self._stage.between(0, 99_999, *names, of=names[1])
        while (reference := f"{head}{counter:05d}") in self.requests.ports:
            counter = (counter + 1) % 100_000
        return reference

    def _cancel(self, call: Call) -> Reply:
        now = self._stage.now()
        port = self.requests.ports.get(call.text("codigoReferencia"))
        if not self._stage.hours.is_open(now):
            return CLOSED, []
        if port is None:
            return NO_REQUEST, []
        if call.text("causaEstado") not in CANCEL_CAUSES:
            why = (("causaEstado", "CANC_ABONA, CANC_TECNI o CANC_ERROR"),)
            return Verdict("GENE INFOR", "Formato de campos no válido", why), []
        if port.state is PortState.ACAN:
            return Verdict(), []  # a repeated request is answered like the first
        if port.state is PortState.AREC:
            return Verdict("RECH REEST", "La solicitud ya está rechazada"), []
        if not port.is_live or now >= self.requests.cancel_until(port):
            # The code is ours, after RECH TIEMP; no sheet says what a late cancellation gets.
            return Verdict("CANC TIEMP", "El plazo para cancelar la solicitud ha terminado"), []
        self.requests.cancel(port, call.text("causaEstado"))
        return Verdict(), []

    def _show(self, call: Call) -> Reply:
        port = self.requests.ports.get(call.text("codigoReferencia"))
        if port is None:
            return NO_REQUEST, []
        return Verdict(), [("por:solicitud", port.fields())]

    def _list_notices(self, call: Call) -> Reply:
        page = self._notices.page(call.text("codigoPeticionPaginada"))
        fields: list[Field] = [
            ("por:codigoPeticionPaginada", page.code),
            ("por:totalRegistros", str(page.total)),
            ("por:registrosPorPagina", str(len(page.notices))),
            ("por:ultimaPagina", "true" if page.is_last else "false"),
        ]
        for notice in page.notices:
            about: list[Field] = [
                ("por:codigoNotificacion", notice.code),
                ("por:fechaCreacion", written(notice.created_at)),
                ("por:sincronizada", "false"),
                ("por:solicitud", notice.request),
            ]
            fields.append(("por:notificacion", about))
        return Verdict(), fields

    def _mark(self, call: Call) -> Reply:
        self._notices.mark(call.texts("codigoNotificacion"))
        return Verdict(), []

    def _look_up(self, call: Call) -> Reply:
        number = f"+34{call.text('MSISDN')}"
        served = self._exchange.lines.get(number)
        if served is None:
            return Verdict("AREC DOMIN", "El MSISDN no está asignado"), []
        current = self.holder(number)
        return Verdict(), [
            ("bol:codigoOperadorActual", named(current).mobile_code),
            ("bol:codigoOperadorPropietarioRango", named(served.donor).mobile_code),
            ("bol:portada", "true" if current != served.donor else "false"),
            (
                "bol:involucradaProcesoPortabilidad",
                "true" if self.requests.live_on(number) else "false",
            ),
        ]

    def holder(self, number: str) -> str:
        """Who holds the number in the hub's books."""
        for port in reversed(self.requests.of(number)):
            if port.state is PortState.APOR:
                return port.recipient
        return self._exchange.lines[number].donor

    def _plan_file(self) -> None:
        self._stage.later(next_file_at(self._stage), "hub file", self._publish)

    def _publish(self) -> None:
        self._files.append(write_file(self._stage, self.requests.ports.values()))
        self._stage.changed("hub")
        self._plan_file()

    def _list_files(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503)
        names = [{"name": f.name, "published_at": f.published_at} for f in self._files]
        return Answer(200, {"files": names})

    def _give_file(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503)
        for each in self._files:
            if each.name == asked.path["name"]:
                return Answer(200, each.content, "text/plain")
        return not_found("the file")
