"""A world that broke a law is made small, and still breaks it."""

from __future__ import annotations

from dataclasses import replace

from relevo import wiring
from relevo.play.order_form import check_order
from relevo.play.scenario import parse_scenario
from relevo.simulation.minimise import minimise, smaller
from relevo.simulation.run import by_himself
from relevo.simulation.sketch import Sketch, Table, bundle

assert wiring.SCHEMA_PACKAGES, "the words of the product are known once it is wired"

GUILTY: Table = {"where": "donor", "what": "reject", "cause": "RECH_PERDI", "line": "M2"}
OTHERS: tuple[Table, ...] = (
    {"where": "courier", "what": "absent", "times": 2},
    {"where": "network", "what": "forgets", "after": "PT90H"},
    {"where": "hub", "what": "duplicate"},
)


def breaks(sketch: Sketch) -> bool:
    """As if one kind of fault, on a dependent number, broke a law."""
    is_there = any(fault.get("cause") == "RECH_PERDI" for fault in sketch.faults)
    return is_there and any("depends_on" in line for line in sketch.lines)


def test_only_what_breaks_the_law_is_left() -> None:
    smallest = minimise(replace(bundle(), faults=(*OTHERS, GUILTY)), breaks)
    assert [fault["what"] for fault in smallest.faults] == ["reject"]
    assert [line["id"] for line in smallest.lines] == ["M1", "M2"]
    assert "line" not in smallest.faults[0]
    assert breaks(smallest)


def test_no_more_plays_are_spent_than_allowed() -> None:
    played: list[Sketch] = []

    def never(sketch: Sketch) -> bool:
        played.append(sketch)
        return False

    whole = replace(bundle(), faults=(*OTHERS, GUILTY))
    assert minimise(whole, never, plays_max=5) == whole
    assert len(played) == 5


def test_every_smaller_world_is_a_valid_file() -> None:
    for seed in (3, 17):
        for candidate in smaller(by_himself(seed)):
            parse_scenario(candidate.text(), check_order)
