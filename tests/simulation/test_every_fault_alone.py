"""The bundle of the story, with each kind of fault of the contract alone: nothing may be lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relevo.play.fault_kinds import FAULT_KINDS
from relevo.testing.world import FAULTS, Sketch, alone

pytestmark = pytest.mark.service

Play = Callable[[Sketch], Any]


def test_every_kind_of_fault_of_the_contract_is_here() -> None:
    kinds = {(where, what) for where, table in FAULT_KINDS.items() for what in table}
    assert {(fault["where"], fault["what"]) for fault in FAULTS} == kinds


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['where']}-{fault['what']}")
def test_a_fault_alone_loses_nothing(fault: Any, played: Play) -> None:
    play = played(alone(fault))
    assert play.losses == ()
    assert play.is_finished
    assert play.seen.struck[0].struck_at is not None, "it never struck: this proves nothing"
