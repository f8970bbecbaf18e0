"""What is drawn from seeds: valid, everybody's own, always the same, and of every kind."""

from __future__ import annotations

from collections import Counter

from relevo import wiring
from relevo.engine.signals import POINTS
from relevo.play.fault_kinds import FAULT_KINDS
from relevo.play.order_form import check_order
from relevo.play.scenario import parse_scenario
from relevo.simulation.draws import (
    COMPANY_KINDS,
    COMPANY_SIZE,
    LEFT_OUT,
    company_faults,
    company_of,
    drawn,
    seeds_of,
)
from relevo.simulation.run import by_himself
from relevo.simulators.plan import CompanyPlan

assert wiring.SCHEMA_PACKAGES, "the words of the product are known once it is wired"

SEEDS = range(1, 101)


def test_every_drawn_order_is_one_that_the_product_takes() -> None:
    for seed in SEEDS:
        parse_scenario(drawn(seed).text(), check_order)


def test_a_seed_is_the_same_customer_whenever_it_is_drawn() -> None:
    assert drawn(42) == drawn(42)
    assert drawn(42) != drawn(43)


def test_a_seed_alone_with_what_strikes_its_company_is_a_valid_file() -> None:
    for seed in (1, 1 + COMPANY_SIZE, 1 + 2 * COMPANY_SIZE):
        scenario = parse_scenario(by_himself(seed).text(), check_order)
        assert len(scenario.world.faults) >= len(company_faults(company_of(seed)))


def test_the_customers_of_a_company_fit_into_one_world() -> None:
    for company in range(2):
        plans = [parse_scenario(drawn(seed).text()).world for seed in seeds_of(company)]
        assert len(CompanyPlan(tuple(plans)).customers) == COMPANY_SIZE


def test_every_kind_of_fault_is_drawn_and_every_point_of_death() -> None:
    drawn_kinds: Counter[tuple[str, str]] = Counter()
    points: Counter[str] = Counter()
    for seed in range(1, 1001):
        drawn_kinds.update((fault["where"], fault["what"]) for fault in drawn(seed).faults)
    for company in range(20):
        for fault in company_faults(company):
            drawn_kinds[fault["where"], fault["what"]] += 1
            points[fault.get("at_point", "")] += 1
    every = {(where, what) for where, kinds in FAULT_KINDS.items() for what in kinds}
    assert set(drawn_kinds) == every - {*LEFT_OUT}
    assert set(points) - {""} == set(POINTS)


def test_a_visit_goes_wrong_only_where_a_technician_comes_and_a_refusal_is_that_of_its_hub() -> (
    None
):
    for seed in range(1, 501):
        sketch = drawn(seed)
        lines = {line["id"]: line for line in sketch.lines}
        for fault in sketch.faults:
            if fault["where"] == "field":
                assert "fibre" in {line["kind"] for line in lines.values()}
            if (fault["where"], fault["what"]) == ("hub", "refuse"):
                is_mobile = lines[fault["line"]]["kind"] == "mobile"
                assert fault["cause"].startswith(("GENE ", "ACCS ", "AREC ")) == is_mobile


def test_what_strikes_everybody_stands_in_no_file_of_a_customer() -> None:
    for seed in SEEDS:
        assert not {(f["where"], f["what"]) for f in drawn(seed).faults} & set(COMPANY_KINDS)
