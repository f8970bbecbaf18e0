"""What the law of a country gives for a trouble: dated rules as data, and one way to apply them.

Seven countries have seven schedules; none of them needs code of its own. A rule says what it is
paid for, in what it is counted (a day, a working day, an event, a year of use, the share of a
month), and its rates. What no source confirms is not hidden: it stands in the award as a flag.

The tables lie in ``schedules/``; a country that we port in has its own in its profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from relevo.values.calendar import WorkingDays
from relevo.values.money import Money, half_up

READ_IN_THE_LAW = "V"
"""The mark of a rule that was read in its primary text; all others are flagged."""


class Unit(StrEnum):
    """In what a rule counts."""

    DAY = "day"
    WORKING_DAY = "working_day"
    EVENT = "event"
    YEAR_OF_USE = "year_of_use"
    MONTH_SHARE = "month_share"  # minutes, of the minutes of their month


class NoSuchRule(LookupError):
    """The country has no rule of that name in force on that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """What the customer pays for the line, in hundredths of the country's currency."""

    monthly: int = 0
    average_3m: int = 0
    fixed_charges: int = 0  # beside the monthly fee, without traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """From this unit on, the greatest of these; ``up_to`` where the source leaves a span."""

    from_unit: int = 1
    fixed: Decimal = Decimal()
    of_monthly: Decimal = Decimal()
    of_average: Decimal = Decimal()
    of_all_fixed: Decimal = Decimal()  # of monthly fee and fixed charges together
    up_to: Decimal | None = None

    def minor(self, fees: Fees) -> Decimal:
        """The amount for one unit, in hundredths, not rounded."""
        return max(
            self.fixed * 100,
            self.of_monthly * fees.monthly,
            self.of_average * fees.average_3m,
            self.of_all_fixed * (fees.monthly + fees.fixed_charges),
        )

    def written(self, fees: Fees) -> str:
        """How it was found, as it is printed."""
        monthly, average = _major(fees.monthly), _major(fees.average_3m)
        all_fixed = _major(fees.monthly + fees.fixed_charges)
        parts = [
            text
            for text, is_there in (
                (_major(half_up(self.fixed * 100)), self.fixed),
                (f"{self.of_average.normalize():f} x {average}", self.of_average),
                (f"{self.of_monthly.normalize():f} x {monthly}", self.of_monthly),
                (f"{self.of_all_fixed.normalize():f} x {all_fixed}", self.of_all_fixed),
            )
            if is_there
        ]
        return parts[0] if len(parts) == 1 else f"max({', '.join(parts)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a country, in one edition."""

    id: str
    trigger: str
    unit: Unit
    source: str
    confidence: str  # V read in the law, S secondary, I inferred, U unconfirmed
    currency: str
    rates: tuple[Rate, ...] = ()  # none: the law names no amount
    per_number: bool = False
    cap: Decimal | None = None
    cap_is_per_request: bool = False
    payer: str = ""
    initiative: str = "unstated"  # automatic | claim | unstated
    automatic_above: Decimal | None = None
    automatic_above_minutes_08_22: int | None = None
    after_working_days: int = 0
    counts_last_day: bool = False
    pay: str = ""
    claim_within_months: int | None = None
    share_when_not_sold_separately: Decimal | None = None
    bill_must_show: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()  # what the source does not say
    wants_lawyer: bool = False
    valid_from: date = date.min
    valid_until: date = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What happened, counted in the rule's unit; of a month's share in minutes."""

    units: int
    numbers: int = 1
    month_minutes: int = 1
    minutes_08_22: int = 0
    exclusion: str = ""  # one of the rule's, when it holds: nothing is owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What a rule gives, and what is not certain about it. No amount: the law names none yet."""

    rule: str
    amount: Money | None
    at_most: Money | None  # where the source leaves a span, its upper end
    automatic: bool
    payer: str
    pay: str
    calculation: str
    flags: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """All rules of a country, in all their editions."""

    country: str
    zone: str
    rules: tuple[Rule, ...]

    def rule(self, rule_id: str, on: date) -> Rule:
        """The edition in force on a day. Raises NoSuchRule."""
        for rule in self.rules:
            if rule.id == rule_id and rule.valid_from <= on < rule.valid_until:
                return rule
        raise NoSuchRule(f"{rule_id} on {on}: {self.country} has no such rule in force")


def award(rule: Rule, fees: Fees, measure: Measure) -> Award:
    """What a rule gives for what happened: rounded once, half up, after everything else."""
    assert not measure.exclusion or measure.exclusion in rule.excluded, "an exclusion of the rule"
    amount, at_most, written = None, None, ""
    if measure.exclusion:
        amount, written = Money(0, rule.currency), measure.exclusion
    elif rule.rates:
        amount = Money(half_up(_sum(rule, fees, measure)), rule.currency)
        written = f"{_written(rule, fees, measure)} = {amount.amount} {rule.currency}"
        if any(rate.up_to for rate in rule.rates):
            at_most = Money(half_up(_sum(rule, fees, measure, upper=True)), rule.currency)
    return Award(
        rule=rule.id,
        amount=amount,
        at_most=at_most,
        automatic=amount is not None and _is_automatic(rule, amount, measure),
        payer=rule.payer,
        pay=rule.pay,
        calculation=written,
        flags=flags(rule),
        source=rule.source,
        confidence=rule.confidence,
    )


def flags(rule: Rule) -> tuple[str, ...]:
    """What is not certain about a rule; money that rests on it waits for a person."""
    found = [] if rule.confidence == READ_IN_THE_LAW else [f"unconfirmed:{rule.confidence}"]
    found += [] if rule.rates else ["no_amount_in_law"]
    found += ["amount_is_a_span"] if any(rate.up_to for rate in rule.rates) else []
    found += ["legal_review"] if rule.wants_lawyer else []
    return (*found, *rule.unsettled)


def counted(rule: Rule, begun_on: date, ended_on: date, days: WorkingDays) -> int:
    """The days that a rule pays for, from the day that was due (or the fault began) to its end.

    The first day counts, the last one only where the rule says so. Days of grace are working days
    after the first one, and the paid days begin after them.
    """
    start = begun_on
    if rule.after_working_days:
        start = days.working_day_after(begun_on, rule.after_working_days) + timedelta(days=1)
    end = ended_on + timedelta(days=1) if rule.counts_last_day else ended_on
    span = [start + timedelta(days=n) for n in range(max((end - start).days, 0))]
    if rule.unit is Unit.WORKING_DAY:
        return sum(map(days.is_working_day, span))
    return len(span)


def bundle_share(
    bundle: int, *, alone: int | None, others_alone: int = 0, not_sold_separately: Decimal
) -> int:
    """A service's share of a bundle's price, in hundredths: by the prices of each alone, or, if it
    is not sold alone, the share that the law names."""
    if alone is None:
        return half_up(Decimal(bundle) * not_sold_separately)
    return half_up(Decimal(bundle) * alone / (alone + others_alone))


def _sum(rule: Rule, fees: Fees, measure: Measure, *, upper: bool = False) -> Decimal:
    one = Decimal()
    for rate, units in _by_rate(rule, measure.units):
        unit = rate.up_to * 100 if upper and rate.up_to else rate.minor(fees)
        one += unit * units
    if rule.unit is Unit.MONTH_SHARE:
        one /= measure.month_minutes
    numbers = measure.numbers if rule.per_number else 1
    if rule.cap is None:
        return one * numbers
    if rule.cap_is_per_request:
        return min(one * numbers, rule.cap * 100)
    return min(one, rule.cap * 100) * numbers


def _by_rate(rule: Rule, units: int) -> list[tuple[Rate, int]]:
    """Each rate with the units that it is paid for."""
    if rule.unit is Unit.MONTH_SHARE:
        return [(rule.rates[0], units)]
    ends = [rate.from_unit - 1 for rate in rule.rates[1:]] + [units]
    shares = [
        (rate, min(end, units) - rate.from_unit + 1)
        for rate, end in zip(rule.rates, ends, strict=True)
    ]
    return [(rate, share) for rate, share in shares if share > 0]


def _written(rule: Rule, fees: Fees, measure: Measure) -> str:
    share = f"/{measure.month_minutes}" if rule.unit is Unit.MONTH_SHARE else ""
    parts = [
        f"{rate.written(fees)} x {units}{share}" for rate, units in _by_rate(rule, measure.units)
    ]
    text = " + ".join(parts) or "0"
    if rule.per_number and measure.numbers != 1:
        text = f"({text}) x {measure.numbers}"
    return text if rule.cap is None else f"min({text}, {_major(half_up(rule.cap * 100))})"


def _is_automatic(rule: Rule, amount: Money, measure: Measure) -> bool:
    if rule.automatic_above is not None:
        return amount.amount > rule.automatic_above
    if rule.automatic_above_minutes_08_22 is not None:
        return measure.minutes_08_22 > rule.automatic_above_minutes_08_22
    return rule.initiative == "automatic"


def _major(minor: int) -> str:
    return str(Money(minor, "").amount)


def read_tariff(country: str, table: Mapping[str, Any]) -> Tariff:
    """Make rules of a table. Raises TypeError or ValueError for one that is not well formed."""
    rules = tuple(_rule(row, table["currency"]) for row in table["rule"])
    return Tariff(country=country, zone=table["zone"], rules=rules)


_AMOUNTS = frozenset({"cap", "automatic_above", "share_when_not_sold_separately"})
_LISTS = frozenset({"bill_must_show", "excluded", "unsettled"})


def _rule(row: Mapping[str, Any], currency: str) -> Rule:
    given: dict[str, Any] = {"currency": currency}
    for name, value in row.items():
        match name:
            case "rates":
                given[name] = tuple(_rate(each) for each in value)
            case "unit":
                given[name] = Unit(value)
            case "review":
                given["wants_lawyer"] = value == "legal"
            case _ if name in _AMOUNTS:
                given[name] = Decimal(value)
            case _ if name in _LISTS:
                given[name] = tuple(value)
            case _:
                given[name] = value
    return Rule(**given)


def _rate(row: Mapping[str, Any]) -> Rate:
    given = {name: Decimal(value) for name, value in row.items() if name != "from_unit"}
    return Rate(from_unit=row.get("from_unit", 1), **given)
