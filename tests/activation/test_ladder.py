"""What a line has to be able to do, and how test calls are read."""

from __future__ import annotations

import pytest

from relevo.activation.ladder import (
    RUNGS,
    Capability,
    Life,
    Reach,
    capabilities_of,
    reach,
    read_probe,
)


def test_each_kind_of_line_has_its_own_rungs() -> None:
    assert capabilities_of("mobile") == RUNGS
    assert capabilities_of("fixed") == (Capability.CALLS_OUT, Capability.CALLS_IN)
    assert capabilities_of("fibre") == (Capability.DATA,)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, Reach.REACHED),
        (486, Reach.REACHED),
        (480, Reach.ABSENT),
        (404, Reach.NOWHERE),
        (503, Reach.UNREADABLE),
        (999, Reach.UNREADABLE),
    ],
)
def test_a_status_says_something_of_the_number_or_nothing(status: int, said: Reach) -> None:
    assert reach(status) is said


def test_a_number_is_dead_only_when_it_is_nowhere_for_everybody() -> None:
    assert read_probe({"altamar": 404, "duna": 404}, {}).life is Life.DEAD
    assert read_probe({"altamar": 404, "duna": 480}, {}).life is Life.ALIVE
    assert read_probe({"altamar": 404, "duna": 503}, {}).life is Life.UNCLEAR
    assert read_probe({"altamar": 404, "duna": 200}, {}).nowhere == ("altamar",)


def test_only_answered_calls_from_every_network_reach_it() -> None:
    assert read_probe({"altamar": 200, "duna": 200}, {}).is_reached_by_all
    assert not read_probe({"altamar": 200, "duna": 480}, {}).is_reached_by_all


def test_a_line_without_calls_lives_as_long_as_its_data_do() -> None:
    assert read_probe({}, {"data": True}).life is Life.ALIVE
    assert read_probe({}, {"data": False}).life is Life.DEAD
    assert read_probe({}, {}).life is Life.UNCLEAR
