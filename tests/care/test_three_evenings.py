"""The three evenings of the true story, played: one voice, one owner, a word that has a time."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.care.case.messages import (
    CallBackPromised,
    CaseHandedOver,
    CaseOpened,
    CaseReopened,
    OwnerAppointed,
)
from relevo.notices.model import Topic
from relevo.notices.voice.messages import DraftStopped, MessageSent, ReplyApproved
from relevo.play.cast import cast_of
from relevo.play.database import fresh_database
from relevo.play.order_form import rules_of
from relevo.play.runner import Stage, play
from relevo.play.screen import Screen
from relevo.play.theatre import Wishes, read
from relevo.play.witnessed import Witnessed
from relevo.promises.promise.messages import PromiseBroken
from relevo.values.moment import Span

pytestmark = pytest.mark.service

STORY = Path(__file__).parents[2] / "stories" / "three-evenings.toml"
TOLD_WITHIN = Span(minutes=2)


@pytest.fixture(scope="module")
def seen(postgres: Server) -> Witnessed:
    scenario = read(STORY, Wishes())
    rules = rules_of(scenario)
    screen = Screen(Console(file=StringIO()), rules.zone, is_quiet=True)
    with fresh_database(postgres.dsn) as dsn:
        migrate(dsn, wiring.SCHEMA_PACKAGES)
        stage = Stage(dsn=dsn, rules=rules, workers=1, language="en")
        with screen.performing(scenario.title, cast_of(scenario)):
            return play(scenario, stage, screen)


def test_every_contradictory_draft_and_every_request_for_what_is_held_is_stopped(
    seen: Witnessed,
) -> None:
    stopped = [each.fact for each in seen.facts if isinstance(each.fact, DraftStopped)]
    planned = [f for f in seen.scenario.world.faults if f.what in {"wrong_answer", "asks_for_held"}]
    assert len(stopped) == len(planned) == 7
    assert [fact.kind for fact in stopped].count("asks_for_held") == 2
    assert not [each for each in seen.facts if isinstance(each.fact, ReplyApproved)]


def test_the_case_is_opened_again_and_its_owner_stays_the_same(seen: Witnessed) -> None:
    owners = [
        each.fact.owner for each in seen.facts if isinstance(each.fact, CaseOpened | CaseReopened)
    ]
    assert len(owners) > 1, "the story opens it again"
    assert len(set(owners)) == 1
    assert not [e for e in seen.facts if isinstance(e.fact, CaseHandedOver | OwnerAppointed)]


def test_a_few_minutes_become_a_due_time_and_the_customer_hears_first_that_it_passed(
    seen: Witnessed,
) -> None:
    (promised,) = [e.fact for e in seen.facts if isinstance(e.fact, CallBackPromised)]
    (broken,) = [
        e for e in seen.facts if isinstance(e.fact, PromiseBroken) and e.fact.what == "call_back"
    ]
    assert broken.at == broken.fact.due == promised.due
    told = [
        e.at
        for e in seen.facts
        if isinstance(e.fact, MessageSent) and e.fact.topic == Topic.PROMISE_BROKEN
    ]
    assert [at - broken.at < TOLD_WITHIN for at in told] == [True]
