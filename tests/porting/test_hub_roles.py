"""The mobile hub's client against the simulated hub, which has its own reading of the same sheet.

Both were written from the samples and neither from the other. The processes that drive these calls
have tests of their own; here it is the wire, in every role, and the way by file when the web
service is away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from relevo.adapters.clearing_house_soap import (
    HubAccount,
    HubLanguage,
    SoapClearingHouse,
    SoapDonorHouse,
    SoapMigrationHouse,
    SoapRegistry,
    SoapReturnHouse,
)
from relevo.engine.clock import VirtualClock
from relevo.engine.performer import Temporary
from relevo.porting.gateway import Exchange
from relevo.porting.migration.messages import (
    FinishMigration,
    MigrateNumber,
    MigrationAccepted,
    MigrationState,
    NumberMigrationState,
    OpenMigration,
)
from relevo.porting.migration.model import MigrationScenario
from relevo.porting.multiple.messages import (
    AgreeToReduced,
    MultipleSeen,
    QueryMultiple,
    SendMultipleRequest,
    WantedNumber,
)
from relevo.porting.number_return.messages import (
    ReturnAccepted,
    ReturnState,
    SendReturnCancellation,
    SendReturnNotice,
)
from relevo.porting.port_in.messages import HubAccepted, HubState, QueryPort, SendPortRequest
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    PortOutAnswerTaken,
    PortOutAsked,
    QueryPortOut,
)
from relevo.porting.profile import HubKind, PortingProfile
from relevo.profiles.es import codec_mobile, codec_status, hub_words
from relevo.simulators.plan import (
    AddressPlan,
    CustomerPlan,
    FaultPlan,
    LineKind,
    LinePlan,
    PortOutPlan,
    ServedPlan,
    WorldPlan,
)
from relevo.simulators.world import World
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

STARTS = instant("2019-01-14T08:30:00+01:00")
M2, OURS, CAME = Msisdn("+34600000102"), Msisdn("+34600000301"), Msisdn("+34600000302")
MANY = tuple(Msisdn(f"+3460000020{n}") for n in range(1, 4))
Building = Callable[..., tuple[World, SoapClearingHouse]]
AWAY = FaultPlan(where="hub", what="contingency", lasts=timedelta(hours=3))
HOLDER = Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True)
REQUEST = SendPortRequest(
    hub=HubKind.MOBILE,
    number=M2,
    donor="altamar",
    recipient="brisa",
    holder=HOLDER,
    contract_code="902K7Q2M9XA",
    rules="es@2012-06-01",
    consent_at=STARTS,
    window=None,
    donor_iccid=None,
    prepaid=False,
)


class Log:
    """Keeps exchanges in memory."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def keep(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(STARTS)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def build(clock: VirtualClock, log: Log, rules: PortingProfile) -> Iterator[Building]:
    opened: list[Any] = []

    def made(*faults: FaultPlan) -> tuple[World, SoapClearingHouse]:
        world = World(world_plan(*faults), clock)
        account = HubAccount(
            url=f"{world.start().http}/nc",
            operator="brisa",
            user="brisa-porting",
            key="relay",
            contingency_after_s=1800,
        )
        language = HubLanguage(codec=codec_mobile, words=hub_words, files=codec_status)
        house = SoapClearingHouse(account, language, rules, clock=clock, wire_log=log)
        opened.extend((house.close, world.stop))
        world.fire_due()
        return world, house

    yield made
    for close in opened:
        close()


def world_plan(*faults: FaultPlan) -> WorldPlan:
    customer = CustomerPlan(
        name=HOLDER.name,
        document_type="CIF",
        document_number="B99286320",
        email="hola@cierzo.example",
        contact="+34976000100",
        address=AddressPlan(
            street="Calle de Alfonso I 17", postcode="50003", city="Zaragoza", province="Zaragoza"
        ),
    )
    return WorldPlan(
        starts=STARTS,
        recipient="brisa",
        customer=customer,
        lines=tuple(
            LinePlan(id=f"M{n}", kind=LineKind.MOBILE, donor="altamar", number=number)
            for n, number in enumerate((M2, *MANY))
        ),
        served=(
            ServedPlan(id="S1", number=OURS),
            ServedPlan(id="S2", number=CAME, ported_from="duna"),
        ),
        port_outs=(
            PortOutPlan(numbers=(OURS,), recipient="cantil", due=STARTS + timedelta(minutes=5)),
        ),
        faults=faults,
    )


def pass_time(world: World, clock: VirtualClock, until: str) -> None:
    """Let everything happen that is due before then."""
    end = instant(until)
    while (due := world.next_due()) is not None and due <= end:
        clock.advance_to(max(due, clock.now()))
        world.fire_due()
    clock.advance_to(end)


def test_many_numbers_are_asked_for_and_confirmed_under_one_reference(
    build: Building, clock: VirtualClock
) -> None:
    world, house = build()
    asked = SendMultipleRequest(
        hub=HubKind.MOBILE,
        numbers=tuple(WantedNumber(number=number) for number in MANY),
        donor="altamar",
        recipient="brisa",
        holder=HOLDER,
        contract_code="902M5LT1PL3",
        rules="es@2012-06-01",
        consent_at=STARTS,
        window=None,
    )
    (made,) = house.request_multiple(asked, at=STARTS)
    assert isinstance(made, HubAccepted)
    (again,) = house.request_multiple(asked, at=STARTS)
    assert again == made
    pass_time(world, clock, "2019-01-14T20:30:00+01:00")
    said = [news.said for news in house.news("").news]
    assert all(isinstance(each, MultipleSeen) and each.reference == made.reference for each in said)
    ask = QueryMultiple(
        hub=HubKind.MOBILE,
        reference=made.reference,
        contract_code="902M5LT1PL3",
        recipient="brisa",
    )
    (seen,) = house.query_multiple(ask)
    assert seen.state is HubState.CONFIRMED or seen.awaits_agreement
    agree = AgreeToReduced(
        hub=HubKind.MOBILE,
        reference=made.reference,
        contract_code="902M5LT1PL3",
        recipient="brisa",
        agrees=True,
    )
    if seen.awaits_agreement:
        pass_time(world, clock, "2019-01-15T08:30:00+01:00")
        (agreed,) = house.agree(agree, key="e1")
        assert getattr(agreed, "state", None) is HubState.CONFIRMED


def test_a_number_of_ours_is_asked_for_and_answered(build: Building, clock: VirtualClock) -> None:
    world, house = build()
    donor = SoapDonorHouse(house.line)
    pass_time(world, clock, "2019-01-14T14:30:00+01:00")
    (news,) = donor.donor_news("").news
    asked = news.said
    assert isinstance(asked, PortOutAsked)
    assert [each.number for each in asked.numbers] == [OURS]
    assert asked.recipient == "cantil"
    assert list(donor.pending()) == [asked]
    yes = ConfirmPortOut(
        hub=HubKind.MOBILE,
        reference=asked.reference,
        donor="brisa",
        numbers=(OURS,),
        is_multiple=False,
    )
    for _ in range(2):  # a repeated yes is taken like the first
        (taken,) = donor.confirm(yes, key="e1")
        assert isinstance(taken, PortOutAnswerTaken)
    donor.acknowledge([news.notice_id])
    assert donor.donor_news("").news == ()
    assert list(donor.pending()) == []
    pass_time(world, clock, "2019-01-16T07:30:00+01:00")
    ask = QueryPortOut(hub=HubKind.MOBILE, reference=asked.reference, donor="brisa")
    assert [seen.state for seen in donor.query_out(ask)] == [HubState.PORTED]
    rows = [row for file in house.status_files("") for row in file.rows]
    assert HubState.PORTED in {row.state for row in rows if row.reference == asked.reference}


def test_a_number_goes_back_and_its_notice_is_taken_back(
    build: Building, clock: VirtualClock
) -> None:
    world, house = build()
    returns, registry = SoapReturnHouse(house.line), SoapRegistry(house.line)
    standing = registry.standing_of(CAME)
    assert standing is not None
    assert (standing.serving, standing.range_holder) == ("brisa", "duna")
    assert registry.standing_of(Msisdn("+34600999999")) is None
    assert registry.ranges_of(CAME)
    notice = SendReturnNotice(
        number=CAME, operator="brisa", ceased_at=STARTS, rules="es@2012-06-01"
    )
    (made,) = returns.notify_return(notice, key="e1")
    assert isinstance(made, ReturnAccepted)
    assert list(returns.notify_return(notice, key="e1")) == [made]
    pass_time(world, clock, "2019-01-15T07:30:00+01:00")
    seen = [each for file in house.status_files("") for each in file.returns]
    assert ReturnState.NOTIFIED in {each.state for each in seen if each.number == CAME}
    pass_time(world, clock, "2019-01-15T09:00:00+01:00")
    back = SendReturnCancellation(reference=made.reference, number=CAME, operator="brisa")
    (cancelled,) = returns.cancel_return(back, key="e2")
    assert getattr(cancelled, "state", None) is ReturnState.CANCELLED


def test_numbers_migrate_apart_from_ports(build: Building, clock: VirtualClock) -> None:
    world, house = build()
    migration = SoapMigrationHouse(house.line)
    (made,) = migration.open_migration(
        OpenMigration(
            operator="brisa",
            scenario=MigrationScenario.CHANGE_OF_HOST,
            starts_at=STARTS + timedelta(days=1),
            volume=1,
            service_operators_from=("brisa",),
            networks_from=("brisa",),
            network_to="duna",
        ),
        key="e1",
    )
    assert isinstance(made, MigrationAccepted)
    pass_time(world, clock, "2019-01-15T09:00:00+01:00")
    move = MigrateNumber(
        reference=made.reference,
        number=CAME,
        network_from="brisa",
        network_to="duna",
        service_from="brisa",
        service_to="brisa",
    )
    (sent,) = migration.migrate_number(move, key="e2")
    assert getattr(sent, "state", None) is NumberMigrationState.SENT
    pass_time(world, clock, "2019-01-16T09:00:00+01:00")
    told = [each for file in house.status_files("") for each in file.migrations]
    assert NumberMigrationState.MIGRATED in {getattr(each, "state", None) for each in told}
    end = FinishMigration(reference=made.reference, operator="brisa")
    assert list(migration.finish_migration(end, key="e3")) == []
    pass_time(world, clock, "2019-01-16T19:00:00+01:00")
    post = migration.migration_post()
    assert MigrationState.FINISHED in {each.said.state for each in post}
    migration.acknowledge([each.notice_id for each in post])
    assert migration.migration_news() == []


def test_a_request_made_by_file_is_the_one_that_the_service_knows_afterwards(
    build: Building, clock: VirtualClock, log: Log
) -> None:
    world, house = build(AWAY)
    answers: Any = []
    tries = 0
    while not answers and tries < 60:
        tries += 1
        try:
            answers = house.request(REQUEST, at=STARTS)
        except Temporary:
            clock.advance_to(clock.now() + timedelta(minutes=10))
            world.fire_due()
    (made,) = answers
    assert isinstance(made, HubAccepted)
    assert clock.now() < STARTS + timedelta(hours=2)  # the service itself is away still
    filed = [each.operation for each in log.exchanges if each.operation.startswith("file ")]
    assert filed == ["file NC_CONT_alta_902_902K7Q2M9XA.csv"]
    assert not any(each.operation.startswith("crear") for each in log.exchanges)

    clock.advance_to(STARTS + timedelta(hours=4))
    world.fire_due()
    ask = QueryPort(
        hub=HubKind.MOBILE,
        number=M2,
        reference=made.reference,
        contract_code="902K7Q2M9XA",
        recipient="brisa",
    )
    (seen,) = house.query(ask)
    assert seen.reference == made.reference
    assert seen.state is HubState.REQUESTED
    (again,) = house.request(REQUEST, at=STARTS)
    assert isinstance(again, HubAccepted)
    assert again.reference == made.reference
