"""Ports and recoveries from end to end: real engine, real database, simulators over their wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from relevo.adapters.clearing_house_files import FileAccount, FilesClearingHouse
from relevo.adapters.clearing_house_soap import HubAccount, HubLanguage, SoapClearingHouse
from relevo.adapters.donor_desk_rest import DeskAccount, RestDonorDesk
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.cli import app
from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.engine.signals import WorkerKilled, disarm, kill_at
from relevo.numbering.queries import history, holder_of
from relevo.porting.custody import custody_projection
from relevo.porting.gateway import ClearingHouse
from relevo.porting.intake import DeskIntake, HubFiles, HubIntake
from relevo.porting.perform import performers
from relevo.porting.port_in.decider import KIND as PORT_IN
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.port_in.messages import (
    CancelPortIn,
    DonorCorrected,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInQueued,
    PortInRejected,
    PortInRequested,
    RequestPortIn,
    Witness,
)
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.projections import ports_projection
from relevo.porting.queries import open_ports, ports_of_number, stray_news
from relevo.porting.reconciled.queries import results
from relevo.porting.recovery.decider import KIND as RECOVERY
from relevo.porting.recovery.decider import recovery_process
from relevo.porting.recovery.messages import (
    AskDonorDesk,
    NumberCut,
    NumberRecovered,
    NumberSeenAlive,
)
from relevo.porting.recovery.messages import RecoverNumber as Recover
from relevo.profiles.es import codec_fixed, codec_mobile, codec_status, hub_words
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
from relevo.values.msisdn import Msisdn

STARTS = instant("2019-01-14T08:30:00+01:00")
M2, FIXED = Msisdn("+34600000102"), Msisdn("+34976000101")
PORT, RECOVERING = "R7/port/M2/1", "R7/recovery/M2/1"
LANGUAGE = HubLanguage(codec=codec_mobile, words=hub_words, files=codec_status)


def world_plan(*faults: FaultPlan, seed: int = 1) -> WorldPlan:
    return WorldPlan(
        starts=STARTS,
        seed=seed,
        recipient="brisa",
        customer=CustomerPlan(
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
        ),
        lines=(
            LinePlan(id="F", kind=LineKind.FIXED, donor="altamar", number=FIXED),
            LinePlan(id="M2", kind=LineKind.MOBILE, donor="altamar", number=M2, payment="postpaid"),
        ),
        faults=faults,
    )


@dataclass
class Stage:
    """A world and our side of it on one clock."""

    world: World
    clock: VirtualClock
    engine: Engine
    hubs: Sequence[HubIntake | HubFiles]
    desks: DeskIntake
    houses: dict[HubKind, ClearingHouse]
    dsn: str
    renew: Callable[[], Engine]
    changes: int = -1
    crashes: int = 0
    told: list[Any] = field(default_factory=list)

    def settle(self) -> None:
        while True:
            try:
                self.engine.run_until_quiet()
            except WorkerKilled:
                self.crashes += 1
                disarm()
                self.engine = self.renew()
                for each in (*self.hubs, self.desks):
                    each._engine = self.engine
                continue
            if self.world.changes == self.changes and not self._is_retry_due():
                return
            self.changes = self.world.changes
            for each in (*self.hubs, self.desks):
                each.poll()

    def _is_retry_due(self) -> bool:
        again = [due for each in (*self.hubs, self.desks) if (due := each.next_due()) is not None]
        return bool(again) and min(again) <= self.clock.now()

    def run_until(self, text: str) -> None:
        end = instant(text)
        self.settle()
        while True:
            wanted = (
                self.world.next_due(),
                self.engine.next_due(),
                *(each.next_due() for each in (*self.hubs, self.desks)),
            )
            due = min((w for w in wanted if w is not None and w <= end), default=None)
            if due is None:
                break
            self.clock.advance_to(max(due, self.clock.now()))
            self.world.fire_due()
            self.settle()
        self.clock.advance_to(end)

    def facts(self, process_id: str = PORT) -> list[Any]:
        with connect(self.dsn) as connection:
            return [record.fact for record in facts_of(connection, process_id)]

    def names(self, process_id: str = PORT) -> list[str]:
        return [type(fact).__name__ for fact in self.facts(process_id)]

    def only(self, kind: type, process_id: str = PORT) -> Any:
        (found,) = [fact for fact in self.facts(process_id) if isinstance(fact, kind)]
        return found


Staged = Callable[..., Stage]


@pytest.fixture(scope="module")
def ports_database(postgres: Server) -> str:
    dsn = clone(postgres, "porting_tests")
    migrate(dsn, ("relevo.numbering", "relevo.porting"))
    return dsn


@pytest.fixture
def staged(
    ports_database: str, book: Callable[[str], PortingProfile], rules: PortingProfile
) -> Iterator[Staged]:
    opened: list[Stage] = []

    def build(*faults: FaultPlan, seed: int = 1) -> Stage:
        clock = VirtualClock(STARTS)
        world = World(world_plan(*faults, seed=seed), clock)
        http = world.start().http
        soap = SoapClearingHouse(
            HubAccount(url=f"{http}/nc", operator="brisa", user="brisa-porting", key="relay"),
            LANGUAGE,
            rules,
        )
        files = FilesClearingHouse(
            FileAccount(url=f"{http}/er", operator="brisa"), codec_fixed, rules
        )
        desk = RestDonorDesk(DeskAccount(url=f"{http}/desk", operator="brisa"))
        houses: dict[HubKind, ClearingHouse] = {HubKind.MOBILE: soap, HubKind.FIXED: files}
        catalogue = Catalogue(
            [port_in_process(book), recovery_process(book)],
            projections=[ports_projection(), custody_projection()],
        )

        def engine() -> Engine:
            return Engine(
                dsn=ports_database,
                catalogue=catalogue,
                clock=clock,
                performers=performers(houses, desk),
            )

        ours = engine()
        stage = Stage(
            world=world,
            clock=clock,
            engine=ours,
            hubs=(
                *(HubIntake(ours, ports_database, hub, house) for hub, house in houses.items()),
                HubFiles(ours, ports_database, houses, us=("brisa",)),
            ),
            desks=DeskIntake(ours, ports_database, desk),
            houses=houses,
            dsn=ports_database,
            renew=engine,
        )
        opened.append(stage)
        return stage

    yield build
    disarm()
    for stage in opened:
        stage.engine.close()
        for each in (*stage.hubs, stage.desks):
            each.close()
        for house in stage.houses.values():
            house.close()  # type: ignore[attr-defined]
        stage.desks._desk.close()  # type: ignore[attr-defined]
        stage.world.stop()
    wipe(ports_database)


Asking = Callable[..., RequestPortIn]


def ask(stage: Stage, message: object, process_id: str = PORT, kind: str = PORT_IN) -> None:
    stage.engine.tell(kind, process_id, message, key=f"test:{type(message).__name__}")


def test_a_mobile_number_moves_in_its_window(staged: Staged, asked: Asking) -> None:
    stage = staged()
    ask(stage, asked())
    stage.run_until("2019-01-16T06:00:00+01:00")
    assert stage.names() == [
        "PortInDrafted",
        "PortInSent",
        "PortInRequested",
        "PortInConfirmed",
        "PortInCompleted",
    ]
    completed = stage.only(PortInCompleted)
    assert completed.at == instant("2019-01-16T02:00:00+01:00")
    assert completed.witness is Witness.QUERY
    with connect(stage.dsn) as connection:
        assert holder_of(connection, M2) == "brisa"
        assert [e.holder for e in history(connection, M2)] == ["altamar", "brisa"]
        assert open_ports(connection, HubKind.MOBILE) == []
        (row,) = ports_of_number(connection, M2)
        assert row.state == "completed"
        assert stray_news(connection) == []


def test_a_fixed_number_moves_by_files(staged: Staged, asked: Asking) -> None:
    stage = staged()
    ask(stage, asked(number=FIXED, hub=HubKind.FIXED, line="F"))
    stage.run_until("2019-01-16T14:00:00+01:00")
    assert stage.names()[-2:] == ["PortInConfirmed", "PortInCompleted"]
    assert stage.only(PortInCompleted).at == instant("2019-01-16T10:00:00+01:00")
    with connect(stage.dsn) as connection:
        assert holder_of(connection, FIXED) == "brisa"


def test_a_fixed_request_can_be_taken_back(staged: Staged, asked: Asking) -> None:
    stage = staged()
    ask(stage, asked(number=FIXED, hub=HubKind.FIXED, line="F"))
    stage.run_until("2019-01-14T19:00:00+01:00")
    ask(stage, CancelPortIn(why="redated"))
    stage.run_until("2019-01-15T09:00:00+01:00")
    assert stage.only(PortInCancelled).why == "redated"


def test_a_request_on_a_sunday_waits_for_the_opening(staged: Staged, asked: Asking) -> None:
    stage = staged()
    stage.run_until("2019-01-19T20:00:00+01:00")
    ask(stage, asked())
    stage.run_until("2019-01-21T09:00:00+01:00")
    assert stage.names() == ["PortInDrafted", "PortInQueued", "PortInSent", "PortInRequested"]


def test_a_request_is_taken_back_in_time(staged: Staged, asked: Asking) -> None:
    stage = staged()
    ask(stage, asked())
    stage.run_until("2019-01-15T10:00:00+01:00")
    ask(stage, CancelPortIn(why="redated"))
    stage.run_until("2019-01-16T08:00:00+01:00")
    assert stage.only(PortInCancelled).why == "redated"
    with connect(stage.dsn) as connection:
        assert holder_of(connection, M2) == "altamar"


@pytest.mark.parametrize("fault", ["duplicate", "reorder", "session_lost", "delay"])
def test_a_disturbed_mailbox_changes_nothing_in_the_outcome(
    staged: Staged, asked: Asking, fault: str
) -> None:
    stage = staged(FaultPlan(where="hub", what=fault, by=timedelta(hours=2)))
    ask(stage, asked())
    stage.run_until("2019-01-16T06:00:00+01:00")
    assert stage.names()[-2:] == ["PortInConfirmed", "PortInCompleted"]


def test_a_lost_notice_is_repaired_by_a_look_of_our_own(staged: Staged, asked: Asking) -> None:
    stage = staged(FaultPlan(where="hub", what="lose_notice"))
    ask(stage, asked())
    stage.run_until("2019-01-15T13:00:00+01:00")
    assert stage.only(PortInConfirmed).witness is Witness.QUERY


def test_a_hub_that_is_down_at_the_window_is_asked_until_it_answers(
    staged: Staged, asked: Asking
) -> None:
    down = FaultPlan(
        where="hub",
        what="down",
        at=instant("2019-01-16T01:00:00+01:00"),
        lasts=timedelta(hours=3),
    )
    stage = staged(down)
    ask(stage, asked())
    stage.run_until("2019-01-16T08:00:00+01:00")
    assert stage.names()[-1] == "PortInCompleted"


def test_the_hub_corrects_the_donor(staged: Staged, asked: Asking) -> None:
    stage = staged(FaultPlan(where="hub", what="wrong_donor"))
    ask(stage, asked())
    stage.run_until("2019-01-16T06:00:00+01:00")
    assert stage.only(DonorCorrected).donor == "cantil"
    assert stage.only(PortInRequested).donor == "cantil"
    with connect(stage.dsn) as connection:
        assert [e.holder for e in history(connection, M2)] == ["altamar", "cantil", "brisa"]


def test_what_the_mailbox_lost_the_file_repairs_and_nothing_is_left_unexplained(
    staged: Staged, asked: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = staged(FaultPlan(where="hub", what="lose_notice", times=2))
    ask(stage, asked())
    stage.run_until("2019-01-16T23:00:00+01:00")
    with connect(stage.dsn) as connection:
        files = results(connection, hub="mobile", most=9)
    assert len(files) >= 2
    assert all(each.is_clean for each in files), files
    monkeypatch.setenv("DATABASE_URL", stage.dsn)
    assert CliRunner().invoke(app, ["reconcile", "--last", "9"]).exit_code == 0
    assert any(each.ours for each in files)
    assert all(each.rows > each.ours for each in files), "it lists everybody's"


def test_a_request_in_our_name_that_we_never_made_is_left_for_a_person(
    staged: Staged, asked: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = staged()
    ask(stage, asked())
    stage.run_until("2019-01-14T12:00:00+01:00")
    with connect(stage.dsn) as connection, connection.transaction():
        connection.execute("delete from port")  # as if another installation had sent it
    stage.run_until("2019-01-15T12:00:00+01:00")
    with connect(stage.dsn) as connection:
        (last,) = results(connection, hub="mobile")
        told = [each.said for each in stray_news(connection) if each.source == "mobile file"]
    assert [each.what for each in last.unexplained] == ["unknown"]
    monkeypatch.setenv("DATABASE_URL", stage.dsn)
    shown = CliRunner().invoke(app, ["reconcile"])
    assert shown.exit_code == 1
    assert last.unexplained[0].reference in shown.stdout
    assert len(told) == 1
    assert last.unexplained[0].reference in told[0]


def test_a_spent_quota_waits_for_the_next_working_day(staged: Staged, asked: Asking) -> None:
    stage = staged(FaultPlan(where="hub", what="quota"))
    ask(stage, asked())
    stage.run_until("2019-01-15T12:00:00+01:00")
    opens = instant("2019-01-15T08:10:00+01:00")
    assert opens <= stage.only(PortInQueued).until < opens + timedelta(minutes=10)
    assert "PortInRequested" in stage.names()


@pytest.mark.parametrize(
    ("cause", "reason", "who"),
    [
        ("RECH_BNUME", "number_in_cease", "donor"),
        ("RECH_IDENT", "holder_mismatch", None),
        ("RECH_FMAYO", "force_majeure", "desk"),
    ],
)
def test_a_rejection_says_why_and_who_acts(
    staged: Staged, asked: Asking, cause: str, reason: str, who: str | None
) -> None:
    stage = staged(FaultPlan(where="donor", what="reject", cause=cause))
    ask(stage, asked())
    stage.run_until("2019-01-15T15:00:00+01:00")
    rejected = stage.only(PortInRejected)
    assert (rejected.code, rejected.reason) == (cause, reason)
    assert who is None or rejected.who_acts == who


def test_a_silent_donor_is_rejected_by_the_hub(staged: Staged, asked: Asking) -> None:
    stage = staged(FaultPlan(where="donor", what="silent"))
    ask(stage, asked())
    stage.run_until("2019-01-15T15:00:00+01:00")
    assert stage.only(PortInRejected).resubmit == "at_once"


@pytest.mark.parametrize(
    "point",
    ["performer.after_send", "performer.before_record", "worker.before_commit"],
)
def test_a_crash_around_the_sending_ends_in_the_same_facts(
    staged: Staged, asked: Asking, point: str
) -> None:
    stage = staged()
    ask(stage, asked())
    kill_at(point)
    stage.run_until("2019-01-16T06:00:00+01:00")
    assert stage.crashes == 1
    assert stage.names() == [
        "PortInDrafted",
        "PortInSent",
        "PortInRequested",
        "PortInConfirmed",
        "PortInCompleted",
    ]
    requested = stage.only(PortInRequested)
    assert requested.window.opens == instant("2019-01-16T02:00:00+01:00")
    assert requested.reply_due == instant("2019-01-14T20:00:00+01:00")


def test_the_donor_gives_a_cut_number_back_and_says_exactly_when(staged: Staged) -> None:
    cut_at = instant("2019-01-14T10:06:00+01:00")
    stage = staged(FaultPlan(where="donor", what="cease_dependent", line="M2", at=cut_at))
    stage.run_until("2019-01-14T10:20:00+01:00")
    recover = Recover(
        number=M2,
        donor="altamar",
        order="R7",
        line="M2",
        rules="es@2012-06-01",
        last_good_at=instant("2019-01-14T10:00:00+01:00"),
        noticed_at=instant("2019-01-14T10:15:00+01:00"),
    )
    ask(stage, recover, RECOVERING, RECOVERY)
    died, back = dead(stage)
    while back is None:  # the watch looks every quarter of an hour
        stage.run_until((stage.clock.now() + timedelta(minutes=15)).isoformat())
        died, back = dead(stage)
    assert died == cut_at
    ask(stage, NumberSeenAlive(at=stage.clock.now()), RECOVERING, RECOVERY)
    stage.run_until("2019-01-14T22:00:00+01:00")
    recovered = stage.only(NumberRecovered, RECOVERING)
    assert recovered.dead_from == cut_at
    assert recovered.dead_until == back
    assert stage.only(NumberCut, RECOVERING).held_until > recovered.dead_until
    with connect(stage.dsn) as connection:
        holders = [entry.holder for entry in history(connection, M2)]
    assert holders == ["hold:altamar", "altamar"]


def test_a_letter_for_nobody_is_kept_for_the_desk(staged: Staged) -> None:
    stage = staged()
    letter = AskDonorDesk(
        operator="altamar",
        sender="brisa",
        topic="holder_check",
        number=M2,
        order="R7",
        grounds="LGTel 70.3",
        attempt=1,
    )
    stage.desks._desk.ask(letter, key="R7/line/M2#4.1")
    stage.run_until("2019-01-14T12:00:00+01:00")
    with connect(stage.dsn) as connection:
        (stray,) = stray_news(connection)
    assert stray.source == "desk"
    assert "holder_check" in stray.said


def test_a_silent_fixed_donor_lets_us_ask_again(staged: Staged, asked: Asking) -> None:
    stage = staged(FaultPlan(where="donor", what="silent", line="F"))
    ask(stage, asked(number=FIXED, hub=HubKind.FIXED, line="F"))
    stage.run_until("2019-01-16T12:00:00+01:00")
    assert stage.only(PortInCancelled).why == "no_answer"


def test_the_daily_file_repairs_what_mailbox_and_query_lost(staged: Staged, asked: Asking) -> None:
    stage = staged(FaultPlan(where="hub", what="lose_notice"))
    ask(stage, asked())
    stage.run_until("2019-01-14T19:59:00+01:00")
    with connect(stage.dsn) as connection:  # the timer that would make us look is lost too
        connection.execute("delete from timer where name = 'reply_due'")
    stage.run_until("2019-01-15T08:00:00+01:00")
    assert stage.only(PortInConfirmed).witness is Witness.FILE


def dead(stage: Stage) -> tuple[Moment, Moment | None]:
    (interval,) = stage.world.truth.dead_intervals(M2)
    return interval
