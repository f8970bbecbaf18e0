"""The table of hand-overs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relevo.numbering.moves import (
    ForbiddenMove,
    Ground,
    HandOver,
    Holding,
    entry_for,
    hold_of,
    operator_of,
    range_of,
)
from relevo.values.msisdn import Msisdn

M2 = Msisdn("+34600000102")
NOON = datetime(2019, 1, 14, 12, tzinfo=UTC)


def at_holder(holder: str) -> Holding:
    return Holding(number=M2, holder=holder, since=NOON)


def to(holder: str, ground: Ground, at: datetime = NOON + timedelta(hours=1)) -> HandOver:
    return HandOver(number=M2, holder=holder, at=at, ground=ground, caused_by="R1/port/M2/1@7")


def test_a_cut_number_goes_to_the_hold_of_its_own_operator() -> None:
    assert entry_for(at_holder("altamar"), to("hold:altamar", Ground.CUT)) is not None


def test_a_number_that_has_moved_cannot_be_cut_by_its_old_operator() -> None:
    assert entry_for(at_holder("brisa"), to("hold:altamar", Ground.CUT)) is None


def test_a_number_comes_back_only_from_the_hold_of_who_gives_it_back() -> None:
    assert entry_for(at_holder("hold:altamar"), to("altamar", Ground.GIVEN_BACK)) is not None
    assert entry_for(at_holder("brisa"), to("altamar", Ground.GIVEN_BACK)) is None


def test_a_held_number_can_be_ported() -> None:
    assert entry_for(at_holder("hold:altamar"), to("brisa", Ground.PORTED)) is not None


def test_a_returned_number_cannot_be_ported() -> None:
    with pytest.raises(ForbiddenMove, match="range:altamar"):
        entry_for(at_holder("range:altamar"), to("brisa", Ground.PORTED))


def test_a_hold_ends_in_the_range_of_the_same_operator() -> None:
    assert entry_for(at_holder("hold:altamar"), to("range:altamar", Ground.HOLD_ENDED)) is not None
    assert entry_for(at_holder("altamar"), to("range:altamar", Ground.HOLD_ENDED)) is None


def test_a_number_that_is_there_already_does_not_come_again() -> None:
    assert entry_for(at_holder("brisa"), to("brisa", Ground.PORTED)) is None
    assert entry_for(at_holder("brisa"), to("altamar", Ground.KNOWN)) is None


def test_an_entry_never_ends_before_it_began() -> None:
    entry = entry_for(
        at_holder("altamar"), to("hold:altamar", Ground.CUT, at=NOON - timedelta(days=1))
    )
    assert entry is not None
    assert entry.at > NOON


def test_a_holder_knows_its_operator() -> None:
    assert operator_of(hold_of("altamar")) == operator_of(range_of("altamar")) == "altamar"
