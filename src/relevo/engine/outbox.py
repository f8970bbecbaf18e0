"""Carries effects out, outside any transaction, and records what came of them.

Effects of one process go out in order; those of different processes may go out side by side. What
the outside said is handled in the transaction that removes the effect, so an answer is taken
exactly once, while the effect itself may go out twice after a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta
from itertools import groupby

import msgspec

from relevo.engine import tracing
from relevo.engine.clock import Clock, elapsed_seconds
from relevo.engine.columns import integers, moments, texts
from relevo.engine.connection import Connection, Cursor
from relevo.engine.journal import put_mail, storable_text
from relevo.engine.leases import Leases
from relevo.engine.mail import Mail, Outgoing
from relevo.engine.observer import Observer
from relevo.engine.performer import Errand, Performer, Permanent, Retry, Temporary
from relevo.engine.process import WORDS, EffectParked, wire_name
from relevo.engine.signals import reach
from relevo.engine.sql import statements
from relevo.engine.wire import decode, encode
from relevo.engine.worker import REFUSED_BY_DATABASE, Worker
from relevo.values.moment import Span

_SQL = statements("relevo.engine", "outbox")
_MAIL = statements("relevo.engine", "mailbox")
_MOST = 1000
_WAIT_MOST = timedelta(days=1)  # whatever the outside says
_RECORD_SECONDS = 0.2  # no answer waits longer than this for its neighbours


class Outcome(msgspec.Struct, frozen=True):
    """What came of an effect: replies, or a failure."""

    effect: Outgoing
    replies: tuple[tuple[str, str], ...] = ()  # wire name and JSON
    reason: str = ""
    after: Span | None = None
    permanent: bool = False
    seconds: float = 0.0
    trace: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.reason)

    @property
    def is_tried_again(self) -> bool:
        return self.failed and not self.permanent


class Outbox:
    """Performs the effects of the leased buckets."""

    def __init__(
        self,
        performers: Mapping[type, Performer],
        clock: Clock,
        *,
        leases: Leases,
        worker: Worker,
        threads: int,
        retry: Retry,
    ) -> None:
        self.observer = Observer()
        self._in_order = threads == 1
        self._performers = performers
        self._renewing = {name for name in map(wire_name, performers) if WORDS[name].renews}
        self._clock = clock
        self._leases = leases
        self._worker = worker
        self._retry = retry
        self._pool = ThreadPoolExecutor(threads, "performer") if threads > 1 else None
        self.wave = -1
        """The wave of the effects that are being performed; -1 when there are none."""

    def wave_behind(self, wave: int) -> int:
        """The wave of the answers to an effect. Only who must keep an order counts waves."""
        return wave + 1 if self._in_order else 0

    def perform_due(self, connection: Connection) -> int:
        """Perform the due effects of the lowest wave; returns how many were tried."""
        taken = self._take(connection)
        if not taken:
            return 0
        self.wave = taken[0].wave
        try:
            waiting: list[Outcome] = []
            began = elapsed_seconds()
            for outcome in self._carry(taken):
                waiting.append(outcome)
                if elapsed_seconds() - began > _RECORD_SECONDS:
                    self._record(connection, waiting)
                    waiting, began = [], elapsed_seconds()
            self._record(connection, waiting)
        finally:
            self.wave = -1
        return len(taken)

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _take(self, connection: Connection) -> list[Outgoing]:
        wanted = {"buckets": self._leases.buckets, "now": self._clock.now(), "most": _MOST}
        with connection.cursor() as cursor:
            cursor.execute(_SQL["waiting"], wanted)
            for (bucket,) in cursor.fetchall():
                cursor.execute(_SQL["postpone"], {"bucket": bucket, "now": wanted["now"]})
            cursor.execute(_SQL["take"], wanted)
            rows = cursor.fetchall()
        names = (
            "effect_id",
            "process_id",
            "bucket",
            "kind",
            "name",
            "body",
            "at",
            "wave",
            "attempts",
            "trace",
        )
        return [Outgoing(**dict(zip(names, row, strict=True))) for row in rows]

    def _carry(self, taken: Sequence[Outgoing]) -> Iterator[Outcome]:
        lanes = [list(lane) for _, lane in groupby(taken, key=lambda each: each.process_id)]
        if self._pool is None:
            for lane in lanes:
                yield from self._carry_lane(lane)
            return
        running = [self._pool.submit(self._carried_lane, lane) for lane in lanes]
        for future in as_completed(running):
            yield from future.result()

    def _carried_lane(self, lane: Sequence[Outgoing]) -> list[Outcome]:
        return list(self._carry_lane(lane))

    def _carry_lane(self, lane: Sequence[Outgoing]) -> Iterator[Outcome]:
        """The effects of one process; behind a failure that is tried again, none is sent."""
        for effect in lane:
            reach("performer.before_send")
            outcome = self._send(effect)
            reach("performer.after_send")
            yield outcome
            if outcome.failed and not outcome.permanent:
                return

    def _send(self, effect: Outgoing) -> Outcome:
        began = elapsed_seconds()
        with tracing.performing(effect):
            outcome = self._ask(effect)
            if outcome.failed:
                tracing.failed("parked" if outcome.permanent else "again")
            trace = tracing.current(effect.trace)
        # The reason goes into texts and facts, and PostgreSQL stores no NUL.
        took = elapsed_seconds() - began
        reason = storable_text(outcome.reason)
        return msgspec.structs.replace(outcome, reason=reason, seconds=took, trace=trace)

    def _ask(self, effect: Outgoing) -> Outcome:
        attempt = effect.attempts + 1
        try:
            word = decode(effect.name, effect.body)
            performer = self._performers.get(type(word))
            if performer is None:
                return Outcome(effect, reason=f"nobody performs {effect.name}", permanent=True)
            errand = Errand(
                effect_id=effect.effect_id,
                process_id=effect.process_id,
                attempt=attempt,
                at=effect.at,
            )
            replies = performer(word, errand)
            return Outcome(effect, tuple((wire_name(each), encode(each)) for each in replies))
        except Permanent as failed:
            return Outcome(effect, reason=failed.reason or "refused", permanent=True)
        except Temporary as failed:
            last = attempt >= self._retry.attempts
            reason = failed.reason or "not now"
            return Outcome(effect, reason=reason, after=failed.after, permanent=last)
        except (
            Exception
        ) as fault:  # a fault of the performer is tried again like one of the outside
            last = attempt >= self._retry.attempts
            return Outcome(effect, reason=f"{type(fault).__name__}: {fault}", permanent=last)

    def _record(self, connection: Connection, outcomes: Sequence[Outcome]) -> None:
        """What came of the effects, bucket by bucket."""
        by_bucket: dict[int, list[Outcome]] = {}
        for outcome in outcomes:
            by_bucket.setdefault(outcome.effect.bucket, []).append(outcome)
        for bucket, of_bucket in by_bucket.items():
            reach("performer.before_record")
            with self._worker.doors[bucket]:
                try:
                    known = self._record_in(connection, bucket, of_bucket, self._handle)
                except REFUSED_BY_DATABASE:
                    connection.rollback()
                    known = self._record_in(connection, bucket, of_bucket, self._lay_down)
            reach("performer.after_record")
            for each in known:
                self._observe(each)

    def _record_in(
        self,
        connection: Connection,
        bucket: int,
        outcomes: Sequence[Outcome],
        deliver: Callable[[Connection, Sequence[Mail]], None],
    ) -> list[Outcome]:
        """One transaction: what was said goes to the processes, and the effects are done with."""
        with connection.pipeline():
            connection.execute("begin")
            fence = self._leases.fence(connection, bucket)
            gone = self._take_out(connection, outcomes)
        fence.last_seq()
        there = {effect_id for cursor in gone for (effect_id,) in cursor.fetchall()}
        known = [o for o in outcomes if o.is_tried_again or o.effect.effect_id in there]
        answers = [mail for each in known for mail in self._mail(each)]
        if answers:
            deliver(connection, answers)
        connection.commit()
        if answers:
            reach("worker.after_commit")
        return known

    def _handle(self, connection: Connection, answers: Sequence[Mail]) -> None:
        """At once: an answer need not lie in the mailbox first."""
        began = elapsed_seconds()
        handled = self._worker.take_in(connection, answers)
        self.observer.batch(answers[0].bucket, handled, elapsed_seconds() - began)

    def _lay_down(self, connection: Connection, answers: Sequence[Mail]) -> None:
        """The database took exception to one of them: the worker will find out to which."""
        put_mail(connection, answers)
        connection.execute(_MAIL["wake"])

    def _observe(self, outcome: Outcome) -> None:
        name = outcome.effect.name
        came = "again" if outcome.is_tried_again else "parked" if outcome.failed else "done"
        if came == "parked":
            self.observer.parked("effect", name)
        self.observer.effect(name, came, outcome.seconds)

    def _take_out(self, connection: Connection, outcomes: Sequence[Outcome]) -> list[Cursor]:
        """What is to be tried again stays; the cursors know which of the others were there."""
        now = self._clock.now()
        again = [each for each in outcomes if each.is_tried_again]
        lost = [each for each in outcomes if each.failed and each.permanent]
        done = [each for each in outcomes if not each.failed]
        if again:
            columns = {
                "effect_id": texts(each.effect.effect_id for each in again),
                "attempts": integers(each.effect.attempts + 1 for each in again),
                "due": moments(now + self._wait(each) for each in again),
                "reason": texts(each.reason for each in again),
            }
            connection.execute(_SQL["again"], columns)
        gone = []
        if lost:
            columns = {
                "effect_id": texts(each.effect.effect_id for each in lost),
                "attempts": integers(each.effect.attempts + 1 for each in lost),
                "reason": texts(each.reason for each in lost),
            }
            gone.append(connection.execute(_SQL["park"], columns | {"now": now}))
        if done:
            ids = texts(each.effect.effect_id for each in done)
            gone.append(connection.execute(_SQL["done"], {"effect_id": ids}))
        renewed = [each.effect for each in done if each.effect.name in self._renewing]
        if renewed:
            columns = {
                "process_id": texts(each.process_id for each in renewed),
                "name": texts(each.name for each in renewed),
                "at": moments(each.at for each in renewed),
            }
            connection.execute(_SQL["renewed"], columns)
        return gone

    def _wait(self, outcome: Outcome) -> Span:
        named = outcome.after or self._retry.after(outcome.effect.attempts + 1)
        return min(named, _WAIT_MOST)

    def _mail(self, outcome: Outcome) -> Iterator[Mail]:
        """The messages that the process gets, one wave after the effect."""
        effect = outcome.effect
        words = outcome.replies
        role = "reply"
        if outcome.failed and outcome.permanent:
            role = f"parked:{effect.attempts + 1}"
            parked = EffectParked(
                effect_id=effect.effect_id, effect=effect.name, reason=outcome.reason
            )
            words = ((wire_name(parked), encode(parked)),)
        for number, (name, body) in enumerate(words, start=1):
            yield Mail(
                message_id=f"{effect.effect_id}:{role}:{number}",
                process_id=effect.process_id,
                bucket=effect.bucket,
                kind=effect.kind,
                name=name,
                body=body,
                at=self._clock.now(),
                wave=self.wave_behind(effect.wave),
                trace=outcome.trace,
            )
