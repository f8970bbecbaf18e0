"""Lines on a real network over its real wire: provisioned, probed, lost and found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from relevo.activation.actions import Watchlist
from relevo.activation.activation.decider import activation_process
from relevo.activation.activation.messages import (
    ActivateLine,
    ArmWatch,
    CapabilityLost,
    CapabilityProven,
    CardRegistered,
    LifeSignBack,
    LifeSignLost,
    LineDoubted,
    LineProvisioned,
    LineReserved,
    LineWorks,
    ProvisioningFailed,
    PutSubscription,
    RecordRestored,
    RecordVanished,
    ReserveLine,
    WatchLine,
    WithdrawLine,
)
from relevo.activation.gateway import Probes, Seen
from relevo.activation.intake import NetworkIntake, Watch
from relevo.activation.ladder import capabilities_of
from relevo.activation.perform import performers
from relevo.activation.projections import lines_of_activation
from relevo.activation.queries import lines_of_order
from relevo.adapters.http import Response, call, client
from relevo.adapters.network_rest.client import RestNetwork
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.engine.performer import Errand
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
from relevo.values.moment import Moment, instant
from relevo.values.simcard import Iccid, make_iccid

MAIN, SECOND = "+34600000101", "+34600000102"
CARDS = {MAIN: make_iccid("893407", 1), SECOND: make_iccid("893407", 2)}
STARTS = instant("2019-01-14T09:00:00+01:00")
WINDOW = instant("2019-01-16T02:00:00+01:00")
KIND = "activation.activation"
SESSION = (
    "<codigoUsuario>u</codigoUsuario><claveAcceso>k</claveAcceso>"
    "<codigoOperador>902</codigoOperador>"
)
REQUEST = (
    "<solicitud><fechaSolicitudPorAbonado>2019-01-14T09:00:00+01:00</fechaSolicitudPorAbonado>"
    "<codigoOperadorDonante>901</codigoOperadorDonante>"
    "<codigoOperadorReceptor>902</codigoOperadorReceptor><abonado><documentoIdentificacion>"
    "<tipo>CIF</tipo><documento>B99286320</documento></documentoIdentificacion>"
    "<datosPersonales><PersonaJuridica><razonSocial>Taller Cierzo S.L.</razonSocial>"
    "</PersonaJuridica></datosPersonales></abonado><codigoContrato>90200000101</codigoContrato>"
    "<NRNReceptor>799902</NRNReceptor><MSISDN>{number}</MSISDN></solicitud>"
)


@pytest.fixture(scope="module")
def rim_database(postgres: Server) -> str:
    dsn = clone(postgres, "activation_rim")
    migrate(dsn, ("relevo.engine", "relevo.numbering", "relevo.customers", "relevo.activation"))
    return dsn


@dataclass
class Rim:
    """The product's activation against a world that listens on loopback."""

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
                street="Calle de Alfonso I 17",
                postcode="50003",
                city="Zaragoza",
                province="Zaragoza",
            ),
        )
        lines = tuple(
            LinePlan(id=name, kind=LineKind.MOBILE, donor="altamar", number=number)
            for name, number in (("M1", MAIN), ("M2", SECOND))
        )
        plan = WorldPlan(
            starts=STARTS,
            customer=customer,
            lines=lines,
            recipient="brisa",
            faults=self.faults,
        )
        self.world = World(plan, self.clock)
        self.http = http = client(self.world.start().http)
        self.network = RestNetwork(http)
        watchlist = Watchlist(self.dsn)
        catalogue = Catalogue([activation_process()], projections=[lines_of_activation()])
        self.engine = Engine(
            dsn=self.dsn,
            catalogue=catalogue,
            clock=self.clock,
            performers=performers(self.network, self.network, watchlist),
        )
        self.watch = Watch(self.engine, self.dsn, self.network, self.clock)
        self.intake = NetworkIntake(self.engine, self.dsn, self.network)
        self.connection = connect(self.dsn, autocommit=True)
        self.closing = [
            self.connection.close,
            self.intake.close,
            self.watch.close,
            self.engine.close,
            watchlist.close,
            http.close,
            self.world.stop,
        ]

        self.changes = -1

    def close(self) -> None:
        for each in self.closing:
            each()

    def tell(self, number: str, message: object, key: str) -> None:
        line = "M1" if number == MAIN else "M2"
        self.engine.tell(KIND, f"R1/activation/{line}", message, key=key)

    def take_over(self, number: str) -> None:
        """What a completed port does, told to a line that is only on the donor's network."""
        self.tell(number, ActivateLine(iccid=CARDS[number], at=self.clock.now()), "activate")

    def move_to_us(self, number: str) -> None:
        """A port as its process asks for it, with a card on its way, to just after the window."""
        line = "M1" if number == MAIN else "M2"
        self.tell(number, watch(number, line), "watch")
        self.tell(number, ReserveLine(iccid=CARDS[number]), "reserve")
        self.settle()
        session = self._soap("IniciarSesion", SESSION)
        found = re.search("<[^>]*codigoSesion>([^<]+)<", session)
        assert found, session
        reply = self._soap(
            "crearSolicitudIndividualAltaPortabilidadMovil",
            f"<codigoSesion>{found[1]}</codigoSesion>"
            + REQUEST.format(number=number.removeprefix("+34")),
        )
        assert "ACCS" not in reply, reply
        parcel = {
            "reference": "p1",
            "contents": [CARDS[number]],
            "name": "Taller Cierzo S.L.",
            "address": {
                "street": "Calle de Alfonso I 17",
                "postcode": "50003",
                "city": "Zaragoza",
                "province": "Zaragoza",
            },
        }
        call(self.http, "POST", "/courier/parcels", json=parcel)
        self.run_for(seconds=(WINDOW - STARTS).total_seconds())
        self.take_over(number)
        self.run_for(hours=1)

    def put_card_in(self, number: str) -> None:
        """Tell the customer, once he has the card."""
        self.run_for(hours=20)
        text = f"Pon la tarjeta SIM del {number.removeprefix('+34')} en tu móvil"
        note = {"key": "sms1", "sender": "brisa", "to": "+34976000100", "text": text}
        call(self.http, "POST", "/mail/sms", json=note)
        self.run_for(hours=12)

    def _soap(self, operation: str, inside: str) -> str:
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            f'<p:{operation} xmlns:p="http://nc.aopm.es/v1-10/portabilidad">'
            f"{inside}</p:{operation}></e:Body></e:Envelope>"
        )
        return call(self.http, "POST", "/nc", content=body.encode()).content.decode()

    def settle(self) -> None:
        busy = True
        while busy:
            busy = self.engine.run_until_quiet() > 0
            if self.world.changes != self.changes:
                self.changes = self.world.changes
                busy = self.intake.poll() > 0 or busy
            busy = self.watch.poll() > 0 or busy

    def run_for(self, **span: float) -> None:
        until = self.clock.now() + timedelta(**span)
        self.settle()
        while True:
            waiting = (self.world.next_due(), self.engine.next_due(), self.watch.next_due())
            due = min((each for each in waiting if each is not None), default=until)
            if due > until:
                break
            self.clock.advance_to(max(due, self.clock.now()))
            self.world.fire_due()
            self.settle()
        self.clock.advance_to(until)

    def facts(self, line: str) -> list[Any]:
        return [each.fact for each in facts_of(self.connection, f"R1/activation/{line}")]

    def told_at(self, line: str, kind: type) -> list[Moment]:
        recorded = facts_of(self.connection, f"R1/activation/{line}")
        return [each.at for each in recorded if isinstance(each.fact, kind)]


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


def watch(number: str, line: str) -> WatchLine:
    return WatchLine(
        subject=number,
        line=line,
        order="R1",
        donor="altamar",
        recipient="brisa",
        capabilities=capabilities_of("mobile"),
        rules="es@2012-06-01",
    )


def of(kind: type, facts: list[Any]) -> list[Any]:
    return [each for each in facts if isinstance(each, kind)]


def test_all_lines_are_looked_at_with_one_request_and_only_news_are_told(
    rims: Callable[..., Rim], monkeypatch: pytest.MonkeyPatch
) -> None:
    rim = rims()
    asked: list[int] = []
    request = rim.http.request

    def counted(method: str, url: str, **given: Any) -> Response:
        if url.endswith("/probes"):
            asked.append(len(given["json"]["numbers"]))
        return request(method, url, **given)

    monkeypatch.setattr(rim.http, "request", counted)
    rim.tell(MAIN, watch(MAIN, "M1"), "watch")
    rim.tell(SECOND, watch(SECOND, "M2"), "watch")
    rim.settle()
    assert rim.watch.next_due() == STARTS + timedelta(minutes=15)
    rim.run_for(hours=2)
    assert asked == [2] * 8
    rows = rim.connection.execute("select count(*) from handled").fetchone()
    assert rows is not None
    assert rows[0] <= 6  # two watches, two first looks


def test_a_reserved_record_that_vanishes_is_put_back(rims: Callable[..., Rim]) -> None:
    rim = rims(FaultPlan(where="order", what="lose_line", line="M2", after=timedelta(hours=2)))
    rim.tell(SECOND, watch(SECOND, "M2"), "watch")
    rim.tell(SECOND, ReserveLine(iccid=CARDS[SECOND]), "reserve")
    rim.run_for(hours=8)
    facts = rim.facts("M2")
    assert len(of(LineReserved, facts)) == 1
    (vanished,) = of(RecordVanished, facts)
    assert vanished.since is not None
    assert len(of(RecordRestored, facts)) == 1
    assert rim.network.read(SECOND, at=STARTS).state == "reserved"


def test_a_number_that_the_donor_cuts_is_noticed_within_seventeen_minutes(
    rims: Callable[..., Rim],
) -> None:
    fault = FaultPlan(where="donor", what="cease_dependent", line="M2", after=timedelta(minutes=65))
    rim = rims(fault)
    rim.tell(SECOND, watch(SECOND, "M2"), "watch")
    rim.run_for(hours=2)
    (lost,) = of(LifeSignLost, rim.facts("M2"))
    assert lost.at_donor
    assert lost.last_good_at == STARTS + timedelta(minutes=60)
    assert lost.at - (STARTS + timedelta(minutes=65)) <= timedelta(minutes=17)


def test_failed_provisioning_is_tried_again_until_the_network_serves_the_line(
    rims: Callable[..., Rim],
) -> None:
    rim = rims(FaultPlan(where="network", what="provision_fails", times=2))
    rim.tell(MAIN, watch(MAIN, "M1"), "watch")
    rim.take_over(MAIN)
    rim.run_for(minutes=10)
    facts = rim.facts("M1")
    assert [each.attempt for each in of(ProvisioningFailed, facts)] == [1, 2]
    assert len(of(LineProvisioned, facts)) == 1


def test_a_moved_line_is_proven_capability_by_capability_and_a_short_gap_alarms_nobody(
    rims: Callable[..., Rim],
) -> None:
    rim = rims()
    rim.move_to_us(MAIN)
    facts = rim.facts("M1")
    assert of(LifeSignLost, facts) == []
    assert len(of(LineProvisioned, facts)) == 1
    assert of(LineWorks, facts) == []
    rim.put_card_in(MAIN)
    facts = rim.facts("M1")
    assert len(of(CardRegistered, facts)) == 1
    assert len(of(CapabilityProven, facts)) == 5
    assert len(of(LineWorks, facts)) == 1
    rim.run_for(days=8)
    assert of(LifeSignLost, rim.facts("M1")) == []
    assert rim.watch.next_due() is None


def test_a_forgotten_subscriber_is_put_back_with_exact_ends_of_the_outage(
    rims: Callable[..., Rim],
) -> None:
    forgotten_at = WINDOW + timedelta(days=1, hours=10, minutes=7)
    rim = rims(FaultPlan(where="network", what="forgets", line="M1", at=forgotten_at))
    rim.move_to_us(MAIN)
    rim.put_card_in(MAIN)
    rim.run_for(days=1)
    facts = rim.facts("M1")
    (lost,) = of(LifeSignLost, facts)
    assert lost.serving == "brisa"
    assert lost.at - forgotten_at <= timedelta(minutes=30)
    (back,) = of(LifeSignBack, facts)
    assert [(back.dead_from, back.dead_until)] == rim.world.truth.dead_intervals(MAIN)[-1:]
    assert rim.network.read(MAIN, at=STARTS).state == "active"
    assert len(of(LineWorks, facts)) == 2


def test_what_is_missing_for_a_time_is_named_and_then_proven(rims: Callable[..., Rim]) -> None:
    rim = rims(
        FaultPlan(
            where="network",
            what="partial",
            line="M1",
            missing=("data",),
            lasts=timedelta(days=2),
        )
    )
    rim.move_to_us(MAIN)
    rim.put_card_in(MAIN)
    rim.run_for(days=3)
    facts = rim.facts("M1")
    (missing,) = of(CapabilityLost, facts)
    assert missing.capability == "data"
    assert len(of(LineWorks, facts)) == 1


def test_an_origin_that_still_routes_to_the_donor_is_named(rims: Callable[..., Rim]) -> None:
    rim = rims(
        FaultPlan(
            where="network",
            what="routing_stale",
            line="M1",
            origin="duna",
            lasts=timedelta(hours=30),
        )
    )
    rim.move_to_us(MAIN)
    rim.put_card_in(MAIN)
    rim.run_for(days=3)
    facts = rim.facts("M1")
    assert [each.except_from for each in of(CapabilityLost, facts)] == [("duna",)]
    assert len(of(LineWorks, facts)) == 1


def test_a_withdrawn_line_is_dropped_and_not_looked_at_any_more(
    rims: Callable[..., Rim],
) -> None:
    rim = rims()
    rim.tell(MAIN, watch(MAIN, "M1"), "watch")
    rim.tell(MAIN, ReserveLine(iccid=CARDS[MAIN]), "reserve")
    rim.run_for(minutes=1)
    assert rim.network.read(MAIN, at=STARTS).present
    rim.tell(MAIN, WithdrawLine(why="customer"), "withdraw")
    rim.run_for(minutes=1)
    assert not rim.network.read(MAIN, at=STARTS).present
    assert rim.watch.next_due() is None


class Callers(RestNetwork):
    """Somebody who makes test calls, and hears what this test says."""

    def __init__(self, clock: VirtualClock) -> None:
        self.http = client("http://127.0.0.1:1", 1.0)
        super().__init__(self.http)
        self.status: dict[str, int] = {}
        self._clock = clock

    @override
    def probe(self, subjects: Sequence[str]) -> Probes:
        seen = {
            each: Seen(calls_in={"altamar": self.status[each]}, works={}, registered=False)
            for each in subjects
        }
        return Probes(at=self._clock.now(), seen=seen)


def test_of_one_round_of_looks_what_does_not_work_is_told_first(
    rims: Callable[..., Rim],
) -> None:
    """An order must not be closed by one line's good news while another one is found dead."""
    rim = rims()
    callers = Callers(rim.clock)
    rim.watch = Watch(rim.engine, rim.dsn, callers, rim.clock)
    rim.closing[:0] = [rim.watch.close, callers.http.close]
    callers.status = {MAIN: 404, SECOND: 200}
    rim.tell(MAIN, watch(MAIN, "M1"), "watch")
    rim.tell(SECOND, watch(SECOND, "M2"), "watch")
    rim.run_for(minutes=29)
    callers.status = {MAIN: 200, SECOND: 404}
    rim.run_for(minutes=1)
    told = [facts_of(rim.connection, f"R1/activation/{line}")[-1] for line in ("M1", "M2")]
    back, doubted = told
    assert (type(back.fact), type(doubted.fact)) == (LifeSignBack, LineDoubted)
    assert back.at == doubted.at
    assert doubted.seq < back.seq


def test_a_look_that_fails_says_nothing_and_is_done_again_a_minute_later(
    rims: Callable[..., Rim],
) -> None:
    rim = rims()
    rim.tell(MAIN, watch(MAIN, "M1"), "watch")
    rim.settle()
    nobody = client("http://127.0.0.1:1", 1.0)
    blind = Watch(rim.engine, rim.dsn, RestNetwork(nobody), rim.clock)
    rim.closing[:0] = [blind.close, nobody.close]
    rim.clock.advance_to(STARTS + timedelta(minutes=15))
    assert blind.poll() == 0
    assert rim.watch.next_due() == STARTS + timedelta(minutes=16)
    rim.clock.advance_to(STARTS + timedelta(minutes=16))
    assert rim.watch.poll() == 1


def test_a_look_at_which_nothing_changed_writes_no_line(rims: Callable[..., Rim]) -> None:
    rim = rims()
    for number, line in ((MAIN, "M1"), (SECOND, "M2")):
        rim.tell(number, watch(number, line), "watch")
    rim.run_for(minutes=20)
    rows = "select process_id, xmin::text from activation_watch order by process_id"
    before = rim.connection.execute(rows).fetchall()
    rim.run_for(hours=6)
    assert rim.connection.execute(rows).fetchall() == before
    assert rim.watch.next_due() == STARTS + timedelta(minutes=20 + 6 * 60 + 10)


def test_when_a_number_was_last_alive_is_known_without_writing_it_down(
    rims: Callable[..., Rim],
) -> None:
    rim = rims()
    callers = Callers(rim.clock)
    rim.watch = Watch(rim.engine, rim.dsn, callers, rim.clock)
    rim.closing[:0] = [rim.watch.close, callers.http.close]
    callers.status = {MAIN: 200}
    rim.tell(MAIN, watch(MAIN, "M1"), "watch")
    rim.run_for(hours=3, minutes=1)
    callers.status = {MAIN: 404}
    rim.run_for(minutes=30)
    (lost,) = (fact for fact in rim.facts("M1") if isinstance(fact, LifeSignLost))
    assert lost.last_good_at == STARTS + timedelta(hours=3)


def test_a_tick_of_many_lines_is_looked_at_page_by_page(rims: Callable[..., Rim]) -> None:
    rim = rims()
    for number, line in ((MAIN, "M1"), (SECOND, "M2")):
        rim.tell(number, watch(number, line), "watch")
    rim.run_for(minutes=20)
    narrow = Watch(rim.engine, rim.dsn, rim.network, rim.clock, most=1)
    rim.closing[:0] = [narrow.close]
    tick = STARTS + timedelta(minutes=30)
    rim.clock.advance_to(tick)
    for _ in range(2):
        assert narrow.next_due() == tick  # a full page: there may be more
        narrow.poll()
    narrow.poll()
    assert narrow.next_due() == tick + timedelta(minutes=15)


def test_arming_twice_for_the_same_errand_is_arming_once(rims: Callable[..., Rim]) -> None:
    rim = rims()
    rim.tell(MAIN, watch(MAIN, "M1"), "watch")
    rim.run_for(minutes=15)
    row = rim.connection.execute("select armed_by, last_seen from activation_watch").fetchone()
    assert row is not None
    assert row[1] is not None
    errand = Errand(effect_id=row[0], process_id="R1/activation/M1", attempt=2, at=STARTS)
    watchlist = Watchlist(rim.dsn)
    watchlist.arm(ArmWatch(subject=MAIN, every_minutes=15), errand)
    watchlist.close()
    again = rim.connection.execute("select armed_by, last_seen from activation_watch").fetchone()
    assert again == row


def test_the_view_of_an_order_s_lines_says_what_has_been_seen_to_work(
    rims: Callable[..., Rim],
) -> None:
    rim = rims()
    rim.tell(MAIN, watch(MAIN, "M1"), "watch")
    rim.run_for(minutes=15)
    (view,) = lines_of_order(rim.connection, "R1")
    assert (view.line, view.phase, view.serving) == ("M1", "watched", "altamar")
    assert view.missing == capabilities_of("mobile")


def test_the_same_request_twice_is_the_same_request(rims: Callable[..., Rim]) -> None:
    rim = rims()
    wanted = PutSubscription(
        subject=MAIN,
        iccid=Iccid(CARDS[MAIN]),
        state="reserved",
        capabilities=capabilities_of("mobile"),
    )
    rim.network.put(wanted, key="k1")
    rim.network.put(wanted, key="k1")
    rim.run_for(minutes=1)
    assert [each.answer.event for each in rim.network.news(0)] == ["reserved"]
