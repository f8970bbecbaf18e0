"""A country's ``Schedule`` made of its table of rules: what a claim counts lost service with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from relevo.compensation.schedule import Amount, Terms
from relevo.compensation.tariff import Award, Fees, Measure, Rule, Tariff, award

OUTAGE = "outage"
OUTAGE_BY_FORCE_MAJEURE = "outage_by_force_majeure"
INTERNET_OUTAGE = "internet_outage"


@dataclass(frozen=True, slots=True)
class TableSchedule:
    """Implements ``relevo.compensation.schedule.Schedule``; every figure comes from the table.

    A country whose rule for lost service names no amount gives none: its dead minutes are counted
    all the same, so that they can be priced when there is one.
    """

    tariff: Tariff

    @property
    def zone(self) -> str:
        """The zone in which months begin."""
        return self.tariff.zone

    @property
    def factor(self) -> int:
        """How many monthly fees the second branch of the voice rule takes."""
        return int(max((rate.of_monthly for rate in self.last(OUTAGE).rates), default=0))

    def voice_outage(self, terms: Terms, minutes: int, month_minutes: int) -> Amount:
        """For a telephone service that was dead so long in a month of that length."""
        fees = Fees(monthly=terms.monthly_fee_eur_cents, average_3m=terms.average_3m_eur_cents)
        return _amount(
            award(self.last(OUTAGE), fees, Measure(units=minutes, month_minutes=month_minutes))
        )

    def credits_itself(self, eur_cents: int) -> bool:
        """Whether an amount for lost service goes on the bill without being asked for."""
        above = self.last(OUTAGE).automatic_above
        return above is not None and Decimal(eur_cents) > above * 100

    def voice_force_majeure(
        self, terms: Terms, minutes: int, month_minutes: int, *, other_fixed_eur_cents: int = 0
    ) -> Amount:
        """When nobody could help it."""
        fees = Fees(monthly=terms.monthly_fee_eur_cents, fixed_charges=other_fixed_eur_cents)
        rule = self.last(OUTAGE_BY_FORCE_MAJEURE)
        return _amount(award(rule, fees, Measure(units=minutes, month_minutes=month_minutes)))

    def internet_outage(
        self, fixed_fees_eur_cents: int, minutes: int, month_minutes: int, *, minutes_08_22: int
    ) -> Amount:
        """For internet access; ``minutes_08_22`` are those of the billing period in daytime."""
        measure = Measure(units=minutes, month_minutes=month_minutes, minutes_08_22=minutes_08_22)
        rule = self.last(INTERNET_OUTAGE)
        return _amount(award(rule, Fees(monthly=fixed_fees_eur_cents), measure))

    def last(self, trigger: str) -> Rule:
        """The last edition of the rule for something."""
        return max(
            (rule for rule in self.tariff.rules if rule.trigger == trigger),
            key=lambda rule: rule.valid_from,
        )


def _amount(given: Award) -> Amount:
    cents = given.amount.minor if given.amount else 0
    return Amount(eur_cents=cents, automatic=given.automatic, rule=given.rule)
