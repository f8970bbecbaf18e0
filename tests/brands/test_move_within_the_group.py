"""From altamar to her sister brisa, from end to end: one installation, one customer, one network.

The hub, the courier, the network and the customer are the simulated world, over its own wire.
Both brands are ours: the one asks, the other answers, by the same processes as among strangers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from tests.brands.conftest import BOSS, form

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.brands.staffing import add_brand
from relevo.config import Endpoints
from relevo.customers.queries import served_lines
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.numbering.queries import history
from relevo.orders.actions import place_order
from relevo.orders.capture import LineDraft, OrderDraft
from relevo.porting.cease.messages import AskCease
from relevo.porting.donor.actions import ask_cease, load_served
from relevo.porting.profile import HubKind
from relevo.rim import Sister, Site
from relevo.simulators.plan import AddressPlan, CustomerPlan, LineKind, LinePlan, WorldPlan
from relevo.simulators.world import World
from relevo.testing.postgres import clone
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn

STARTS = instant("2025-11-24T08:30:00+01:00")
RULES = "es@2022-06-30"
A_MINUTE = timedelta(minutes=1)
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")


class Move:
    """The installation of both brands, and the world around it, on one clock."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.clock = VirtualClock(STARTS)
        self.world = World(world_plan(), self.clock)
        where = self.world.start()
        self.rules = wiring.book().pinned(RULES)
        endpoints = Endpoints(
            mobile_hub_url=f"{where.http}/nc",
            fixed_hub_url=f"{where.http}/er",
            desk_url=f"{where.http}/desk",
            courier_url=where.http,
            network_url=where.http,
            esim_url=where.http,
            mail_url=where.http,
            field_service_url=where.http,
            smtp_host=where.smtp_host,
            smtp_port=where.smtp_port,
        )
        site = Site(
            operator="brisa",
            rules=self.rules,
            endpoints=endpoints,
            sisters=(Sister(operator="altamar"),),
        )
        self.system = wiring.build(dsn, clock=self.clock, site=site)
        with connect(dsn, name="test", autocommit=True) as connection:
            for name in ("altamar", "brisa"):
                add_brand(connection, name, name.title(), BOSS)
            load_served(connection, "altamar", served_rows(), at=STARTS)

    def order(self) -> str:
        draft = form("brisa", "altamar", M1)
        lines = (
            LineDraft(id="M1", kind="mobile", number=M1, donor="altamar"),
            LineDraft(id="M2", kind="mobile", number=M2, donor="altamar", depends_on="M1"),
        )
        both = OrderDraft(
            customer=draft.customer, lines=lines, recipient="brisa", moving=("M1", "M2")
        )
        with connect(self.dsn, name="test", autocommit=True) as connection:
            return place_order(
                connection, self.system.engine, both, key="1", rules=self.rules, at=STARTS
            )

    def until(self, end: str, look: Callable[[], None] = lambda: None) -> None:
        """Let everything happen that is due before then; look after each step."""
        while True:
            self._settle()
            look()
            due = self._next_due()
            if due is None or due > instant(end):
                self.clock.advance_to(instant(end))
                return
            self.clock.advance_to(max(due, self.clock.now()))

    def rows(self, query: str, *asked: object) -> list[tuple[object, ...]]:
        with connect(self.dsn, name="test") as connection:
            return connection.execute(query, asked).fetchall()

    def holders(self, number: Msisdn) -> list[str]:
        with connect(self.dsn, name="test") as connection:
            return [entry.holder for entry in history(connection, number)]

    def close(self) -> None:
        self.system.close()
        self.world.stop()

    def _settle(self) -> None:
        worked = 1
        while worked:
            worked = self.world.fire_due()
            worked += sum(each.poll() for each in self.system.intakes)
            worked += self.system.engine.run_until_quiet()

    def _next_due(self) -> Moment | None:
        polls = (getattr(each, "next_due", None) for each in self.system.intakes)
        dues = [self.world.next_due(), self.system.engine.next_due()]
        dues += [ask() for ask in polls if ask is not None]
        return min((due for due in dues if due is not None), default=None)


def served_rows() -> list[dict[str, str]]:
    return [
        {
            "number": number,
            "holder_name": "Taller Cierzo S.L.",
            "document_type": "CIF",
            "document": "B99286320",
            "payment": "postpaid",
            "iccid": "",
            "status": "active",
            "own_range": "yes",
            "contact": "+34976000100",
            "depends_on": "" if number == M1 else M1,
        }
        for number in (M1, M2)
    ]


def world_plan() -> WorldPlan:
    customer = CustomerPlan(
        name="Taller Cierzo S.L.",
        document_type="CIF",
        document_number="B99286320",
        email="brisa.101@cierzo.example",
        contact="+34976000100",
        address=AddressPlan(
            street="Calle de Alfonso I 17, 3º",
            postcode="50003",
            city="Zaragoza",
            province="Zaragoza",
        ),
    )
    principal = LinePlan(id="M1", kind=LineKind.MOBILE, donor="altamar", number=M1)
    second = LinePlan(id="M2", kind=LineKind.MOBILE, donor="altamar", number=M2, depends_on="M1")
    return WorldPlan(starts=STARTS, recipient="brisa", customer=customer, lines=(principal, second))


@pytest.fixture
def move(postgres: Server) -> Iterator[Move]:
    dsn = clone(postgres, "sisters")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    made = Move(dsn)
    yield made
    made.close()


@pytest.mark.service
def test_a_bundle_moves_to_the_sister_and_no_number_is_lost_on_the_way(move: Move) -> None:
    """Altamar's answer is hers alone until she has compared the holder; then the case is one."""
    order = move.order()
    seen: set[tuple[str, bool]] = set()

    def look() -> None:
        for state, brands in move.rows(
            "select state, array(select brand from brand_family"
            " where family = split_part(process_id, '/', 1)) from port_out"
        ):
            assert isinstance(brands, list)
            seen.add((str(state), "brisa" in brands))

    move.until("2025-11-28T10:00:00+01:00", look)
    assert {state for state, is_shared in seen if is_shared} == {"confirmed", "stopping", "left"}
    assert {state for state, is_shared in seen if not is_shared} == {"asked"}
    assert move.rows("select distinct state from port") == [("completed",)]
    assert move.rows("select donor, recipient from port_out") == [("altamar", "brisa")] * 2
    owners = "select brand, part from brand_family where family = %s order by 1"
    assert move.rows(owners, order) == [("altamar", "donor"), ("brisa", "recipient")]
    for number in (M1, M2):
        assert move.holders(number) == ["altamar", "brisa"]
        dead = move.world.truth.dead_intervals(number)
        assert all(ends is not None and ends - begins < A_MINUTE for begins, ends in dead)
    with connect(move.dsn, name="test") as connection:
        now = {(each.operator, each.status.value) for each in served_lines(connection, (M1, M2))}
    assert now == {("brisa", "active")}
    assert move.rows("select phase from process where process_id = %s", order) == [("closed",)]
    assert move.rows("select reason from parked") == []


@pytest.mark.service
def test_altamar_does_not_cease_a_number_that_is_on_its_way_to_her_sister(move: Move) -> None:
    """The story begins with this cease."""
    move.order()
    move.until("2025-11-24T09:00:00+01:00")
    wish = AskCease(
        number=M2, operator="altamar", by="ana", why="ended", rules=RULES, hub=HubKind.MOBILE
    )
    process_id = ask_cease(move.system.engine, wish, key="1")
    move.until("2025-11-24T12:00:00+01:00")
    assert move.rows("select state from cease_wish") == [("held",)]
    family = process_id.partition("/")[0]
    assert move.rows("select brand from brand_family where family = %s", family) == [("altamar",)]
    assert move.holders(M2) == ["altamar"]
