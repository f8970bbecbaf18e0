"""The figures of the board: each from one list of the desk, behind the wall of whoever looks.

Lists are counted up to a limit, the newest first; a board that would have to read a million rows
is of no use at three in the morning. What was read is kept for some seconds for each brand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from relevo.brands.reading import Session
from relevo.compensation.schedule import Outage, Terms, entitlement
from relevo.desk.looks import COUNTED_MOST, Climbed, climbed
from relevo.engine.clock import elapsed_seconds
from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.pages.effort import effort_of
from relevo.porting.profile import PortingProfile
from relevo.rim import country_module, country_of
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.desk", "looks")
DAYS = 14
CLIMBED_MOST = 50
KEPT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One look at how the brand does."""

    at: Moment
    days: tuple[date, ...]
    dead_now: int
    dead_longest: Moment | None
    dead_by_day: tuple[int, ...]  # numbers that were dead at some time of the day
    dead_minutes_by_day: tuple[int, ...]
    troubles: tuple[tuple[str, int, Moment], ...]  # kind, how many, the oldest
    promises_open: Mapping[str, int]  # made, at_risk, broken
    promises_by_day: tuple[tuple[int, int, int], ...]  # kept, broken, moved
    found_eur_cents: int
    credited_eur_cents: int
    running_eur_cents: int  # of numbers that are dead now, so far
    dead_minutes: int
    claims: int
    requests: tuple[tuple[str, str, int], ...]  # donor, state, how many
    verdicts: tuple[tuple[str, str, int], ...]  # confirmed | rejected, cause, how many
    effort: tuple[tuple[str, int, int, int], ...]  # channel, minutes, times, customers
    climbed: tuple[Climbed, ...]


_kept: dict[tuple[str, frozenset[str]], tuple[float, Figures]] = {}
_lock = Lock()


def figures(
    connection: Connection, session: Session, rules: PortingProfile, at: Moment, site: str
) -> Figures:
    """The figures, at most ``KEPT_S`` old."""
    key = (f"{site}/{session.brand}", session.rights)
    with _lock:
        found = _kept.get(key)
    if found is not None and elapsed_seconds() - found[0] < KEPT_S:
        return found[1]
    made = _figures(connection, rules, at)
    with _lock:
        _kept[key] = (elapsed_seconds(), made)
    return made


def forget_figures() -> None:
    """After an act that the board shows, the next look is a new one."""
    with _lock:
        _kept.clear()


def _figures(connection: Connection, rules: PortingProfile, at: Moment) -> Figures:
    here = ZoneInfo(rules.zone)
    today = at.astimezone(here).date()
    days = tuple(today - timedelta(days=DAYS - 1 - n) for n in range(DAYS))
    since = rules_midnight(days[0], here)
    asked = {"most": COUNTED_MOST, "since": since, "zone": rules.zone}

    def ask(name: str) -> list[tuple[Any, ...]]:
        return connection.execute(_SQL[name], asked).fetchall()

    dead = ask("dead_now")
    cost = effort_of(country_of(rules.code))
    outages = [(utc(begin), at if end is None else utc(end)) for begin, end in ask("outages")]
    counted = {day: (kept, broken, moved) for day, kept, broken, moved in ask("promises_by_day")}
    found, credited, minutes, claims = ask("owed")[0]
    spans = [(rules_midnight(day, here), rules_midnight(day + _DAY, here)) for day in days]
    return Figures(
        at=at,
        days=days,
        dead_now=len(dead),
        dead_longest=utc(dead[0][3]) if dead else None,
        dead_by_day=tuple(sum(1 for o in outages if _shared_s(o, span)) for span in spans),
        dead_minutes_by_day=tuple(
            int(sum(_shared_s(o, span) for o in outages) // 60) for span in spans
        ),
        troubles=tuple((kind, count, utc(oldest)) for kind, count, oldest in ask("trouble_ages")),
        promises_open=dict(
            zip(("made", "at_risk", "broken"), ask("promises_open")[0], strict=True)
        ),
        promises_by_day=tuple(counted.get(day, (0, 0, 0)) for day in days),
        found_eur_cents=int(found),
        credited_eur_cents=int(credited),
        running_eur_cents=sum(_accrued(row, at) for row in ask("running")),
        dead_minutes=int(minutes),
        claims=claims,
        requests=tuple(ask("requests")),
        verdicts=tuple(ask("verdicts")),
        effort=tuple(
            (c, cost.minutes(c, times=int(s), length=int(m)), int(s), n)
            for c, m, s, n in ask("effort")
        ),
        climbed=tuple(climbed(connection, most=CLIMBED_MOST)),
    )


_DAY = timedelta(days=1)


def rules_midnight(day: date, here: ZoneInfo) -> Moment:
    """When a day begins where the rules are."""
    return utc(Moment(day.year, day.month, day.day, tzinfo=here))


def by_donor(figures_: Figures) -> dict[str, Counter[str]]:
    """Open requests of each donor by their states."""
    found: dict[str, Counter[str]] = {}
    for donor, state, count in figures_.requests:
        found.setdefault(donor, Counter())[state] += count
    return found


def _shared_s(outage: tuple[Moment, Moment], span: tuple[Moment, Moment]) -> float:
    begin, end = max(outage[0], span[0]), min(outage[1], span[1])
    return max((end - begin).total_seconds(), 0.0)


def _accrued(row: tuple[Any, ...], at: Moment) -> int:
    """What one number that is dead now has come to, by the rule that its claim pinned."""
    fee, average, rules, dead_from = row
    schedule = country_module(rules, "compensation").schedule()
    outage = Outage(dead_from=utc(dead_from), dead_until=max(at, utc(dead_from)), exact=False)
    terms = Terms(monthly_fee_eur_cents=fee, average_3m_eur_cents=average)
    return entitlement(schedule, terms, (outage,), excluded=None).eur_cents
