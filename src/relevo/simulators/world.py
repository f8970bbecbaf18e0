"""One world: hubs, donors, courier, network, eSIM server, mailboxes and customers, on one clock.

It listens on loopback and is spoken to over its wire only. Whoever hosts it moves the clock to
``next_due()`` and calls ``fire_due()``; nothing happens by itself, and no request moves time.
Nothing that happens to one customer costs more when there are many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from relevo.engine.clock import Clock
from relevo.simulators.courier import Courier
from relevo.simulators.customer import Customer
from relevo.simulators.desk import Desks
from relevo.simulators.donors import Donors
from relevo.simulators.exchange import Exchange, Served
from relevo.simulators.faults import Fault, FaultStruck, Happening
from relevo.simulators.field_service import FieldService
from relevo.simulators.fixed_hub import FixedHub
from relevo.simulators.mailboxes import Delivered, Mailboxes
from relevo.simulators.mobile_hub import MobileHub
from relevo.simulators.network import Network
from relevo.simulators.outage import Outage
from relevo.simulators.plan import CompanyPlan, WorldPlan
from relevo.simulators.profile_server import ProfileServer
from relevo.simulators.recipients import Recipients
from relevo.simulators.registry import Registry, Subscription
from relevo.simulators.server import Endpoints, Server
from relevo.simulators.stage import HUBS, Part, Stage
from relevo.simulators.truth import Chronicle, Truth
from relevo.values.moment import Moment, utc

LineWatched = Callable[[Served, Subscription | None], None]


class World:
    """The servers, put together, and the customers."""

    def __init__(self, plan: WorldPlan | CompanyPlan, clock: Clock) -> None:
        company = plan if isinstance(plan, CompanyPlan) else CompanyPlan((plan,))
        self._stage = stage = Stage(company, clock)
        self.registry = registry = Registry(stage.recipient)
        self.exchange = exchange = Exchange(stage, registry)
        outage = Outage(stage)
        self._mailboxes = Mailboxes(stage, exchange)
        donors = Donors(stage, exchange, self._mailboxes.donor_writes)
        network = Network(stage, registry, exchange)
        profiles = ProfileServer(stage)
        mobile_hub = MobileHub(stage, exchange, donors, outage)
        recipients = Recipients(stage, mobile_hub, exchange, registry, outage)
        fixed_hub = FixedHub(stage, exchange, donors, outage)
        courier = Courier(stage, registry)
        self._customers = [
            Customer(part, stage, exchange, registry, self._mailboxes) for part in stage.parts
        ]
        for customer in self._customers:
            customer.use(network, profiles)
        self._recipients = recipients
        self._mailboxes.arrived.append(self._message_came)
        exchange.felt.append(self._felt)
        exchange.watched.append(self._line_changed)
        courier.received.append(self._parcel_came)
        self.truth = Truth(exchange, registry, mobile_hub, fixed_hub)
        self.chronicles = tuple(
            Chronicle(stage, self._mailboxes, customer, place, courier, recipients)
            for place, customer in enumerate(self._customers)
        )
        self._at_once: dict[tuple[str, str], tuple[Happening, ...]] = {
            ("donor", "cease_dependent"): (donors.cease_dependent,),
            ("donor", "cut_early"): (mobile_hub.donors.plan_cuts, fixed_hub.plan_cuts),
            ("hub", "down"): (self._look_at_hub,),
            ("hub", "contingency"): (self._look_at_hub,),
            ("hub", "session_lost"): (self._look_at_hub,),
            ("network", "forgets"): (network.forget,),
            ("order", "lose_line"): (network.lose_line,),
        }
        for armed_at, fault in stage.armoury.moments():
            self._plan_fault(utc(armed_at), fault)
        desks, field = Desks(stage, exchange), FieldService(stage, exchange)
        routed = (mobile_hub, fixed_hub, desks, courier, field, network, profiles, self._mailboxes)
        self._server = Server([r for each in routed for r in each.routes()], self._take_email)

    def start(self) -> Endpoints:
        """Open the doors."""
        return self._server.start()

    def stop(self) -> None:
        """Close them."""
        self._server.stop()

    @property
    def chronicle(self) -> Chronicle:
        """That of the first customer, who is often the only one."""
        return self.chronicles[0]

    @property
    def news(self) -> Mapping[str, int]:
        """For each source a number that grows whenever a peer could fetch something new there."""
        with self._stage.lock:
            return self._stage.news.copy()

    @property
    def changes(self) -> int:
        """Grows whenever something is new that a peer could fetch, wherever."""
        return sum(self.news.values())

    def take_touched(self) -> list[int]:
        """The customers (by place) to whom something happened since this was last asked."""
        with self._stage.lock:
            touched = sorted(self._stage.touched)
            self._stage.touched.clear()
            return touched

    def shared_faults(self) -> list[FaultStruck]:
        """Every fault of the company, and when it struck."""
        with self._stage.lock:
            return self._stage.armoury.struck(None)

    def whose_request(self, reference: str) -> int | None:
        """The place of the customer whose numbers another operator asks of us under this."""
        with self._stage.lock:
            part = self._recipients.whose(reference)
            return None if part is None else part.place

    def take_calls(self) -> list[str]:
        """References of ports away from us that failed, of which our desk has been called."""
        with self._stage.lock:
            return self._recipients.take_calls()

    def next_due(self) -> Moment | None:
        """When the next thing happens by itself."""
        with self._stage.lock:
            return self._stage.agenda.next_due()

    def fire_due(self) -> int:
        """Let everything happen that is due now; how many things that were."""
        with self._stage.lock:
            return self._stage.fire_due()

    def fact_recorded(self, name: str, line: str | None, at: Moment, place: int = 0) -> None:
        """The product recorded a fact of this name, about a line of the customer at this place:
        some faults wait for it."""
        with self._stage.lock:
            for fault in self._stage.armoury.heard(name, line, utc(at), place):
                self._plan_fault(utc(at), fault)

    def _plan_fault(self, armed_at: Moment, fault: Fault) -> None:
        """Some faults strike by themselves; all others wait for their occasion."""
        plan = fault.plan
        owner = "" if fault.place is None else self._stage.parts[fault.place].name
        key = f"fault {plan.where} {plan.what} {plan.line} {owner}"
        for happen in self._at_once.get((plan.where, plan.what), ()):
            self._stage.later(armed_at, key, partial(happen, fault))

    def _look_at_hub(self, _fault: Fault) -> None:
        """A recipient asks the hub all the time: he finds its door shut at once."""
        self._stage.changed(*HUBS)

    def _message_came(self, owner: Part, message: Delivered) -> None:
        self._customers[owner.place].message_came(message)

    def _felt(self, served: Served, is_dead: bool) -> None:
        self._customers[served.part.place].feel(served.plan.name, is_dead)

    def _line_changed(self, served: Served) -> None:
        self._customers[served.part.place].consider_cards()

    def _parcel_came(self, number: str, cards: tuple[str, ...]) -> None:
        owner = self._stage.owner_of(number)
        if owner is not None:
            self._customers[owner.place].receive(cards)

    def _take_email(self, raw: bytes, recipients: list[str]) -> bool:
        with self._stage.lock:
            return self._mailboxes.take_email(raw, recipients)


def watch_lines(world: World, watch: LineWatched) -> None:
    """Have this called with each line and what our register has of it: now, and whenever something
    about it may have changed."""

    def tell(served: Served) -> None:
        watch(served, world.registry.find(served.plan.name))

    for served in world.exchange.lines.values():
        tell(served)
    world.exchange.watched.append(tell)
