"""The Chromium of the distribution, for tests that look at pages as people do.

Where it is not installed and we may, it is. The tests drive it by Playwright, whose own download
is left alone: one browser that the system keeps up to date is enough.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PACKAGES = ("chromium", "fonts-dejavu-core")
_INSTALL = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *_PACKAGES)
_FLAGS = (
    "--no-sandbox",  # root's Chromium has none; it opens nothing but our own pages
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--font-render-hinting=none",
)


class NoBrowser(RuntimeError):
    """There is no Chromium and none could be installed; the text says what to run."""


def chromium() -> str:
    """The program, installed first where it must be. Raises NoBrowser."""
    found = _found()
    if found is None:
        _install()
        found = _found()
    if found is None:
        raise NoBrowser(_remedy("apt-get did not bring it"))
    return found


class Chromium:
    """A Chromium without a screen, that is driven from one thread.

    Playwright's synchronous way keeps an event loop running in its thread for as long as it is
    open, and nothing else in that thread could run one of its own (a mail client, a server). So
    the loop shows only while somebody drives.
    """

    def __init__(self, started: Browser) -> None:
        self._started = started
        self._loop = asyncio._get_running_loop()  # noqa: SLF001 - the only way to step aside
        asyncio._set_running_loop(None)  # noqa: SLF001

    @contextmanager
    def driven(self) -> Iterator[Browser]:
        """The browser, in somebody's hands."""
        asyncio._set_running_loop(self._loop)  # noqa: SLF001
        try:
            yield self._started
        finally:
            asyncio._set_running_loop(None)  # noqa: SLF001


@contextmanager
def browser() -> Iterator[Chromium]:
    """A Chromium for this thread, put away at the end. Raises NoBrowser."""
    program = chromium()
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is used
    except ImportError:
        raise NoBrowser("Playwright is not installed; run ./dev test, which brings it") from None
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        at_hand = Chromium(started)
        try:
            yield at_hand
        finally:
            with at_hand.driven():
                started.close()


def _found() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _install() -> None:
    if os.geteuid() != 0:
        raise NoBrowser(_remedy("only root may install it"))
    if shutil.which("apt-get") is None:
        raise NoBrowser(_remedy("this system has no apt-get"))
    for command in (("apt-get", "update", "-q"), _INSTALL):
        subprocess.run(  # noqa: S603 - our own words
            command,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


def _remedy(why: str) -> str:
    return f"there is no Chromium ({why}); install it, on Debian: {' '.join(_INSTALL)}"
