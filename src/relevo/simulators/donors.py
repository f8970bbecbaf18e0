"""The operators that let numbers go: what they check, when they stop, what they do by mistake.

Checks as in porting-es 3.8. A dependent line lives on the card of its principal and is ceased when
that one leaves without it: this is how the number of the true story died.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from relevo.simulators.exchange import Exchange, Served
from relevo.simulators.faults import Fault, lasting, late_by
from relevo.simulators.operators import ORIGINS, named
from relevo.simulators.stage import Part, Stage
from relevo.values.moment import Moment

AGAIN = timedelta(hours=24)
TellCustomer = Callable[[str, str, str], None]
"""Send an SMS: signed by, to which number, text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a port request says of its holder; the type of document is asked for mobiles only."""

    number: str
    document: tuple[str | None, str]
    iccid: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A donor's answer to a request: these numbers, or none of them for one cause."""

    confirmed: tuple[str, ...] = ()
    cause: str | None = None


class Donors:
    """All donors of this world; they differ in name only."""

    def __init__(self, stage: Stage, exchange: Exchange, tell_customer: TellCustomer) -> None:
        self._stage = stage
        self._exchange = exchange
        self._tell_customer = tell_customer
        self._partial: dict[Part | None, Fault] = {}
        self._dropped: set[str] = set()

    def judge(self, claimed: Claimed) -> str | None:
        """The cause of a rejection, or None to confirm."""
        fault = self._stage.strike("donor", "reject", number=claimed.number)
        if fault is not None:
            return fault.plan.cause or "RECH_IDENT"
        if self._drops(claimed.number):
            return "RECH_IDENT"
        served = self._exchange.lines.get(claimed.number)
        if served is None:
            return "RECH_IDENT"
        if not served.is_at_donor:
            return "RECH_BNUME"
        return _wrong_holder(served, claimed)

    def judge_many(self, claims: Sequence[Claimed]) -> Judgement:
        """One request for many numbers (porting-es 3.9.2): what is no active line here is left
        out, each with its own cause; an active line with a defect sinks the whole request."""
        numbers = [each.number for each in claims]
        fault = self._stage.strike_one_of("donor", "reject", numbers)
        if fault is not None:
            return Judgement(cause=fault.plan.cause or "RECH_IDENT")
        confirmed, left_out = [], "RECH_IDENT"
        for claimed in claims:
            served = self._exchange.lines.get(claimed.number)
            if served is None or not served.is_at_donor:
                left_out = "RECH_IDENT" if served is None else "RECH_BNUME"
                continue
            wrong = _wrong_holder(served, claimed)
            if wrong is not None:
                return Judgement(cause=wrong)
            if not self._drops(claimed.number):
                confirmed.append(claimed.number)
        return Judgement(tuple(confirmed), None if confirmed else left_out)

    def port(self, number: str) -> None:
        """The window opens: every network routes the number to us from now on."""
        served = self._exchange.lines[number]
        self._exchange.move(number)
        self._route(number, self._stage.recipient)
        wait = self._stage.seconds_between(0.1, 30, "stop", number, of=number)
        due = self._stage.now() + wait
        name = f"donor {number} stops"
        self._stage.later(due, name, lambda: self._stop(served))

    def take_over(self, number: str, operator: str) -> None:
        """The window opens: every network routes the number to another operator, who serves it."""
        self._exchange.leave(number, operator)
        self._route(number, operator)

    def plan_cuts(self, number: str, window: Moment, is_confirmed: Callable[[], bool]) -> None:
        """Fault `cut_early`: the donor stops serving a confirmed number before its window."""

        def cut() -> None:
            if is_confirmed() and self._stage.strike("donor", "cut_early", number=number):
                self._exchange.stop_at_donor(number)

        for fault in self._stage.armoury.of_kind("donor", "cut_early"):
            if fault.place in (None, self._exchange.lines[number].part.place):
                due = max(window - late_by(fault, timedelta(hours=12)), self._stage.now())
                self._stage.later(due, f"donor {number} cuts", cut)

    def cease_dependent(self, fault: Fault) -> None:
        """Fault `cease_dependent`: the number is cut at once; the customer gets the usual SMS."""
        wanted = fault.plan.line
        for served in self._exchange.lines.values():
            if fault.place not in (None, served.part.place) or served.has_moved:
                continue
            if wanted != served.plan.id if wanted else not served.plan.depends_on:
                continue
            if served.is_at_donor:
                self._stage.strike("donor", "cease_dependent", number=served.plan.name)
                self._cease(served)
            if fault.is_ready(self._stage.now()):
                due = self._stage.now() + AGAIN  # once more, or when it is served again
                name = f"fault donor cease_dependent {served.plan.name}"
                self._stage.later(due, name, lambda: self.cease_dependent(fault))
            return

    def _drops(self, number: str) -> bool:
        """Fault `partial`: each number that is not among the confirmed ones is rejected once."""
        owner = self._stage.owner_of(number)
        if owner not in self._partial:
            place = owner.place if owner is not None else None
            now = self._stage.now()
            waiting = self._stage.armoury.waiting("donor", "partial", now, place)
            if waiting is None or _is_confirmed(waiting, owner, number):
                return False
            struck = self._stage.strike("donor", "partial", number=number)
            if struck is None:
                return False
            self._partial[owner] = struck
        if _is_confirmed(self._partial[owner], owner, number) or number in self._dropped:
            return False
        self._dropped.add(number)
        return True

    def _route(self, number: str, operator: str) -> None:
        """At once everywhere, but for an origin that the fault `routing_stale` leaves behind."""
        stale = self._stage.strike("network", "routing_stale", number=number)
        for origin in ORIGINS:
            switch = partial(self._exchange.switch, number, origin, operator)
            if stale is not None and origin == (stale.plan.origin or "cantil"):
                due = self._stage.now() + lasting(stale, timedelta(hours=6))
                self._stage.later(due, f"network {origin} learns {number}", switch)
            else:
                switch()

    def _stop(self, served: Served) -> None:
        """The donor lets go, and with it ceases what lived on this line's card."""
        self._exchange.stop_at_donor(served.plan.name)
        for other in self._exchange.dependants_of(served):
            if other.is_at_donor and not self._exchange.has_moved(other.plan.name):
                self._cease(other)

    def _cease(self, served: Served) -> None:
        self._exchange.stop_at_donor(served.plan.name)
        number = served.plan.name
        digits = number.removeprefix("+34")
        spoken = " ".join((digits[:3], digits[3:6], digits[6:]))
        text = f"El servicio Segunda Línea {spoken} ha sido dado de baja."
        brand = named(served.donor).brand
        plan = served.part.plan
        self._tell_customer(brand, plan.customer.contact, text)
        principal = served.plan.depends_on and plan.line_named(served.plan.depends_on)
        if principal and principal.number:
            self._tell_customer(brand, principal.number, text)


def _is_confirmed(partial: Fault, owner: Part | None, number: str) -> bool:
    line = owner.line_named(number) if owner is not None else None
    return line is not None and line.id in partial.plan.lines


def _wrong_holder(served: Served, claimed: Claimed) -> str | None:
    line, customer = served.plan, served.part.plan.customer
    if line.payment == "prepaid":
        return None if claimed.iccid == line.iccid else "RECH_ICCID"
    kind, number = claimed.document
    fits = number.upper() == customer.document_number.upper()
    if kind is not None:
        fits = fits and kind == customer.document_type
    return None if fits else "RECH_IDENT"
