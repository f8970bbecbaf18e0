"""What Prometheus is told, from two places.

``SiteCollector`` tells how the whole site does, as its database sees it; one ``relevo serve``
answers for all. ``WorkerMeters`` counts what one worker does, in its own process (``relevo work
--metrics-port``). Names, helps and labels stand in the two tables here and nowhere else:
``docs/reference/metrics.md`` is made from them. Labels only take values that are known when the
program is built, or that an operator names; never an order, a number or a customer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

import psycopg
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from relevo.engine.connection import ServerTooOld
from relevo.engine.observer import Observer
from relevo.operating.vitals import Vitals, look, onlooker

_LOG = logging.getLogger(__name__)
_Samples = Iterable[tuple[tuple[str, ...], float]]

_BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_BATCH_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_EFFECT_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One thing that is read from the database."""

    name: str
    told: str
    read: Callable[[Vitals], _Samples]
    labels: tuple[str, ...] = ()


def _one(read: Callable[[Vitals], float | bool | None]) -> Callable[[Vitals], _Samples]:
    """A metric without labels; None leaves it out."""

    def samples(vitals: Vitals) -> Iterator[tuple[tuple[str, ...], float]]:
        value = read(vitals)
        if value is not None:
            yield (), float(value)

    return samples


ROLES = ("message", "effect", "fact")


def _of_roles(field: str) -> Callable[[Vitals], _Samples]:
    """One value for each role, 0 where nothing is parked: a series that comes and goes cannot be
    compared with an hour ago."""

    def samples(vitals: Vitals) -> Iterator[tuple[tuple[str, ...], float]]:
        found = {each.role: getattr(each, field) for each in vitals.parked}
        for role in ROLES:
            yield (role,), float(found.get(role, 0))

    return samples


GAUGES = (
    Gauge(
        "relevo_database_clock_skew_seconds",
        "Clock of the database less the clock of the machine that serves this.",
        _one(lambda v: v.clock_skew_s),
    ),
    Gauge(
        "relevo_queue_age_seconds",
        "How long the oldest message that can be handled has waited.",
        _one(lambda v: v.queue_age_s),
    ),
    Gauge(
        "relevo_queue_bucket_age_seconds",
        "The same by bucket; the largest of them is relevo_queue_age_seconds.",
        lambda v: [((str(bucket),), age) for bucket, age in v.queue_ages_s.items()],
        ("bucket",),
    ),
    Gauge(
        "relevo_mail_waiting",
        "Messages that wait to be handled; counted up to 100,000.",
        _one(lambda v: v.mail_waiting),
    ),
    Gauge(
        "relevo_effects_waiting",
        "Effects that are not performed yet; counted up to 100,000.",
        _one(lambda v: v.effects_waiting),
    ),
    Gauge(
        "relevo_effects_late_seconds",
        "How long the most overdue effect is overdue.",
        _one(lambda v: v.effects_late_s),
    ),
    Gauge(
        "relevo_effects_retried",
        "Effects that were tried in vain and are to be tried again; counted up to 100,000.",
        _one(lambda v: v.effects_retried),
    ),
    Gauge(
        "relevo_effects_retried_oldest_seconds",
        "Since when the oldest of them is wanted.",
        _one(lambda v: v.effects_retried_oldest_s),
    ),
    Gauge(
        "relevo_listener_lag_facts",
        "Facts that a listener has not taken in yet.",
        lambda v: [((lag.listener,), lag.facts) for lag in v.lags],
        ("listener",),
    ),
    Gauge(
        "relevo_listener_lag_seconds",
        "How old the oldest of them is.",
        lambda v: [((lag.listener,), lag.seconds) for lag in v.lags],
        ("listener",),
    ),
    Gauge(
        "relevo_parked",
        "What was put aside and waits for a person.",
        _of_roles("count"),
        ("role",),
    ),
    Gauge(
        "relevo_parked_oldest_seconds",
        "How long the oldest of them has waited.",
        _of_roles("oldest_s"),
        ("role",),
    ),
    Gauge(
        "relevo_timers_overdue",
        "Timers that are due and did not go off; counted up to 100,000.",
        _one(lambda v: v.timers_overdue),
    ),
    Gauge(
        "relevo_timers_overdue_oldest_seconds",
        "How long the most overdue timer is overdue.",
        _one(lambda v: v.timers_overdue_oldest_s),
    ),
    Gauge(
        "relevo_buckets_without_worker",
        "Buckets that no live worker holds, of 64.",
        _one(lambda v: len(v.orphans)),
    ),
    Gauge(
        "relevo_workers_alive",
        "Workers that were seen within the span of a lease.",
        _one(lambda v: v.workers_alive),
    ),
    Gauge(
        "relevo_journal_prepared_seconds",
        "Until the last prepared partition of the journal ends; absent while it has none.",
        _one(lambda v: v.journal_prepared_s),
    ),
    Gauge(
        "relevo_database_connections_left",
        "Connections that the database would still accept.",
        _one(lambda v: v.connections_left),
    ),
    Gauge(
        "relevo_database_oldest_transaction_seconds",
        "Age of the oldest open transaction in this database.",
        _one(lambda v: v.oldest_transaction_s),
    ),
    Gauge(
        "relevo_database_archiving_fails",
        "1 when the last segment of WAL could not be archived; absent where none is archived.",
        _one(lambda v: v.archiving_fails),
    ),
    Gauge(
        "relevo_database_standby_missing",
        "1 when commits wait for a synchronous standby that is not there; absent where none is "
        "asked for, or where the account lacks pg_monitor.",
        _one(lambda v: v.standby_missing),
    ),
)

UP = "relevo_database_up"
UP_TOLD = "1 when the database answered; when 0, all that is read from it is absent."


class SiteCollector(Collector):
    """Asks the database at each scrape, with a connection of its own."""

    def __init__(self, dsn: str, listeners: Iterable[str] = ()) -> None:
        self._dsn = dsn
        self._listeners = tuple(listeners)

    def describe(self) -> Iterable[Metric]:
        """The names alone, so that nobody asks the database only to register."""
        yield GaugeMetricFamily(UP, UP_TOLD)
        for gauge in GAUGES:
            yield GaugeMetricFamily(gauge.name, gauge.told, labels=gauge.labels)

    @override
    def collect(self) -> Iterable[Metric]:
        """One look. A database that does not answer is a value, not an error."""
        try:
            with onlooker(self._dsn, name="relevo metrics") as connection:
                vitals = look(connection, self._listeners)
        except (psycopg.Error, ServerTooOld):
            yield GaugeMetricFamily(UP, UP_TOLD, value=0)
            return
        yield GaugeMetricFamily(UP, UP_TOLD, value=1)
        for gauge in GAUGES:
            family = GaugeMetricFamily(gauge.name, gauge.told, labels=gauge.labels)
            for labels, value in gauge.read(vitals):
                family.add_metric(labels, value)
            yield family


class WorkerMeters(Observer):
    """Counts what one worker does. Told by several threads; the meters are safe for that."""

    def __init__(self, worker: str) -> None:
        made = self.registry = CollectorRegistry()

        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(name, told, labels, registry=made)

        self._batch = Histogram(
            "relevo_batch_messages",
            "Messages in one transaction.",
            registry=made,
            buckets=_BATCH_SIZES,
        )
        self._batch_seconds = Histogram(
            "relevo_batch_duration_seconds",
            "From taking a batch to its commit.",
            registry=made,
            buckets=_BATCH_SECONDS,
        )
        self._effect_seconds = Histogram(
            "relevo_effect_duration_seconds",
            "How long the outside took for an effect.",
            ("effect",),
            registry=made,
            buckets=_EFFECT_SECONDS,
        )
        told = "Messages handled and committed."
        self._messages = counter("relevo_messages_handled", told)
        told = "Effects tried, by what came of it: done, again (later), parked."
        self._effects = counter("relevo_effects", told, "effect", "outcome")
        told = "What was put aside for a person, by role and wire name."
        self._parked = counter("relevo_parkings", told, "role", "word")
        told = "Times that this worker was kept from a bucket that another one holds by now."
        self._fenced = counter("relevo_fenced", told)
        told = "Facts that a listener took in or passed over."
        self._listened = counter("relevo_listener_facts", told, "listener")
        told = "Lines of the log, by level and by who wrote them."
        self._lines = counter("relevo_log_lines", told, "level", "logger")
        which = Info("relevo_worker", "Which worker of which release this is.", registry=made)
        which.info({"worker": worker, "release": version("relevo")})
        ProcessCollector(registry=made)

    @override
    def batch(self, bucket: int, messages: int, seconds: float) -> None:
        del bucket
        self._batch.observe(messages)
        self._batch_seconds.observe(seconds)
        self._messages.inc(messages)

    @override
    def effect(self, name: str, outcome: str, seconds: float) -> None:
        self._effects.labels(name, outcome).inc()
        self._effect_seconds.labels(name).observe(seconds)

    @override
    def parked(self, role: str, name: str) -> None:
        self._parked.labels(role, name).inc()
        _LOG.warning("%s %s was put aside for a person; relevo parked shows it", role, name)

    @override
    def fenced(self) -> None:
        self._fenced.inc()

    @override
    def listened(self, listener: str, facts: int) -> None:
        self._listened.labels(listener).inc(facts)

    def line(self, level: str, logger: str) -> None:
        """A line was logged; what fails again and again is seen by this."""
        self._lines.labels(level, logger).inc()


def site_registry(dsn: str, listeners: Iterable[str] = ()) -> CollectorRegistry:
    """What ``relevo serve`` answers with."""
    registry = CollectorRegistry()
    registry.register(SiteCollector(dsn, listeners))
    ProcessCollector(registry=registry)
    return registry
