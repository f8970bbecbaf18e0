"""A promise is proposed from how long such things have taken, and says on how many it rests."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo import wiring
from relevo.activation.activation.messages import LineWorks
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.care.history import (
    BOUNDS,
    HOLDS_PERCENT,
    LEAST,
    DayKind,
    Stage,
    UnderWay,
    kind_of_day,
    lengths,
    propose,
)
from relevo.care.projections import write_history
from relevo.care.queries import proposals
from relevo.engine.connection import Connection, connect
from relevo.engine.recorded import Recorded
from relevo.orders.line.messages import LineMoved
from relevo.porting.profile import HubKind
from relevo.profiles.es import profile
from relevo.testing.postgres import clone
from relevo.testing.vocabulary.heard import sample

DAYS = profile()[-1].rules.calendar(HubKind.MOBILE)
T0 = datetime(2019, 1, 15, 9, tzinfo=UTC)
SPANS = st.lists(
    st.integers(1, 4000).map(lambda n: timedelta(minutes=n)), min_size=LEAST, max_size=200
)


def waiting(bound: datetime | None = None, stage: str = "parcel") -> UnderWay:
    return UnderWay(stage=stage, key="k", began=T0, bound=bound)


@settings(max_examples=60, deadline=None)
@given(SPANS)
def test_what_is_proposed_held_for_ninety_five_of_a_hundred(spans: list[timedelta]) -> None:
    proposal = propose(waiting(), lengths(spans), T0, DayKind.WORKING)
    assert proposal is not None
    held = sum(T0 + span <= proposal.due for span in spans)
    assert 100 * held >= HOLDS_PERCENT * len(spans)
    needed = sorted(spans)[math.ceil(len(spans) * HOLDS_PERCENT / 100) - 1]
    assert proposal.due - T0 <= needed * 1.13 + timedelta(minutes=2), "and no later than it must"


@settings(max_examples=40, deadline=None)
@given(SPANS, st.integers(0, 3000))
def test_what_is_still_under_way_is_held_against_its_like(
    spans: list[timedelta], elapsed: int
) -> None:
    now = T0 + timedelta(minutes=elapsed)
    proposal = propose(waiting(), lengths(spans), now, DayKind.WORKING)
    if proposal is not None:
        assert proposal.due > now
        assert proposal.count >= LEAST


def test_of_few_only_the_rule_speaks() -> None:
    few = lengths([timedelta(minutes=5)] * (LEAST - 1))
    bound = T0 + timedelta(hours=6)
    proposal = propose(waiting(bound), few, T0, DayKind.WORKING)
    assert proposal is not None
    assert (proposal.due, proposal.is_by_history) == (bound, False)
    assert proposal.bound_holds_percent is None
    assert propose(waiting(), few, T0, DayKind.WORKING) is None


def test_the_clock_of_the_rule_is_never_outrun_and_its_jeopardy_is_shown_before_it_strikes() -> (
    None
):
    slow = lengths([timedelta(hours=1)] * 60 + [timedelta(hours=9)] * 40)
    bound = T0 + timedelta(hours=2)
    proposal = propose(waiting(bound), slow, T0, DayKind.WORKING)
    assert proposal is not None
    assert (proposal.due, proposal.bound_holds_percent) == (bound, 60)
    assert proposal.is_in_jeopardy


def test_lengths_are_few_and_never_shorter_than_it_was() -> None:
    assert len(BOUNDS) < 120
    steps = pairwise(BOUNDS)
    assert all(after <= max(before + 1, before * 1.13 + 1) for before, after in steps)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2019, 1, 15), DayKind.WORKING),
        (date(2019, 1, 18), DayKind.BEFORE_A_REST),
        (date(2019, 1, 19), DayKind.REST),
        (date(2018, 12, 25), DayKind.REST),
    ],
)
def test_the_kind_of_a_day_is_the_calendars(day: date, kind: DayKind) -> None:
    assert kind_of_day(DAYS, day) is kind


@pytest.fixture(scope="module")
def history(postgres: Server) -> Iterator[Connection]:
    dsn = clone(postgres, "history_tests")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    with connect(dsn, name="history test", autocommit=True) as connection:
        yield connection


def moved_and_works(connection: Connection, number: int, took: timedelta) -> None:
    family, began = f"ORDER{number}", T0 - timedelta(days=5 + number % 3)
    facts = (
        (f"{family}/line/M1", began, sample(LineMoved, line="M1", at=began)),
        (f"{family}/activation/M1", began + took, sample(LineWorks, line="M1", at=began + took)),
    )
    with connection.cursor() as cursor:
        for process_id, at, fact in facts:
            write_history(
                cursor,
                [Recorded(process_id=process_id, kind="", version=1, at=at, fact=fact, seq=1)],
            )


@pytest.mark.service
def test_facts_become_a_proposal_and_what_is_kept_does_not_grow_with_the_orders(
    history: Connection,
) -> None:
    for number in range(120):
        moved_and_works(history, number, timedelta(minutes=30 + number % 20))
    rows = history.execute("select count(*) from care_stage_span").fetchone()
    assert rows is not None
    assert rows[0] <= 3 * 8, "three days, a handful of lengths"
    assert history.execute("select from care_stage").fetchall() == []
    with history.cursor() as cursor:
        fact = sample(LineMoved, line="M2", at=T0)
        write_history(
            cursor,
            [Recorded(process_id="NEW/line/M2", kind="", version=1, at=T0, fact=fact, seq=1)],
        )
    (proposal,) = proposals(history, "NEW", DAYS, T0 + timedelta(minutes=5))
    assert (proposal.stage, proposal.key, proposal.count) == (Stage.LINE_WORKS, "M2", 120)
    assert timedelta(minutes=48) <= proposal.due - T0 <= timedelta(minutes=56)
