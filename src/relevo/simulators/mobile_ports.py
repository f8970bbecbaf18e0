"""Requests to port mobile numbers: their states, and how time moves them (porting-es 3.2, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from relevo.simulators.donors import Claimed, Donors
from relevo.simulators.faults import Fault, late_by
from relevo.simulators.hours import TURNS, Slot, at, local
from relevo.simulators.mobile_notices import Notices
from relevo.simulators.mobile_soap import Field, written
from relevo.simulators.operators import named
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment


class PortState(StrEnum):
    """The hub's own words."""

    ASOL = "ASOL"
    ACON = "ACON"
    AREC = "AREC"
    ACAN = "ACAN"
    APOR = "APOR"


LIVE = (PortState.ASOL, PortState.ACON)


@dataclass(slots=True)
class Port:
    """One request."""

    reference: str
    contract: str
    claimed: Claimed
    donor: str
    recipient: str
    created_at: Moment
    window: Moment
    slot: Slot  # Tv, in which the donor answers
    state: PortState = PortState.ASOL
    state_at: Moment | None = None
    cause: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether it may still become something else."""
        return self.state in LIVE

    @property
    def msisdn(self) -> str:
        """The nine digits that the hub knows."""
        return self.claimed.number.removeprefix("+34")

    def fields(self) -> list[Field]:
        """The request as the hub shows it."""
        donor, recipient = named(self.donor), named(self.recipient)
        cause: list[Field] = [("por:causaEstado", self.cause)] if self.cause else []
        return [
            ("por:codigoReferencia", self.reference),
            ("por:codigoContrato", self.contract),
            ("por:MSISDN", self.msisdn),
            ("por:estado", self.state.value),
            *cause,
            ("por:fechaEstado", written(self.state_at or self.created_at)),
            ("por:fechaVentanaCambio", written(self.window)),
            ("por:fechaLimiteCambioEstado", written(self.slot.ends)),
            ("por:codigoOperadorDonante", donor.mobile_code),
            ("por:codigoOperadorReceptor", recipient.mobile_code),
        ]


class MobilePorts:
    """All requests of the hub, and their donors' answers."""

    def __init__(self, stage: Stage, donors: Donors, notices: Notices) -> None:
        self._stage = stage
        self._donors = donors
        self._notices = notices
        self.ports: dict[str, Port] = {}
        self._by_contract: dict[str, Port] = {}
        self._by_number: dict[str, list[Port]] = {}

    def live_on(self, number: str) -> Port | None:
        """The live request for this number."""
        return next((p for p in self.of(number) if p.is_live), None)

    def with_contract(self, contract: str) -> Port | None:
        """The request that the recipient made under this contract."""
        return self._by_contract.get(contract)

    def of(self, number: str) -> list[Port]:
        """All requests for this number, the oldest first."""
        return self._by_number.get(number, [])

    def open(self, port: Port) -> None:
        """A request was accepted by the hub; its donor will answer, or not."""
        self.ports[port.reference] = port
        self._by_contract.setdefault(port.contract, port)
        self._by_number.setdefault(port.claimed.number, []).append(port)
        self._stage.later(port.slot.ends, f"hub {port.reference} silence", lambda: self._hush(port))
        self._stage.later(port.window, f"hub {port.reference} window", lambda: self._switch(port))
        self._ask_donor(port)

    def cancel(self, port: Port, cause: str) -> None:
        """The recipient takes his request back."""
        self._move(port, PortState.ACAN, cause)

    def cancel_until(self, port: Port) -> Moment:
        """14:00 of the last working day before the window (porting-es 3.5)."""
        day = self._stage.hours.working_day_before(local(port.window).date())
        return at(day, TURNS)

    def _ask_donor(self, port: Port) -> None:
        number = port.claimed.number
        length = int((port.slot.ends - port.slot.begins).total_seconds())
        attempt = str(len(self.of(number)))
        names = ("donor answers", number, attempt)
        seconds = self._stage.between(60, length - 60, *names, of=number)
        due = port.slot.begins + timedelta(seconds=seconds)
        self._stage.later(due, f"donor {port.reference} answers", lambda: self._turn_to(port))

    def _turn_to(self, port: Port) -> None:
        """The donor's moment for this request has come; he may sleep through it."""
        number = port.claimed.number
        if port.state is not PortState.ASOL or self._stage.strike("donor", "silent", number=number):
            return
        late = self._stage.strike("donor", "late", number=number)
        if late is None:
            self._answer(port)
            return
        due = port.slot.ends + late_by(late, timedelta(hours=1))
        self._stage.later(due, f"donor {port.reference} late", lambda: self._answer(port))

    def _answer(self, port: Port) -> None:
        if port.state is not PortState.ASOL:
            return  # too late: the hub has rejected it, or the recipient has cancelled
        cause = self._donors.judge(port.claimed)
        if cause is not None:
            self._reject(port, cause)
            return
        self._move(port, PortState.ACON, None)
        self._notices.post(port.claimed.number, self._stage.now(), port.fields())
        self._donors.plan_cuts(port.claimed.number, port.window, partial(self._is_confirmed, port))

    def plan_cuts(self, _fault: Fault) -> None:
        """Fault `cut_early` was armed: it may hit what is confirmed already."""
        for port in self.ports.values():
            if port.state is PortState.ACON:
                number, window = port.claimed.number, port.window
                self._donors.plan_cuts(number, window, partial(self._is_confirmed, port))

    @staticmethod
    def _is_confirmed(port: Port) -> bool:
        return port.state is PortState.ACON

    def _hush(self, port: Port) -> None:
        if port.state is PortState.ASOL:
            self._reject(port, "RECH_NORES")

    def _reject(self, port: Port, cause: str) -> None:
        self._move(port, PortState.AREC, cause)
        self._notices.post(port.claimed.number, self._stage.now(), port.fields())

    def _switch(self, port: Port) -> None:
        if port.state is PortState.ACON:
            self._move(port, PortState.APOR, None)
            self._donors.port(port.claimed.number)

    def _move(self, port: Port, state: PortState, cause: str | None) -> None:
        port.state, port.state_at, port.cause = state, self._stage.now(), cause
