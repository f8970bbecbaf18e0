"""The mobile hub as the donor of a number sees it: what is asked of him, and his answer.

He may say no only inside Tv; for a yes no such limit was seen (porting-es 3.3). Both are repeated
without harm: ``CONF COEST``, ``RECH REEST``.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64

from relevo.simulators.hours import local
from relevo.simulators.mobile_creation import CLOSED
from relevo.simulators.mobile_notices import Letter, Notices, Role
from relevo.simulators.mobile_pictures import WISH, donor_fields, head_of_page, page_of
from relevo.simulators.mobile_ports import MobilePorts, Port, PortState
from relevo.simulators.mobile_soap import (
    DONE,
    Call,
    Field,
    Operations,
    Reply,
    Verdict,
    malformed,
    unknown,
    written,
)
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

CAUSES = ("RECH_IDENT", "RECH_ICCID", "RECH_BNUME", "RECH_PERDI", "RECH_FMAYO")
PENDING = "obtenerSolicitudesAltaPortabilidadMovilComoDonantePendientesConfirmarRechazar"


class DonorFace:
    """Operations of donors."""

    def __init__(self, stage: Stage, requests: MobilePorts, notices: Notices) -> None:
        self._stage = stage
        self._requests = requests
        self._notices = notices
        self._unanswered: dict[str, dict[str, Port]] = {}  # by donor, by reference
        self._wishes: dict[str, tuple[Port, Moment, str]] = {}

    def operations(self) -> Operations:
        """By their names on the wire."""
        wish = "SolicitudCancelacionPortabilidadMovilIniciadaPorDonante"
        return {
            "confirmarSolicitudAltaPortabilidadMovil": ("por", self._confirm),
            "rechazarSolicitudAltaPortabilidadMovil": ("por", self._reject),
            PENDING: ("por", self._list_pending),
            f"crear{wish}": ("por", self._wish_cancelled),
            f"obtener{wish}": ("por", self._show_wish),
        }

    def tell(self, port: Port, *, has_reader: bool) -> None:
        """What the donor's mailbox has to say of a request; and his list of what is pending."""
        pending = self._unanswered.setdefault(port.donor, {})
        is_new = port.state is PortState.ASOL and not port.confirmed
        if is_new:
            pending[port.reference] = port
        else:
            pending.pop(port.reference, None)
        role = {PortState.ASOL: Role.DONOR, PortState.ACAN: Role.DONOR_CANCELLED}.get(port.state)
        if role is not None and (is_new or role is Role.DONOR_CANCELLED) and has_reader:
            picture = donor_fields(port)
            numbers = [each.number for each in port.claims]
            self._notices.post(Letter(port.donor, role, numbers, self._stage.now(), picture))

    def _asked_of(self, operator: str, call: Call) -> Port | None:
        port = self._requests.ports.get(call.text("codigoReferencia"))
        return port if port is not None and port.donor == operator else None

    def _confirm(self, operator: str, call: Call) -> Reply:
        port = self._asked_of(operator, call)
        refused = self._may_not_answer(port)
        if refused is not None or port is None:
            return refused or unknown()
        if port.state is PortState.AREC:
            return Verdict("RECH REEST", "La solicitud ya está rechazada"), []
        if port.state is not PortState.ASOL or port.confirmed:
            return Verdict("CONF COEST", "La solicitud ya está confirmada"), []
        named = [f"+34{each}" for each in call.texts("confirmedMSISDN")]
        strange = sorted(set(named) - set(port.numbers))
        if strange:
            return malformed("confirmedMSISDN", f"{strange[0][3:]} no es de la solicitud")
        self._requests.confirm(port, tuple(dict.fromkeys(named)) or port.numbers)
        return DONE

    def _reject(self, operator: str, call: Call) -> Reply:
        port = self._asked_of(operator, call)
        refused = self._may_not_answer(port)
        if refused is not None or port is None:
            return refused or unknown()
        cause = call.text("causaEstado")
        if cause not in CAUSES:
            return malformed("causaEstado", ", ".join(CAUSES))
        if port.state is PortState.AREC:
            return Verdict("RECH REEST", "La solicitud ya está rechazada"), []
        if port.state is not PortState.ASOL or port.confirmed:
            return Verdict("CONF COEST", "La solicitud ya está confirmada"), []
        if not port.slot.begins <= self._stage.now() < port.slot.ends:
            return _outside(port), []
        self._requests.reject(port, cause)
        return DONE

    def _may_not_answer(self, port: Port | None) -> Reply | None:
        if not self._stage.hours.is_open(self._stage.now()):
            return CLOSED, []
        if port is None:
            return unknown()
        if port.state in (PortState.ACAN, PortState.APOR):
            # No sheet says what an answer gets that comes after the recipient took it back.
            return malformed("codigoReferencia", f"la solicitud está en {port.state.value}")
        return None

    def _list_pending(self, operator: str, call: Call) -> Reply:
        waiting = list(self._unanswered.get(operator, {}).values())
        shown, code, is_last = page_of(waiting, call.text("codigoPeticionPaginada"))
        listed: list[Field] = [("por:solicitud", donor_fields(port)) for port in shown]
        return Verdict(), [*head_of_page(code, len(waiting), is_last), *listed]

    def _wish_cancelled(self, operator: str, call: Call) -> Reply:
        port, paper = self._asked_of(operator, call), call.text("acreditacionAbonado")
        if not self._stage.hours.is_open(self._stage.now()):
            return CLOSED, []
        if port is None or not port.is_live:
            return unknown()
        try:
            b64decode(paper, validate=True)
        except NotBase64:
            return malformed("acreditacionAbonado", "debe ser un PDF en base64")
        if not paper:
            return malformed("acreditacionAbonado", "falta")
        if not port.donor_wish:
            port.donor_wish = f"CD-{len(self._wishes) + 1}"
            self._wishes[port.donor_wish] = (port, self._stage.now(), paper)
            self._stage.changed("mobile hub")
        return Verdict(), [(f"por:{WISH}", port.donor_wish)]

    def _show_wish(self, operator: str, call: Call) -> Reply:
        code = call.text(WISH)
        port, created_at, paper = self._wishes.get(code, (None, self._stage.now(), ""))
        if port is None or operator not in (port.donor, port.recipient):
            return unknown(WISH)
        shown: list[Field] = [
            (f"por:{WISH}", code),
            ("por:codigoReferencia", port.reference),
            ("por:fechaCreacion", written(created_at)),
            ("por:acreditacionAbonado", paper),
        ]
        return Verdict(), [("por:solicitud", shown)]


def _outside(port: Port) -> Verdict:
    begins, ends = (
        f"{local(each):%d/%m/%Y %H:%M:%S}" for each in (port.slot.begins, port.slot.ends)
    )
    return Verdict(
        "RECH TIEMP", f"Sólo se puede rechazar dentro de Tv: desde {begins} hasta {ends}"
    )
