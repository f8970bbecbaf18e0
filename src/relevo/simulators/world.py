"""One world: hubs, donors, courier, network, eSIM server, mailboxes and a customer, on one clock.

It listens on loopback and is spoken to over its wire only. Whoever hosts it moves the clock to
``next_due()`` and calls ``fire_due()``; nothing happens by itself, and no request moves time.
"""

from __future__ import annotations

from functools import partial

from relevo.engine.clock import Clock
from relevo.simulators.courier import Courier
from relevo.simulators.customer import Customer
from relevo.simulators.desk import Desks
from relevo.simulators.donors import Donors
from relevo.simulators.exchange import Exchange
from relevo.simulators.faults import Happening
from relevo.simulators.fixed_hub import FixedHub
from relevo.simulators.mailboxes import Mailboxes
from relevo.simulators.mobile_hub import MobileHub
from relevo.simulators.network import Network
from relevo.simulators.outage import Outage
from relevo.simulators.plan import FaultPlan, WorldPlan
from relevo.simulators.profile_server import ProfileServer
from relevo.simulators.registry import Registry
from relevo.simulators.server import Endpoints, Server
from relevo.simulators.stage import Stage
from relevo.simulators.truth import Chronicle, Truth
from relevo.values.moment import Moment, utc


class World:
    """The parts, put together."""

    def __init__(self, plan: WorldPlan, clock: Clock) -> None:
        self._stage = stage = Stage(plan, clock)
        registry = Registry(plan.recipient)
        exchange = Exchange(stage, registry)
        outage = Outage(stage)
        self._mailboxes = Mailboxes(stage, exchange)
        donors = Donors(stage, exchange, self._mailboxes.donor_writes)
        network = Network(stage, registry, exchange)
        profiles = ProfileServer(stage)
        mobile_hub = MobileHub(stage, exchange, donors, outage)
        fixed_hub = FixedHub(stage, exchange, donors, outage)
        courier = Courier(stage, registry)
        customer = Customer(stage, exchange, registry, self._mailboxes)
        customer.use(network, profiles)
        courier.received.append(customer.receive)
        self.truth = Truth(exchange, registry, mobile_hub, fixed_hub)
        self.chronicle = Chronicle(stage, self._mailboxes, customer, courier)
        self._at_once: dict[tuple[str, str], tuple[Happening, ...]] = {
            ("donor", "cease_dependent"): (donors.cease_dependent,),
            ("donor", "cut_early"): (mobile_hub.requests.plan_cuts, fixed_hub.plan_cuts),
            ("network", "forgets"): (network.forget,),
            ("order", "lose_line"): (network.lose_line,),
        }
        for armed_at, fault in stage.armoury.moments():
            self._plan_fault(utc(armed_at), fault)
        parts = (
            mobile_hub,
            fixed_hub,
            Desks(stage, exchange),
            courier,
            network,
            profiles,
            self._mailboxes,
        )
        self._server = Server([r for part in parts for r in part.routes()], self._take_email)

    def start(self) -> Endpoints:
        """Open the doors."""
        return self._server.start()

    def stop(self) -> None:
        """Close them."""
        self._server.stop()

    @property
    def changes(self) -> int:
        """Grows whenever something is new that a peer could fetch."""
        with self._stage.lock:
            return self._stage.changes

    def next_due(self) -> Moment | None:
        """When the next thing happens by itself."""
        with self._stage.lock:
            return self._stage.agenda.next_due()

    def fire_due(self) -> int:
        """Let everything happen that is due now; how many things that were."""
        with self._stage.lock:
            return self._stage.fire_due()

    def fact_recorded(self, name: str, line: str | None, at: Moment) -> None:
        """The product recorded a fact of this name, about this line: some faults wait for it."""
        with self._stage.lock:
            for fault in self._stage.armoury.heard(name, line, utc(at)):
                self._plan_fault(utc(at), fault)

    def _plan_fault(self, armed_at: Moment, fault: FaultPlan) -> None:
        """Some faults strike by themselves; all others wait for their occasion."""
        key = f"fault {fault.where} {fault.what} {fault.line}"
        for happen in self._at_once.get((fault.where, fault.what), ()):
            self._stage.later(armed_at, key, partial(happen, fault))

    def _take_email(self, raw: bytes, recipients: list[str]) -> bool:
        with self._stage.lock:
            return self._mailboxes.take_email(raw, recipients)
