"""Many open pages: what they cost the server that holds them, and how soon each knows of a change.

Every page is a connection of its own with a stream of events, as a browser has. Nine in ten follow
an order each, as customers do; the others follow everything, as lists of the desk do. Then a fact
is written as a worker writes one, to an order that ten of them follow, and each says when it heard;
one of the ten fetches its page again, as a browser would.
"""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import asdict, dataclass
from typing import Any

from relevo.bench.pages import Sample, percentile
from relevo.bench.pages_served import Served
from relevo.engine.buckets import bucket_of
from relevo.engine.clock import elapsed_seconds
from relevo.engine.connection import connect
from relevo.engine.sql import statements
from relevo.pages.guard import TICKET

CHANGES = 10
_FOLLOW_ONE = 10  # pages on the order that changes
_SETTLES_S = 2.0
_SQL = statements("relevo.bench", "pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCost:
    """What was seen. Times are from the commit of the fact to the event in the browser."""

    open_pages: int
    rss_before_mb: float
    rss_mb: float
    kb_per_page: float
    changes: int
    heard: int  # of changes x pages that follow what changed
    expected: int
    p50_ms: float
    p95_ms: float
    most_ms: float
    page_again_most_ms: float  # from the commit to the last byte of the page fetched again


class _Page:
    """One open page."""

    def __init__(self, of: str, ticket: str) -> None:
        self.of, self.ticket = of, ticket
        self.heard: list[float] = []
        self.has_heard = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, port: int) -> asyncio.Task[None]:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._writer.write(
            f"GET /live?of={self.of} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Accept: text/event-stream\r\nCookie: {TICKET}={self.ticket}\r\n\r\n".encode()
        )
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"a page could not follow {self.of}: {status.decode().strip()}")
        return asyncio.create_task(self._listen(reader))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line.startswith(b"event: changed"):
                self.heard.append(elapsed_seconds())
                self.has_heard.set()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def measure_live(served: Served, dsn: str, sample: Sample, pages: int) -> dict[str, Any]:
    """Open so many pages, change something, and see who hears of it."""
    return asdict(asyncio.run(_measure(served, dsn, sample, pages)))


async def _measure(served: Served, dsn: str, sample: Sample, number: int) -> LiveCost:
    target = sample.orders[0][0]
    opened = [_page(place, number, sample) for place in range(number)]
    before_mb = served.rss_mb
    listening = [await page.open(served.port) for page in opened]
    await asyncio.sleep(_SETTLES_S)
    waits: list[float] = []
    again: list[float] = []
    for _ in range(CHANGES):
        for page in opened:
            page.heard.clear()
            page.has_heard.clear()
        told_at = await asyncio.to_thread(_write_a_fact, dsn, target)
        path = f"/desk/orders/{target}"
        again.append(await _again(served.port, opened[0], path, told_at))
        await asyncio.sleep(_SETTLES_S + 1.5)  # lists rest three seconds after an event
        waits += [(page.heard[0] - told_at) * 1000 for page in opened if page.heard]
    rss_mb = served.rss_mb
    follow = sum(1 for page in opened if page.of in {target, "*"})
    for page in opened:
        page.close()
    await asyncio.gather(*listening, return_exceptions=True)
    return LiveCost(
        open_pages=number,
        rss_before_mb=round(before_mb, 1),
        rss_mb=round(rss_mb, 1),
        kb_per_page=round((rss_mb - before_mb) * 1024 / number, 1),
        changes=CHANGES,
        heard=len(waits),
        expected=CHANGES * follow,
        p50_ms=round(statistics.median(waits), 1),
        p95_ms=round(percentile(waits, 95), 1),
        most_ms=round(max(waits), 1),
        page_again_most_ms=round(max(again), 1),
    )


def _page(place: int, number: int, sample: Sample) -> _Page:
    """The first few on the order that changes, then everybody on his own, then the lists."""
    if place >= number - number // 10:
        return _Page("*", sample.staff_ticket)
    chosen = 0 if place < _FOLLOW_ONE else place % len(sample.orders)
    return _Page(sample.orders[chosen][0], sample.staff_ticket)


async def _again(port: int, page: _Page, path: str, told_at: float) -> float:
    """The first page waits for its event, then asks for itself; the milliseconds since the fact."""
    await page.has_heard.wait()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nx-refresh: 1\r\n"
        f"Accept-Encoding: gzip\r\nCookie: {TICKET}={page.ticket}\r\n"
        f"Connection: close\r\n\r\n".encode()
    )
    await reader.read(-1)
    writer.close()
    return (elapsed_seconds() - told_at) * 1000


def _write_a_fact(dsn: str, family: str) -> float:
    """The order's last fact once more, with a number of its own; the moment of its commit."""
    with connect(dsn, name="relevo bench", autocommit=True) as connection:
        connection.execute(_SQL["write_a_fact"], {"family": family, "bucket": bucket_of(family)})
        return elapsed_seconds()
