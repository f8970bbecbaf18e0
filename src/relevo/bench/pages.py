"""What the pages cost people who wait for them: server time, bytes, memory, and how soon they know.

The whole ``relevo serve`` runs in a process of its own, over real HTTP on the loopback, on a
database of seeded orders at their present. Every page that has an address is asked for, as somebody
with all roles or as the customer, for other orders each time; a page whose address we cannot fill
in is named, and left out. The time of a page is the wait of one visitor on an otherwise idle
server, from his request to the last byte, with gzip, sign-in, wall and audit. Beside it is the CPU
that it took, which a busy machine changes little.
"""

from __future__ import annotations

import gzip
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPResponse
from importlib import import_module
from itertools import cycle, islice
from string import Formatter
from typing import Any

from starlette.routing import Route

from relevo.access.tickets import open_customer_ticket
from relevo.bench.ground import process_cpu_s, server_cpu_s
from relevo.bench.pages_served import Served
from relevo.brands.staffing import By, add_staff, roles_of, sign_in
from relevo.engine.clock import elapsed_seconds
from relevo.engine.connection import Connection, connect
from relevo.pages.app import AREAS
from relevo.pages.customer.opening import HOME as OF_CUSTOMERS
from relevo.pages.guard import TICKET
from relevo.pages.site import TRIED_AS
from relevo.pages.tryout import ROLES

ROUNDS = 120
WARM_UP = 8
SEARCHED = "/desk/search?q={part}"
"""A few letters of an order's key: many are found, and the first are shown."""
PART_LETTERS = 3
TIMEOUT_S = 20.0
_ASSET = re.compile(rb'(?:href|src)="(/static/[^"]+)"')
_EVERYBODY = "everybody"
_Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCost:
    """One page. ``bytes_first``: with everything that a browser fetches on its first visit."""

    path: str
    p50_ms: float
    p95_ms: float
    most_ms: float
    cpu_pages_ms: float  # of the process that serves, for each time it was asked
    cpu_postgres_ms: float
    bytes_on_wire: int
    bytes_first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """For whom pages are asked: orders with their lines, and who asks."""

    orders: tuple[tuple[str, str], ...]  # key, line
    staff_ticket: str
    customer_tickets: tuple[str, ...]


def measure_pages(
    served: Served, sample: Sample, *, rounds: int = ROUNDS, say: _Say
) -> dict[str, Any]:
    """Every page that can be asked for; and the names of those that were not."""
    costs: list[PageCost] = []
    left_out: list[str] = []
    for path in addresses():
        asked = _asked(path, sample)
        if asked is None:
            left_out.append(path)
            continue
        cost = _measure(served, path, asked, rounds)
        if isinstance(cost, PageCost):
            costs.append(cost)
            cpu_ms = cost.cpu_pages_ms + cost.cpu_postgres_ms
            say(
                f"{cost.p50_ms:7.1f} ms p50 {cost.p95_ms:7.1f} ms p95 {cpu_ms:6.1f} ms CPU "
                f"{cost.bytes_first / 1000:6.1f} kB  {path}"
            )
        else:
            left_out.append(f"{path}: {cost}")
            say(f"left out: {left_out[-1]}")
    return {
        "rounds": rounds,
        "pages": [asdict(each) for each in costs],
        "left_out": left_out,
        "cpu_ms_of_dearest": max(each.cpu_pages_ms + each.cpu_postgres_ms for each in costs),
        "p95_ms_of_slowest": max(each.p95_ms for each in costs),
        "bytes_of_largest": max(each.bytes_first for each in costs),
    }


def addresses() -> list[str]:
    """Every page that is asked for with GET."""
    routes = [
        route
        for area in AREAS
        for route in import_module(f"relevo.pages.{area}.routes").ROUTES
        if isinstance(route, Route) and "GET" in (route.methods or ()) and route.path != "/live"
    ]
    return sorted({*(route.path for route in routes), SEARCHED})


def sampled(connection: Connection, orders: int) -> Sample:
    """Orders whose history is there, drawn from all of them."""
    rows = connection.execute(
        """
        select distinct on (n.order_key) n.order_key, n.line
          from order_request r join order_number n using (order_key)
         where r.order_key = any(%s)
         order by 1, 2
        """,
        (_with_history(connection, orders),),
    ).fetchall()
    by = By(who="relevo", reason="the benchmark of pages")
    if roles_of(connection, _EVERYBODY) is None:
        add_staff(connection, _EVERYBODY, TRIED_AS, ROLES, by)
    keys = tuple((str(key), str(line)) for key, line in rows)
    return Sample(
        orders=keys,
        staff_ticket=sign_in(connection, _EVERYBODY),
        customer_tickets=tuple(open_customer_ticket(connection, key) for key, _ in keys),
    )


def _with_history(connection: Connection, wanted: int) -> list[str]:
    """Their keys lie scattered over all keys, so the first of each bucket are as good as any."""
    rows = connection.execute(
        """
        select distinct split_part(process_id, '/', 1)
          from lease cross join lateral (
              select process_id from journal
               where journal.bucket = lease.bucket and seq <= lease.last_seq
               order by seq desc limit 400
          ) as told
         limit %s
        """,
        (wanted,),
    ).fetchall()
    return [str(row[0]) for row in rows]


def _asked(path: str, sample: Sample) -> list[tuple[str, str]] | None:
    """Addresses with tickets, in turn; None when there is nothing to put into a place."""
    places = {name for _, name, _, _ in Formatter().parse(path) if name}
    if not places <= {"order", "key", "line", "step", "part"}:
        return None
    is_customers = path.startswith(OF_CUSTOMERS)
    asked = []
    for (key, line), customer in zip(sample.orders, sample.customer_tickets, strict=True):
        part = key[:PART_LETTERS]
        filled = path.format(order=key, key=key, line=line, step="numbers", part=part)
        asked.append((filled, customer if is_customers else sample.staff_ticket))
    return asked


def _measure(
    served: Served, path: str, asked: Sequence[tuple[str, str]], rounds: int
) -> PageCost | str:
    """What it costs; or why it is no page."""
    http = HTTPConnection("127.0.0.1", served.port, timeout=TIMEOUT_S)
    waits: list[float] = []
    sizes: list[int] = []
    body = b""
    used = _cpu(served)
    for number, (address, ticket) in enumerate(islice(cycle(asked), WARM_UP + rounds)):
        began = elapsed_seconds()
        try:
            answer, body = _get(http, address, ticket)
        except TimeoutError:
            return f"no answer within {TIMEOUT_S:.0f} s"
        took = (elapsed_seconds() - began) * 1000
        if answer.status != 200:
            return f"answers {answer.status}"
        if not (answer.getheader("content-type") or "").startswith("text/html"):
            return "is no page"
        if number == WARM_UP - 1:
            used = _cpu(served)
        if number >= WARM_UP:
            waits.append(took)
            sizes.append(_on_wire(answer, body))
    cpu = [(now - then) * 1000 / rounds for now, then in zip(_cpu(served), used, strict=True)]
    assets = sum(_asset_bytes(http, found) for found in set(_ASSET.findall(_plain(body))))
    http.close()
    return PageCost(
        path=path,
        p50_ms=round(statistics.median(waits), 2),
        p95_ms=round(percentile(waits, 95), 2),
        most_ms=round(max(waits), 2),
        cpu_pages_ms=round(cpu[0], 1),
        cpu_postgres_ms=round(cpu[1], 1),
        bytes_on_wire=max(sizes),
        bytes_first=max(sizes) + assets,
    )


def _cpu(served: Served) -> tuple[float, float]:
    """What the server of the pages and that of the database have used, in seconds."""
    with connect(served.dsn, name="relevo bench", autocommit=True) as connection:
        return process_cpu_s(served.pid), server_cpu_s(connection)


def percentile(values: Sequence[float], share: int) -> float:
    """The value below which this share of all lies."""
    return sorted(values)[min(len(values) - 1, round(len(values) * share / 100))]


def _get(http: HTTPConnection, address: str, ticket: str) -> tuple[HTTPResponse, bytes]:
    headers = {"Accept-Encoding": "gzip", "Cookie": f"{TICKET}={ticket}", "Accept-Language": "es"}
    http.request("GET", address, headers=headers)
    answer = http.getresponse()
    return answer, answer.read()


def _asset_bytes(http: HTTPConnection, address: bytes) -> int:
    return _on_wire(*_get(http, address.decode(), ""))


def _on_wire(answer: HTTPResponse, body: bytes) -> int:
    """Its body as it came, and its headers."""
    headers: Mapping[str, str] = dict(answer.getheaders())
    return len(body) + sum(len(name) + len(value) + 4 for name, value in headers.items())


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def counts(dsn: str) -> dict[str, int]:
    """What lies in the database."""
    asked = {
        "orders": "select count(*) from order_request",
        "open_orders": "select count(distinct order_key) from order_number where is_live",
        "lines": "select count(*) from order_number",
        "processes": "select count(*) from process",
        "facts": "select count(*) from journal",
        "bytes": "select pg_database_size(current_database())",
    }
    with connect(dsn, autocommit=True) as connection:
        return {
            name: int(row[0])
            for name, query in asked.items()
            if (row := connection.execute(query).fetchone()) is not None
        }
