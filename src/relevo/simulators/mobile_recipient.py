"""The mobile hub as the recipient of a number sees it: ask, take back, agree, read the news."""

from __future__ import annotations

from relevo.simulators.mobile_creation import CLOSED, Creation
from relevo.simulators.mobile_form import check_formats, read_form
from relevo.simulators.mobile_notices import Letter, Notices, Role
from relevo.simulators.mobile_pictures import port_fields
from relevo.simulators.mobile_ports import MobilePorts, Port, PortState
from relevo.simulators.mobile_soap import (
    DONE,
    Call,
    Operations,
    Reply,
    Verdict,
    malformed,
    unknown,
    written,
)
from relevo.simulators.operators import with_mobile_code
from relevo.simulators.stage import Stage

CANCEL_CAUSES = ("CANC_ABONA", "CANC_TECNI", "CANC_ERROR")
ACTIONS = {"confirm": True, "cancel": False}


class RecipientFace:
    """Operations of recipients."""

    def __init__(
        self, stage: Stage, requests: MobilePorts, creation: Creation, notices: Notices
    ) -> None:
        self._stage = stage
        self._requests = requests
        self._creation = creation
        self._notices = notices

    def operations(self) -> Operations:
        """By their names on the wire."""
        return {
            "crearSolicitudIndividualAltaPortabilidadMovil": ("por", self._create_one),
            "crearSolicitudMultipleAltaPortabilidadMovil": ("por", self._create_many),
            "cancelarSolicitudAltaPortabilidadMovil": ("por", self._cancel),
            "ackSolicitudAltaPortabilidadMovil": ("por", self._agree),
        }

    def tell(self, port: Port) -> None:
        """What the recipient's mailbox has to say of a request."""
        if port.awaits_ack or port.state in (PortState.ACON, PortState.AREC):
            picture = port_fields(port)
            numbers = [each.number for each in port.claims]
            now = self._stage.now()
            self._notices.post(Letter(port.recipient, Role.RECIPIENT, numbers, now, picture))

    def _create_one(self, operator: str, call: Call) -> Reply:
        return self._create(operator, call, is_multiple=False)

    def _create_many(self, operator: str, call: Call) -> Reply:
        return self._create(operator, call, is_multiple=True)

    def _create(self, operator: str, call: Call, *, is_multiple: bool) -> Reply:
        now = self._stage.now()
        if not self._stage.hours.is_open(now):
            return CLOSED, []
        verdict = check_formats(call, now, is_multiple=is_multiple)
        if not verdict.is_success:
            return verdict, []
        form = read_form(call, is_multiple=is_multiple)
        recipient = with_mobile_code(form.recipient_code)
        if recipient is None or recipient.name != operator:
            return malformed("codigoOperadorReceptor", "no es el de la sesión")
        verdict, port = self._creation.take(form)
        if port is None:
            return verdict, []
        return verdict, [
            ("por:codigoReferencia", port.reference),
            ("por:fechaVentanaCambio", written(port.window)),
            ("por:estado", port.state.value),
            ("por:fechaLimiteCambioEstado", written(port.slot.ends)),
        ]

    def _own(self, operator: str, call: Call) -> Port | None:
        port = self._requests.ports.get(call.text("codigoReferencia"))
        return port if port is not None and port.recipient == operator else None

    def _cancel(self, operator: str, call: Call) -> Reply:
        now, port = self._stage.now(), self._own(operator, call)
        if not self._stage.hours.is_open(now):
            return CLOSED, []
        if port is None:
            return unknown()
        if call.text("causaEstado") not in CANCEL_CAUSES:
            return malformed("causaEstado", "CANC_ABONA, CANC_TECNI o CANC_ERROR")
        if port.state is PortState.ACAN:
            return DONE  # a repeated request is answered like the first
        if port.state is PortState.AREC:
            return Verdict("RECH REEST", "La solicitud ya está rechazada"), []
        if not port.is_live or now >= self._requests.cancel_until(port):
            # The code is ours, after RECH TIEMP; no sheet says what a late cancellation gets.
            return Verdict("CANC TIEMP", "El plazo para cancelar la solicitud ha terminado"), []
        self._requests.cancel(port, call.text("causaEstado"))
        return DONE

    def _agree(self, operator: str, call: Call) -> Reply:
        port, action = self._own(operator, call), call.text("accion")
        if not self._stage.hours.is_open(self._stage.now()):
            return CLOSED, []
        if port is None:
            return unknown()
        if action not in ACTIONS:
            return malformed("accion", "confirm o cancel")
        if port.awaits_ack:
            self._requests.agree(port, ACTIONS[action])
            return DONE
        if port.confirmed and port.state is PortState.ACON:
            return Verdict("CONF COEST", "La solicitud ya está confirmada"), []
        if port.state is PortState.AREC:
            return Verdict("RECH REEST", "La solicitud ya está rechazada"), []
        return malformed("codigoReferencia", "no espera respuesta")
