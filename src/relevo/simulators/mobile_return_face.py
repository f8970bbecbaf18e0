"""The mobile hub as somebody sees it who gives a ceased number back."""

from __future__ import annotations

from relevo.simulators.hours import local
from relevo.simulators.mobile_books import Books
from relevo.simulators.mobile_creation import CLOSED
from relevo.simulators.mobile_pictures import head_of_page, page_of, return_fields
from relevo.simulators.mobile_ports import MobilePorts
from relevo.simulators.mobile_returns import MobileReturns, Return, ReturnState
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
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment


class ReturnFace:
    """Operations of the operator who has the number."""

    def __init__(
        self, stage: Stage, books: Books, requests: MobilePorts, returns: MobileReturns
    ) -> None:
        self._stage = stage
        self._books = books
        self._requests = requests
        self._returns = returns

    def operations(self) -> Operations:
        """By their names on the wire."""
        return {
            "crearSolicitudBajaNumeracionMovil": ("por", self._create),
            "cancelarSolicitudBajaNumeracionMovil": ("por", self._cancel),
            "obtenerSolicitudBajaNumeracionMovil": ("por", self._show),
            "consultarSolicitudesBajaNumeracionMovil": ("por", self._find),
        }

    def begin(self, operator: str, number: str, ceased_at: Moment) -> Return:
        """A new return; whether there may be one was checked."""
        now, owner = self._stage.now(), self._books.range_holder(number)
        codes = f"{named(operator).mobile_code}{named(owner).mobile_code}"
        head = f"{codes}21{local(now):%y%m%d%H%M}"
        counter = self._stage.between(0, 99_999, "return", number, of=number)
        while (reference := f"{head}{counter:05d}") in self._returns.returns:
            counter = (counter + 1) % 100_000
        back = Return(
            reference=reference,
            number=number,
            operator=operator,
            range_holder=owner,
            ceased_at=ceased_at,
            created_at=now,
            window=self._returns.window_for(ceased_at),
        )
        self._returns.open(back)
        return back

    def _create(self, operator: str, call: Call) -> Reply:
        if not self._stage.hours.is_open(self._stage.now()):
            return CLOSED, []
        digits = call.text("solicitud", "MSISDN")
        ceased_at = read_moment(call.text("solicitud", "fechaBajaAbonado"))
        if ceased_at is None:
            return malformed("fechaBajaAbonado", "debe ser una fecha con hora")
        number = f"+34{digits}"
        if not self._books.knows(number) or self._books.holder(number) != operator:
            return Verdict("AREC ENUME", f"El MSISDN {digits} no pertenece al operador"), []
        if not self._books.is_ported(number):
            return Verdict("AREC DOMIN", f"El MSISDN {digits} es del rango propio"), []
        live = self._returns.live_on(number) or self._requests.live_on(number)
        if live is not None:
            why = f"Ya existe un proceso: MSISDN {digits}, referencia {live.reference}"
            return Verdict("AREC EXIST", why), []
        back = self.begin(operator, number, ceased_at)
        return Verdict(), [
            ("por:codigoReferencia", back.reference),
            ("por:fechaVentanaCambio", written(back.window)),
        ]

    def _cancel(self, operator: str, call: Call) -> Reply:
        back = self._returns.returns.get(call.text("codigoReferencia"))
        if not self._stage.hours.is_open(self._stage.now()):
            return CLOSED, []
        if back is None or back.operator != operator:
            return unknown()
        if call.text("causaEstado") != "CANC_ABONA":
            return malformed("causaEstado", "CANC_ABONA")
        if back.state is ReturnState.BCAN:
            return DONE
        if back.state is not ReturnState.BNOT:
            return malformed("codigoReferencia", f"la baja está en {back.state.value}")
        self._returns.cancel(back, "CANC_ABONA")
        return DONE

    def _show(self, operator: str, call: Call) -> Reply:
        back = self._returns.returns.get(call.text("codigoReferencia"))
        if back is None or operator not in (back.operator, back.range_holder):
            return unknown()
        return Verdict(), [("por:solicitud", return_fields(back))]

    def _find(self, operator: str, call: Call) -> Reply:
        digits = call.text("filtro", "MSISDN") or call.text("MSISDN")
        every = self._returns.of(f"+34{digits}") if digits else self._returns.returns.values()
        found = [each for each in every if operator in (each.operator, each.range_holder)]
        shown, code, is_last = page_of(found, call.text("codigoPeticionPaginada"))
        listed: list[Field] = [("por:solicitud", return_fields(each)) for each in shown]
        return Verdict(), [*head_of_page(code, len(found), is_last), *listed]
