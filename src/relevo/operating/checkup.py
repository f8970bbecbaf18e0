"""Looks at a site through its database, and says for everything found what to do about it.

``relevo doctor`` prints it. The thresholds are those of the alarms in ``docs/runbooks/alerts.yml``,
without their patience: an alarm waits whether it passes, a doctor says what is so now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection

from relevo.engine.connection import OLDEST_SERVER, ServerTooOld
from relevo.engine.sql import statements
from relevo.operating.finding import Finding, Level, graded
from relevo.operating.masking import masked
from relevo.operating.postgres_checks import examine_postgres
from relevo.operating.schema import Difference, compare
from relevo.operating.spans import spoken
from relevo.operating.vitals import COUNTED_MOST, Vitals, look, onlooker

_SQL = statements("relevo.operating", "checkup")
_SHOWN = 5
_REASON_MAX = 160

SKEW_ATTEND_S, SKEW_AILING_S = 2.0, 30.0
QUEUE_ATTEND_S, QUEUE_AILING_S = 60.0, 300.0
LATE_S = 120.0
RETRIED_S = 1800.0
LISTENER_S = 300.0
TIMERS_S = 120.0


@dataclass(frozen=True, slots=True)
class Patient:
    """A site under examination."""

    connection: Connection[tuple[Any, ...]]
    vitals: Vitals

    def ask(self, name: str, **given: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(_SQL[name], given or None).fetchall()


def examine_site(
    dsn: str, packages: Sequence[str], listeners: Sequence[str] = ()
) -> Iterator[Finding]:
    """Everything, one after the other; ends early where there is nothing to look at."""
    try:
        connection = onlooker(dsn, name="relevo doctor")
    except ServerTooOld as too_old:
        remedy = f"use PostgreSQL {OLDEST_SERVER} or later"
        yield Finding(what="database", found=str(too_old), level=Level.UNSEEN, remedy=remedy)
        return
    except psycopg.Error as away:
        yield Finding(
            what="database",
            found=" ".join(masked(str(away)).split()),
            level=Level.UNSEEN,
            remedy="start that server, or correct DATABASE_URL, or unset it",
            page="database-down",
        )
        return
    with connection:
        yield from _server(connection)
        schema = compare(connection, packages)
        if not schema.is_begun:
            yield from _empty(connection)
            return
        yield from _schema(schema)
        if schema.missing_before:
            return
        patient = Patient(connection, look(connection, listeners))
        for check in _CHECKS:
            yield from _careful(check, patient)
        yield from examine_postgres(connection, patient.vitals)


def _careful(check: Callable[[Patient], Iterator[Finding]], patient: Patient) -> Iterator[Finding]:
    try:
        yield from check(patient)
    except psycopg.Error as wrong:
        what = check.__name__.strip("_").replace("_", " ")
        found = " ".join(masked(str(wrong)).split())
        remedy = "give the account of DATABASE_URL the right to read it"
        yield Finding(what=what, found=found, level=Level.ATTEND, remedy=remedy)


def _server(connection: Connection[tuple[Any, ...]]) -> Iterator[Finding]:
    version, recovers, database, account = connection.execute(_SQL["server"]).fetchall()[0]
    found = f"PostgreSQL {version}, database {database}, account {account}"
    if recovers:
        yield Finding(
            what="database",
            found=f"{found}: a standby, which takes no writes",
            level=Level.AILING,
            remedy="let DATABASE_URL name all hosts, and ask for one that can be written",
            page="database-down",
        )
        return
    yield Finding(what="database", found=found)


def _empty(connection: Connection[tuple[Any, ...]]) -> Iterator[Finding]:
    """A database that is no site: one that will be, or a server for plays."""
    remedy = "for a site: relevo migrate; a server that is only for plays needs none"
    yield _of_schema(Level.ATTEND, "there is none in this database", remedy)
    if connection.execute(_SQL["may_create_databases"]).fetchall() != [(True,)]:
        yield Finding(
            what="its account",
            found="may not create databases",
            level=Level.ATTEND,
            remedy="for plays, which make a database and drop it: give it CREATEDB",
        )


def _schema(found: Difference) -> Iterator[Finding]:
    if found.missing_before:
        remedy = "relevo migrate --stage pre, then start the workers of this release"
        yield _of_schema(Level.UNSEEN, f"not applied: {', '.join(found.missing_before)}", remedy)
    elif found.missing_after:
        remedy = "when no worker of the last release runs any more: relevo migrate"
        finish = f"to be finished: {', '.join(found.missing_after)}"
        yield _of_schema(Level.ATTEND, finish, remedy)
    for file in found.changed:
        remedy = "put the released file back, and write a new one for what it should do"
        yield _of_schema(Level.AILING, f"{file} was changed after it was applied", remedy)
    if found.outdated:
        later = f"a later release has finished its migration: {', '.join(found.outdated)}"
        remedy = "install that release here, and stop this one"
        yield _of_schema(Level.AILING, later, remedy)
    elif found.newer:
        remedy = "go on with the upgrade: install the later release on this machine"
        yield _of_schema(Level.ATTEND, f"ahead of this program by {', '.join(found.newer)}", remedy)
    if not found.is_any:
        yield _of_schema(Level.WELL, "as this program wants it", "")


def _of_schema(level: Level, found: str, remedy: str) -> Finding:
    return graded(level, what="schema", found=found, remedy=remedy, page="schema-unfit")


def _clock(patient: Patient) -> Iterator[Finding]:
    skew = patient.vitals.clock_skew_s
    where = "ahead of" if skew > 0 else "behind"
    yield graded(
        _by_size(abs(skew), SKEW_ATTEND_S, SKEW_AILING_S),
        what="clock",
        found=f"the database is {abs(skew):.3f} s {where} this machine (limit {SKEW_ATTEND_S} s)",
        remedy="look at the time service of both: chronyc tracking",
        page="clock-skew",
    )


def _workers(patient: Patient) -> Iterator[Finding]:
    vitals = patient.vitals
    alive = [worker.name for worker in vitals.workers if worker.is_alive]
    if not alive:
        yield Finding(
            what="workers",
            found="none is alive; nothing moves",
            level=Level.AILING,
            remedy="systemctl start 'relevo-work@*', or: relevo work --operator … --name w1",
            page="no-worker",
        )
        return
    yield Finding(what="workers", found=f"{len(alive)} alive: {', '.join(alive)}")
    for worker in vitals.workers:
        if not worker.is_alive:
            yield Finding(
                what="workers",
                found=f"{worker.name} was last seen {spoken(worker.seconds)} ago, "
                "and did not say good-bye",
                level=Level.ATTEND,
                remedy=f"journalctl -u relevo-work@{worker.name}, then start it again",
                page="no-worker",
            )


def _leases(patient: Patient) -> Iterator[Finding]:
    orphans = patient.vitals.orphans
    if not patient.vitals.workers_alive:
        return  # and that has been said
    if not orphans:
        yield Finding(what="leases", found="each bucket is held by a live worker")
        return
    with_work = [row[0] for row in patient.ask("orphans_with_work", buckets=list(orphans))]
    held_by = sorted({worker for worker in orphans.values() if worker})
    stuck = f" (last held by {', '.join(held_by)})" if held_by else ""
    found = f"{len(orphans)} of 64 buckets are held by nobody{stuck}"
    if with_work:
        found += f"; in {len(with_work)} of them something waits: {_listed(with_work)}"
    yield Finding(
        what="leases",
        found=found,
        level=Level.AILING if with_work else Level.ATTEND,
        remedy="a live worker takes them within 10 s; look again, then restart the workers",
        page="buckets-without-worker",
    )


def _queue(patient: Patient) -> Iterator[Finding]:
    age = patient.vitals.queue_age_s
    waiting = _counted(patient.vitals.mail_waiting, "message", "messages")
    ages = patient.vitals.queue_ages_s
    old = [bucket for bucket, its in ages.items() if its >= QUEUE_ATTEND_S]
    where = f" in buckets {_listed(old)}" if old else ""
    oldest = f", the oldest for {spoken(age)}{where}" if age else ""
    yield graded(
        _by_size(age, QUEUE_ATTEND_S, QUEUE_AILING_S),
        what="queue",
        found=f"{waiting} waiting{oldest}",
        remedy="see whether the workers are full or stuck, then add one",
        page="queue-old",
    )


def _timers(patient: Patient) -> Iterator[Finding]:
    vitals = patient.vitals
    late = vitals.timers_overdue_oldest_s
    by = f", the oldest by {spoken(late)}" if late else ""
    yield graded(
        _by_size(late, TIMERS_S, QUEUE_AILING_S),
        what="timers",
        found=f"{_counted(vitals.timers_overdue, 'timer', 'timers')} overdue{by}",
        remedy="as for an old queue: the workers are full or stuck",
        page="timers-overdue",
    )


def _effects(patient: Patient) -> Iterator[Finding]:
    vitals = patient.vitals
    late = vitals.effects_late_s
    by = f", the most overdue by {spoken(late)}" if late else ""
    yield graded(
        Level.AILING if late > LATE_S else Level.WELL,
        what="effects",
        found=f"{_counted(vitals.effects_waiting, 'effect', 'effects')} waiting{by}",
        remedy="see which counterpart is slow; then raise --threads or add a worker",
        page="effects-late",
    )
    for name, reason, count, age in patient.ask("retried_by_reason", most=COUNTED_MOST)[:_SHOWN]:
        is_old = age > RETRIED_S
        yield Finding(
            what="effects",
            found=f"{count} x {name} tried in vain, the oldest wanted {spoken(float(age))} ago: "
            f"{_told(reason)}",
            level=Level.AILING if is_old else Level.ATTEND,
            remedy="see whether that counterpart is away; they are tried again by themselves",
            page="effects-retried",
        )


def _parked(patient: Patient) -> Iterator[Finding]:
    rows = patient.ask("parked_by_reason")
    if not rows:
        yield Finding(what="parked", found="nothing waits for a person")
    for role, name, reason, count, age, first in rows[:_SHOWN]:
        yield Finding(
            what="parked",
            found=f"{count} x {role} {name}, the oldest for {spoken(float(age))}: {_told(reason)}",
            level=Level.AILING,
            remedy=f"mend the cause, then: relevo retry '{first}' --who … --reason …",
            page="parked",
        )
    rest = sum(row[3] for row in rows[_SHOWN:])
    if rest:
        yield Finding(
            what="parked",
            found=f"{rest} more, for {len(rows) - _SHOWN} other reasons",
            level=Level.AILING,
            remedy="relevo parked lists all",
            page="parked",
        )


def _listeners(patient: Patient) -> Iterator[Finding]:
    for lag in patient.vitals.lags:
        yield graded(
            Level.ATTEND if lag.seconds > LISTENER_S else Level.WELL,
            what=f"listener {lag.listener}",
            found=f"{lag.facts} facts behind, the oldest {spoken(lag.seconds)} old",
            remedy="see whether it fails on facts (relevo parked) or is only slow",
            page="listener-behind",
        )


_CHECKS = (_clock, _workers, _leases, _queue, _timers, _effects, _parked, _listeners)


def _by_size(value: float, attend: float, ailing: float) -> Level:
    if value >= ailing:
        return Level.AILING
    return Level.ATTEND if value >= attend else Level.WELL


def _told(reason: str) -> str:
    """A reason on one line, without what it may quote of a person."""
    return " ".join(masked(reason).split())[:_REASON_MAX]


def _counted(number: int, one: str, many: str) -> str:
    if number >= COUNTED_MOST:
        return f"{COUNTED_MOST} or more {many}"
    return f"{number} {one if number == 1 else many}"


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[: 2 * _SHOWN])
    more = len(numbers) - 2 * _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
