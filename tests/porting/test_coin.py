"""Ports in the Netherlands from end to end: real engine, coin-sdk over HTTP, both signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("coin_sdk", reason="the extra nl is not installed")

from relevo.adapters.clearing_house_coin import (
    CoinAccount,
    CoinClearingHouse,
    CoinDonorHouse,
    CoinLine,
)
from relevo.adapters.donor_desk_rest import DeskAccount, RestDonorDesk
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.customers.actions import load_lines
from relevo.customers.served import ServedLine, ServedStatus
from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.engine.performer import Permanent, Temporary
from relevo.numbering.queries import holder_of
from relevo.porting.cease.messages import RestoreService
from relevo.porting.custody import custody_projection
from relevo.porting.donor.intake import DonorIntake
from relevo.porting.donor.perform import ServedBooks
from relevo.porting.donor.perform import performers as donor_performers
from relevo.porting.donor.projections import donor_projections
from relevo.porting.gateway import ClearingHouse
from relevo.porting.intake import HubIntake
from relevo.porting.perform import performers
from relevo.porting.port_in.decider import KIND as PORT_IN
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.port_in.messages import (
    CancelPortIn,
    HubState,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInQueuedAtHub,
    PortInRejected,
    PortInRequested,
    PortInUnrecognised,
    RequestPortIn,
    SendPortRequest,
    Witness,
)
from relevo.porting.port_out.decider import port_out_id, port_out_process
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    RejectPortOut,
)
from relevo.porting.profile import HubKind
from relevo.porting.projections import ports_projection
from relevo.porting.queries import stray_news
from relevo.profiles.nl import editions
from relevo.simulators.coin_keys import KeyFiles, issue_keys
from relevo.simulators.coin_world import CoinWorld
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
from relevo.testing.patience import until
from relevo.testing.postgres import clone, wipe
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

RULES = editions()["nl@2022-02-01"]
STARTS = instant("2026-06-01T09:00:00+02:00")  # a Monday
MOBILE, FIXED, OURS = Msisdn("+31612345678"), Msisdn("+31205550123"), Msisdn("+31687654321")
PORT = "R7/port/M1/1"


def world_plan(
    *faults: FaultPlan, port_outs: tuple[PortOutPlan, ...] = (), seed: int = 1
) -> WorldPlan:
    return WorldPlan(
        starts=STARTS,
        seed=seed,
        profile="nl",
        recipient="brisa",
        customer=CustomerPlan(
            name="Van Dijk",
            document_type="PAS",
            document_number="SPECI2014",
            email="hallo@vandijk.example",
            contact="+31205550100",
            address=AddressPlan(
                street="Dorpsstraat 17 A", postcode="1234AB", city="Ons Dorp", province="-"
            ),
        ),
        lines=(
            LinePlan(id="M1", kind=LineKind.MOBILE, donor="altamar", number=MOBILE),
            LinePlan(id="F1", kind=LineKind.FIXED, donor="cantil", number=FIXED),
        ),
        served=(ServedPlan(id="S1", number=OURS),),
        port_outs=port_outs,
        faults=faults,
    )


class OurLines:
    """Our network as far as a donor needs it: it serves a number or it does not."""

    def __init__(self) -> None:
        self.served = {OURS}

    def stop(self, number: Msisdn, *, key: str) -> None:
        del key
        self.served.discard(number)

    def restore(self, wanted: RestoreService, *, key: str) -> None:
        del key
        self.served.add(wanted.number)

    def serves(self, number: Msisdn, *, at: Moment) -> bool:
        del at
        return number in self.served


@dataclass
class Stage:
    """The clearing house and our side of it on one clock."""

    world: CoinWorld
    clock: VirtualClock
    engine: Engine
    hubs: HubIntake
    donors: DonorIntake
    network: OurLines
    line: CoinLine
    donor: CoinDonorHouse
    house_url: str
    dsn: str

    def _is_heard(self) -> bool:
        told = self.world.hub.unconfirmed("brisa")
        with suppress(Temporary):
            return not told or told <= self.line.waiting
        return False

    def settle(self) -> None:
        """Until nothing is new: everything that the house tells has come down the stream."""
        changes = -1
        while True:
            self.engine.run_until_quiet()
            if changes == self.world.changes:
                return
            changes = self.world.changes
            until(self._is_heard, "the stream brings what the house has")
            self.hubs.poll()
            self.donors.poll()

    def run_until(self, text: str) -> None:
        end = instant(text)
        self.settle()
        while True:
            wanted = (
                self.world.next_due(),
                self.engine.next_due(),
                self.hubs.next_due(),
                self.donors.next_due(),
            )
            due = min((w for w in wanted if w is not None and w <= end), default=None)
            if due is None:
                break
            self.clock.advance_to(max(due, self.clock.now()))
            self.world.fire_due()
            self.settle()
        self.clock.advance_to(end)

    def ask(self, message: object) -> None:
        self.engine.tell(PORT_IN, PORT, message, key=type(message).__name__)

    def facts(self, process_id: str = PORT) -> list[Any]:
        with connect(self.dsn) as connection:
            return [record.fact for record in facts_of(connection, process_id)]

    def only(self, kind: type) -> Any:
        (found,) = [fact for fact in self.facts() if isinstance(fact, kind)]
        return found


Staged = Callable[..., Stage]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFiles:
    return issue_keys(tmp_path_factory.mktemp("keys"), "brisa-porting", "XBRIS")


@pytest.fixture(scope="module")
def coin_database(postgres: Server) -> str:
    dsn = clone(postgres, "coin_tests")
    migrate(dsn, ("relevo.numbering", "relevo.customers", "relevo.porting"))
    return dsn


@pytest.fixture
def staged(coin_database: str, keys: KeyFiles) -> Iterator[Staged]:
    opened: list[Stage] = []
    looks: list[ServedBooks] = []

    def build(
        *faults: FaultPlan, first_possible: dict[str, Moment] | None = None, **plan: Any
    ) -> Stage:
        clock = VirtualClock(STARTS)
        world = CoinWorld(world_plan(*faults, **plan), clock, [keys.consumer], first_possible)
        url = world.start()
        line = CoinLine(account(url, keys), RULES, clock)
        house = CoinClearingHouse(line)
        houses: dict[HubKind, ClearingHouse] = dict.fromkeys(HubKind, house)
        donor = CoinDonorHouse(line)
        desk = RestDonorDesk(DeskAccount(url="http://desk.invalid", operator="brisa"))
        network, books = OurLines(), ServedBooks(coin_database, lambda _connection, _number: ())
        looks.append(books)
        engine = Engine(
            dsn=coin_database,
            catalogue=Catalogue(
                [
                    port_in_process(editions().__getitem__),
                    port_out_process(editions().__getitem__),
                ],
                projections=[ports_projection(), custody_projection(), *donor_projections()],
            ),
            clock=clock,
            performers={
                **performers(houses, desk),
                **donor_performers(dict.fromkeys(HubKind, donor), network, books),
            },
        )
        hubs = HubIntake(engine, coin_database, HubKind.MOBILE, house)
        donors = DonorIntake(engine, coin_database, HubKind.MOBILE, donor, RULES)
        stage = Stage(world, clock, engine, hubs, donors, network, line, donor, url, coin_database)
        opened.append(stage)
        return stage

    yield build
    for stage in opened:
        stage.world.stop()
        stage.line.close()
        stage.hubs.close()
        stage.donors.close()
        stage.engine.close()
    for books in looks:
        books.close()
    wipe(coin_database)


def account(url: str, keys: KeyFiles) -> CoinAccount:
    return CoinAccount(
        url=url,
        operator="brisa",
        consumer=keys.consumer.name,
        private_key=keys.private_key,
        encrypted_secret=keys.encrypted_secret,
        timeout_s=5.0,
    )


def request(number: Msisdn = MOBILE, donor: str = "altamar") -> RequestPortIn:
    return RequestPortIn(
        number=number,
        hub=HubKind.MOBILE if number == MOBILE else HubKind.FIXED,
        donor=donor,
        recipient="brisa",
        holder=Holder("Van Dijk", Document(DocumentType.PAS, "SPECI2014"), business=False),
        order="R7",
        line="M1",
        rules=RULES.code,
        consent_at=STARTS,
    )


def test_a_number_moves_when_we_say_so_and_the_house_believes_it(staged: Staged) -> None:
    stage = staged()
    stage.ask(request())
    stage.run_until("2026-06-03T12:00:00+02:00")
    assert [type(fact).__name__ for fact in stage.facts()] == [
        "PortInDrafted",
        "PortInSent",
        "PortInRequested",
        "PortInConfirmed",
        "PortInCompleted",
    ]
    assert stage.only(PortInConfirmed).witness is Witness.MAILBOX
    completed = stage.only(PortInCompleted)
    assert completed.at == instant("2026-06-03T10:00:15+02:00")
    assert stage.world.hub.holder(MOBILE) == "brisa"
    assert stage.world.hub.unconfirmed("brisa") == set()
    with connect(stage.dsn) as connection:
        assert holder_of(connection, MOBILE) == "brisa"


def test_the_window_waits_for_the_first_possible_date(staged: Staged) -> None:
    first = instant("2026-06-19T11:00:00+02:00")  # a Friday, after the window of that day
    stage = staged(first_possible={MOBILE: first})
    stage.ask(request())
    stage.run_until("2026-06-23T00:00:00+02:00")
    assert stage.only(PortInConfirmed).window.opens == instant("2026-06-22T10:00:00+02:00")
    assert stage.only(PortInCompleted).at > first


def test_a_blocking_code_that_nobody_explained_is_somebodys_task(staged: Staged) -> None:
    stage = staged(FaultPlan(where="donor", what="reject", cause="44"))
    stage.ask(request())
    stage.run_until("2026-06-02T18:00:00+02:00")
    rejected = stage.only(PortInRejected)
    assert (rejected.code, rejected.reason, rejected.resubmit) == ("44", "unrecognised", "never")
    assert stage.only(PortInUnrecognised).code == "44"
    assert stage.world.hub.holder(MOBILE) == "altamar"


def test_a_silent_donor_lets_us_ask_again(staged: Staged) -> None:
    stage = staged(FaultPlan(where="donor", what="silent"))
    stage.ask(request())
    stage.run_until("2026-06-03T18:00:00+02:00")
    assert stage.only(PortInCancelled).why == "no_answer"
    (dossier,) = stage.world.hub.dossiers.values()
    assert dossier.state == "cancelled"


def test_a_donor_who_says_that_he_needs_longer_gets_it(staged: Staged) -> None:
    late = FaultPlan(where="donor", what="late", by=timedelta(hours=26))
    stage = staged(late)
    stage.ask(request())
    stage.run_until("2026-06-09T18:00:00+02:00")
    assert stage.only(PortInQueuedAtHub).expected_on.isoformat() == "2026-06-03"
    assert stage.only(PortInCompleted).at > stage.only(PortInRequested).window.opens


def test_what_is_wrong_is_said_later_and_ends_the_request(staged: Staged) -> None:
    stage = staged()
    stage.ask(request(donor="duna"))
    stage.run_until("2026-06-01T12:00:00+02:00")
    rejected = stage.only(PortInRejected)
    assert (rejected.code, rejected.who_acts) == ("9002", "desk")
    with connect(stage.dsn) as connection:
        assert ["errorfound" in each.said for each in stray_news(connection)] == [True]
    assert stage.world.hub.unconfirmed("brisa") == set()


def test_a_request_is_taken_back_until_an_hour_before_it_would_move(staged: Staged) -> None:
    stage = staged()
    stage.ask(request())
    stage.run_until("2026-06-03T08:59:00+02:00")
    stage.ask(CancelPortIn(why="customer"))
    stage.run_until("2026-06-05T18:00:00+02:00")
    assert stage.only(PortInCancelled).why == "customer"
    assert stage.world.hub.holder(MOBILE) == "altamar"


def test_a_house_that_is_down_and_a_lost_connection_lose_nothing(staged: Staged) -> None:
    down = FaultPlan(where="hub", what="down", lasts=timedelta(minutes=40))
    doubled = FaultPlan(where="hub", what="duplicate")
    stage = staged(down, doubled)
    stage.ask(request(FIXED, "cantil"))
    stage.run_until("2026-06-01T12:00:00+02:00")
    stage.world.hang_up()
    stage.run_until("2026-06-09T12:00:00+02:00")
    assert stage.only(PortInCompleted)
    assert stage.world.hub.holder(FIXED) == "brisa"


def test_a_lost_answer_is_silence_and_the_number_stays(staged: Staged) -> None:
    stage = staged(FaultPlan(where="hub", what="lose_notice"))
    stage.ask(request())
    stage.run_until("2026-06-03T18:00:00+02:00")
    assert stage.only(PortInCancelled).why == "no_answer"
    assert stage.world.hub.holder(MOBILE) == "altamar"


def request_effect() -> SendPortRequest:
    asked = request()
    return SendPortRequest(
        hub=asked.hub,
        number=asked.number,
        donor=asked.donor,
        recipient=asked.recipient,
        holder=asked.holder,
        contract_code="XBRISAAAABBBB",
        rules=asked.rules,
        consent_at=asked.consent_at,
        window=None,
        donor_iccid=None,
        prepaid=False,
    )


def asked_of_us(stage: Stage) -> PortOutAsked:
    stage.run_until("2026-06-01T09:30:00+02:00")
    (news,) = stage.donor.donor_news("").news
    assert isinstance(news.said, PortOutAsked)
    stage.donor.acknowledge([news.notice_id])
    return news.said


LEAVES = PortOutPlan(numbers=(OURS,), recipient="duna", due=instant("2026-06-01T09:05:00+02:00"))


def test_as_the_donor_we_say_yes_and_hear_when_the_number_has_moved(staged: Staged) -> None:
    stage = staged(port_outs=(LEAVES,))
    asked = asked_of_us(stage)
    assert [each.number for each in asked.numbers] == [OURS]
    assert (asked.recipient, asked.donor, asked.hub) == ("duna", "brisa", HubKind.MOBILE)
    assert [each.reference for each in stage.donor.pending()] == [asked.reference]
    yes = ConfirmPortOut(
        hub=asked.hub, reference=asked.reference, donor="brisa", numbers=(OURS,), is_multiple=False
    )
    for _ in range(2):  # said twice, it is one yes
        assert stage.donor.confirm(yes, key="e1") == [PortOutAnswerTaken(reference=asked.reference)]
    assert stage.donor.pending() == []
    stage.run_until("2026-06-01T11:00:00+02:00")
    (news,) = stage.donor.donor_news("").news
    assert isinstance(news.said, PortOutSeen)
    assert news.said.state is HubState.PORTED
    assert stage.world.hub.holder(OURS) == "duna"


def test_as_the_donor_the_process_answers_in_time_and_serves_until_the_number_moves(
    staged: Staged,
) -> None:
    stage = staged(port_outs=(LEAVES,))
    ours = ServedLine(
        number=OURS,
        operator="brisa",
        document=Document(DocumentType.PAS, "X1234567"),
        holder_name="De Boer",
        is_prepaid=False,
        status=ServedStatus.ACTIVE,
        is_own_range=True,
    )
    with connect(stage.dsn) as connection, connection.transaction():
        load_lines(connection.cursor(), [ours], at=STARTS, as_of=None)
    stage.run_until("2026-06-01T10:00:00+02:00")
    (dossier,) = stage.world.hub.dossiers
    assert stage.world.hub.unconfirmed("brisa") == set(), "answered, hence confirmed"
    stage.run_until("2026-06-03T18:00:00+02:00")
    names = [type(fact).__name__ for fact in stage.facts(port_out_id(dossier))]
    assert names[:6] == [
        "PortOutReceived",
        "PortOutChecking",
        "PortOutChecked",
        "PortOutConfirmed",
        "NumbersLeft",
        "LineStopped",
    ]
    assert stage.network.served == set()
    assert stage.world.hub.holder(OURS) == "duna"


def test_as_the_donor_we_say_no_with_a_code(staged: Staged) -> None:
    stage = staged(port_outs=(LEAVES,))
    asked = asked_of_us(stage)
    no = RejectPortOut(hub=asked.hub, reference=asked.reference, donor="brisa", cause="44")
    stage.donor.reject(no, key="e1")
    stage.run_until("2026-06-08T11:00:00+02:00")
    assert stage.world.hub.dossiers[asked.reference].state == "blocked"
    assert stage.world.hub.holder(OURS) == "brisa"


def test_a_request_to_us_stays_in_the_stream_until_it_is_answered(
    staged: Staged, keys: KeyFiles
) -> None:
    stage = staged(port_outs=(LEAVES,))
    asked = asked_of_us(stage)
    after_crash = CoinLine(account(stage.house_url, keys), RULES, stage.clock)
    until(lambda: bool(after_crash.waiting), "the request comes again")
    assert CoinDonorHouse(after_crash).pending() == [asked]
    after_crash.close()


def test_a_wrong_key_opens_nothing(staged: Staged, keys: KeyFiles, tmp_path: Path) -> None:
    stage = staged()
    others = issue_keys(tmp_path, "brisa-porting", "XBRIS")
    stranger = CoinClearingHouse(CoinLine(account(stage.house_url, others), RULES, stage.clock))
    with pytest.raises(Temporary, match=r"401: .*HMAC"):
        stranger.request(request_effect(), at=STARTS)
    stranger.close()


def test_an_operator_without_a_code_is_our_own_mistake(staged: Staged, keys: KeyFiles) -> None:
    stage = staged()
    with pytest.raises(Permanent, match="operator"):
        CoinLine(
            CoinAccount(
                url=stage.house_url,
                operator="nobody",
                consumer="x",
                private_key=keys.private_key,
                encrypted_secret=keys.encrypted_secret,
            ),
            RULES,
            stage.clock,
        )
