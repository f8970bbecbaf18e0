"""What a new customer may choose, and what each line of it costs."""

from __future__ import annotations

from datetime import date

from relevo.catalog.bundles import tariff_of, tariff_on
from relevo.catalog.offers import offered

TODAY = date(2019, 1, 13)


def test_every_bundle_is_made_of_lines_that_are_offered_and_have_a_price() -> None:
    tariff = tariff_on(TODAY)
    for bundle in tariff.bundles:
        assert set(bundle.lines) <= set(offered().offers)
        assert set(bundle.lines) <= set(tariff.prices)


def test_a_second_number_has_its_own_price() -> None:
    tariff = tariff_on(TODAY)
    second = tariff.price("mobile", is_second=True)
    assert second == tariff.prices["second"]
    assert tariff.price("mobile", is_second=False) == tariff.prices["mobile"]


def test_an_order_finds_the_edition_under_which_it_was_placed() -> None:
    tariff = tariff_on(TODAY)
    assert tariff_of(tariff.version) is tariff
    assert tariff_of("never") is None


def test_a_bundle_that_is_not_sold_is_not_found() -> None:
    assert tariff_on(TODAY).bundle("television") is None
