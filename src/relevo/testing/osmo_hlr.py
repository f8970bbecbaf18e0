"""A real HLR (osmo-hlr, of Debian's packages) for tests and benchmarks: started on an address of
loopback that is its own, killed, frozen and started again on the same store.

Its control port cannot be chosen, so that each HLR has an address: those of 127.0.0.0/8 are many.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import gettempdir

from relevo.testing.debian import programs
from relevo.testing.patience import until

CTRL, VTY, GSUP = 4259, 4258, 4222
_PACKAGES = ("osmo-hlr",)
_CONFIG = """log stderr
 logging filter all 1
 logging color 0
line vty
 bind {host}
ctrl
 bind {host}
hlr
 gsup
  bind ip {host}
"""
_ADDRESSES = 250 * 250


class OsmoHlr:
    """One HLR: always the same store and address, in one life or in several."""

    def __init__(self, folder: Path) -> None:
        self._program = programs(["osmo-hlr"], _PACKAGES)["osmo-hlr"]
        self.host = _address()
        self.store = folder / "hlr.db"
        self.log = folder / "hlr.log"
        self._config = folder / "hlr.cfg"
        self._config.write_text(_CONFIG.format(host=self.host), encoding="ascii")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to serve. Raises NeverCame."""
        with self.log.open("ab") as sink:
            process = subprocess.Popen(  # noqa: S603 - our own words
                (self._program, "-c", str(self._config), "-l", str(self.store)),
                stdout=sink,
                stderr=sink,
                stdin=subprocess.DEVNULL,
                cwd=self.store.parent,
                start_new_session=True,
            )
        self._process = process
        until(
            lambda: (
                process.poll() is not None
                or all(_listens(self.host, port) for port in (CTRL, VTY, GSUP))
            ),
            "the HLR answers",
            30,
        )
        if process.poll() is not None:
            raise RuntimeError(f"the HLR ended at once: {self.log.read_text()[-1500:]}")

    @property
    def pid(self) -> int:
        assert self._process is not None, "it was started"
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """SIGSTOP: it listens, and says nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)


@contextmanager
def osmo_hlr(folder: Path) -> Iterator[OsmoHlr]:
    """One that serves until the block ends. Raises NotInstalled."""
    hlr = OsmoHlr(folder)
    hlr.start()
    try:
        yield hlr
    finally:
        hlr.kill()


def _address() -> str:
    """An address of loopback that is nobody else's."""
    folder = Path(gettempdir()) / f"relevo-addresses-{os.geteuid()}"
    folder.mkdir(exist_ok=True)
    start = int.from_bytes(os.urandom(4), "big")
    for nth in count(start):
        third, fourth = divmod(nth % _ADDRESSES, 250)
        address = f"127.71.{third + 1}.{fourth + 1}"
        claim = os.open(folder / address, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(claim)
            continue
        return address  # claimed until this process ends, whatever its end
    raise AssertionError("counting does not end")


def _listens(host: str, port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(0.5)
        return tried.connect_ex((host, port)) == 0
