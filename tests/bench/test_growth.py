"""The growth benchmark measures what it says, on databases that hold what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.bench.growth import growth

pytestmark = pytest.mark.service


def test_growth_is_measured_in_databases_of_the_sizes_asked_for(
    postgres: Server, tmp_path: Path
) -> None:
    plans = tmp_path / "plans.txt"
    told: list[str] = []
    found = growth(postgres, (300, 3000), lines=3, rounds=1, plans=plans, say=told.append)

    small, large = found["sizes"]
    for size, wanted in ((small, 300), (large, 3000)):
        assert size["open_processes"] >= wanted
        assert size["armed_timers"] >= wanted
    assert small["messages"] == large["messages"] > 3 * 15
    for size in (small, large):
        assert size["cpu_ms_per_message"]["median"] > 0
        assert size["ms_per_message"]["median"] > 0
        assert 0 < size["worker_rss_mb"] < 300
        assert all(took > 0 for took in size["statement_ms"].values())
    assert found["is_flat"] == (found["cpu_ratio"]["median"] <= 1.5)
    assert len(told) == 4

    written = plans.read_text(encoding="utf-8")
    plan_of = dict(each.split("\n", 1) for each in written.split("\n== ")[1:])
    assert plan_of.keys() == large["statement_ms"].keys()
    for name in ("heads, nothing is due", "take_timers, nothing is due", "next_due"):
        assert "Seq Scan on timer" not in plan_of[name], "a look reads every timer"
