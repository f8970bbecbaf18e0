"""A real Kamailio on loopback: brought where it is not installed, ended whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from relevo.testing.debian import programs
from relevo.testing.patience import until

_PACKAGES = ("kamailio", "kamailio-postgres-modules", "kamailio-sqlite-modules")


@dataclass(frozen=True, slots=True)
class Kamailio:
    """One that runs, with its processes."""

    process: subprocess.Popen[bytes]

    @property
    def memory_mb(self) -> float:
        """Of all its processes; what they share counts once."""
        shares = (_shared_kb(pid) for pid in _group(self.process.pid))
        return sum(shares) / 1024

    def signal(self, number: signal.Signals) -> None:
        """To all its processes: SIGKILL, SIGSTOP, SIGCONT."""
        os.killpg(self.process.pid, number)


@contextmanager
def kamailio(
    config: str,
    folder: Path,
    *,
    port: int,
    memory_mb: int = 64,
    environment: Mapping[str, str] | None = None,
    within_s: float = 30.0,
) -> Iterator[Kamailio]:
    """Run it with this configuration until the block ends; it listens for TCP on ``port``.

    Raises NotInstalled, NeverCame with the end of its log.
    """
    program = programs(["kamailio"], _PACKAGES)["kamailio"]
    file, log = folder / "kamailio.cfg", folder / "kamailio.log"
    file.write_text(config, encoding="ascii")
    size = ("-m", str(memory_mb), "-M", str(max(16, memory_mb // 4)))
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own words
            (program, "-DD", "-E", *size, "-f", str(file)),
            stdout=sink,
            stderr=sink,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        until(lambda: process.poll() is not None or listens(port), "Kamailio answers", within_s)
        if process.poll() is not None:
            said = log.read_text(encoding="utf-8", errors="replace")[-1500:]
            raise RuntimeError(f"Kamailio ended at once: {said}")
        yield Kamailio(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A port of loopback that nobody has now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody answers there."""
    with socket.socket() as tried:
        tried.settimeout(0.5)
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _group(leader: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if os.getpgid(int(folder.name)) == leader:
                    found.append(int(folder.name))
            except ProcessLookupError:
                continue
    return found


def _shared_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
