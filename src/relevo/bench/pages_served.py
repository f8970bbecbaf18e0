"""The server that the pages are measured on: the whole of ``relevo serve``, in its own process.

Its clock stands at the present of the seeded orders; all else is as on a site.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from relevo.bench.seed import PRESENT
from relevo.engine.clock import VirtualClock, elapsed_seconds
from relevo.operating.web import health_routes, serve
from relevo.pages.app import app
from relevo.pages.console import Console
from relevo.pages.site import tried_settings

_PATIENCE_S = 120.0
_COUNTRY = "es"


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, and which process it is."""

    port: int
    pid: int
    dsn: str

    @property
    def rss_mb(self) -> float:
        """The memory of the whole process, now."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("/proc has no VmRSS; the benchmark runs on Linux only")


@contextmanager
def served(dsn: str, people_dsn: str) -> Iterator[Served]:
    """Serve until the block ends."""
    port = _free_port()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(dsn, people_dsn, port), name="pages"
    )
    process.start()
    try:
        _await(port, process.is_alive)
        assert process.pid is not None, "it was started"
        yield Served(port, process.pid, dsn)
    finally:
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, signal.SIGTERM)
        process.join()


def _serve(dsn: str, people_dsn: str, port: int) -> None:
    settings = tried_settings(dsn, people_dsn, _COUNTRY, lambda _: None, on=PRESENT.date())
    console = Console(settings, clock=VirtualClock(PRESENT))
    pages = app(console, beside=health_routes(dsn))
    serve(pages, host="127.0.0.1", port=port, stopping=console.live.stop)
    console.close()


def _await(port: int, is_alive: Callable[[], bool]) -> None:
    """Until it answers. Raises TimeoutError; why it ended, it has said itself."""
    began, pause = elapsed_seconds(), threading.Event()
    while is_alive() and elapsed_seconds() - began < _PATIENCE_S:
        http = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            http.request("GET", "/healthz")
            if http.getresponse().status == 200:
                return
        except OSError:
            pause.wait(0.05)
        finally:
            http.close()
    raise TimeoutError("the pages do not answer")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
