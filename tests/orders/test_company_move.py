"""A company moves: one line before each donor, a list stored whole or not, and all of it proven."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.bench.company import rehearse
from relevo.bench.company_list import HOLDER, Wanted
from relevo.cli import app
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.engine.process import Decision, Heard, Refusal, advance
from relevo.orders.company_batch.messages import (
    BatchDivided,
    BatchDone,
    BatchLinedUp,
    NumbersSetApart,
    ReleaseBatch,
)
from relevo.orders.company_move import actions
from relevo.orders.company_move.decider import REJECTED_MAX, company_move_process
from relevo.orders.company_move.messages import (
    CompanyDonorParked,
    CompanyLaneStopped,
    CompanyMoveDone,
    ResumeCompanyLane,
    StartCompanyMove,
)
from relevo.orders.company_move.queries import counts, numbers_of, sheet_seen
from relevo.orders.company_move.sheet import Desk, check_sheet
from relevo.orders.queries import live_orders
from relevo.porting.multiple.messages import MultipleQueued, MultipleRequested
from relevo.porting.multiple.queries import live_requests, multiples_of_numbers
from relevo.porting.port_in.messages import HubAccepted, HubState, PortStateSeen, Witness
from relevo.simulators.plan import FaultPlan
from relevo.testing.postgres import clone, wipe
from relevo.testing.vocabulary.cast import (
    AT,
    DONOR,
    HOUR,
    ORDER,
    OTHER_DONOR,
    RECIPIENT,
    RULES,
    book,
)
from relevo.testing.vocabulary.cast import window as window_in
from relevo.testing.vocabulary.company import rejected
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

PROCESS = company_move_process(book)


class Move:
    """The move of a company, spoken to step by step."""

    def __init__(self, batches: int) -> None:
        self.state: Any = PROCESS.blank(ORDER)
        self.last = Decision()
        start = StartCompanyMove(
            holder=HOLDER,
            recipient=RECIPIENT,
            rules=RULES,
            consent_at=AT,
            batches=batches,
            numbers=batches,
            sheet="C1",
        )
        self.hear(start)

    def hear(self, message: object) -> Move:
        step = advance(PROCESS, self.state, message, AT)
        assert not isinstance(step, Refusal), step
        self.state, self.last = step.state, step.decision
        return self

    def of_batch(self, batch: str, fact: Any) -> Move:
        return self.hear(Heard(source=f"{ORDER}/batch/{batch}", fact=fact))

    def of_request(self, batch: str, fact: Any) -> Move:
        return self.hear(Heard(source=f"{ORDER}/multiple/{batch}/1", fact=fact))

    @property
    def released(self) -> list[str]:
        """Whose turn it is after the last message."""
        return [
            tell.to.rpartition("/")[2]
            for tell in self.last.tells
            if isinstance(tell.message, ReleaseBatch)
        ]


def lined_up(donor: str = DONOR) -> BatchLinedUp:
    return BatchLinedUp(donor=donor, wish=None)


def requested() -> MultipleRequested:
    return MultipleRequested(
        reference="MUL-1", donor=DONOR, window=window_in(4), reply_due=AT, cancel_until=AT
    )


def test_one_batch_stands_at_the_gate_of_each_donor_and_the_next_comes_when_it_is_taken() -> None:
    move = Move(3)
    assert move.of_batch("1", lined_up()).released == ["1"]
    assert move.of_batch("2", lined_up()).released == []
    assert move.of_batch("3", lined_up(OTHER_DONOR)).released == ["3"]
    assert move.of_request("1", requested()).released == ["2"]


def test_a_used_up_quota_parks_all_of_that_donor_and_none_of_another() -> None:
    move = Move(3).of_batch("1", lined_up()).of_batch("2", lined_up())
    move.of_request("1", MultipleQueued(until=AT, why="quota"))
    assert [type(fact) for fact in move.last.facts] == [CompanyDonorParked]
    assert move.released == []
    assert move.of_batch("3", lined_up(OTHER_DONOR)).released == ["3"]


def test_a_donor_that_rejects_everything_is_not_asked_for_the_rest_until_somebody_looked() -> None:
    move = Move(REJECTED_MAX + 2)
    for n in range(1, REJECTED_MAX + 3):
        move.of_batch(str(n), lined_up())
    for n in range(1, REJECTED_MAX + 1):
        move.of_request(str(n), requested())
    for n in range(1, REJECTED_MAX + 1):
        move.of_request(str(n), rejected((), "holder_mismatch", code="RECH_IDENT"))
    stopped = [fact for fact in move.last.facts if isinstance(fact, CompanyLaneStopped)]
    assert [(fact.donor, fact.code) for fact in stopped] == [(DONOR, "RECH_IDENT")]
    last = str(REJECTED_MAX + 1)
    assert move.of_request(last, requested()).released == []
    resumed = ResumeCompanyLane(donor=DONOR, who="ana", why="the old CIF")
    assert move.hear(resumed).released == [str(REJECTED_MAX + 2)]


def test_it_is_over_when_every_batch_and_every_piece_of_one_is() -> None:
    move = Move(1).of_batch("1", lined_up())
    for piece in ("1.1", "1.2"):
        move.of_batch("1", NumbersSetApart(numbers=(), into=piece, because="half"))
    move.of_batch("1", BatchDivided(into=("1.1", "1.2")))
    assert move.state.phase == "under_way"
    move.of_batch("1.1", lined_up()).of_batch("1.1", BatchDone(numbers=()))
    assert move.state.phase == "under_way"
    move.of_batch("1.2", lined_up()).of_batch("1.2", BatchDone(numbers=()))
    assert isinstance(move.last.facts[-1], CompanyMoveDone)


# -- on a real database ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole_database(postgres: Server) -> str:
    dsn = clone(postgres, "company_tests")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    return dsn


@pytest.fixture
def database(whole_database: str) -> Iterator[str]:
    yield whole_database
    wipe(whole_database)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    with connect(database, name="company tests", autocommit=True) as opened:
        yield opened


COMPANY = actions.Company(holder=HOLDER, recipient="brisa")
RULES_2019 = book(RULES)


def rows(count: int, first: int = 0) -> list[tuple[int, dict[str, str]]]:
    return [
        (
            n + 2,
            {
                "number": f"600200{first + n:03}",
                "donor": ("altamar", "cantil")[n % 2],
                "new_iccid": make_iccid("893407", first + n),
            },
        )
        for n in range(count)
    ]


def stored(connection: Connection, count: int, digest: str = "d1", first: int = 0) -> str:
    sheet = actions.check(connection, rows(count, first), COMPANY, rules=RULES_2019, at=AT)
    assert not sheet.faults
    return actions.store(connection, sheet, COMPANY, digest=digest, rules=RULES_2019, at=AT)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = Engine(
        dsn=database,
        catalogue=wiring.catalogue(),
        clock=VirtualClock(AT),
        performers={effect: lambda *_: () for effect in wiring.catalogue().effects()},
    )
    yield made
    made.close()


def test_the_same_list_is_the_same_move_however_often_it_is_stored_and_started(
    connection: Connection, engine: Engine
) -> None:
    key = stored(connection, 7)
    assert stored(connection, 7) == key
    assert stored(connection, 7, digest="d2") != key
    assert len(list(numbers_of(connection, key))) == 7
    for _ in range(2):
        assert actions.start(connection, engine, key, rules=RULES_2019, at=AT) == 2
        engine.run_until_quiet()
    assert len(multiples_of_numbers(connection, [Msisdn("+34600200000")])) == 1


def test_a_started_list_has_its_numbers_on_the_way_and_no_other_list_can_have_them(
    connection: Connection, engine: Engine
) -> None:
    key = stored(connection, 4)
    twin = stored(connection, 4, digest="twin")
    actions.start(connection, engine, key, rules=RULES_2019, at=AT)
    engine.run_until_quiet()
    ours = [each.number for each in numbers_of(connection, key)]
    assert set(live_orders(connection, ours).values()) == {key}
    assert set(live_requests(connection, ours)) == set(ours)
    assert [(each.state, each.numbers) for each in counts(connection, key)] == [("asked", 4)]
    sheet = actions.check(connection, rows(5), COMPANY, rules=RULES_2019, at=AT)
    assert [fault.column for fault in sheet.faults] == ["number"] * 4
    with pytest.raises(actions.CompanyRefused, match="meanwhile"):
        actions.start(connection, engine, twin, rules=RULES_2019, at=AT)


def test_a_list_that_cannot_be_stored_whole_is_not_stored_at_all(connection: Connection) -> None:
    good = check_sheet(rows(3), Desk(rules=RULES_2019, recipient="brisa", at=AT))
    twice = type(good)(rows=4, numbers=(*good.numbers, good.numbers[0]), faults=())
    with pytest.raises(Exception, match="duplicate key"):
        actions.store(connection, twice, COMPANY, digest="d", rules=RULES_2019, at=AT)
    assert sheet_seen(connection, COMPANY.key_of("d")) is None


def test_who_stopped_is_asked_for_again_only_with_something_changed_and_may_be_dropped(
    connection: Connection, engine: Engine
) -> None:
    key, number = stored(connection, 1), Msisdn("+34600200000")
    actions.start(connection, engine, key, rules=RULES_2019, at=AT)
    reject(engine, key, attempt=1)
    (stopped,) = numbers_of(connection, key)
    assert (stopped.state, stopped.cause, stopped.who_acts) == ("stopped", "RECH_IDENT", "customer")
    with pytest.raises(actions.CompanyRefused, match="other than before"):
        actions.repair(connection, engine, key, number, actions.Mended(), who="ana")
    other = actions.Mended(document="B58375312")
    actions.repair(connection, engine, key, number, other, who="ana")
    engine.run_until_quiet()
    (again,) = numbers_of(connection, key)
    assert again.state == "asked"
    with pytest.raises(actions.CompanyRefused, match="nothing of it stopped"):
        actions.repair(connection, engine, key, number, other, who="ana")
    reject(engine, key, attempt=2)
    actions.drop(connection, engine, key, number, who="ana", why="closed")
    engine.run_until_quiet()
    (dropped,) = numbers_of(connection, key)
    assert (dropped.state, dropped.next_step) == ("dropped", "nothing")
    seen = sheet_seen(connection, key)
    assert seen is not None
    assert seen.done_at is not None
    assert live_orders(connection, [number]) == {}


def reject(engine: Engine, key: str, *, attempt: int) -> None:
    """The hub takes the request, and the donor says that it is another holder's."""
    engine.run_until_quiet()
    reference = f"9029011119011408100001{attempt}"
    taken = HubAccepted(
        reference=reference, donor="altamar", window=window_in(4), reply_due=AT + HOUR
    )
    no = PortStateSeen(
        reference=reference,
        state=HubState.REJECTED,
        witness=Witness.MAILBOX,
        at=AT,
        cause="RECH_IDENT",
    )
    for n, said in enumerate((taken, no)):
        engine.tell("porting.multiple", f"{key}/multiple/1/{attempt}", said, key=f"{attempt}:{n}")
    engine.run_until_quiet()


def test_from_the_terminal_a_list_with_faults_changes_nothing_until_told(
    connection: Connection, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    file, report = tmp_path / "list.csv", tmp_path / "faults.csv"
    lines = [f"{f['number']};{f['donor']};{f['new_iccid']}" for _, f in rows(3)]
    file.write_text("\n".join(["numero;donante;iccid nuevo", *lines, "1;x;y"]), encoding="utf-8")
    run = CliRunner().invoke
    named = ["--name", "Cierzo S.A.", "--cif", "B99286320", "--recipient", "brisa"]
    refused = run(app, ["company", "import", str(file), *named, "--report", str(report)])
    assert refused.exit_code == 1, refused.output
    assert connection.execute("select count(*) from company_sheet").fetchone() == (0,)
    with report.open(encoding="utf-8-sig", newline="") as stream:
        faults = list(csv.DictReader(stream, delimiter=";"))
    assert {fault["row"] for fault in faults} == {"5"}
    taken = run(app, ["company", "import", str(file), *named, "--accept-good-rows"])
    assert taken.exit_code == 0, taken.output
    key = taken.output.partition("relevo company start ")[2].split()[0]
    again = run(app, ["company", "import", str(file), *named])
    assert "stored already" in again.output
    started = run(app, ["company", "start", key])
    assert started.exit_code == 0, started.output
    shown = run(app, ["company", "status", key, "--json"])
    assert [(each["state"], each["numbers"]) for each in json.loads(shown.output)] == [
        ("imported", 3)
    ]
    out = tmp_path / "out.csv"
    assert run(app, ["company", "export", key, str(out)]).exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as stream:
        exported = list(csv.DictReader(stream, delimiter=";"))
    assert [each["number"] for each in exported] == [f"+34{f['number']}" for _, f in rows(3)]


ALL_BUT_A_SECOND_LINE = tuple(f"L{n}" for n in range(100) if n != 19)


def test_a_company_moves_in_the_simulator_without_a_person_whatever_the_hub_does(
    database: str, tmp_path: Path
) -> None:
    """Some numbers are with another operator than listed, some prepaid lines listed with a
    contract; a donor would tear a group apart; a quota is used up; a third of the notices is lost.
    """
    faults = (
        FaultPlan(where="donor", what="partial", lines=ALL_BUT_A_SECOND_LINE),
        FaultPlan(where="hub", what="quota"),
        FaultPlan(where="network", what="provision_fails", times=3),
    )
    wanted = Wanted(numbers=300, lose_notices=34, mistakes=0.004, seed=3, faults=faults)
    figures = rehearse(wanted, database, tmp_path)
    assert figures.is_whole, figures
    assert figures.notices_lost > 0
    assert figures.batches > 6  # somebody was found and taken out
    assert {"mailbox", "query"} <= set(figures.confirmed_by)
    with connect(database, name="company tests", autocommit=True) as connection:
        rows = connection.execute(
            "select distinct n.number, m.reference from multiple_port m "
            "join multiple_port_number n using (process_id) "
            "where m.state = 'completed' and n.is_in and n.number = any(%s)",
            (["+34600100018", "+34600100019"],),
        ).fetchall()
    assert len({reference for _, reference in rows}) == 1  # the two of one card left together
