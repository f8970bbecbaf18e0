"""A real Chromium before the real pages; whoever comes to a page looks at it hard.

With ``RELEVO_SCREENSHOTS=1`` the same run writes its pictures to docs/screenshots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.browser.person import Person
from tests.pages.conftest import Desk, Stories, desk, own_desk, stories

from relevo.play.held import HeldPlay
from relevo.testing.browser import Chromium, NoBrowser, browser
from relevo.values.moment import Moment

__all__ = ["chromium", "comes", "desk", "own_desk", "stories"]

Plays = Callable[[Moment], tuple[Desk, HeldPlay]]
"""``plays(at)`` is a console on a story that stands at this moment, and goes on when told to."""

Comes = Callable[..., Person]
"""``comes(desk, "agent")`` is somebody of that role who sits down before this console."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One for the session; tests are skipped where there is none."""
    with ExitStack() as stack:
        try:
            started = stack.enter_context(browser())
        except NoBrowser as none:
            pytest.skip(str(none))
        yield started


@pytest.fixture
def plays(stories: Stories) -> Iterator[Plays]:
    """Stories that go on while people look, and the consoles on them."""
    with ExitStack() as stack:

        def play(at: Moment) -> tuple[Desk, HeldPlay]:
            dsn, held = stack.enter_context(stories.playing(at))
            desk = Desk(dsn, held.clock)
            stack.callback(desk.close)
            return desk, held

        yield play


@pytest.fixture
def comes(chromium: Chromium) -> Iterator[Comes]:
    """Lets people come, and sees at the end that no page of theirs broke."""
    with chromium.driven() as driven, ExitStack() as stack:
        addresses: dict[int, str] = {}

        def come(desk: Desk, role: str = "", *, order: str = "", language: str = "es") -> Person:
            if id(desk) not in addresses:
                addresses[id(desk)] = stack.enter_context(desk.served())
            ticket = desk.customer_ticket(order) if order else desk.ticket(role) if role else ""
            person = Person(driven, addresses[id(desk)], ticket=ticket, language=language)
            stack.callback(person.leave)
            return person

        yield come
