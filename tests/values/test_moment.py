"""Instants always have a zone."""

from __future__ import annotations

from datetime import UTC

import pytest

from relevo.values.moment import instant, utc


def test_an_instant_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="no offset"):
        instant("2019-01-14T14:06:00")


def test_the_same_instant_can_be_written_in_utc() -> None:
    moment = instant("2019-01-14T14:06:00+01:00")
    assert utc(moment) == moment
    assert utc(moment).tzinfo is UTC
