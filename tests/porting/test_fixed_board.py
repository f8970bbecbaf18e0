"""What the fixed hub tells everybody is kept; what contradicts our own records comes to light."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.porting.fixed_bulletin.gateway import Board, RangeMoved
from relevo.porting.fixed_bulletin.intake import BoardIntake
from relevo.porting.fixed_bulletin.queries import moved
from relevo.porting.fixed_incoherence.decider import incoherence_process, process_id_of
from relevo.porting.fixed_incoherence.messages import ReportIncoherence
from relevo.porting.fixed_incoherence.model import Finding
from relevo.porting.fixed_incoherence.perform import LedgerLook, performers
from relevo.porting.gateway import News
from relevo.porting.port_in.messages import HubState, PortStateSeen, Witness
from relevo.porting.profile import PortingProfile
from relevo.testing.postgres import clone, wipe
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

NOW = instant("2019-01-21T12:00:00+01:00")
CONTRACT = "902K7Q2M9XA"


class House:
    """A hub that says what the test gives it, and keeps what it is told."""

    def __init__(self, *boards: Board) -> None:
        self.boards = list(boards)
        self.asked, self.reports = 0, list[ReportIncoherence]()

    def board(self, after: str) -> Board:
        nothing = Board(moves=(), undone=(), doubts=(), ends=(), place=after)
        return next((each for each in self.boards if each.place > after), nothing)

    def ask_for_all(self) -> None:
        self.asked += 1

    def doubt_reference(self, about: str) -> str:
        return f"902D-{len(about)}"

    def report(self, asked: ReportIncoherence, *, key: str) -> None:
        self.reports.append(asked)

    def answer(self, asked: Any, *, key: str) -> None:
        raise AssertionError("nobody asked us")


def board(place: str, *moves: RangeMoved, undone: tuple[str, ...] = (), ends: Any = ()) -> Board:
    return Board(moves=moves, undone=undone, doubts=(), ends=ends, place=place)


def move(operator: str, since: str, reference: str, last: str = "+34976004999") -> RangeMoved:
    return RangeMoved(
        first=Msisdn("+34976000000"),
        last=Msisdn(last),
        nrn="799952",
        operator=operator,
        since=instant(since),
        reference=reference,
    )


@pytest.fixture(scope="module")
def board_database(postgres: Server) -> str:
    dsn = clone(postgres, "board_tests")
    migrate(dsn, ("relevo.numbering", "relevo.porting"))
    return dsn


Poll = Callable[[House], Engine]


@pytest.fixture
def poll(
    board_database: str, book: Callable[[str], PortingProfile], rules: PortingProfile
) -> Iterator[Poll]:
    opened: list[Any] = []

    def polled(house: House) -> Engine:
        ledger = LedgerLook(board_database)
        engine = Engine(
            dsn=board_database,
            catalogue=Catalogue([incoherence_process(book)]),
            clock=VirtualClock(NOW),
            performers=performers(house, ledger),
        )
        intake = BoardIntake(engine, board_database, house, rules=rules.code)
        opened.extend((intake, ledger, engine))
        for _ in range(len(house.boards) + 1):
            intake.poll()
        engine.run_until_quiet()
        return engine

    yield polled
    for each in opened:
        each.close()
    wipe(board_database)


def where(dsn: str, number: str) -> str:
    with connect(dsn) as connection:
        found = moved(connection, Msisdn(number), NOW)
    return "" if found is None else found.operator


def test_a_number_is_found_in_its_range_with_its_last_move_that_is_in_force(
    poll: Poll, board_database: str
) -> None:
    first = move("cantil", "2019-01-10T10:00:00+01:00", "C1")
    second = move("brisa", "2019-01-16T10:00:00+01:00", "B1")
    to_come = move("duna", "2019-01-25T10:00:00+01:00", "D1")
    house = House(board("1", first, first), board("2", second, to_come))
    poll(house)
    assert house.asked == 1
    assert where(board_database, "+34976000000") == "brisa"
    assert where(board_database, "+34976004999") == "brisa"
    assert where(board_database, "+34976005000") == ""
    assert where(board_database, "+34975999999") == ""


def test_what_did_not_come_about_is_taken_out_again(poll: Poll, board_database: str) -> None:
    first = move("cantil", "2019-01-10T10:00:00+01:00", "C1")
    second = move("brisa", "2019-01-16T10:00:00+01:00", "B1")
    poll(House(board("1", first, second), board("2", undone=("B1",))))
    assert where(board_database, "+34976000101") == "cantil"


@pytest.mark.parametrize(
    ("ended", "said", "finding"),
    [
        ("completed", HubState.REJECTED, Finding.REJECTED_AFTER_MOVE),
        ("cancelled", HubState.PORTED, Finding.MOVED_AFTER_END),
        ("confirmed", HubState.PORTED, None),
        ("completed", HubState.PORTED, None),
    ],
)
def test_an_end_that_contradicts_ours_is_reported_to_the_hub(
    poll: Poll, board_database: str, ended: str, said: HubState, finding: Finding | None
) -> None:
    with connect(board_database) as connection:
        connection.execute(
            "insert into port values (%s, 'R7/port/F/1', %s, '+34976000101', 'fixed', 'altamar',"
            " 'brisa', %s, false, null, %s)",
            (CONTRACT, CONTRACT, ended, NOW),
        )
        connection.commit()
    seen = PortStateSeen(
        reference=CONTRACT, state=said, witness=Witness.MAILBOX, at=NOW, cause="0020"
    )
    house = House(board("1", ends=(News(notice_id="1.1", contract_code=CONTRACT, said=seen),)))
    poll(house)
    assert [report.text for report in house.reports] == (
        [] if finding is None else [f"{finding}: {CONTRACT}"]
    )
    assert process_id_of("902D-1").startswith("din-902D-1/")
