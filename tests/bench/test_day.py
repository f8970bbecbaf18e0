"""The benchmark measures a day that really ends, and its figures can be compared by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.bench.chart import draw_charts
from relevo.bench.cost import layer_of
from relevo.bench.country import KINDS, Subscriber, catalogue, steps, timetable
from relevo.bench.day import NotAllThere, check_all_live, prepare_lines
from relevo.bench.ground import fresh_database
from relevo.bench.page import write_page
from relevo.bench.suite import Part, Sizes, run_suite, write_json

PORTS = 40
HEADLINE = {
    "messages_per_s",
    "ports_per_s",
    "p99_ms",
    "ratio_to_floor",
    "ratio_to_dbos",
    "bytes_per_port",
    "worker_rss_mb",
    "cpu_python_s",
    "cpu_postgres_s",
}


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    """A day of forty ports with all that belongs to it, but for DBOS, which has its own test."""
    small = Sizes(ports=PORTS, floor_ports=4, floor_rounds=1, latency_seconds=0.3, dbos_ports=0)
    return run_suite(small, frozenset(Part) - {Part.DBOS}, lambda _: None)


@pytest.mark.service
def test_a_day_of_forty_ports_ends_with_every_line_live(result: dict[str, Any]) -> None:
    # ``run_suite`` raises when one process, number, message or effect is not where it must be.
    assert result["day"]["ports"] == PORTS
    # Four kinds of message more than sixteen: the registry's record is read again while they wait.
    assert result["day"]["messages"] >= 16 * PORTS
    assert [phase["phase"] for phase in result["day"]["phases"]] == [
        "eve",
        "evening",
        "opening",
        "replies",
        "windows",
    ]


@pytest.mark.service
def test_the_result_has_every_figure_that_the_issue_names(result: dict[str, Any]) -> None:
    assert set(result) >= HEADLINE
    measured = HEADLINE - {"ratio_to_dbos"}
    assert all(result[name] > 0 for name in measured), result
    assert result["ratio_to_dbos"] is None, "what was not run has no figure"
    assert set(result["machine"]) == {"cores", "processor", "python", "postgresql"}


@pytest.mark.service
def test_the_page_shows_every_picture_that_was_drawn(
    result: dict[str, Any], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    charts = draw_charts(result, tmp_path)
    write_page(result, charts, tmp_path)
    write_json(result, tmp_path / "results.json")
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert charts == ["day.svg", "cost.svg", "bytes.svg", "latency.svg", "floor.svg"]
    for name in charts:
        assert f"({name})" in page
        assert (tmp_path / name).read_text(encoding="utf-8").startswith("<?xml")


def test_a_day_that_stops_half_way_gives_no_figures(postgres: Server) -> None:
    dsn = fresh_database(postgres, "half_a_day")
    prepare_lines(dsn, 2, until=next(step for step in steps() if step.phase == "replies"))
    with pytest.raises(NotAllThere, match="confirmed"):
        check_all_live(dsn, 2)


def test_the_day_follows_the_calendar_of_the_hub() -> None:
    when = timetable()
    assert when.opening > when.asked, "the hub is shut when the lines are asked for"
    at = [step.at for step in steps()]
    assert at == sorted(at)
    assert when.replies < when.window.opens


def test_no_two_lines_share_a_number_or_an_order() -> None:
    lines = [Subscriber(place) for place in range(500)]
    assert len({line.number for line in lines}) == len({line.order for line in lines}) == 500


def test_the_kinds_of_the_day_are_the_real_ones() -> None:
    assert set(catalogue().processes) == KINDS


@pytest.mark.parametrize(
    ("file", "layer"),
    [
        ("/x/site-packages/psycopg/cursor.py", "driver"),
        ("/x/src/relevo/engine/worker.py", "engine"),
        ("/x/src/relevo/orders/line/decider.py", "deciders"),
        ("/x/src/relevo/values/calendar.py", "deciders"),
        ("/x/src/relevo/porting/custody.py", "projections"),
        ("/x/src/relevo/numbering/actions.py", "projections"),
        ("/x/src/relevo/bench/country.py", "outside"),
        ("/x/lib/python3.11/dataclasses.py", ""),
    ],
)
def test_a_sample_belongs_to_the_layer_whose_file_it_is_in(file: str, layer: str) -> None:
    assert layer_of(file) == layer
