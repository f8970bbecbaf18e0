"""Parcels and eSIMs at a real courier and a real profile server, over their real wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from relevo.adapters.courier_rest.client import RestCourier
from relevo.adapters.es2plus.client import Es2PlusServer
from relevo.adapters.http import call, client
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.engine.performer import Permanent
from relevo.profiles.book import load_book
from relevo.sims.custody import card_custody
from relevo.sims.dispatch.decider import dispatch_process
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardLost,
    DispatchCard,
    MendParcel,
    OrderParcel,
    ParcelOrdered,
    ParcelTroubled,
    StopDispatch,
)
from relevo.sims.esim.decider import esim_process
from relevo.sims.esim.messages import EsimInstalled, EsimOffered, IssueEsim, OrderEsim
from relevo.sims.intake import CourierIntake, EsimIntake
from relevo.sims.perform import performers
from relevo.sims.projections import cards
from relevo.sims.queries import cards_of_order
from relevo.simulators.plan import (
    AddressPlan,
    CustomerPlan,
    FaultPlan,
    LineKind,
    LinePlan,
    WorldPlan,
)
from relevo.simulators.world import World
from relevo.testing.postgres import clone, wipe
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

NUMBER = Msisdn("+34600000102")
CARD, ESIM = make_iccid("893407", 21), make_iccid("893407", 22)
STARTS = instant("2019-01-13T12:00:00+01:00")
RULES = "es@2012-06-01"
CARD_ID, ESIM_ID = "R1/card/M2/1", "R1/esim/M2/1"
DISPATCH = DispatchCard(
    number=NUMBER,
    iccid=CARD,
    name="Taller Cierzo S.L.",
    phone=Msisdn("+34976000100"),
    address=Address("Calle de Alfonso I 17, 3º", "50003", "Zaragoza", "Zaragoza"),
    order="R1",
    line="M2",
    rules=RULES,
    pin="4711",
)
ISSUE = IssueEsim(number=NUMBER, iccid=ESIM, order="R1", line="M2", why="parcel_troubled")


@pytest.fixture(scope="module")
def rim_database(postgres: Server) -> str:
    dsn = clone(postgres, "sims_rim")
    migrate(dsn, ("relevo.engine", "relevo.numbering", "relevo.sims"))
    return dsn


@dataclass
class Rim:
    """The product's cards against a world that listens on loopback."""

    dsn: str
    faults: tuple[FaultPlan, ...] = ()
    closing: list[Callable[[], Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = VirtualClock(STARTS)
        customer = CustomerPlan(
            name="Taller Cierzo S.L.",
            document_type="CIF",
            document_number="B99286320",
            email="hola@cierzo.example",
            contact="+34976000100",
            address=AddressPlan(
                street="Calle de Alfonso I 17, 3º",
                postcode="50003",
                city="Zaragoza",
                province="Zaragoza",
            ),
        )
        line = LinePlan(id="M2", kind=LineKind.MOBILE, donor="altamar", number=NUMBER)
        plan = WorldPlan(
            starts=STARTS, customer=customer, lines=(line,), recipient="brisa", faults=self.faults
        )
        self.world = World(plan, self.clock)
        self.http = http = client(self.world.start().http)
        self.courier, self.profile_server = RestCourier(http), Es2PlusServer(http)
        book = load_book()
        catalogue = Catalogue(
            [dispatch_process(lambda code: book.pinned(code).courier_calendar()), esim_process()],
            projections=[card_custody(), cards()],
        )
        self.engine = Engine(
            dsn=self.dsn,
            catalogue=catalogue,
            clock=self.clock,
            performers=performers(self.courier, self.profile_server),
        )
        self.scans = CourierIntake(self.engine, self.dsn, self.courier)
        self.phones = EsimIntake(self.engine, self.dsn, self.profile_server)
        self.connection = connect(self.dsn, autocommit=True)
        self.changes = -1
        self.closing = [
            self.connection.close,
            self.phones.close,
            self.scans.close,
            self.engine.close,
            http.close,
            self.world.stop,
        ]

    def close(self) -> None:
        for each in self.closing:
            each()

    def dispatch(self) -> None:
        self.engine.tell("sims.dispatch", CARD_ID, DISPATCH, key="dispatch")
        self.settle()

    def settle(self) -> None:
        busy = True
        while busy:
            busy = self.engine.run_until_quiet() > 0
            if self.world.changes != self.changes:
                self.changes = self.world.changes
                busy = self.scans.poll() + self.phones.poll() > 0 or busy

    def run_for(self, **span: float) -> None:
        until = self.clock.now() + timedelta(**span)
        self.settle()
        while True:
            waiting = (self.world.next_due(), self.engine.next_due())
            due = min((each for each in waiting if each is not None), default=until)
            if due > until:
                break
            self.clock.advance_to(max(due, self.clock.now()))
            self.world.fire_due()
            self.settle()
        self.clock.advance_to(until)

    def facts(self, process_id: str = CARD_ID) -> list[Any]:
        return [each.fact for each in facts_of(self.connection, process_id)]

    def blocked(self) -> list[str]:
        rows = self.connection.execute("select iccid from card_block order by iccid")
        return [iccid for (iccid,) in rows.fetchall()]


@pytest.fixture
def rims(rim_database: str) -> Iterator[Callable[..., Rim]]:
    made: list[Rim] = []

    def make(*faults: FaultPlan) -> Rim:
        made.append(Rim(rim_database, faults))
        return made[-1]

    yield make
    for each in made:
        each.close()
    wipe(rim_database)


def fault(what: str, **more: Any) -> FaultPlan:
    return FaultPlan(where="courier", what=what, **more)


def of(kind: type, facts: list[Any]) -> list[Any]:
    return [each for each in facts if isinstance(each, kind)]


def test_with_nothing_wrong_the_card_comes_without_any_trouble(rims: Callable[..., Rim]) -> None:
    rim = rims()
    rim.dispatch()
    rim.run_for(days=6)
    facts = rim.facts()
    assert of(ParcelTroubled, facts) == []
    assert len(of(ParcelOrdered, facts)) == 1
    (in_hand,) = of(CardInHand, facts)
    assert in_hand.proof == "pin:4711"
    (view,) = cards_of_order(rim.connection, "R1")
    assert (view.phase, view.iccid, view.is_esim) == ("delivered", CARD, False)
    assert rim.blocked() == []


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("bad_label", "bad_label"),
        ("wrong_address", "wrong_address"),
        ("absent", "absent"),
        ("false_delivery", "delivery_unproven"),
    ],
)
def test_a_trouble_that_can_be_mended_is_told_and_the_card_still_comes(
    rims: Callable[..., Rim], what: str, reason: str
) -> None:
    rim = rims(fault(what))
    rim.dispatch()
    rim.run_for(days=12)
    facts = rim.facts()
    assert reason in [each.reason for each in of(ParcelTroubled, facts)]
    assert len(of(CardInHand, facts)) == 1


@pytest.mark.parametrize("what", ["lost", "refused"])
def test_a_card_that_will_not_come_is_blocked(rims: Callable[..., Rim], what: str) -> None:
    rim = rims(fault(what))
    rim.dispatch()
    rim.run_for(days=8)
    (lost,) = of(CardLost, rim.facts())
    assert lost.why == what
    assert rim.blocked() == [CARD]


def test_a_courier_that_says_nothing_is_a_trouble_too(rims: Callable[..., Rim]) -> None:
    rim = rims(fault("silent", after=timedelta(hours=30), lasts=timedelta(days=4)))
    rim.dispatch()
    rim.run_for(days=8)
    facts = rim.facts()
    assert {each.reason for each in of(ParcelTroubled, facts)} & {"late", "silence", "no_scan"}
    assert len(of(CardInHand, facts)) == 1


def test_a_card_that_is_not_needed_goes_back_and_is_blocked(rims: Callable[..., Rim]) -> None:
    rim = rims()
    rim.dispatch()
    stop = StopDispatch(why="esim_installed")
    rim.engine.tell("sims.dispatch", CARD_ID, stop, key="stop")
    rim.run_for(days=8)
    assert of(CardInHand, rim.facts()) == []
    assert rim.blocked() == [CARD]


def test_an_esim_is_offered_at_once_and_installed_when_the_customer_reads_of_it(
    rims: Callable[..., Rim],
) -> None:
    rim = rims()
    rim.engine.tell("sims.esim", ESIM_ID, ISSUE, key="issue")
    rim.settle()
    (offered,) = of(EsimOffered, rim.facts(ESIM_ID))
    assert offered.activation_code.startswith("LPA:1$smdp.relevo.example$")
    text = f"Tu eSIM: {offered.activation_code}"
    note = {"key": "sms1", "sender": "brisa", "to": "+34976000100", "text": text}
    call(rim.http, "POST", "/mail/sms", json=note)
    rim.run_for(hours=12)
    assert len(of(EsimInstalled, rim.facts(ESIM_ID))) == 1
    (view,) = cards_of_order(rim.connection, "R1")
    assert (view.phase, view.is_esim) == ("installed", True)


def test_the_same_order_twice_is_the_same_parcel_and_the_same_profile(
    rims: Callable[..., Rim],
) -> None:
    rim = rims()
    parcel = OrderParcel(
        reference=CARD_ID,
        iccid=CARD,
        name="Taller Cierzo S.L.",
        phone=DISPATCH.phone,
        address=DISPATCH.address,
        pin="4711",
    )
    assert rim.courier.order(parcel) == rim.courier.order(parcel)
    assert len(rim.courier.news(0)) == 1
    wanted = OrderEsim(number=NUMBER, iccid=ESIM)
    first = rim.profile_server.issue(wanted, key="e#1")
    assert rim.profile_server.issue(wanted, key="e#1") == first


def test_a_no_is_permanent_and_says_why(rims: Callable[..., Rim]) -> None:
    rim = rims()
    wanted = OrderEsim(number=NUMBER, iccid=ESIM)
    rim.profile_server.issue(wanted, key="e#1")
    with pytest.raises(Permanent, match=r"8\.2\.1/3\.3"):
        rim.profile_server.issue(wanted, key="e#2")
    trace = MendParcel(tracking_code="RA000000000", action="trace", address=None, attempt=1)
    with pytest.raises(Permanent, match="not known"):
        rim.courier.mend(trace, key="m#1")
    with pytest.raises(Permanent, match="dance"):
        rim.courier.mend(
            MendParcel(tracking_code="RA1", action="dance", address=None, attempt=1), key="m#2"
        )
