"""A real PowerDNS on loopback with a SQLite file, that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from relevo.testing.debian import programs
from relevo.testing.kamailio import listens
from relevo.testing.patience import until
from relevo.testing.ports import free_port

_PACKAGES = ("pdns-server", "pdns-backend-sqlite3")
_SCHEMA = Path("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql")
KEY = "a key for tests"
_CONFIG = """
launch=gsqlite3
gsqlite3-database={folder}/zones.db
local-address=127.0.0.1
local-port={dns}
socket-dir={folder}
api=yes
api-key={key}
webserver=yes
webserver-address=127.0.0.1
webserver-port={api}
security-poll-suffix=
zone-cache-refresh-interval=0
loglevel=3
"""


@dataclass(slots=True)
class PowerDnsServer:
    """One server. ``process`` is the one that runs now, or ran last."""

    folder: Path
    api: int = field(default_factory=free_port)
    dns: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[Self]:
        """Have one answer until the block ends. Raises NotInstalled, NeverCame."""
        programs(["pdns_server"], _PACKAGES)
        server = cls(folder)
        folder.mkdir(parents=True)
        with closing(sqlite3.connect(folder / "zones.db")) as zones:
            zones.executescript(_SCHEMA.read_text(encoding="utf-8"))
        text = _CONFIG.format(folder=folder, api=server.api, dns=server.dns, key=KEY)
        (folder / "pdns.conf").write_text(text, encoding="ascii")
        server.start()
        try:
            yield server
        finally:
            server.kill()
            shutil.rmtree(folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, on its ports and with what it knew."""
        program = programs(["pdns_server"], _PACKAGES)["pdns_server"]
        with (self.folder / "pdns.log").open("ab") as sink:
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                (program, f"--config-dir={self.folder}", "--daemon=no", "--guardian=no"),
                stdout=sink,
                stderr=sink,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        until(lambda: listens(self.api) and listens(self.dns), "PowerDNS answers")

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP, SIGCONT."""
        if self.process is not None:
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End it without a word."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
