"""What a country's rule gives for lost service: the protocol, and the arithmetic around it.

Lengths are counted in whole minutes of the outage's own month (rights-care 1.2); the pieces of
one month are added before anything is rounded, and each month is rounded once, as its bill is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from relevo.porting.profile import Window
from relevo.values.moment import Moment, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the customer pays for the line, as the calculation needs it."""

    monthly_fee_eur_cents: int
    average_3m_eur_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What a rule gives. ``automatic``: credited without being asked for."""

    eur_cents: int
    automatic: bool
    rule: str


class Schedule(Protocol):
    """A country's rules of compensation, in one edition."""

    @property
    def zone(self) -> str:
        """The zone in which months begin."""

    @property
    def factor(self) -> int:
        """How many monthly fees the second branch of the voice rule takes."""

    def voice_outage(self, terms: Terms, minutes: int, month_minutes: int) -> Amount:
        """For a telephone service that was dead so long in a month of that length."""

    def credits_itself(self, eur_cents: int) -> bool:
        """Whether an amount goes on the bill without being asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A stretch in which nobody could call the number. ``exact``: from a peer's own log."""

    dead_from: Moment
    dead_until: Moment
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthShare:
    month: str
    minutes: int
    month_minutes: int
    eur_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """All that is owed for one line."""

    minutes: int
    eur_cents: int
    automatic: bool
    rule: str
    months: tuple[MonthShare, ...]

    @property
    def main_month(self) -> MonthShare | None:
        """The month with most of the outage."""
        return max(self.months, key=lambda share: share.minutes, default=None)


def added(outages: tuple[Outage, ...], new: Outage) -> tuple[Outage, ...]:
    """The outages with a new one. What a peer's log says replaces what our probes saw of it;
    two that only meet, as where a dead number leaves its donor, both stay."""
    touching = [old for old in outages if _overlap(old, new)]
    if not new.exact and any(old.exact for old in touching):
        return outages
    merged = new
    for old in touching:
        if old.exact == new.exact:
            merged = Outage(
                dead_from=min(merged.dead_from, old.dead_from),
                dead_until=max(merged.dead_until, old.dead_until),
                exact=new.exact,
            )
    kept = [old for old in outages if old not in touching]
    return tuple(sorted([*kept, merged], key=lambda outage: outage.dead_from))


def entitlement(
    schedule: Schedule, terms: Terms, outages: tuple[Outage, ...], *, excluded: Window | None
) -> Entitlement:
    """What the outages come to, without the stretch in which the regulation foresees one."""
    seconds: dict[str, int] = {}
    lengths: dict[str, int] = {}
    for outage in outages:
        for start, end in outside(outage.dead_from, outage.dead_until, excluded):
            for month, length, part in _by_month(start, end, schedule.zone):
                seconds[month] = seconds.get(month, 0) + part
                lengths[month] = length
    shares = []
    rule = schedule.voice_outage(terms, 0, 1).rule
    for month in sorted(seconds):
        minutes = seconds[month] // 60
        amount = schedule.voice_outage(terms, minutes, lengths[month])
        shares.append(
            MonthShare(
                month=month,
                minutes=minutes,
                month_minutes=lengths[month],
                eur_cents=amount.eur_cents,
            )
        )
    total = sum(share.eur_cents for share in shares)
    return Entitlement(
        minutes=sum(share.minutes for share in shares),
        eur_cents=total,
        automatic=schedule.credits_itself(total),
        rule=rule,
        months=tuple(shares),
    )


def _overlap(one: Outage, other: Outage) -> bool:
    begin = max(one.dead_from, other.dead_from)
    end = min(one.dead_until, other.dead_until)
    only_meet = begin == end and all(each.dead_from < each.dead_until for each in (one, other))
    return begin <= end and not (only_meet and one.exact != other.exact)


def outside(start: Moment, end: Moment, window: Window | None) -> list[tuple[Moment, Moment]]:
    """What is left of a stretch without the window."""
    if window is None or end <= window.opens or start >= window.closes:
        return [(start, end)] if start < end else []
    parts = [(start, window.opens), (window.closes, end)]
    return [(begin, stop) for begin, stop in parts if begin < stop]


def _by_month(start: Moment, end: Moment, zone: str) -> list[tuple[str, int, int]]:
    """(month, its length in minutes, seconds of the stretch in it), months being local."""
    parts = []
    here = start
    while here < end:
        local = here.astimezone(ZoneInfo(zone))
        first = _month_start(local.year, local.month, zone)
        after = _month_start(local.year + local.month // 12, local.month % 12 + 1, zone)
        stop = min(end, after)
        length = (after - first) // Span(minutes=1)
        parts.append((f"{local:%Y-%m}", length, (stop - here) // Span(seconds=1)))
        here = stop
    return parts


def _month_start(year: int, month: int, zone: str) -> Moment:
    return datetime(year, month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
