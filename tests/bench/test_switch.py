"""The benchmark of the night's switch does what it says, and its page shows what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from relevo.bench.switch import measure_switch
from relevo.bench.switch_page import write_switch_page
from relevo.testing.debian import NotInstalled


@pytest.mark.service
def test_every_line_is_switched_once_although_the_worker_is_killed(tmp_path: Path) -> None:
    said: list[str] = []
    try:
        result = measure_switch(100, rounds=1, say=said.append)
    except NotInstalled as missing:
        pytest.skip(str(missing))
    assert (result["resumed"]["twice"], result["resumed"]["missing"]) == (0, 0)
    assert any("100 of 100 active" in each for each in said), "it says how far it is"
    assert 0 < result["ratio"]["median"] < 5
    write_switch_page(result, tmp_path)
    page = (tmp_path / "switch.md").read_text(encoding="utf-8")
    assert f"{result['switched_s']['median']:.1f} |" in page
