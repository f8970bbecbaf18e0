"""Worlds that once broke something, and some drawn from a seed: the laws hold in all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relevo.testing.world import A_DAY_OF_WATCH, BUNDLE, Sketch, Table, drawn

pytestmark = pytest.mark.service

Play = Callable[[Sketch], Any]


def with_faults(title: str, *faults: Table) -> Sketch:
    return replace(BUNDLE, title=title, faults=faults, ends_by=A_DAY_OF_WATCH)


CUT: Table = {"where": "donor", "what": "cease_dependent", "line": "M2", "after": "PT40H"}


@pytest.mark.parametrize(
    "sketch",
    [
        with_faults(
            "The hub is down while the numbers move",
            {"where": "hub", "what": "down", "after": "P4DT13H", "for": "PT10H"},
        ),
        with_faults(
            "The hub names other donors, and one of them cuts the number",
            {"where": "hub", "what": "wrong_donor", "times": 3},
            CUT,
        ),
        with_faults(
            "A card is reported lost, and is not",
            {"where": "donor", "what": "reject", "cause": "RECH_PERDI", "line": "M2"},
        ),
    ],
    ids=lambda sketch: sketch.title,
)
def test_what_once_was_lost_is_lost_no_more(sketch: Sketch, played: Play) -> None:
    play = played(sketch)
    assert play.losses == ()
    assert play.is_finished


def test_a_donor_that_insists_costs_no_promise_and_no_day_after_day(played: Play) -> None:
    insists = {"where": "donor", "what": "reject", "cause": "RECH_IDENT", "line": "M2", "times": 3}
    play = played(with_faults("The donor insists", insists))
    assert play.losses == ()
    assert not play.is_finished, "a person has it"
    assert {line.custody for line in play.verdict.lines.values()} == {"brisa", "altamar"}


@pytest.mark.parametrize("seed", [2, 5, 11])
def test_a_drawn_world_loses_nothing(seed: int, played: Play) -> None:
    assert played(drawn(seed)).losses == ()


def test_the_same_world_has_the_same_history(played: Play) -> None:
    sketch = with_faults("The donor cuts the second line", CUT)
    assert played(sketch).verdict.digest == played(sketch).verdict.digest
