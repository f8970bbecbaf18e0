"""Requests to port mobile numbers: their states, and how time moves them (porting-es 3.2, 3.3).

A request names one number or many; it has one reference, one window and one state. Of a multiple
request the donor may confirm a part. It then stays ASOL until its recipient says yes or no to the
reduced list (3.9.2); what becomes of it when he says neither is not in the sheet: here it is
rejected at the last moment at which it could have been cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from relevo.simulators.donors import Claimed
from relevo.simulators.hours import TURNS, Slot, at, local
from relevo.simulators.mobile_books import Books
from relevo.simulators.mobile_form import Form
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
    form: Form
    donor: str
    recipient: str
    created_at: Moment
    window: Moment
    slot: Slot  # Tv, in which the donor answers
    state: PortState = PortState.ASOL
    state_at: Moment | None = None
    cause: str | None = None
    confirmed: tuple[str, ...] = ()  # what is left of a multiple; empty: all
    confirmed_at: Moment | None = None
    donor_wish: str = (
        ""  # code of the donor's request to cancel it, with the holder's word (legacy)
    )

    @property
    def contract(self) -> str:
        """The recipient's own number for it."""
        return self.form.contract

    @property
    def claims(self) -> Sequence[Claimed]:
        """Its numbers, with what the form says of each."""
        return self.form.claims

    @property
    def number(self) -> str:
        """The number, or the first one."""
        return self.form.claims[0].number

    @property
    def numbers(self) -> tuple[str, ...]:
        """What it is about now: all of its numbers, or those that are left."""
        return self.confirmed or tuple(each.number for each in self.form.claims)

    @property
    def is_live(self) -> bool:
        """Whether it may still become something else."""
        return self.state in LIVE

    @property
    def awaits_ack(self) -> bool:
        """Whether its recipient has to agree to a reduced list."""
        return self.state is PortState.ASOL and bool(self.confirmed)


Moved = Callable[[Port], None]
"""Called when a request is new or has another state (or a reduced list)."""


class MobilePorts:
    """All requests of the hub. Who acts is checked by the door, not here."""

    def __init__(self, stage: Stage, books: Books) -> None:
        self._stage = stage
        self._books = books
        self.ports: dict[str, Port] = {}
        self.moved: list[Moved] = []
        self._by_contract: dict[str, Port] = {}
        self._by_number: dict[str, list[Port]] = {}

    def live_on(self, number: str) -> Port | None:
        """The live request for this number. What fell out of a multiple is free again."""
        for port in self.of(number):
            if port.is_live and (not port.confirmed or number in port.confirmed):
                return port
        return None

    def with_contract(self, contract: str) -> Port | None:
        """The request that the recipient made under this contract."""
        return self._by_contract.get(contract)

    def of(self, number: str) -> list[Port]:
        """All requests for this number, the oldest first."""
        return self._by_number.get(number, [])

    def open(self, port: Port) -> None:
        """A request was accepted by the hub."""
        self.ports[port.reference] = port
        self._by_contract.setdefault(port.contract, port)
        for claimed in port.claims:
            self._by_number.setdefault(claimed.number, []).append(port)
        self._stage.later(port.slot.ends, f"hub {port.reference} silence", lambda: self._hush(port))
        self._stage.later(port.window, f"hub {port.reference} window", lambda: self._switch(port))
        self._tell(port)

    def confirm(self, port: Port, numbers: Sequence[str]) -> None:
        """The donor says yes, to all or to some; nobody need agree to the whole."""
        port.confirmed_at = self._stage.now()
        asked = port.numbers
        if len(numbers) == len(asked):
            self._move(port, PortState.ACON, None)
            return
        kept = frozenset(numbers)
        port.confirmed = tuple(each for each in asked if each in kept)
        port.state_at = port.confirmed_at
        due, name = self.cancel_until(port), f"hub {port.reference} unanswered list"
        self._stage.later(due, name, lambda: self._drop(port))
        self._tell(port)

    def agree(self, port: Port, agrees: bool) -> None:
        """The recipient takes the reduced list, or does not."""
        self._move(port, PortState.ACON if agrees else PortState.AREC, None)

    def reject(self, port: Port, cause: str) -> None:
        """The donor says no, to all of it."""
        self._move(port, PortState.AREC, cause)

    def cancel(self, port: Port, cause: str) -> None:
        """The recipient takes his request back."""
        self._move(port, PortState.ACAN, cause)

    def cancel_until(self, port: Port) -> Moment:
        """14:00 of the last working day before the window (porting-es 3.5)."""
        day = self._stage.hours.working_day_before(local(port.window).date())
        return at(day, TURNS)

    def _hush(self, port: Port) -> None:
        if port.state is PortState.ASOL and not port.confirmed:
            self._move(port, PortState.AREC, "RECH_NORES")

    def _drop(self, port: Port) -> None:
        if port.awaits_ack:
            self.agree(port, agrees=False)

    def _switch(self, port: Port) -> None:
        if port.state is not PortState.ACON:
            return
        for number in port.numbers:
            self._books.move(number, port.recipient)
        self._move(port, PortState.APOR, None)

    def _move(self, port: Port, state: PortState, cause: str | None) -> None:
        port.state, port.state_at, port.cause = state, self._stage.now(), cause
        self._tell(port)

    def _tell(self, port: Port) -> None:
        for told in self.moved:
            told(port)
