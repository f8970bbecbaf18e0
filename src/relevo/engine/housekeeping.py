"""What must be done from time to time so that a database can run for years.

``keep`` makes the months of the journal that lie ahead, and forgets what is older than
``retention.toml`` says, bucket by bucket and in small transactions. It is cheap when there is
nothing to do; any number of workers may call it, about once in an hour, beside their work and on
any connection, with or without automatic commit.

Not forgotten by age: what is parked (it is somebody's task until it is tried again or skipped),
what operators did, and the facts themselves (see the archive).
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from relevo.engine.connection import Connection
from relevo.engine.partitions import JournalBusy, look_ahead
from relevo.engine.sql import statements
from relevo.values.moment import Moment, Span

EVERY_S = 3600.0
MOST = 1000
"""Rows that one transaction deletes."""

MOST_AT_ONCE = 50_000
"""Rows that one ``keep`` deletes; the rest is left to the next, so that messages do not wait."""

_LOG = logging.getLogger(__name__)
_SQL = statements("relevo.engine", "housekeeping")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how long we remember."""

    valid_from: date
    handled: Span
    refusal: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What one round of housekeeping did."""

    months: tuple[str, ...] = ()
    handled: int = 0
    refusals: int = 0


def keep(connection: Connection, now: Moment, *, most: int = MOST_AT_ONCE) -> Kept:
    """One round; ``now`` is the clock by which messages were recorded."""
    months: list[str] = []
    try:
        months = look_ahead(connection)
    except JournalBusy as busy:
        _LOG.warning("%s; it is tried again in an hour", busy)
    span = retention_on(now.date())
    handled = _forget(connection, "handled", now - span.handled, most)
    refusals = _forget(connection, "refusals", now - span.refusal, most - handled)
    return Kept(months=tuple(months), handled=handled, refusals=refusals)


def retention_on(day: date) -> Retention:
    """The retention of that day; before the first entry, that one."""
    valid = [each for each in _retentions() if each.valid_from <= day]
    return valid[-1] if valid else _retentions()[0]


@cache
def _retentions() -> tuple[Retention, ...]:
    text = files("relevo.engine").joinpath("retention.toml").read_text(encoding="utf-8")
    entries: list[Mapping[str, Any]] = tomllib.loads(text)["retention"]
    read = [
        Retention(
            valid_from=entry["valid_from"],
            handled=timedelta(days=entry["handled_days"]),
            refusal=timedelta(days=entry["refusal_days"]),
        )
        for entry in entries
    ]
    return tuple(sorted(read, key=lambda each: each.valid_from))


def _forget(connection: Connection, what: str, before: Moment, most: int) -> int:
    buckets = connection.execute(_SQL[f"old_{what}"], {"before": before}).fetchall()
    connection.commit()
    gone = 0
    for (bucket,) in buckets:
        while gone < most:
            at_once = min(MOST, most - gone)
            wanted = {"bucket": bucket, "before": before, "most": at_once}
            deleted = connection.execute(_SQL[f"forget_{what}"], wanted).rowcount
            connection.commit()
            gone += deleted
            if deleted < at_once:
                break
    return gone
