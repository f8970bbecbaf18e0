"""Starts, kills and starts again the SMS centre of ``testing.smsc``, and looks into its store."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message at a phone."""

    source: str
    destination: str
    content: bytes
    coding: int
    esm_class: int


class SmscProcess:
    """One centre: always the same store and port, in one life or in several."""

    def __init__(self, folder: Path) -> None:
        self._store = folder / "smsc.sqlite"
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        self.start()

    def start(self) -> None:
        """Begin to serve."""
        command = [sys.executable, "-m", "relevo.testing.smsc", str(self._store)]
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None, "it was asked for"
        self.port = int(self._process.stdout.readline())

    def kill(self) -> None:
        """SIGKILL."""
        process = self._running()
        process.kill()
        process.communicate()

    def fault(self, name: str, count: int = 1, value: object = None) -> None:
        """From now on this goes wrong, so many times."""
        self._order({"fault": name, "count": count, "value": value})

    def hang_up(self) -> None:
        """Break every connection."""
        self._order({"hang_up": True})

    def say(self, text: bytes, **how: Any) -> None:
        """A phone sends a message."""
        spoken = {"source": "34600000101", "destination": "34600000900"} | how
        self._order({"say": spoken | {"content": text.hex()}})

    def arrived(self) -> list[Arrived]:
        """What phones got, in order."""
        rows = self._ask(
            "select source, destination, coalesce(payload, content), coding, esm_class"
            " from message order by id"
        )
        return [Arrived(*row) for row in rows]

    def unacknowledged(self) -> int:
        """How much it still wants to deliver to us."""
        return int(self._ask("select count(*) from outgoing where not acknowledged")[0][0])

    def has_taken(self, text: bytes) -> bool:
        """Whether a phone's message is in its store: from then on it must not be lost."""
        return bool(self._ask("select 1 from outgoing where content = ?", (text,)))

    def deliveries(self) -> list[int]:
        """How often each was delivered to us."""
        return [int(row[0]) for row in self._ask("select deliveries from outgoing order by id")]

    def _order(self, order: dict[str, Any]) -> None:
        stdin = self._running().stdin
        assert stdin is not None, "it was asked for"
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()

    def _ask(self, question: str, given: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        store = sqlite3.connect(self._store)
        try:
            return store.execute(question, given).fetchall()
        finally:
            store.close()

    def _running(self) -> subprocess.Popen[str]:
        assert self._process is not None, "it was started"
        return self._process
