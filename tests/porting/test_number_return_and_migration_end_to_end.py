"""Returns and migrations from end to end: the whole program, the hub over its own wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.config import Endpoints
from relevo.customers.queries import served_lines
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.numbering.queries import history
from relevo.porting.cease.messages import AskCease
from relevo.porting.donor.actions import ask_cease, load_served
from relevo.porting.migration.actions import load_numbers, migration_id, start_migration
from relevo.porting.migration.model import MigrationPlan, MigrationScenario
from relevo.porting.migration.queries import counts, numbers_in, open_migrations
from relevo.porting.number_return.actions import keep_number
from relevo.porting.number_return.queries import ReturnRow, returns_of_number
from relevo.porting.profile import HubKind
from relevo.rim import Site
from relevo.simulators.plan import (
    AddressPlan,
    CustomerPlan,
    LineKind,
    LinePlan,
    PortOutPlan,
    ServedPlan,
    WorldPlan,
)
from relevo.simulators.world import World
from relevo.testing.postgres import clone, wipe
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn

STARTS = instant("2025-11-24T08:30:00+01:00")
RULES = "es@2022-06-30"
CAME, OURS, LEAVES = (Msisdn(f"+3460000030{n}") for n in (2, 3, 4))


class Desk:
    """The program and its world on one clock."""

    def __init__(self, dsn: str, *port_outs: PortOutPlan) -> None:
        self.dsn = dsn
        self.clock = VirtualClock(STARTS)
        self.world = World(world_plan(*port_outs), self.clock)
        where = self.world.start()
        rules = wiring.book().pinned(RULES)
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
        site = Site(operator="brisa", rules=rules, endpoints=endpoints)
        self.system = wiring.build(dsn, clock=self.clock, site=site)
        rows = [
            {
                "number": str(each.number),
                "holder_name": "Taller Cierzo S.L.",
                "document_type": "CIF",
                "document": "B99286320",
                "payment": "postpaid",
                "iccid": str(each.card),
                "status": "active",
                "own_range": "no" if each.ported_from else "yes",
                "contact": "+34976000100",
            }
            for each in SERVED
        ]
        with connect(dsn, name="test") as connection:
            load_served(connection, "brisa", rows, at=STARTS)

    def until(self, end: str) -> None:
        """Let everything happen that is due before then."""
        while True:
            self._settle()
            due = self._next_due()
            if due is None or due > instant(end):
                self.clock.advance_to(instant(end))
                return
            self.clock.advance_to(max(due, self.clock.now()))

    def cease(self, number: Msisdn) -> None:
        wish = AskCease(
            number=number,
            operator="brisa",
            by="ana",
            why="contract ended",
            rules=RULES,
            hub=HubKind.MOBILE,
        )
        ask_cease(self.system.engine, wish, key="1")

    def going_back(self, number: Msisdn) -> ReturnRow:
        with connect(self.dsn, name="test") as connection:
            (row,) = returns_of_number(connection, number)
        return row

    def holders(self, number: Msisdn) -> list[str]:
        with connect(self.dsn, name="test") as connection:
            return [entry.holder for entry in history(connection, number)]

    def standing(self, number: Msisdn) -> str:
        with connect(self.dsn, name="test") as connection:
            (line,) = served_lines(connection, [number])
        return line.status.value

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
        dues = [self.world.next_due(), self.system.engine.next_due()]
        return min((due for due in dues if due is not None), default=None)


SERVED = (
    ServedPlan(id="S1", number=CAME, ported_from="duna"),
    ServedPlan(id="S2", number=OURS),
    ServedPlan(id="S3", number=LEAVES),
)


def world_plan(*port_outs: PortOutPlan) -> WorldPlan:
    customer = CustomerPlan(
        name="Taller Cierzo S.L.",
        document_type="CIF",
        document_number="B99286320",
        email="hola@cierzo.example",
        contact="+34976000100",
        address=AddressPlan(
            street="Calle de Alfonso I 17", postcode="50003", city="Zaragoza", province="Zaragoza"
        ),
    )
    line = LinePlan(id="M1", kind=LineKind.MOBILE, donor="altamar", number=Msisdn("+34600000102"))
    return WorldPlan(
        starts=STARTS,
        recipient="brisa",
        customer=customer,
        lines=(line,),
        served=SERVED,
        port_outs=port_outs,
    )


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    dsn = clone(postgres, "number_returns")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    return dsn


@pytest.fixture
def desk(database: str) -> Iterator[Callable[..., Desk]]:
    opened: list[Desk] = []

    def made(*port_outs: PortOutPlan) -> Desk:
        opened.append(Desk(database, *port_outs))
        return opened[-1]

    yield made
    for each in opened:
        each.close()
    wipe(database)


@pytest.mark.service
def test_a_ceased_number_goes_back_to_the_holder_of_its_range(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.cease(CAME)
    here.until("2025-11-25T12:00:00+01:00")
    assert here.going_back(CAME).state == "notified"
    assert here.holders(CAME) == ["brisa", "hold:brisa"]
    here.until("2025-12-29T12:00:00+01:00")
    gone = here.going_back(CAME)
    assert (gone.state, gone.window_opens) == ("returned", instant("2025-12-29T02:00:00+01:00"))
    assert here.holders(CAME) == ["brisa", "hold:brisa", "range:duna"]
    assert here.standing(CAME) == "returned"


@pytest.mark.service
def test_a_customer_who_comes_back_has_his_number_again(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.cease(CAME)
    here.until("2025-11-25T12:00:00+01:00")
    row = here.going_back(CAME)
    keep_number(here.system.engine, row.process_id, by="ana", why="he came back", key="1")
    here.until("2025-11-25T13:00:00+01:00")
    assert here.going_back(CAME).state == "kept"
    assert here.holders(CAME) == ["brisa", "hold:brisa", "brisa"]
    assert here.standing(CAME) == "active"


@pytest.mark.service
def test_a_port_out_of_the_hold_overtakes_the_return(desk: Callable[..., Desk]) -> None:
    asked = PortOutPlan(numbers=(CAME,), recipient="cantil", due=STARTS + timedelta(days=2))
    here = desk(asked)
    here.cease(CAME)
    here.until("2025-11-26T12:00:00+01:00")
    assert here.holders(CAME) == ["brisa", "hold:brisa"]
    here.until("2025-12-01T12:00:00+01:00")
    assert here.going_back(CAME).state == "overtaken"
    assert here.holders(CAME) == ["brisa", "hold:brisa", "cantil"]


@pytest.mark.service
def test_a_number_of_our_own_range_rests_with_us_and_is_free_after_its_term(
    desk: Callable[..., Desk],
) -> None:
    here = desk()
    here.cease(OURS)
    here.until("2025-12-26T12:00:00+01:00")
    assert here.going_back(OURS).state == "resting"
    assert here.holders(OURS) == ["brisa", "hold:brisa", "range:brisa"]
    here.until("2026-01-05T12:00:00+01:00")
    assert here.going_back(OURS).state == "free"


@pytest.mark.service
def test_numbers_migrate_to_another_host_and_only_a_new_operator_changes_custody(
    desk: Callable[..., Desk],
) -> None:
    asked = PortOutPlan(numbers=(LEAVES,), recipient="cantil", due=STARTS + timedelta(minutes=5))
    here, name = desk(asked), migration_id("spring")
    here.until("2025-11-24T09:00:00+01:00")
    rows = [
        {"number": CAME, "network_from": "brisa", "service_from": "brisa", "service_to": "brisa"},
        {"number": OURS, "network_from": "brisa", "service_from": "brisa", "service_to": "duna"},
        {"number": LEAVES, "network_from": "brisa", "service_from": "brisa", "service_to": "duna"},
    ]
    with connect(here.dsn, name="test", autocommit=True) as connection:
        load_numbers(connection, name, rows, at=STARTS)
    plan = MigrationPlan(
        operator="brisa",
        scenario=MigrationScenario.CHANGE_OF_HOST,
        starts_at=instant("2025-11-24T10:00:00+01:00"),
        volume=3,
        service_operators_from=("brisa",),
        networks_from=("brisa",),
        network_to="duna",
        rules=RULES,
    )
    start_migration(here.system.engine, "spring", plan, by="ana")
    here.until("2025-11-28T20:00:00+01:00")
    with connect(here.dsn, name="test", autocommit=True) as connection:
        assert counts(connection, name) == {"migrated": 2, "left_out": 1}
        assert numbers_in(connection, name, ["left_out"]) == [
            (LEAVES, "left_out", "it is being ported")
        ]
        assert open_migrations(connection) == []
    assert here.holders(CAME) == ["brisa"]
    assert here.holders(OURS) == ["brisa", "duna"]
    assert here.holders(LEAVES) == ["brisa", "cantil"]
    assert here.standing(OURS) == "gone"
