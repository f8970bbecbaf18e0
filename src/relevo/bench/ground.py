"""The server that is measured on, and what the work cost it.

It is the bundled PostgreSQL with the settings that every user of it gets, durable (fsync,
synchronous commit), and one more: commit timestamps, by which latencies are read.
"""

from __future__ import annotations

import os
import platform
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relevo import wiring
from relevo.adapters.postgres.embedded import Server, embedded
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import connect

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_TABLES = """
select coalesce(pg_partition_root(c.oid), c.oid)::regclass::text, sum(pg_total_relation_size(c.oid))
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'r'
group by 1
"""


@contextmanager
def bench_server() -> Iterator[Server]:
    """A durable server of its own, thrown away at the end."""
    with tempfile.TemporaryDirectory(prefix="relevo-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with embedded(folder / "server") as server, _admin(server.dsn) as connection:
            connection.execute("alter system set track_commit_timestamp = on")
        with embedded(folder / "server") as server:
            yield server


def fresh_database(server: Server, name: str) -> str:
    """An empty database with the whole schema."""
    server.drop_database(name)
    dsn = server.create_database(name)
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    return dsn


@dataclass(frozen=True, slots=True)
class Usage:
    """What the server has used since it was started."""

    cpu_s: float
    wal_bytes: int
    table_bytes: dict[str, int]

    @property
    def bytes_in_all(self) -> int:
        return sum(self.table_bytes.values())


def usage(dsn: str) -> Usage:
    """Read the server's CPU from /proc, its WAL position and the size of each table."""
    with _admin(dsn) as connection:
        rows = {name: int(size) for name, size in connection.execute(_TABLES).fetchall()}
        row = connection.execute("select pg_current_wal_lsn() - '0/0'").fetchone()
        assert row is not None
        return Usage(cpu_s=server_cpu_s(connection), wal_bytes=int(row[0]), table_bytes=rows)


def server_cpu_s(connection: Any) -> float:
    """CPU of the server and all its processes, those that have ended included."""
    row = connection.execute("select pg_read_file('postmaster.pid')").fetchone()
    postmaster = int(row[0].split("\n", 1)[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="ascii")
    own = sum(_ticks(postmaster))
    return (own + sum(sum(_ticks(int(pid))[:2]) for pid in children.split())) / _TICKS_PER_SECOND


def process_cpu_s(pid: int) -> float:
    """CPU of one process that lives."""
    return sum(_ticks(pid)[:2]) / _TICKS_PER_SECOND


def own_cpu_s() -> float:
    """CPU of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_rss_mb() -> float:
    """The most memory that this process has had."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmHWM; the benchmark runs on Linux only")


def machine(dsn: str) -> dict[str, Any]:
    """On what the figures were measured."""
    with _admin(dsn) as connection:
        row = connection.execute("show server_version").fetchone()
    return {**hardware(), "postgresql": row[0] if row else ""}


def hardware() -> dict[str, Any]:
    """The same, where no database takes part."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _ticks(pid: int) -> tuple[int, int, int, int]:
    """utime, stime, cutime and cstime; zeros when it has just ended (its parent has them then)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return (0, 0, 0, 0)
    fields = stat.rpartition(")")[2].split()
    user, system, children_user, children_system = map(int, fields[11:15])
    return (user, system, children_user, children_system)


def _admin(dsn: str) -> Any:
    return connect(dsn, name="relevo bench", autocommit=True)
