"""The words of a claim. Nobody has to ask for it: it is found, counted and credited by rule."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.engine.process import fact
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAmount:
    """The part of an amount that falls into one calendar month."""

    month: str  # "2019-01"
    minutes: int
    month_minutes: int
    amount_eur_cents: int


@fact("compensation.terms_noted")
class TermsNoted:
    """What the calculation rests on: the line's fee and its average bill."""

    line: str
    number: Msisdn | None
    monthly_fee_eur_cents: int
    average_3m_eur_cents: int
    rules: str


@fact("compensation.outage_opened")
class OutageOpened:
    line: str
    dead_from: Moment
    at_donor: bool
    serving: str  # who ought to serve it; who pays is settled with this as evidence


@fact("compensation.outage_counted")
class OutageCounted:
    """``exact``: the ends come from a peer's own log, not from our probes."""

    line: str
    dead_from: Moment
    dead_until: Moment
    minutes: int
    exact: bool


@fact("compensation.window_noted")
class WindowNoted:
    line: str
    window: Window


@fact("compensation.window_excluded")
class WindowExcluded:
    """The line moved in this window; an interruption within it is foreseen by the regulation."""

    line: str
    window: Window


@fact("compensation.amount_found")
class AmountFound:
    """All dead minutes of the line so far. ``amount_eur_cents`` is the sum over the months."""

    line: str
    minutes: int
    amount_eur_cents: int
    rule: str
    month_minutes: int  # of the month with most of the outage
    months: tuple[MonthAmount, ...]
    automatic: bool


@fact("compensation.credited")
class CompensationCredited:
    """Goes on the next bill by itself, with date, duration and calculation (RD 899/2009, 15)."""

    line: str
    number: Msisdn | None
    amount_eur_cents: int
    total_eur_cents: int
    minutes: int
    dead_from: Moment
    dead_until: Moment
    rule: str
    calculation: str
