"""Tells open pages that something they show has changed: server-sent events, one poll for all.

The journal of each bucket has one writer and its numbers grow, so what is new since the last look
is one short query, however many pages are open. An event says *that* something changed, never
what: the page asks again, as whoever it is by then, and gets what he may see.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import psycopg

from relevo.engine.connection import AWAY, Connection, connect
from relevo.engine.sql import statements

_SQL = statements("relevo.pages", "live")
_LOG = logging.getLogger(__name__)

EVERYTHING = "*"
"""What a list follows: any change."""

LOOK_EVERY_S = 0.4
SIGN_OF_LIFE_S = 25.0
_CHANGED = b"event: changed\ndata:\n\n"
_ALIVE = b":\n\n"


@dataclass(eq=False, slots=True)
class _Ear:
    """One open page. It lives in the loop of its request."""

    of: str
    loop: asyncio.AbstractEventLoop
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self) -> None:
        """From any thread; the page may have gone with its loop."""
        try:
            self.loop.call_soon_threadsafe(self.changed.set)
        except RuntimeError:
            _LOG.debug("the loop of an open page is closed")


class Live:
    """Who listens to what. The thread that looks runs while anybody listens."""

    def __init__(self, dsn: str, look_every_s: float = LOOK_EVERY_S) -> None:
        self._dsn = dsn
        self._look_every_s = look_every_s
        self._lock = threading.Lock()
        self._ears: dict[str, set[_Ear]] = defaultdict(set)
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    async def events(self, of: str, rest_s: float = 0.0) -> AsyncIterator[bytes]:
        """The stream for one page: "changed" whenever this family (or anything) has new facts.

        ``rest_s``: the least time between two events, for a page that is dear to make.
        """
        ear = _Ear(of, asyncio.get_running_loop())
        self._add(ear)
        try:
            yield _ALIVE
            while not self._stopping.is_set():
                try:
                    await asyncio.wait_for(ear.changed.wait(), SIGN_OF_LIFE_S)
                except TimeoutError:
                    yield _ALIVE
                    continue
                ear.changed.clear()
                yield _CHANGED
                if rest_s:
                    await asyncio.sleep(rest_s)
        finally:
            self._drop(ear)

    def changed(self, families: set[str]) -> None:
        """These families have new facts: tell whoever follows them."""
        with self._lock:
            told = [ear for name in (*families, EVERYTHING) for ear in self._ears.get(name, ())]
        for ear in told:
            ear.tell()

    def open_pages(self) -> int:
        """How many listen."""
        with self._lock:
            return sum(map(len, self._ears.values()))

    def stop(self) -> None:
        """End all streams and the thread that looks."""
        self._stopping.set()
        self._wanted.set()
        with self._lock:
            every = [ear for ears in self._ears.values() for ear in ears]
        for ear in every:
            ear.tell()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _add(self, ear: _Ear) -> None:
        with self._lock:
            self._ears[ear.of].add(ear)
            self._wanted.set()
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._look, name="live", daemon=True)
                self._thread.start()

    def _drop(self, ear: _Ear) -> None:
        with self._lock:
            left = self._ears[ear.of]
            left.discard(ear)
            if not left:
                del self._ears[ear.of]
            if not self._ears:
                self._wanted.clear()

    def _look(self) -> None:
        """Until the end: what is new? Waits without looking while nobody listens."""
        while not self._stopping.is_set():
            try:
                with connect(self._dsn, name="relevo live", autocommit=True, reading=True) as eye:
                    self._follow(eye)
            except AWAY as away:
                _LOG.warning("open pages are not told of changes: %s", away)
                self._stopping.wait(self._look_every_s * 10)
            except psycopg.Error:
                _LOG.exception("open pages are not told of changes any more")
                return

    def _follow(self, eye: Connection) -> None:
        reached = self._from_here(eye)
        while not self._stopping.wait(self._look_every_s):
            if not self._wanted.is_set():
                self._wanted.wait()
                reached = self._from_here(eye)
                continue
            rows = eye.execute(
                _SQL["news"], (list(reached), [reached[bucket] for bucket in reached])
            ).fetchall()
            families = set()
            for family, bucket, seq in rows:
                families.add(family)
                reached[bucket] = max(reached[bucket], seq)
            if families:
                self.changed(families)

    def _from_here(self, eye: Connection) -> dict[int, int]:
        """Where to look on from. What came before was told to nobody; who listens asks again."""
        reached = _tips(eye)
        with self._lock:
            every = [ear for ears in self._ears.values() for ear in ears]
        for ear in every:
            ear.tell()
        return reached


def _tips(eye: Connection) -> dict[int, int]:
    return dict(eye.execute(_SQL["tips"]).fetchall())
