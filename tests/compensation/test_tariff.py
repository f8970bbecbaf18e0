"""The schedules of seven countries on the vectors of the facts page (rights-care 2.7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.compensation.queries import tariffs
from relevo.compensation.tariff import (
    Award,
    Fees,
    Measure,
    NoSuchRule,
    Rule,
    Tariff,
    Unit,
    award,
    bundle_share,
    counted,
)
from relevo.profiles.es.compensation import schedule as spanish
from relevo.profiles.nl.compensation import schedule as dutch
from relevo.values.calendar import WorkingDays

TODAY = date(2026, 11, 23)
MONTH_OF_30_DAYS = 30 * 24 * 60
SPAIN = spanish().tariff
ALL: tuple[Tariff, ...] = (SPAIN, *tariffs().values())
RULES = [rule for tariff in ALL for rule in tariff.rules]
DAYS = WorkingDays(zone="UTC", weekend=frozenset({5, 6}), holidays=frozenset({date(2026, 12, 8)}))


def rule_of(rule_id: str, on: date = TODAY) -> Rule:
    country = rule_of_country(rule_id)
    return country.rule(rule_id, on)


def rule_of_country(rule_id: str) -> Tariff:
    return next(tariff for tariff in ALL if rule_id[:2].lower() == tariff.country)


def given_for(rule_id: str, units: int, monthly: int = 0, numbers: int = 1) -> Award:
    rule = rule_of(rule_id)
    return award(rule, Fees(monthly=monthly), Measure(units=units, numbers=numbers))


@pytest.mark.parametrize(
    ("rule", "units", "monthly", "numbers", "amount"),
    [
        ("DE.switch.outage", 4, 3999, 1, "30.00"),
        ("DE.fault", 6, 6000, 1, "36.00"),
        ("DE.fault", 2, 6000, 1, "0.00"),
        ("DE.port.delay", 3, 0, 1, "30.00"),
        ("DE.appointment", 1, 6000, 1, "12.00"),
        ("FR.port.delay", 3, 2500, 1, "15.00"),
        ("FR.number.lost", 1, 2500, 1, "600.00"),
        ("FR.appointment", 2, 2500, 1, "10.00"),
        ("IT.port.delay", 4, 0, 1, "20.00"),
        ("IT.number.lost", 6, 0, 1, "600.00"),
        ("IT.number.lost", 20, 0, 1, "1500.00"),
        ("IT.complaint.late", 200, 0, 1, "300.00"),
        ("PT.port.delay", 3, 0, 2, "18.00"),
        ("PT.port.outage", 2, 0, 2, "92.00"),
        ("PT.port.outage", 200, 0, 2, "5750.00"),
        ("PT.appointment", 1, 0, 1, "10.00"),
        ("UK.fixed.start.delay", 3, 0, 1, "19.38"),
        ("UK.fixed.outage", 1, 0, 1, "10.34"),
        ("UK.appointment", 1, 0, 1, "32.31"),
    ],
)
def test_each_country_gives_what_its_vector_says(
    rule: str, units: int, monthly: int, numbers: int, amount: str
) -> None:
    found = given_for(rule, units, monthly, numbers).amount
    assert found is not None
    assert found.amount == Decimal(amount)
    assert found.currency == ("GBP" if rule.startswith("UK") else "EUR")


def test_seven_countries_have_a_schedule() -> None:
    assert {tariff.country for tariff in ALL} == {"es", "de", "fr", "it", "pt", "be", "uk"}


def test_spain_gives_what_its_vectors_say() -> None:
    voice, fees = rule_of("ES.voice.outage"), Fees(monthly=2000, average_3m=2400)
    month = MONTH_OF_30_DAYS
    found = award(voice, fees, Measure(units=30 * 60, month_minutes=month))
    assert found.amount is not None
    assert (found.amount.minor, found.automatic) == (417, True)
    assert found.calculation == "max(1 x 24.00, 5 x 20.00) x 1800/43200 = 4.17 EUR"
    cheap = Fees(monthly=1000, average_3m=1200)
    small = award(voice, cheap, Measure(units=12 * 60, month_minutes=month))
    assert small.amount is not None
    assert (small.amount.minor, small.automatic) == (83, False)
    major = award(
        rule_of("ES.voice.force_majeure"),
        Fees(monthly=2000, fixed_charges=500),
        Measure(units=48 * 60, month_minutes=month),
    )
    assert major.amount is not None
    assert (major.amount.minor, major.automatic) == (167, True)
    internet = rule_of("ES.inet.outage")
    assert internet.share_when_not_sold_separately is not None
    share = bundle_share(
        4000, alone=None, not_sold_separately=internet.share_when_not_sold_separately
    )
    daytime = award(
        internet,
        Fees(monthly=share),
        Measure(units=8 * 60, month_minutes=month, minutes_08_22=8 * 60),
    )
    assert share == 2000
    assert daytime.amount is not None
    assert (daytime.amount.minor, daytime.automatic) == (22, True)


def test_a_service_that_is_sold_alone_has_its_share_by_the_prices() -> None:
    share = bundle_share(4000, alone=2000, others_alone=3000, not_sold_separately=Decimal("0.5"))
    assert share == 1600


@pytest.mark.parametrize("rule", ["ES.port.delay", "ES.appointment"])
def test_where_the_law_names_no_amount_days_are_counted_and_no_amount_is_invented(
    rule: str,
) -> None:
    found = given_for(rule, 5, 2000)
    assert (found.amount, found.automatic) == (None, False)
    assert "no_amount_in_law" in found.flags


def test_a_span_of_amounts_is_given_as_a_span_and_flagged() -> None:
    found = given_for("BE.port.delay", 4, numbers=2)
    assert found.amount is not None
    assert found.at_most is not None
    assert (found.amount.minor, found.at_most.minor) == (2400, 4000)
    assert "amount_is_a_span" in found.flags
    assert any(flag.startswith("not stated") for flag in found.flags)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.id}@{rule.valid_from}")
def test_every_rule_names_its_source_and_what_was_not_read_in_the_law_is_flagged(
    rule: Rule,
) -> None:
    found = award(rule, Fees(monthly=2000), Measure(units=1))
    assert rule.source
    assert rule.confidence in {"V", "S", "I", "U"}
    assert (rule.confidence == "V") == (not any(f.startswith("unconfirmed") for f in found.flags))
    assert found.source == rule.source
    assert rule.valid_from < rule.valid_until


def test_editions_of_a_rule_never_hold_at_the_same_time() -> None:
    by_id: dict[str, list[Rule]] = {}
    for rule in RULES:
        by_id.setdefault(rule.id, []).append(rule)
    for editions in by_id.values():
        ordered = sorted(editions, key=lambda rule: rule.valid_from)
        assert all(one.valid_until <= other.valid_from for one, other in pairwise(ordered))


@pytest.mark.parametrize(
    ("rule", "on", "amount"),
    [
        ("PT.port.delay", date(2025, 11, 9), "2.50"),
        ("PT.port.delay", date(2025, 11, 10), "3.00"),
        ("UK.fixed.outage", date(2021, 4, 1), "8.06"),
        ("UK.fixed.outage", date(2024, 5, 1), "9.76"),
        ("UK.fixed.start.delay", date(2024, 5, 1), "6.10"),
        ("UK.fixed.start.delay", date(2026, 3, 31), "6.24"),
        ("UK.appointment", date(2026, 4, 1), "32.31"),
    ],
)
def test_the_edition_of_the_day_counts(rule: str, on: date, amount: str) -> None:
    found = award(rule_of(rule, on), Fees(), Measure(units=1)).amount
    assert found is not None
    assert found.amount == Decimal(amount)


def test_before_the_first_edition_there_is_no_rule() -> None:
    with pytest.raises(NoSuchRule, match="uk has no such rule in force"):
        rule_of("UK.fixed.outage", date(2019, 3, 31))


def test_the_british_amounts_follow_the_published_index() -> None:
    """Each amount is the one before by the consumer prices of October (rights-care 2.6)."""
    rises = {2022: "4.2", 2023: "11.1", 2024: "4.6", 2025: "2.3", 2026: "3.6"}
    for rule_id in ("UK.fixed.outage", "UK.appointment", "UK.fixed.start.delay"):
        for year, percent in rises.items():
            before = rule_of(rule_id, date(year - 1, 4, 1)).rates[0].fixed
            after = rule_of(rule_id, date(year, 4, 1)).rates[0].fixed
            indexed = before * (1 + Decimal(percent) / 100)
            assert abs(indexed - after) <= Decimal("0.02"), (rule_id, year)


@pytest.mark.parametrize(
    ("rule", "begun", "ended", "days"),
    [
        ("UK.fixed.start.delay", date(2026, 11, 25), date(2026, 11, 28), 3),  # Wed to Sat
        ("UK.fixed.start.delay", date(2026, 11, 25), date(2026, 11, 25), 0),
        ("DE.port.delay", date(2026, 11, 27), date(2026, 11, 30), 0),  # Fri; Monday is in time
        ("DE.port.delay", date(2026, 11, 27), date(2026, 12, 3), 2),
        ("DE.switch.outage", date(2026, 12, 4), date(2026, 12, 10), 3),  # weekend and a holiday
        ("UK.fixed.outage", date(2026, 11, 23), date(2026, 11, 27), 1),  # after two full days
        ("ES.port.delay", date(2026, 11, 27), date(2026, 12, 2), 1),
    ],
)
def test_days_are_counted_as_the_rule_says(rule: str, begun: date, ended: date, days: int) -> None:
    assert counted(rule_of(rule), begun, ended, DAYS) == days


def test_what_is_excluded_by_the_rule_gives_nothing_and_says_why() -> None:
    fault = Measure(units=6, exclusion="force majeure")
    found = award(rule_of("DE.fault"), Fees(monthly=6000), fault)
    assert found.amount is not None
    assert (found.amount.minor, found.calculation) == (0, "force majeure")


def test_a_country_without_a_known_amount_counts_and_credits_nothing() -> None:
    rule = dutch().last("outage")
    found = award(rule, Fees(monthly=2000), Measure(units=600, month_minutes=MONTH_OF_30_DAYS))
    assert found.amount is None
    assert not dutch().credits_itself(10_000)


@given(
    rule=st.sampled_from([rule for rule in RULES if rule.rates]),
    units=st.integers(0, 400),
    monthly=st.integers(0, 20_000),
    numbers=st.integers(1, 9),
)
def test_more_never_gives_less_and_a_cap_holds(
    rule: Rule, units: int, monthly: int, numbers: int
) -> None:
    month = MONTH_OF_30_DAYS if rule.unit is Unit.MONTH_SHARE else 1
    fees = Fees(monthly=monthly)

    def minor(more_units: int, more_numbers: int) -> int:
        happened = Measure(
            units=units + more_units, numbers=numbers + more_numbers, month_minutes=month
        )
        found = award(rule, fees, happened).amount
        assert found is not None
        return found.minor

    here = minor(0, 0)
    assert 0 <= here <= min(minor(1, 0), minor(0, 1))
    if rule.cap is not None:
        most = rule.cap * 100 * (1 if rule.cap_is_per_request else numbers)
        assert here <= most
