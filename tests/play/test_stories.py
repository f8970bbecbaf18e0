"""Every story holds every expectation; the same file and seed give the same digest, however run."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.signals import POINTS
from relevo.play.database import fresh_database
from relevo.play.order_form import rules_of
from relevo.play.runner import Stage
from relevo.play.scenario import Scenario
from relevo.play.theatre import Wishes, perform, read
from relevo.play.verdict import Verdict
from relevo.simulation.company import play_company
from relevo.simulators.plan import FaultPlan

pytestmark = pytest.mark.service

STORIES = Path(__file__).parents[2] / "stories"
NAMES = sorted(path.stem for path in STORIES.glob("*.toml"))


@pytest.fixture(scope="session")
def server(postgres: Server) -> str:
    """Plays make their databases on the server of this session."""
    return os.environ.get("DATABASE_URL") or postgres.dsn


def played(scenario: Scenario, server: str, *, workers: int = 1) -> Verdict:
    silent = Console(file=StringIO(), width=100)
    return perform(scenario, server, Wishes(is_quiet=True, workers=workers), silent)


@cache
def story(name: str) -> Scenario:
    return read(STORIES / f"{name}.toml", Wishes())


@cache
def undisturbed(name: str, server: str) -> Verdict:
    return played(story(name), server)


@pytest.mark.parametrize("name", NAMES)
def test_a_story_holds_every_expectation_and_all_its_faults_strike(name: str, server: str) -> None:
    verdict = undisturbed(name, server)
    failed = [each for each in verdict.expectations if not each.holds]
    assert not failed
    assert not verdict.parked
    assert not [fault for fault in verdict.faults if fault.struck_at is None]


def test_the_customer_of_the_true_story_is_told_within_half_an_hour(server: str) -> None:
    verdict = undisturbed("everything-goes-wrong", server)
    cut = verdict.faults[0]
    assert cut.struck_at is not None
    assert cut.customer_told_at is not None
    assert (cut.customer_told_at - cut.struck_at).total_seconds() <= 30 * 60


@pytest.mark.parametrize("name", ["clean", "everything-goes-wrong"])
def test_the_same_file_and_seed_give_the_same_digest_twice(name: str, server: str) -> None:
    assert played(story(name), server).digest == undisturbed(name, server).digest


@pytest.mark.parametrize("name", ["clean", "everything-goes-wrong", "refused-by-rule"])
def test_two_workers_give_the_digest_of_one(name: str, server: str) -> None:
    assert played(story(name), server, workers=2).digest == undisturbed(name, server).digest


def test_a_worker_killed_while_we_answer_changes_no_answer(server: str) -> None:
    scenario = story("refused-by-rule")
    kills = tuple(
        FaultPlan(where="order", what="crash", at_point=point, times=2)
        for point in ("worker.decided", "worker.after_commit", "performer.after_send")
    )
    verdict = played(replace(scenario, world=replace(scenario.world, faults=kills)), server)
    assert verdict.digest == undisturbed("refused-by-rule", server).digest
    assert verdict.port_outs == undisturbed("refused-by-rule", server).port_outs


def test_a_number_that_left_and_that_our_network_never_lets_go_is_no_success(server: str) -> None:
    scenario = story("our-switch-off-fails")
    (fault,) = scenario.world.faults
    stubborn = replace(scenario.world, faults=(replace(fault, times=10_000),))
    verdict = played(replace(scenario, world=stubborn), server)
    assert not verdict.holds
    (fate,) = verdict.port_outs.values()
    assert fate == "ported, and our network still serves it"


def test_customers_of_one_company_are_asked_for_apart(server: str) -> None:
    alone = [undisturbed(name, server).port_outs for name in TOGETHER]
    scenarios = [story(name) for name in TOGETHER]
    with fresh_database(server) as dsn:
        migrate(dsn, wiring.SCHEMA_PACKAGES)
        stage = Stage(dsn=dsn, rules=rules_of(scenarios[0]))
        others = [_another(each, place) for place, each in enumerate(scenarios)]
        seen = play_company(others, (), stage)
    assert [each.port_outs for each in seen.customers] == alone


TOGETHER = ("asked-for-our-numbers", "part-of-a-company-leaves")


def _another(scenario: Scenario, place: int) -> Scenario:
    """The same with a customer of his own: nobody shares an address for mail or a contact."""
    customer = replace(
        scenario.world.customer, email=f"c{place}@cierzo.example", contact=f"+3497600090{place}"
    )
    return replace(scenario, world=replace(scenario.world, customer=customer))


def test_another_seed_is_another_story(server: str) -> None:
    scenario = story("clean")
    other = replace(scenario, world=replace(scenario.world, seed=2))
    assert played(other, server).digest != undisturbed("clean", server).digest


@cache
def until_it_closed() -> Scenario:
    """The clean story without its seven days of watch: a crash has enough to hit before."""
    scenario = story("clean")
    return replace(scenario, ends_at=scenario.world.starts + timedelta(days=6))


@cache
def never_killed(server: str) -> str:
    return played(until_it_closed(), server).digest


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_a_point_changes_nothing(point: str, server: str) -> None:
    scenario = until_it_closed()
    crash = FaultPlan(where="order", what="crash", at_point=point, times=2)
    verdict = played(replace(scenario, world=replace(scenario.world, faults=(crash,))), server)
    assert verdict.finished
    assert verdict.digest == never_killed(server)
    has_listeners = bool(wiring.catalogue().listeners)
    assert (verdict.faults[0].struck_at is not None) == (
        has_listeners or not point.startswith("listener.")
    )
