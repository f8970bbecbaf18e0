"""The other operators when they ask us for numbers: their requests, as the plans say.

They bring the holder's papers as they are, unless the plan has them wrong; they agree to a reduced
list or do not; they may take a request back. All of it in opening hours, and not while the hub is
down. One who fails to serve what he got (fault `recipient_fails`) calls our desk and asks that we
serve it again; once we do, the networks send calls back to us, whatever the hub's books say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from relevo.simulators.donors import Claimed
from relevo.simulators.exchange import Exchange, Served
from relevo.simulators.hours import OPENS, SWITCHES, at, local
from relevo.simulators.mobile_creation import CLOSED
from relevo.simulators.mobile_form import PERSON, Form
from relevo.simulators.mobile_hub import MobileHub
from relevo.simulators.mobile_ports import Port, PortState
from relevo.simulators.operators import ORIGINS, named
from relevo.simulators.outage import Outage
from relevo.simulators.plan import PortOutPlan
from relevo.simulators.registry import Registry
from relevo.simulators.stage import Part, Stage
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

CALLS_AFTER = timedelta(minutes=30)
AGAIN = timedelta(minutes=10)  # after an attempt at a hub that is down
FIRST_NAME = "Ana"  # names are not compared by donors (porting-es 3.8)


@dataclass(slots=True)
class Asking:
    """One plan, and what became of it."""

    plan: PortOutPlan
    part: Part
    place: int
    port: Port | None = None
    refused: str | None = None  # the hub's code
    attempts: int = 0


class Recipients:
    """Everybody who wants numbers of ours."""

    def __init__(
        self, stage: Stage, hub: MobileHub, exchange: Exchange, registry: Registry, outage: Outage
    ) -> None:
        self._stage = stage
        self._hub = hub
        self._exchange = exchange
        self._registry = registry
        self._outage = outage
        self._failed: set[str] = set()  # numbers that are served by nobody
        self._undone: set[str] = set()
        self._calls: list[str] = []
        self._askings: dict[int, list[Asking]] = {}
        self._of_port: dict[str, Asking] = {}
        for part in stage.parts:
            self._askings[part.place] = [
                Asking(plan, part, place) for place, plan in enumerate(part.plan.port_outs)
            ]
            for asking in self._askings[part.place]:
                self._later(asking, asking.plan.due)
        hub.requests.moved.append(self._moved)
        exchange.watched.append(self._line_changed)

    def take_calls(self) -> list[str]:
        """References of ports that failed, of which our desk was called since this was asked."""
        calls, self._calls = self._calls, []
        return calls

    def fates(self, place: int) -> dict[str, str]:
        """What became of each number that was asked of this customer's, at the last request."""
        return {
            number: "undone" if number in self._undone else _fate(asking, number)
            for asking in self._askings[place]
            for number in asking.plan.numbers
        }

    def whose(self, reference: str) -> Part | None:
        """The customer whose numbers a request names."""
        asking = self._of_port.get(reference)
        return None if asking is None else asking.part

    def _later(self, asking: Asking, due: Moment) -> None:
        name = f"{asking.plan.recipient} asks for {asking.plan.numbers[0]} {asking.place}"
        self._stage.later(due, name, lambda: self._ask(asking))

    def _ask(self, asking: Asking) -> None:
        now = self._stage.now()
        if self._outage.lasts():
            self._later(asking, now + AGAIN)
            return
        opening = self._stage.hours.next_opening(now)
        if opening > now:
            self._later(asking, opening + timedelta(minutes=1))
            return
        asking.attempts += 1
        verdict, port = self._hub.creation.take(self._form(asking))
        if port is not None:
            asking.port, asking.refused = port, None
            self._of_port[port.reference] = asking
            self._stage.touch(asking.part)
            self._plan_cancellation(asking, port)
        elif verdict.code.startswith("AREC CUPO") or verdict.code == CLOSED.code:
            tomorrow = self._stage.hours.working_day_after(local(now).date())
            self._later(asking, at(tomorrow, OPENS) + timedelta(minutes=1))
        else:
            asking.refused = verdict.code
            self._stage.touch(asking.part)

    def _form(self, asking: Asking) -> Form:
        plan, us = asking.plan, named(self._stage.recipient)
        recipient = named(plan.recipient)
        names = ("port out", *plan.numbers, str(asking.place), str(asking.attempts))
        ours = {each.number: each for each in asking.part.plan.served}
        first = ours.get(plan.numbers[0])
        customer = asking.part.plan.customer
        document = plan.document or (first.document if first is not None else None)
        document = document or (customer.document_type, customer.document_number)
        claims = []
        for number in plan.numbers:
            served = ours.get(number)
            card = served.card if served is not None and served.payment == "prepaid" else None
            given = card if plan.iccid is None else (plan.iccid or None)
            claims.append(Claimed(number=number, document=document, iccid=given))
        return Form(
            donor_code=us.mobile_code,
            recipient_code=recipient.mobile_code,
            contract=recipient.mobile_code + code(8, READABLE, *names),
            nrn=recipient.nrn_mobile,
            document=document,
            claims=tuple(claims),
            is_multiple=plan.is_multiple,
            asked_at=self._stage.now(),
            window=None if plan.wish is None else at(plan.wish, SWITCHES),
            names=_names(customer.name, document[0]),
        )

    def _plan_cancellation(self, asking: Asking, port: Port) -> None:
        if asking.plan.cancel_after is not None:
            due = self._stage.hours.next_opening(port.created_at + asking.plan.cancel_after)
            name = f"{port.recipient} cancels {port.reference}"
            self._stage.later(due, name, lambda: self._cancel(port))

    def _cancel(self, port: Port) -> None:
        if port.is_live and self._stage.now() < self._hub.requests.cancel_until(port):
            self._hub.requests.cancel(port, "CANC_ABONA")

    def _moved(self, port: Port) -> None:
        asking = self._of_port.get(port.reference)
        if asking is None:
            return
        self._stage.touch(asking.part)
        if port.state is PortState.APOR:
            self._take_on(port)
        if port.awaits_ack:
            wait = self._stage.between(2, 30, "agrees", port.reference, of=port.number)
            due = self._stage.hours.next_opening(self._stage.now() + timedelta(minutes=wait))
            name = f"{port.recipient} agrees {port.reference}"
            self._stage.later(due, name, lambda: self._agree(asking, port))

    def _take_on(self, port: Port) -> None:
        """The window is open; who fails now is called for half an hour later."""
        failed: list[str] = []
        for number in port.numbers:
            if self._stage.strike("network", "recipient_fails", number=number):
                self._exchange.stop_at_donor(number)
                failed.append(number)
        if failed:
            due, name = self._stage.now() + CALLS_AFTER, f"{port.recipient} calls {port.reference}"
            self._stage.later(due, name, lambda: self._call_us(port, failed))

    def _call_us(self, port: Port, failed: list[str]) -> None:
        self._failed.update(failed)
        self._calls.append(port.reference)
        self._stage.changed("desk")

    def _line_changed(self, served: Served) -> None:
        number = served.plan.name
        subscription = self._registry.find(number) if number in self._failed else None
        if subscription is None or not subscription.is_active:
            return
        self._failed.discard(number)
        self._undone.add(number)
        for origin in ORIGINS:
            self._exchange.switch(number, origin, self._stage.recipient)

    def _agree(self, asking: Asking, port: Port) -> None:
        if port.awaits_ack:
            self._hub.requests.agree(port, asking.plan.agrees)


_WORDS = {
    PortState.ASOL: "asked",
    PortState.ACON: "confirmed",
    PortState.ACAN: "cancelled",
    PortState.APOR: "ported",
}


def _fate(asking: Asking, number: str) -> str:
    port = asking.port
    if port is None:
        return "refused:" + asking.refused.replace(" ", "_") if asking.refused else "not asked"
    if port.state is PortState.AREC:
        return f"rejected:{port.cause}" if port.cause else "dropped"
    return _WORDS[port.state] if number in port.numbers else "left out"


def _names(name: str, document_type: str) -> tuple[tuple[str, str], ...]:
    if document_type == "CIF":
        return (("razonSocial", name[:64]),)
    nationality = "" if document_type == "NIF" else "PRT"
    return tuple(
        zip(PERSON, (FIRST_NAME, name.rsplit(maxsplit=1)[-1], "", nationality), strict=True)
    )
