"""The bundle of the story, with each kind of fault of the contract alone: nothing may be lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relevo.play.fault_kinds import FAULT_KINDS
from relevo.simulation.draws import COMPANY_KINDS, LEFT_OUT, OF_A_VISIT
from relevo.simulation.sketch import FAULTS, alone

OF_ALL = [fault for fault in FAULTS if (fault["where"], fault["what"]) in COMPANY_KINDS]
OF_ONE = [fault for fault in FAULTS if fault not in OF_ALL]


def test_every_kind_of_fault_of_the_contract_is_here() -> None:
    kinds = {(where, what) for where, table in FAULT_KINDS.items() for what in table}
    kinds -= {*LEFT_OUT, *OF_A_VISIT}  # the bundle of the story has no fibre
    assert {(fault["where"], fault["what"]) for fault in FAULTS} == kinds


@pytest.mark.parametrize("fault", OF_ALL, ids=lambda fault: f"{fault['where']}-{fault['what']}")
def test_a_fault_that_strikes_everybody_loses_nothing(
    fault: Any, played: Callable[..., Any]
) -> None:
    fate = played(alone(fault))
    assert fate.breaches == ()
    assert fate.ending == "closed"
    assert fate.struck == fate.drawn, "it never struck: this proves nothing"


def test_a_fault_that_strikes_one_customer_loses_nothing(
    played_together: Callable[..., Any],
) -> None:
    """Neighbours in one world, each with a kind of fault that strikes nobody else."""
    neighbours = [alone(fault, place) for place, fault in enumerate(OF_ONE)]
    for fate in played_together(neighbours).fates:
        assert (fate.drawn, fate.breaches) == (fate.drawn, ())
        assert (fate.drawn, fate.ending) == (fate.drawn, "closed")
        assert fate.struck == fate.drawn, "it never struck: this proves nothing"
