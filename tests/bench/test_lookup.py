"""The benchmark of the look-up measures what it says, and its page shows what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from relevo.adapters.ported_sheet.feed import Kind
from relevo.bench.lookup import FIRST, Country, measure_lookup
from relevo.bench.lookup_page import numbers_measured, write_lookup_page
from relevo.bench.suite import write_json
from relevo.testing.debian import NotInstalled, programs


def test_the_made_up_country_is_a_file_like_any_other(tmp_path: Path) -> None:
    country = Country.of(1234)
    (part,) = country.feed(tmp_path, Kind.FULL, 7).parts()
    assert part.numbers.tolist() == country.numbers.tolist()
    assert part.routes.tolist() == country.routes.tolist()
    assert len(set(part.numbers.tolist())) == 1234
    assert part.numbers.min() >= FIRST


@pytest.mark.service
def test_both_tables_are_asked_the_same_and_the_page_says_what_came_of_it(tmp_path: Path) -> None:
    try:
        programs(["kamailio", "wrk"], ("kamailio", "kamailio-postgres-modules", "wrk"))
    except NotInstalled as missing:
        pytest.skip(str(missing))
    result = measure_lookup(20_000, rounds=1, say=lambda _: None)
    assert result["numbers"] == 20_000
    assert 0.45 < result["found_share"] < 0.55
    assert result["kamailio"]["memory_mb"] > 0
    for http in (result["http"], result["kamailio"]["http"]):
        assert http["per_s"] > 0
        assert http["failed"] == 0
    write_json(result, tmp_path / "lookup.json")
    write_lookup_page(result, tmp_path)
    assert numbers_measured(tmp_path) == 20_000
    assert f"{result['http']['per_s']:,.0f}" in (tmp_path / "lookup.md").read_text()
