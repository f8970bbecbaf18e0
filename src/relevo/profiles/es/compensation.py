"""Spain's schedule of compensation: the arithmetic of RD 899/2009, articles 15 and 16."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from relevo.compensation.schedule import Amount, Terms
from relevo.values.money import half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanishSchedule:
    """Implements ``relevo.compensation.schedule.Schedule``; every figure comes from the table."""

    zone: str
    factor: int
    voice_rule: str
    force_majeure_rule: str
    internet_rule: str
    automatic_above_eur_cents: int
    internet_minutes_08_22: int

    def voice_outage(self, terms: Terms, minutes: int, month_minutes: int) -> Amount:
        """The greater of average and factor times fee, by the share of the month (art. 15.1)."""
        base = max(terms.average_3m_eur_cents, self.factor * terms.monthly_fee_eur_cents)
        cents = half_up(Decimal(base) * minutes / month_minutes)
        return Amount(eur_cents=cents, automatic=self.credits_itself(cents), rule=self.voice_rule)

    def credits_itself(self, eur_cents: int) -> bool:
        """Above one euro the credit is automatic (art. 15.1)."""
        return eur_cents > self.automatic_above_eur_cents

    def voice_force_majeure(
        self, terms: Terms, minutes: int, month_minutes: int, *, other_fixed_eur_cents: int = 0
    ) -> Amount:
        """Fee and other fixed charges, by the share of the month; always automatic (art. 15.2)."""
        base = terms.monthly_fee_eur_cents + other_fixed_eur_cents
        cents = half_up(Decimal(base) * minutes / month_minutes)
        return Amount(eur_cents=cents, automatic=True, rule=self.force_majeure_rule)

    def internet_outage(
        self, fixed_fees_eur_cents: int, minutes: int, month_minutes: int, *, minutes_08_22: int
    ) -> Amount:
        """Fixed fees by the share of the month; automatic above six daytime hours (art. 16)."""
        cents = half_up(Decimal(fixed_fees_eur_cents) * minutes / month_minutes)
        return Amount(
            eur_cents=cents,
            automatic=minutes_08_22 > self.internet_minutes_08_22,
            rule=self.internet_rule,
        )


@cache
def schedule() -> SpanishSchedule:
    """The schedule in force (one edition so far: the decree was never amended)."""
    table = tomllib.loads(files(__package__).joinpath("compensation.toml").read_text("utf-8"))
    voice = table["voice_outage"]
    return SpanishSchedule(
        zone=table["zone"],
        factor=voice["factor"],
        voice_rule=voice["id"],
        force_majeure_rule=table["voice_force_majeure"]["id"],
        internet_rule=table["internet_outage"]["id"],
        automatic_above_eur_cents=half_up(Decimal(voice["automatic_above_eur"]) * 100),
        internet_minutes_08_22=table["internet_outage"]["automatic_above_minutes_08_22"],
    )
