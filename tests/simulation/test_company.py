"""Customers who share a world get what they would get alone; a company is the same each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.engine.recorded import Recorded
from relevo.play.judge import judge, yardsticks
from relevo.play.order_form import check_order, rules_of
from relevo.play.runner import Look, Stage
from relevo.play.scenario import Scenario, parse_scenario
from relevo.play.witnessed import Witnessed, WitnessedCompany
from relevo.simulation.company import play_company
from relevo.simulation.sketch import Table, bundle
from relevo.simulators.plan import FaultPlan, UnfitCompany
from relevo.testing.postgres import clone, session_server

REJECTS: Table = {"where": "donor", "what": "reject", "cause": "RECH_IDENT"}
CEASES: Table = {"where": "donor", "what": "cease_dependent", "line": "M2", "after": "PT26H"}
FORGETS: Table = {"where": "network", "what": "provision_fails", "line": "M1"}
LIES: Table = {"where": "care", "what": "wrong_answer", "text": "Su pedido no existe."}
CRASH = FaultPlan(where="order", what="crash", at_point="worker.before_commit", times=2)


@cache
def customer(place: int, lines: int, *faults: tuple[tuple[str, str], ...]) -> Scenario:
    """One of those who live here: the last so many lines of the bundle of the story."""
    sketch = bundle(place)
    moving = sketch.lines[1 : 1 + lines]
    sketch = replace(
        sketch,
        title=f"Customer {place}",
        seed=place,
        lines=moving,
        order={**sketch.order, "lines": [line["id"] for line in moving]},
        starts=sketch.starts + timedelta(minutes=7 * place),
        faults=tuple(dict(fault) for fault in faults),
        ends_by="P6D",
    )
    return parse_scenario(sketch.text(), check_order)


def faulty(fault: Table) -> tuple[tuple[str, str], ...]:
    return tuple(fault.items())


CUSTOMERS = (
    customer(1, 1),
    customer(2, 1, faulty(REJECTS)),
    customer(3, 1, faulty(REJECTS)),
    customer(4, 2, faulty(CEASES)),
    customer(5, 1, faulty(FORGETS)),
    customer(6, 1, faulty(LIES)),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with all tables of the product."""
    with session_server(wiring.SCHEMA_PACKAGES) as opened:
        yield opened


@pytest.fixture(scope="module")
def together(server: Server) -> Callable[..., WitnessedCompany]:
    """Plays these customers in one world, on a database of its own."""

    def run(
        scenarios: tuple[Scenario, ...], *faults: FaultPlan, look: Look | None = None
    ) -> WitnessedCompany:
        stage = Stage(dsn=clone(server, "company"), rules=rules_of(scenarios[0]))
        return play_company(scenarios, faults, stage, look)

    return run


@pytest.fixture(scope="module")
def company(together: Callable[..., WitnessedCompany]) -> WitnessedCompany:
    """All of them, undisturbed."""
    return together(CUSTOMERS)


def fate(seen: Witnessed) -> dict[str, object]:
    """What a customer gets in the end."""
    verdict = judge(seen, yardsticks("es"))
    return {
        "finished": verdict.finished_at,
        "lines": verdict.lines,
        "promises": verdict.promises,
        "messages": [(each.at, each.text) for each in seen.arrived],
        "struck": [each.struck_at for each in seen.struck],
        "digest": seen.digest,
    }


@pytest.mark.parametrize("place", [2, 3, 4])
def test_a_customer_gets_in_company_what_he_gets_alone(
    place: int, company: WitnessedCompany, together: Callable[..., WitnessedCompany]
) -> None:
    (alone,) = together((CUSTOMERS[place - 1],)).customers
    assert fate(company.customers[place - 1]) == fate(alone)
    assert all(each.struck_at for each in alone.struck)


def test_a_company_with_crashes_has_the_history_of_one_without(
    company: WitnessedCompany, together: Callable[..., WitnessedCompany]
) -> None:
    shown: dict[str, list[Recorded]] = {}

    def look(family: str, facts: Sequence[Recorded]) -> None:
        shown.setdefault(family, []).extend(facts)

    again = together(CUSTOMERS, CRASH, look=look)
    assert [each.digest for each in again.customers] == [each.digest for each in company.customers]
    assert again.struck[0].struck_at is not None
    assert sorted(shown) == sorted({each.facts[0].process_id for each in again.customers})
    assert [tuple(facts) for facts in shown.values()] == [
        each.facts for each in sorted(again.customers, key=lambda one: one.scenario.world.starts)
    ]


def test_customers_with_the_same_number_or_other_rules_do_not_fit(
    together: Callable[..., WitnessedCompany],
) -> None:
    twin = replace(CUSTOMERS[0], title="His twin")
    with pytest.raises(UnfitCompany, match=r"\+34600001101 is used twice"):
        together((CUSTOMERS[0], twin))
    other = replace(CUSTOMERS[1], world=replace(CUSTOMERS[1].world, recipient="duna"))
    with pytest.raises(UnfitCompany, match="the same recipient"):
        together((CUSTOMERS[0], other))
    with pytest.raises(UnfitCompany, match="stands in his own file"):
        together(CUSTOMERS, FaultPlan(where="care", what="promise_missed"))
