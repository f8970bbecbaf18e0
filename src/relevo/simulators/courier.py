"""The courier: collects on working days, delivers on the first or second one after.

Two attempts are made (rights-care 4.2); a parcel that cannot be delivered waits five working days
for the sender's word and goes back. An exception always carries its reason and an action.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial

from relevo.simulators.faults import lasting
from relevo.simulators.feed import Answers, Feed
from relevo.simulators.hours import at, local
from relevo.simulators.http import Answer, Asked, BadRequest, Route, not_found
from relevo.simulators.parcel import Parcel, ParcelOrder, ParcelState, Place, Scan
from relevo.simulators.registry import Registry
from relevo.simulators.stage import Stage
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

LAST_ORDER = time(17)
COLLECTED_FROM = time(17, 5)
ON_THE_ROAD = time(22)
OUT_FROM = time(8)
DELIVERED_FROM = time(9)
DELIVERY_SECONDS = 10 * 3600
ATTEMPTS = 2
WAITS_DAYS = 5  # working days until an undeliverable parcel goes back

BEFORE_THE_ROAD = (ParcelState.LABEL_CREATED, ParcelState.HELD, ParcelState.HANDED_OVER)

Receive = Callable[[str, tuple[str, ...]], None]
"""Called with a number of the receiver, and the cards that he got for real."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the sender wants with a parcel that is on its way."""

    key: str
    address: Place | None = None
    on: date | None = None  # not before that day


class Courier:
    """All parcels. The customer receives what is delivered for real."""

    def __init__(self, stage: Stage, registry: Registry) -> None:
        self._stage = stage
        self._registry = registry
        self.parcels: dict[str, Parcel] = {}
        self.received: list[Receive] = []
        self._silent_until: Moment | None = None  # all parcels, when the company has the fault
        self._events = Feed()
        self._orders: Answers[Answer] = Answers()
        self._wishes: Answers[Answer] = Answers()

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        one = "/courier/parcels/{code}"
        verbs: dict[str, Callable[[Parcel, Wish], None]] = {
            "relabel": self._relabel,
            "redirect": self._redirect,
            "confirm": self._redirect,  # without an address: the one on the label is right
            "return": self._send_back,
            "trace": self._trace,
        }
        return [
            Route(self._stage, "POST", "/courier/parcels", self._take),
            Route(self._stage, "GET", one, self._show),
            Route(self._stage, "GET", "/courier/events", self._list_events),
            *(
                Route(self._stage, "POST", f"{one}/{verb}", partial(self._wish, verb, carry))
                for verb, carry in verbs.items()
            ),
        ]

    def _take(self, asked: Asked) -> Answer:
        order = asked.read(ParcelOrder)
        if not order.contents:
            raise BadRequest("contents: name the ICCID of each card in the parcel")
        return self._orders.once(order.reference, lambda: self._accept(order))

    def _accept(self, order: ParcelOrder) -> Answer:
        tracking = "RA" + code(9, READABLE, "parcel", order.reference)
        parcel = Parcel(tracking, order, order.address, local(self._stage.now()).date())
        self.parcels[tracking] = parcel
        self._tell(parcel, Scan(state=ParcelState.LABEL_CREATED))
        self._plan_collection(parcel)
        return Answer(201, _seen(parcel))

    def _show(self, asked: Asked) -> Answer:
        parcel = self.parcels.get(asked.path["code"])
        return Answer(200, _seen(parcel)) if parcel else not_found("the parcel")

    def _list_events(self, asked: Asked) -> Answer:
        return Answer(200, {"events": self._events.after(asked.after())})

    def _wish(self, verb: str, carry: Callable[[Parcel, Wish], None], asked: Asked) -> Answer:
        parcel = self.parcels.get(asked.path["code"])
        if parcel is None:
            return not_found("the parcel")
        wish = asked.read(Wish)

        def carried() -> Answer:
            carry(parcel, wish)
            return Answer(200, _seen(parcel))

        return self._wishes.once(f"{parcel.code} {verb} {wish.key}", carried)

    def _relabel(self, parcel: Parcel, _wish: Wish) -> None:
        if parcel.state in (ParcelState.HELD, ParcelState.LABEL_CREATED):
            self._scan(parcel, Scan(state=ParcelState.LABEL_CREATED))
            self._plan_collection(parcel)

    def _redirect(self, parcel: Parcel, wish: Wish) -> None:
        if parcel.is_over:
            return
        parcel.address = wish.address or parcel.address
        parcel.wanted_on = wish.on
        if parcel.state not in BEFORE_THE_ROAD:
            self._scan(parcel, Scan(state=ParcelState.REDIRECTED))
            self._plan_delivery(parcel, 1)

    def _send_back(self, parcel: Parcel, _wish: Wish) -> None:
        if not parcel.is_over and parcel.state is not ParcelState.RETURNING:
            self._go_back(parcel)

    def _trace(self, parcel: Parcel, _wish: Wish) -> None:
        """Somebody looks where it really is: a false delivery is found out and made good."""
        if parcel.state is ParcelState.DELIVERED and not parcel.is_delivered_for_real:
            found = Scan(
                state=ParcelState.IN_TRANSIT, reason="unknown_recipient", action="redeliver"
            )
            self._scan(parcel, found)
            self._plan_delivery(parcel, 1)

    def _plan_collection(self, parcel: Parcel) -> None:
        day = self._collection_day(self._handed_over_at(parcel))
        self._replan(parcel)
        names = ("collect", parcel.order.reference, str(parcel.leg))
        minutes = self._stage.between(0, 110, *names, of=self._line_of(parcel))
        due = at(day, COLLECTED_FROM) + timedelta(minutes=minutes)
        parcel.expected_on = self._delivery_day(parcel, day)
        self._plan(parcel, max(due, self._stage.now()), self._collect)

    def _handed_over_at(self, parcel: Parcel) -> Moment:
        """When the sender brings it, if he said so; else at once."""
        text = parcel.order.handed_over_by or ""
        try:
            promised = Moment.fromisoformat(text)
        except ValueError:
            return self._stage.now()
        return max(promised, self._stage.now()) if promised.tzinfo else self._stage.now()

    def _collection_day(self, moment: Moment) -> date:
        here = local(moment)
        if self._stage.hours.is_working_day(here.date()) and here.time() <= LAST_ORDER:
            return here.date()
        return self._stage.hours.working_day_after(here.date())

    def _delivery_day(self, parcel: Parcel, collected_on: date) -> date:
        names = ("delivery day", parcel.order.reference)
        days = self._stage.between(1, 2, *names, of=self._line_of(parcel))
        day = self._stage.hours.working_day_after(collected_on, days)
        return max(day, parcel.wanted_on or day)

    def _collect(self, parcel: Parcel) -> None:
        if self._strike(parcel, "bad_label"):
            self._scan(parcel, Scan(state=ParcelState.HELD, reason="bad_label", action="relabel"))
            return
        self._scan(parcel, Scan(state=ParcelState.HANDED_OVER))
        road = at(local(self._stage.now()).date(), ON_THE_ROAD)
        leaves = partial(self._scan, scan=Scan(state=ParcelState.IN_TRANSIT))
        self._plan(parcel, road, leaves)
        self._plan_round(parcel, parcel.expected_on)

    def _plan_delivery(self, parcel: Parcel, working_days: int) -> None:
        """A new attempt, so many working days from now."""
        self._replan(parcel)
        today = local(self._stage.now()).date()
        day = self._stage.hours.working_day_after(today, working_days)
        parcel.expected_on = max(day, parcel.wanted_on or day)
        self._plan_round(parcel, parcel.expected_on)

    def _plan_round(self, parcel: Parcel, day: date) -> None:
        names = ("delivery", parcel.order.reference, str(parcel.leg), day.isoformat())
        seconds = self._stage.between(0, DELIVERY_SECONDS - 1, *names, of=self._line_of(parcel))
        self._plan(parcel, at(day, OUT_FROM), self._load)
        self._plan(parcel, at(day, DELIVERED_FROM) + timedelta(seconds=seconds), self._attempt)

    def _load(self, parcel: Parcel) -> None:
        if self._strike(parcel, "lost"):
            self._replan(parcel)
            self._scan(
                parcel, Scan(state=ParcelState.LOST, reason="delay_network", action="replace")
            )
            return
        self._scan(parcel, Scan(state=ParcelState.OUT))

    def _attempt(self, parcel: Parcel) -> None:
        parcel.attempts += 1
        if self._strike(parcel, "wrong_address"):
            self._fail(parcel, "wrong_address", "confirm_address")
        elif self._strike(parcel, "absent"):
            self._fail(parcel, "absent", "next_attempt")
        elif self._strike(parcel, "refused"):
            refused = Scan(state=ParcelState.REFUSED, reason="refused", action="return")
            self._scan(parcel, refused)
            self._replan(parcel)
            self._plan_return(parcel, 1)
        elif self._strike(parcel, "false_delivery"):
            self._scan(parcel, Scan(state=ParcelState.DELIVERED))
        else:
            self._deliver(parcel)

    def _deliver(self, parcel: Parcel) -> None:
        parcel.is_delivered_for_real = True
        proof = f"pin:{parcel.order.pin}" if parcel.order.pin else f"signature:{parcel.order.name}"
        self._scan(parcel, Scan(state=ParcelState.DELIVERED, proof=proof))
        for receive in self.received:
            receive(self._line_of(parcel), parcel.order.contents)

    def _fail(self, parcel: Parcel, reason: str, action: str) -> None:
        self._replan(parcel)
        if parcel.attempts >= ATTEMPTS:
            action = "redirect_or_return"
        self._scan(parcel, Scan(state=ParcelState.ATTEMPT_FAILED, reason=reason, action=action))
        if action == "next_attempt":
            self._plan_delivery(parcel, 1)
        else:
            self._plan_return(parcel, WAITS_DAYS)

    def _plan_return(self, parcel: Parcel, working_days: int) -> None:
        today = local(self._stage.now()).date()
        day = self._stage.hours.working_day_after(today, working_days)
        self._plan(parcel, at(day, OUT_FROM), self._go_back)

    def _go_back(self, parcel: Parcel) -> None:
        self._replan(parcel)
        self._scan(parcel, Scan(state=ParcelState.RETURNING))
        day = self._stage.hours.working_day_after(local(self._stage.now()).date(), 2)
        back = partial(self._scan, scan=Scan(state=ParcelState.RETURNED))
        self._plan(parcel, at(day, LAST_ORDER), back)

    def _replan(self, parcel: Parcel) -> None:
        parcel.leg += 1

    def _plan(self, parcel: Parcel, due: Moment, step: Callable[[Parcel], None]) -> None:
        """Let this happen to the parcel, unless its way is planned anew before."""
        leg = parcel.leg

        def happen() -> None:
            if parcel.leg == leg:
                step(parcel)

        self._stage.later(due, f"courier {parcel.order.reference}", happen)

    def _scan(self, parcel: Parcel, scan: Scan) -> None:
        parcel.state = scan.state
        now = self._stage.now()
        until = max(self._fall_silent(parcel, now), self._silent_until or now)
        if now < until:
            name = f"courier {parcel.order.reference} speaks"
            self._stage.later(until, name, lambda: self._tell(parcel, scan, now))
        else:
            self._tell(parcel, scan)

    def _fall_silent(self, parcel: Parcel, now: Moment) -> Moment:
        """Until when nothing is told of this parcel; the company's fault silences all of them."""
        for line in self._lines_in(parcel):
            fault = self._stage.strike("courier", "silent", number=line)
            if fault is not None:
                until = now + lasting(fault, timedelta(hours=24))
                if fault.place is None:
                    self._silent_until = until
                parcel.silent_until = until
                break
        return parcel.silent_until or now

    def _tell(self, parcel: Parcel, scan: Scan, moment: Moment | None = None) -> None:
        """Publish what was seen."""
        parcel.shown = scan.state
        self._events.add(
            {
                "at": moment or self._stage.now(),
                "tracking_code": parcel.code,
                "reference": parcel.order.reference,
                "state": scan.state,
                "reason": scan.reason,
                "action": scan.action,
                "city": parcel.address.city,
                "proof": scan.proof,
            }
        )
        self._stage.changed("courier")

    def _strike(self, parcel: Parcel, what: str) -> bool:
        """Whether this fault hits this parcel: by the line of one of its cards."""
        lines = self._lines_in(parcel)
        return any(self._stage.strike("courier", what, number=line) for line in lines)

    def _lines_in(self, parcel: Parcel) -> list[str]:
        """The number of each card in it; of a card that the network does not know, its receiver."""
        known = (self._registry.number_of_card(iccid) for iccid in parcel.order.contents)
        return [number or parcel.order.phone for number in known]

    def _line_of(self, parcel: Parcel) -> str:
        return self._lines_in(parcel)[0]


def _seen(parcel: Parcel) -> dict[str, object]:
    """The parcel as its sender sees it."""
    return {
        "tracking_code": parcel.code,
        "reference": parcel.order.reference,
        "state": parcel.shown,
        "expected_on": parcel.expected_on,
    }
