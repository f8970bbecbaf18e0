"""A worker as sites run it, ``relevo work`` as a process of its own: to be killed at any moment.

Of the outside it has only what it was given; every other peer is an address where nobody answers.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from relevo.config import Endpoints

_NOWHERE = "http://127.0.0.1:9"


class WorkerProcess:
    """One worker, always of the same name, in one life or in several."""

    def __init__(self, dsn: str, log: Path, outside: Mapping[str, str]) -> None:
        urls = [each.name for each in fields(Endpoints) if each.name.endswith("_url")]
        nowhere = {f"RELEVO_{name.upper()}": _NOWHERE for name in urls}
        self._environment = {**os.environ, **nowhere, **outside, "DATABASE_URL": dsn}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to work; what it says goes into the log."""
        command = [str(Path(sys.executable).with_name("relevo")), "work", "--operator", "brisa"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                command, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """SIGKILL."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def said(self) -> str:
        """What it has logged, in all of its lives."""
        return self._log.read_text(encoding="utf-8", errors="replace")
