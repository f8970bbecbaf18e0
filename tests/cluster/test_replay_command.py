"""``relevo replay``: what a person at a terminal sees of a history, and of one that was harmed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner, Result

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.cli import app
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.promises.promise.messages import KeepPromise, MakePromise
from relevo.wiring import SCHEMA_PACKAGES, catalogue

ORDERS = 1200
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(postgres: Server) -> str:
    """A site on which something was promised to the customer of each order, and kept."""
    dsn = postgres.create_database("replay_site")
    migrate(dsn, SCHEMA_PACKAGES)
    engine = Engine(dsn=dsn, catalogue=catalogue(), clock=VirtualClock(START), performers={})
    for word, key in (
        (
            MakePromise(
                what="call_back",
                to="o",
                due=START + timedelta(days=1),
                owner="Ana Ruiz",
                rests_on=(),
            ),
            "made",
        ),
        (KeepPromise(evidence="she was called"), "kept"),
    ):
        engine.tell_many(
            ("promises.promise", f"order-{n}/promise/call_back/1", word, key) for n in range(ORDERS)
        )
        engine.run_until_quiet()
    engine.close()
    return dsn


def run(dsn: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["replay", *arguments], env={"DATABASE_URL": dsn})


def test_a_whole_site_is_verified_by_two_processors(site: str) -> None:
    done = run(site, "--verify", "--jobs", "2")
    assert done.exit_code == 0, done.output
    assert f"{ORDERS} processes and {2 * ORDERS} facts verified" in done.output
    assert "every state is its history" in done.output


def test_a_sample_and_a_family_are_verified_alone(site: str) -> None:
    assert "5 processes and 10 facts verified" in run(site, "--verify", "--sample", "5").output
    family = run(site, "--verify", "--family", "order-7")
    assert (family.exit_code, "1 processes and 2 facts" in family.output) == (0, True)
    unknown = run(site, "--verify", "--family", "order-none")
    assert (unknown.exit_code, unknown.output) == (2, "there is no order order-none\n")


def test_a_forged_state_ends_with_1_and_is_named_with_the_field_that_differs(site: str) -> None:
    forge = "update process set state = state || %s where process_id like 'order-7/%%'"
    with connect(site, autocommit=True) as connection:
        connection.execute(forge, ('{"owner": "Eva Gil"}',))
        done = run(site, "--verify", "--family", "order-7")
        connection.execute(forge, ('{"owner": "Ana Ruiz"}',))
    assert done.exit_code == 1
    named = "order-7/promise/call_back/1: owner: the facts give 'Ana Ruiz', stored is 'Eva Gil'"
    assert named in done.output.replace("\n", " ").replace("  ", " ")


def test_a_history_is_shown_line_by_line_and_what_was_written_only_on_demand(site: str) -> None:
    shown = run(site, "order-7")
    assert shown.exit_code == 0
    first = "2026-03-02 09:30:00  order-7/promise/call_back/1  promises.promise_made"
    assert shown.output.startswith(f"{first}  what=… to=… due=2026-03-03T09:30:00Z owner=…")
    assert "promises.promise_kept" in shown.output
    assert "Ana Ruiz" not in shown.output
    assert "owner='Ana Ruiz'" in run(site, "order-7", "--texts").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give either --verify or the key of an order"),
        (("order-1", "--verify"), "give either --verify or the key of an order"),
        (("order-none",), "there is no order order-none"),
    ],
)
def test_what_cannot_be_shown_ends_with_2_and_a_word_on_what_to_give(
    site: str, arguments: tuple[str, ...], said: str
) -> None:
    done = run(site, *arguments)
    assert done.exit_code == 2
    assert said in done.output
