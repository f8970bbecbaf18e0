"""How a switch's question is answered: where is this number routed now?

As many ported numbers as asked for, every other one of a plan, on 300 routing numbers, loaded from
a file; then asked for in this process, by HTTP from a server of its own, and, with the same numbers
and by the same HTTP, from Kamailio's hash table. All in one run on one machine; who asks by HTTP
(wrk) takes a part of the two cores as well. One of two numbers that are asked for is ported.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from relevo.adapters.ported_sheet.feed import Feed, Kind
from relevo.adapters.ported_sheet.load import take_in
from relevo.adapters.ported_sheet.sheet import Sheet
from relevo.bench.ground import hardware
from relevo.bench.lookup_peer import Peer
from relevo.engine.clock import elapsed_seconds
from relevo.testing.debian import NotInstalled, programs
from relevo.testing.kamailio import free_port, listens
from relevo.testing.patience import until

Say = Callable[[str], None]

FIRST = 34_600_000_000
ROUTES = 300
FIRST_ROUTE = 704_000
ASKED = 200_000
ROUNDS = 7
HTTP_SECONDS, CONNECTIONS = 5, 8
_SMALL = 100_000
"""Below this a run is a look, not a measurement: one second of questions."""

DIFFERENCES = 100_000
_AT_A_TIME = 1_000_000
_SEED = 20_261_123


@dataclass(frozen=True, slots=True)
class Country:
    """Numbers that are ported: some of a range, and how each is routed."""

    numbers: NDArray[np.uint64]
    routes: NDArray[np.uint64]

    @classmethod
    def of(cls, many: int) -> Country:
        """Every other number of a range that is twice as long, drawn at random."""
        draw = np.random.default_rng(_SEED)
        numbers = FIRST + 2 * np.arange(many, dtype=np.uint64)
        numbers += draw.integers(0, 2, many, dtype=np.uint64)
        routes = draw.integers(FIRST_ROUTE, FIRST_ROUTE + ROUTES, many, dtype=np.uint64)
        return cls(numbers, routes)

    def write(self, file: BinaryIO, before: bytes, between: bytes, after: bytes) -> None:
        """All numbers with their routes, a line each, in whatever form."""
        for at in range(0, len(self.numbers), _AT_A_TIME):
            part = slice(at, at + _AT_A_TIME)
            columns = (
                _repeated(before, len(self.numbers[part])),
                _digits(self.numbers[part]),
                _repeated(between, len(self.numbers[part])),
                _digits(self.routes[part]),
                _repeated(after, len(self.numbers[part])),
            )
            file.write(np.concatenate(columns, axis=1).tobytes())

    def feed(self, folder: Path, kind: Kind, sequence: int) -> Feed:
        """The file of these numbers."""
        path = folder / f"{kind}-{sequence}.csv"
        with path.open("wb") as file:
            file.write(b"relevo-ported;%s;%d;%d\n" % (kind.encode(), sequence, len(self.numbers)))
            self.write(file, b"+", b";", b"\n")
        return Feed.of(path)


def measure_lookup(numbers: int, *, rounds: int = ROUNDS, say: Say) -> dict[str, Any]:
    """All of it; what the machine does not have is null."""
    country = Country.of(numbers)
    with tempfile.TemporaryDirectory(prefix="relevo-lookup-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database server of the peer has an account of its own
        say(f"{numbers:,} numbers, loaded from a file")
        result: dict[str, Any] = {"numbers": numbers, **_load(country, folder)}
        say("asked for in this process")
        result |= {"rounds": rounds, **_asked_here(folder / "ported.sheet", numbers, rounds)}
        say("asked for by HTTP")
        result["http"] = _asked_by_http(folder, numbers)
        say("Kamailio, with the same numbers")
        result["kamailio"] = _peer(country, folder)
    return {**result, "machine": hardware(), "ratio": _ratio(result)}


def _load(country: Country, folder: Path) -> dict[str, Any]:
    sheet = folder / "ported.sheet"
    feed = country.feed(folder, Kind.FULL, 1)
    began = elapsed_seconds()
    taken = take_in(feed, sheet)
    loaded_s = elapsed_seconds() - began
    assert taken.numbers == len(country.numbers), "every number of the file is in the sheet"
    every = max(1, len(country.numbers) // DIFFERENCES)
    some = Country(country.numbers[::every], np.flip(country.routes[::every]))
    day = some.feed(folder, Kind.DIFFERENCE, 2)
    began = elapsed_seconds()
    take_in(day, sheet)
    return {
        "load_s": loaded_s,
        "numbers_per_s": len(country.numbers) / loaded_s,
        "sheet_mb": sheet.stat().st_blocks * 512 / 1e6,
        "feed_mb": feed.size_bytes / 1e6,
        "differences": len(some.numbers),
        "differences_s": elapsed_seconds() - began,
    }


def _asked_here(path: Path, numbers: int, rounds: int) -> dict[str, Any]:
    began = elapsed_seconds()
    with Sheet(path) as sheet:
        opened_s = elapsed_seconds() - began
        asked: list[Any] = _some(numbers)
        found = sum(sheet.route_of(each) is not None for each in asked)
        each_us = []
        for _ in range(rounds):
            began = elapsed_seconds()
            for number in asked:
                sheet.route_of(number)
            each_us.append((elapsed_seconds() - began) / len(asked) * 1e6)
    return {
        "open_ms": opened_s * 1000,
        "found_share": found / len(asked),
        "in_process_us": {"median": median(each_us), "least": min(each_us), "most": max(each_us)},
    }


def _some(numbers: int) -> list[str]:
    drawn = np.random.default_rng(_SEED).integers(FIRST, FIRST + 2 * numbers, ASKED)
    return [f"+{each}" for each in drawn]


def _asked_by_http(folder: Path, numbers: int) -> dict[str, Any] | None:
    port = free_port()
    command = (sys.executable, "-m", "relevo", "ported", "serve", "--port", str(port))
    where = ("--sheet", str(folder / "ported.sheet"))
    with subprocess.Popen((*command, *where), stdout=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            until(lambda: listens(port), "the look-up answers")
            return _under_load(folder, port, numbers)
        finally:
            server.terminate()


def _peer(country: Country, folder: Path) -> dict[str, Any] | None:
    try:
        with _peer_filled(country, folder) as peer, peer.serving() as served:
            return {
                "load_s": peer.load_s,
                "memory_mb": served.memory_mb,
                "http": _under_load(folder, peer.port, len(country.numbers)),
            }
    except NotInstalled:
        return None


@contextmanager
def _peer_filled(country: Country, folder: Path) -> Iterator[Peer]:
    programs(["kamailio"], ("kamailio", "kamailio-postgres-modules"))
    rows = folder / "rows.tsv"
    with rows.open("wb") as file:
        country.write(file, b"+", b"\t0\t0\t", b"\t0\n")
    with Peer.filled(folder, rows, len(country.numbers)) as peer:
        rows.unlink()
        yield peer


def _under_load(folder: Path, port: int, numbers: int) -> dict[str, Any] | None:
    """As many questions as one gets through in some seconds; None without wrk."""
    try:
        wrk = programs(["wrk"], ("wrk",))["wrk"]
    except NotInstalled:
        return None
    script = folder / "ask.lua"
    script.write_text(_ASK.format(first=FIRST, last=FIRST + 2 * numbers - 1), encoding="ascii")
    seconds = HTTP_SECONDS if numbers >= _SMALL else 1
    load = ("-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script))
    said = subprocess.run(  # noqa: S603 - our own words
        (wrk, *load, f"http://127.0.0.1:{port}"), check=True, capture_output=True, text=True
    ).stdout
    per_s, p50_ms, p99_ms, failed = map(float, said.rsplit("figures:", 1)[1].split())
    return {"per_s": per_s, "p50_ms": p50_ms, "p99_ms": p99_ms, "failed": int(failed)}


_ASK = """
request = function()
  return wrk.format("GET", "/ported/+" .. string.format("%.0f", math.random({first}, {last})))
end
done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format("figures: %f %f %f %d", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
"""


def _ratio(result: dict[str, Any]) -> dict[str, float] | None:
    """Ours over Kamailio's; above 1 is ours the better one."""
    peer, http = result["kamailio"], result["http"]
    if not peer or not http or not peer["http"]:
        return None
    return {
        "memory": peer["memory_mb"] / result["sheet_mb"],
        "load": peer["load_s"] / result["load_s"],
        "http_per_s": http["per_s"] / peer["http"]["per_s"],
    }


def _digits(values: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """All of the same length, as text."""
    length = len(str(int(values.max())))
    places = 10 ** np.arange(length - 1, -1, -1, dtype=np.uint64)
    return (values[:, None] // places % np.uint64(10)).astype(np.uint8) + np.uint8(ord("0"))


def _repeated(text: bytes, many: int) -> NDArray[np.uint8]:
    return np.tile(np.frombuffer(text, np.uint8), (many, 1))
