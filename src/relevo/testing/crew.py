"""Worker processes that a test starts, kills, freezes and dismisses.

They are forked from a server that has loaded everything already, so that one more costs a few
milliseconds, and each is a process of the system: SIGKILL and SIGSTOP are the real ones.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from relevo.testing import lamp_worker
from relevo.testing.lamp_worker import Post
from relevo.testing.patience import until

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["relevo.testing.lamp_worker"])
_LEAVES_WITHIN_S = 30


class Crew:
    """The workers of one test, by name. ``post`` makes the post of a name."""

    def __init__(self, post: Callable[..., Post]) -> None:
        self._post = post
        self._working: dict[str, ForkServerProcess] = {}
        self._posts: dict[str, Post] = {}
        self.logs: list[Path] = []
        self.deaths: list[int] = []

    def start(self, name: str, **orders: object) -> int:
        """Start a worker, and return its process id. ``orders`` are fields of its post."""
        post = self._post(name, **orders)
        self.logs.append(post.log)
        process = _SERVER.Process(target=lamp_worker.run, args=(post,), name=name)
        process.start()
        self._working[name] = process
        self._posts[name] = post
        assert process.pid is not None
        return process.pid

    def kill(self, name: str) -> None:
        """SIGKILL, and wait until the system has buried it."""
        self._working[name].kill()
        self.exit_code(name)

    def revive(self, *next_orders: Mapping[str, object]) -> None:
        """Start the dead again, as the system's supervisor does: the n-th with the n-th orders."""
        for name, process in list(self._working.items()):
            if not process.is_alive():
                nth = len(self.deaths)
                self.deaths.append(self.exit_code(name))
                assert self.deaths[-1] == -signal.SIGKILL, self.said()
                self.start(name, **(next_orders[nth] if nth < len(next_orders) else {}))

    def order_to_freeze(self, name: str) -> None:
        """Let it stop itself (SIGSTOP) at the point of its post."""
        self._posts[name].freeze_order.touch()

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        os.kill(self._pid(name), signal.SIGCONT)

    def is_frozen(self, name: str) -> bool:
        """Whether the system says that it is stopped."""
        assert self._working[name].is_alive(), self.said()
        stat = Path(f"/proc/{self._pid(name)}/stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[0] == "T"

    def pids(self) -> set[int]:
        """The process ids of those who are alive."""
        return {self._pid(name) for name, each in self._working.items() if each.is_alive()}

    def exit_code(self, name: str, within_s: float = _LEAVES_WITHIN_S) -> int:
        """Wait for its end. A killed one has the negative number of the signal."""
        process = self._working.pop(name)
        process.join(within_s)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise AssertionError(f"{name} did not end within {within_s} s; {self.said()}")
        return process.exitcode

    def dismiss(self) -> None:
        """SIGTERM to all, and wait. Every worker must leave in good order."""
        for process in self._working.values():
            process.terminate()
        codes = {name: self.exit_code(name) for name in list(self._working)}
        assert set(codes.values()) <= {0}, f"{codes}: {self.said()}"

    def bury(self) -> None:
        """Kill whoever is left; for the end of a test that failed."""
        for name in list(self._working):
            self.kill(name)

    def said(self) -> str:
        """What all workers have written."""
        present = [log for log in dict.fromkeys(self.logs) if log.exists()]
        return "\n".join(f"{log.name}: {log.read_text(encoding='utf-8')}" for log in present)

    def await_words(self, words: str, within_s: float = 30) -> None:
        """Until some worker has said ``words``."""
        until(lambda: words in self.said(), f"a worker says {words!r}", within_s)

    def _pid(self, name: str) -> int:
        pid = self._working[name].pid
        assert pid is not None
        return pid
