"""Returns of ceased numbers to the holders of their ranges (the *baja*; porting-es 3.3, 3.9.5).

Only a number that was ported in goes back. While it waits, its last holder may still port it:
the request for it holds the return (BDET), and its end lets it go on (BNOT) or ends it (BCAN).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relevo.simulators.hours import SWITCHES, at, local
from relevo.simulators.mobile_books import Books
from relevo.simulators.mobile_ports import MobilePorts, Port, PortState
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment


class ReturnState(StrEnum):
    """The hub's own words."""

    BNOT = "BNOT"
    BDET = "BDET"
    BCAN = "BCAN"
    BDEF = "BDEF"


@dataclass(slots=True)
class Return:
    """One number on its way back."""

    reference: str
    number: str
    operator: str  # who had it
    range_holder: str
    ceased_at: Moment
    created_at: Moment
    window: Moment
    state: ReturnState = ReturnState.BNOT
    state_at: Moment | None = None
    cause: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether it may still become something else."""
        return self.state in (ReturnState.BNOT, ReturnState.BDET)


class MobileReturns:
    """All returns of the hub, coupled with the requests for the same numbers."""

    def __init__(self, stage: Stage, books: Books, requests: MobilePorts) -> None:
        self._stage = stage
        self._books = books
        self._requests = requests
        self.returns: dict[str, Return] = {}
        self._by_number: dict[str, list[Return]] = {}
        requests.moved.append(self._port_moved)

    def of(self, number: str) -> list[Return]:
        """All returns of this number, the oldest first."""
        return self._by_number.get(number, [])

    def live_on(self, number: str) -> Return | None:
        """The pending return of this number."""
        return next((each for each in self.of(number) if each.is_live), None)

    def window_for(self, ceased_at: Moment) -> Moment:
        """A month later, and then the second working day (one was seen; the rule is inferred)."""
        day = _month_after(local(ceased_at).date())
        return at(self._stage.hours.working_day_after(day, 2), SWITCHES)

    def open(self, back: Return) -> None:
        """The operator who has the number does not use it any more."""
        self.returns[back.reference] = back
        self._by_number.setdefault(back.number, []).append(back)
        name = f"hub {back.reference} goes back"
        self._stage.later(back.window, name, lambda: self._go_back(back))

    def cancel(self, back: Return, cause: str) -> None:
        """The customer came back, or it was a mistake."""
        self._move(back, ReturnState.BCAN, cause)

    def _port_moved(self, port: Port) -> None:
        """The end of the request for a held number decides; until then nothing moves."""
        for claimed in port.claims:
            back = self.live_on(claimed.number)
            if back is None:
                continue
            is_wanted = port.is_live and claimed.number in port.numbers
            if is_wanted and back.state is ReturnState.BNOT:
                self._move(back, ReturnState.BDET, None)
            elif port.state is PortState.APOR and claimed.number in port.numbers:
                self._move(back, ReturnState.BCAN, None)
            elif not is_wanted and back.state is ReturnState.BDET:
                self._move(back, ReturnState.BNOT, None)
                if back.window <= self._stage.now():  # its own window went by meanwhile
                    self._go_back(back)

    def _go_back(self, back: Return) -> None:
        if back.state is ReturnState.BNOT:
            self._books.move(back.number, back.range_holder)
            self._move(back, ReturnState.BDEF, None)

    def _move(self, back: Return, state: ReturnState, cause: str | None) -> None:
        back.state, back.state_at, back.cause = state, self._stage.now(), cause
        self._stage.changed("mobile hub")


def _month_after(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
