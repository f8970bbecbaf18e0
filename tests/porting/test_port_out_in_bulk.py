"""A morning's requests, through the real engine and database: all answered, none twice, none lost.

``RELEVO_PORT_OUTS=2000 pytest -s tests/porting/test_port_out_in_bulk.py`` prints what an answer
costs.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.customers.queries import served_counts
from relevo.engine.catalogue import Catalogue, Route
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Temporary
from relevo.notices.letter.decider import letter_process
from relevo.notices.queries import read_letters
from relevo.porting.cease.decider import cease_process
from relevo.porting.cease.messages import RestoreService
from relevo.porting.donor.actions import load_served
from relevo.porting.donor.intake import DonorIntake
from relevo.porting.donor.perform import ServedBooks, performers
from relevo.porting.donor.projections import donor_projections
from relevo.porting.donor.queries import donor_queue, port_out
from relevo.porting.gateway import DonorNews, DonorPost
from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.port_out.decider import port_out_process
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    NumberAsked,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutConsequencesFound,
    PortOutSeen,
    QueryPortOut,
    RejectPortOut,
)
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.queries import stray_news
from relevo.profiles.es import profile
from relevo.testing.postgres import clone
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn

MANY = int(os.environ.get("RELEVO_PORT_OUTS", "150"))
RULES = "es@2022-06-30"
MORNING = instant("2025-10-20T10:00:00+02:00")
WINDOW_OPENS = instant("2025-10-20T14:00:00+02:00")
BOOK = {edition.rules.code: edition.rules for edition in profile()}
SCHEMAS = ("relevo.numbering", "relevo.customers", "relevo.porting")


@dataclass(slots=True)
class Hub:
    """A hub in memory, as a donor sees it."""

    rules: PortingProfile
    asked: dict[str, PortOutAsked] = field(default_factory=dict)
    mailbox: list[DonorNews] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    states: dict[str, HubState] = field(default_factory=dict)
    is_away: bool = False

    def ask(self, number: Msisdn, at: Moment, *, told: bool = True) -> PortOutAsked:
        reference = f"9029011125102010{len(self.asked):07}"
        request = PortOutAsked(
            reference=reference,
            hub=HubKind.MOBILE,
            donor="brisa",
            recipient="cantil",
            document_type="NIF",
            document_number="12345678Z",
            numbers=(NumberAsked(number=number),),
            is_multiple=False,
            asked_at=at,
            answer_from=self.rules.reply_from(HubKind.MOBILE, at),
            answer_until=self.rules.reply_due(HubKind.MOBILE, at),
            window=self.rules.default_window(HubKind.MOBILE, at),
            rules=RULES,
        )
        self.asked[reference] = request
        self.states[reference] = HubState.REQUESTED
        if told:
            self.mailbox.append(DonorNews(notice_id=reference, reference=reference, said=request))
        return request

    def donor_news(self, after: str) -> DonorPost:
        return DonorPost(news=tuple(self.mailbox), place=after)

    def pending(self) -> Sequence[PortOutAsked]:
        return [
            request
            for reference, request in self.asked.items()
            if self.states[reference] is HubState.REQUESTED
        ]

    def confirm(self, asked: ConfirmPortOut, *, key: str) -> Sequence[PortOutAnswerTaken]:
        return self._answer(asked.reference, "yes", HubState.CONFIRMED)

    def reject(self, asked: RejectPortOut, *, key: str) -> Sequence[PortOutAnswerTaken]:
        return self._answer(asked.reference, asked.cause, HubState.REJECTED)

    def query_out(self, asked: QueryPortOut) -> Sequence[PortOutSeen]:
        state = self.states[asked.reference]
        at = self.asked[asked.reference].window.opens
        seen = PortOutSeen(reference=asked.reference, state=state, witness=Witness.QUERY, at=at)
        return [seen]

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        gone = set(notice_ids)
        self.mailbox = [news for news in self.mailbox if news.notice_id not in gone]

    def _answer(self, reference: str, said: str, state: HubState) -> Sequence[PortOutAnswerTaken]:
        if self.is_away:
            raise Temporary("the hub is away")
        self.answers.setdefault(reference, []).append(said)
        self.states[reference] = state
        return [PortOutAnswerTaken(reference=reference)]


@dataclass(slots=True)
class Network:
    """Lines that are served."""

    stopped: set[Msisdn] = field(default_factory=set)

    def stop(self, number: Msisdn, *, key: str) -> None:
        self.stopped.add(number)

    def restore(self, wanted: RestoreService, *, key: str) -> None:
        self.stopped.discard(wanted.number)

    def serves(self, number: Msisdn, *, at: Moment) -> bool:
        return number not in self.stopped


@dataclass(slots=True)
class Desk:
    """Our side: an engine, its intake, and the clock that both read."""

    dsn: str
    clock: VirtualClock
    hub: Hub
    network: Network
    engine: Engine
    intake: DonorIntake

    def until(self, moment: Moment) -> None:
        """Let everything happen that is due until then."""
        while True:
            self.intake.poll()
            self.engine.run_until_quiet()
            dues = [due for due in (self.engine.next_due(), self.intake.next_due()) if due]
            due = min(dues, default=None)
            if due is None or due > moment:
                self.clock.advance_to(moment)
                return
            self.clock.advance_to(max(due, self.clock.now()))


@pytest.fixture
def desk(postgres: Server) -> Iterator[Desk]:
    dsn = clone(postgres, "port_outs")
    migrate(dsn, SCHEMAS)
    clock, hub, network = VirtualClock(MORNING), Hub(BOOK[RULES]), Network()
    kinds = (
        port_out_process(BOOK.__getitem__),
        cease_process(BOOK.__getitem__),
        letter_process(read_letters(), BOOK.__getitem__),
    )
    heard = Route(
        PortOutConsequencesFound, "notices.letter", lambda at, _: f"{at.partition('/')[0]}/letter"
    )
    served = ServedBooks(dsn, lambda _connection, _number: ())
    engine = Engine(
        dsn=dsn,
        catalogue=Catalogue(kinds, [heard], donor_projections()),
        clock=clock,
        performers=performers({HubKind.MOBILE: hub}, network, served),
    )
    intake = DonorIntake(engine, dsn, HubKind.MOBILE, hub, BOOK[RULES])
    yield Desk(dsn, clock, hub, network, engine, intake)
    for each in (intake, served, engine):
        each.close()


def number(n: int) -> Msisdn:
    return Msisdn(f"+346{n:08}")


def load(desk: Desk, count: int) -> None:
    rows = [
        {
            "number": number(n),
            "holder_name": "Ana",
            "document_type": "NIF",
            "document": "12345678Z",
            "payment": "postpaid",
            "status": "active",
            "own_range": "yes",
        }
        for n in range(count)
    ]
    with connect(desk.dsn, name="test", autocommit=True) as connection:
        load_served(connection, "brisa", rows, at=MORNING)


def test_a_morning_s_requests_are_answered_in_the_first_minutes_and_each_once(desk: Desk) -> None:
    load(desk, MANY)
    for n in range(MANY + 1):  # one of them is for a number that nobody serves
        desk.hub.ask(number(n), MORNING)
    desk.until(WINDOW_OPENS)
    assert not desk.hub.answers
    before = resource.getrusage(resource.RUSAGE_SELF)
    desk.until(WINDOW_OPENS + timedelta(minutes=40))
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sys.stdout.write(f"{spent / (MANY + 1) * 1_000:.2f} ms of CPU for an answer, of {MANY + 1}\n")
    said = list(desk.hub.answers.values())
    assert sorted(said) == [["RECH_IDENT"], *[["yes"]] * MANY]


def test_a_request_that_the_mailbox_lost_is_found_and_answered(desk: Desk) -> None:
    load(desk, 1)
    lost = desk.hub.ask(number(0), MORNING, told=False)
    desk.until(WINDOW_OPENS + timedelta(minutes=45))
    assert desk.hub.answers == {lost.reference: ["yes"]}


def test_nobody_is_refused_before_we_know_what_we_serve(desk: Desk) -> None:
    desk.hub.ask(number(0), MORNING)
    desk.until(WINDOW_OPENS + timedelta(hours=1))
    assert desk.hub.answers == {}
    load(desk, 1)
    desk.until(WINDOW_OPENS + timedelta(hours=2))
    assert list(desk.hub.answers.values()) == [["yes"]]


def test_a_hub_that_is_away_for_hours_gets_its_answer_before_the_limit(desk: Desk) -> None:
    load(desk, 1)
    asked = desk.hub.ask(number(0), MORNING)
    desk.hub.is_away = True
    desk.until(asked.answer_until - timedelta(minutes=50))
    with connect(desk.dsn, name="test") as connection:
        (waits,) = donor_queue(connection)
    assert waits.task == "answer at risk (2)"
    desk.hub.is_away = False
    desk.until(asked.answer_until - timedelta(minutes=30))
    assert desk.hub.answers == {asked.reference: ["yes"]}
    with connect(desk.dsn, name="test") as connection:
        (waits,) = donor_queue(connection)
    assert (waits.state, waits.task) == ("confirmed", "")


def test_a_number_is_served_through_its_window_and_gone_when_the_hub_says_so(desk: Desk) -> None:
    load(desk, 1)
    asked = desk.hub.ask(number(0), MORNING)
    desk.until(asked.window.opens + timedelta(minutes=5))
    assert desk.network.stopped == set()
    desk.hub.states[asked.reference] = HubState.PORTED
    desk.until(asked.window.closes)
    assert desk.network.stopped == {number(0)}
    with connect(desk.dsn, name="test") as connection:
        assert served_counts(connection) == {"gone": 1}
        seen = port_out(connection, asked.reference)
    assert seen is not None
    assert seen.state == "left"


def test_news_of_a_request_that_was_never_ours_are_kept_for_the_desk(desk: Desk) -> None:
    load(desk, 1)
    stranger = replace(desk.hub.ask(number(0), MORNING, told=False), reference="unknown")
    said = PortOutSeen(
        reference=stranger.reference,
        state=HubState.CANCELLED,
        witness=Witness.MAILBOX,
        at=MORNING,
    )
    desk.hub.asked.clear()
    desk.hub.mailbox.append(DonorNews(notice_id="n1", reference="unknown", said=said))
    desk.until(MORNING + timedelta(minutes=1))
    with connect(desk.dsn, name="test") as connection:
        (stray,) = stray_news(connection)
    assert (stray.source, stray.notice_id) == ("mobile donor news", "n1")
