"""The tour at a terminal: two stories, then the console with a link for each role; or it just ends.

Played with two short stories in place of the true ones: what is proven here is how the tour ends.
"""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.cli.play import TOUR

STORIES = Path(__file__).parents[2] / "stories"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two days of the clean story, under both names that the tour asks for."""
    text = (STORIES / "clean.toml").read_text(encoding="utf-8")
    short = text.partition("[expect]")[0].replace('"P14D"', '"P2D"')
    (tmp_path / "stories").mkdir()
    for name in TOUR:
        file = tmp_path / "stories" / name
        file.write_text(f"{short}\n[expect]\ncontradictions_sent = 0\n", encoding="utf-8")
    return tmp_path


class Terminal:
    """A program at a terminal, and what it has written there so far."""

    def __init__(self, screen: int, program: subprocess.Popen[bytes]) -> None:
        self._screen = screen
        self.program = program
        self.text = ""

    def read_until(self, wanted: str) -> re.Match[str] | None:
        """Read on until this is on the screen; None when the program ends before."""
        while (found := re.search(wanted, self.text)) is None:
            try:
                said = os.read(self._screen, 65536)
            except OSError:  # how a terminal says that nobody is there any more
                return None
            self.text += said.decode(errors="replace")
        return found


@contextmanager
def tour(folder: Path, server: Server, *options: str) -> Iterator[Terminal]:
    screen, inside = pty.openpty()
    termios.tcsetwinsize(inside, (50, 300))
    program = subprocess.Popen(
        [sys.executable, "-m", "relevo", "tour", *options],
        cwd=folder,
        env={**os.environ, "DATABASE_URL": server.dsn, "TERM": "dumb"},
        stdin=inside,
        stdout=inside,
        stderr=inside,
    )
    os.close(inside)
    try:
        yield Terminal(screen, program)
    finally:
        program.kill()
        program.wait()
        os.close(screen)


@pytest.mark.service
def test_with_no_wait_it_ends_after_the_stories_even_at_a_terminal(
    folder: Path, postgres: Server
) -> None:
    with tour(folder, postgres, "--no-wait") as terminal:
        terminal.read_until("never on the screen")
        assert terminal.program.wait() == 0, terminal.text
        assert "Where to go next" in terminal.text
        assert "/tour/" not in terminal.text


@pytest.mark.service
def test_its_links_answer_as_soon_as_they_are_shown_and_sign_in_each_role(
    folder: Path, postgres: Server
) -> None:
    with tour(folder, postgres) as terminal:
        assert terminal.read_until(r"sign-up +http\S+/sign-up\s"), terminal.text
        links = dict(re.findall(r"(?m)^ {2}(\w[\w ]*?) +(http://\S+/tour/\S+)", terminal.text))
        assert {"agent", "duty manager", "customer"} <= set(links)
        for who, link in links.items():
            status, cookie, home = followed(link)
            assert status == 303, who
            assert cookie.startswith("relevo_ticket="), who
            assert home.startswith("/mine" if who == "customer" else "/desk"), who
        terminal.program.send_signal(signal.SIGINT)
        terminal.read_until("never on the screen")
        assert terminal.program.wait() == 0, terminal.text


def followed(link: str) -> tuple[int, str, str]:
    place = urlsplit(link)
    http = HTTPConnection(place.hostname or "", place.port, timeout=30)
    http.request("GET", place.path)
    answer = http.getresponse()
    cookie, home = answer.getheader("set-cookie") or "", answer.getheader("location") or ""
    http.close()
    return answer.status, cookie, home
