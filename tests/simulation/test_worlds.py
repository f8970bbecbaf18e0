"""Worlds that once broke something, and some drawn from a seed: the laws hold in all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from relevo.simulation.draws import company_faults, drawn
from relevo.simulation.run import Theatre, play_sketches
from relevo.simulation.sketch import A_DAY_OF_WATCH, Sketch, Table, bundle

Play = Callable[..., Any]


def with_faults(title: str, *faults: Table, place: int = 0) -> Sketch:
    return replace(bundle(place), title=title, faults=faults, ends_by=A_DAY_OF_WATCH)


CUT: Table = {"where": "donor", "what": "cease_dependent", "line": "M2", "after": "PT40H"}


def test_a_hub_that_is_down_while_the_numbers_move_loses_none(played: Play) -> None:
    down = {"where": "hub", "what": "down", "after": "P4DT13H", "for": "PT10H"}
    fate = played(with_faults("The hub is down while the numbers move", down))
    assert (fate.breaches, fate.ending) == ((), "closed")


def test_what_once_was_lost_is_lost_no_more(played_together: Play) -> None:
    lost = {"where": "donor", "what": "reject", "cause": "RECH_PERDI", "line": "M2"}
    others = {"where": "hub", "what": "wrong_donor", "times": 3}
    neighbours = [
        with_faults("A card is reported lost, and is not", lost, place=1),
        with_faults("The hub names other donors, one of them cuts it", others, CUT, place=2),
    ]
    for fate in played_together(neighbours).fates:
        assert (fate.breaches, fate.ending) == ((), "closed")


def test_a_donor_that_insists_costs_no_promise_and_no_day_after_day(played: Play) -> None:
    insists = {"where": "donor", "what": "reject", "cause": "RECH_IDENT", "line": "M2", "times": 3}
    fate = played(with_faults("The donor insists", insists))
    assert fate.breaches == ()
    assert fate.ending == "a person has it"


def test_drawn_customers_lose_nothing_whatever_strikes_their_company(theatre: Theatre) -> None:
    """A few of the first company, with all that strikes it, deaths of the worker included."""
    sketches = [drawn(seed) for seed in range(2, 8)]
    company = play_sketches(sketches, theatre, faults=company_faults(0))
    assert company.broke_off == ""
    assert {fate.seed: fate.breaches for fate in company.fates if fate.breaches} == {}
    assert any(kind.startswith("order crash") for kind in company.struck)
