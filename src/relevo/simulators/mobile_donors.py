"""The donors of this world at the mobile hub: when they answer, and what they do at the window.

They answer in-process, within the reply window, unless a fault has them sleep. An operator that
has logged in at the hub is played by a peer and answers for himself; we always do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from relevo.simulators.donors import Donors
from relevo.simulators.faults import Fault, late_by
from relevo.simulators.mobile_ports import MobilePorts, Port, PortState
from relevo.simulators.stage import Stage


class MobileDonors:
    """Watches the requests and answers those whose donor nobody else plays."""

    def __init__(
        self,
        stage: Stage,
        requests: MobilePorts,
        donors: Donors,
        is_played: Callable[[str], bool],
    ) -> None:
        self._stage = stage
        self._requests = requests
        self._donors = donors
        self._is_played = is_played
        requests.moved.append(self._moved)

    def plan_cuts(self, _fault: Fault) -> None:
        """Fault `cut_early` was armed: it may hit what is confirmed already."""
        for port in self._requests.ports.values():
            if port.state is PortState.ACON:
                self._plan_cuts(port)

    def _moved(self, port: Port) -> None:
        if port.state is PortState.APOR:
            self._hand_over(port)
        elif self._is_played(port.donor):
            return
        elif port.state is PortState.ASOL and not port.confirmed:
            self._plan_answer(port)
        elif port.state is PortState.ACON:
            self._plan_cuts(port)

    def _plan_answer(self, port: Port) -> None:
        number = port.number
        length = int((port.slot.ends - port.slot.begins).total_seconds())
        attempt = str(len(self._requests.of(number)))
        names = ("donor answers", number, attempt)
        seconds = self._stage.between(60, length - 60, *names, of=number)
        due = port.slot.begins + timedelta(seconds=seconds)
        self._stage.later(due, f"donor {port.reference} answers", lambda: self._turn_to(port))

    def _turn_to(self, port: Port) -> None:
        """The donor's moment for this request has come; he may sleep through it."""
        if port.state is not PortState.ASOL or self._is_played(port.donor):
            return
        asked = [each.number for each in port.claims]
        if self._stage.strike_one_of("donor", "silent", asked):
            return
        late = self._stage.strike_one_of("donor", "late", asked)
        if late is None:
            self._answer(port)
            return
        due = port.slot.ends + late_by(late, timedelta(hours=1))
        self._stage.later(due, f"donor {port.reference} late", lambda: self._answer(port))

    def _answer(self, port: Port) -> None:
        if port.state is not PortState.ASOL:
            return  # too late: the hub has rejected it, or the recipient has cancelled
        if port.form.is_multiple:
            judged = self._donors.judge_many(port.claims)
            cause, confirmed = judged.cause, judged.confirmed
        else:
            cause, confirmed = self._donors.judge(port.claims[0]), port.numbers
        if cause is None:
            self._requests.confirm(port, confirmed)
        else:
            self._requests.reject(port, cause)

    def _plan_cuts(self, port: Port) -> None:
        is_due = partial(_is_confirmed, port)
        for number in port.numbers:
            self._donors.plan_cuts(number, port.window, is_due)

    def _hand_over(self, port: Port) -> None:
        """The window is open: the networks follow the hub."""
        for number in port.numbers:
            if port.recipient == self._stage.recipient:
                self._donors.port(number)
            else:
                self._donors.take_over(number, port.recipient)


def _is_confirmed(port: Port) -> bool:
    return port.state is PortState.ACON
