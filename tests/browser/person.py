"""Somebody at a browser, who looks at every page he comes to: can everybody use it?"""

from __future__ import annotations

import io
import json
import os
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relevo.pages.guard import TICKET

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

HERE = Path(__file__).parent
AXE = HERE / "axe-4.14.1.min.js"
"""axe-core by Deque Systems, as published, under the Mozilla Public License 2.0 (see its head)."""
PICTURES = HERE.parents[1] / "docs" / "screenshots"
WIDE, NARROW = (1280, 900), (360, 780)
PATIENCE_MS = 45_000
TABS_MOST = 150
_COLOURS = 128
_SEVERE = ("serious", "critical")
_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return "";
  const wide = [...document.querySelectorAll("body *")].filter(
    each => each.getBoundingClientRect().right > room + 1);
  return wide.slice(-3).map(each => each.outerHTML.slice(0, 120)).join(" | ") || "the page";
}"""


class Person:
    """One browser window with its cookies. ``page`` is Playwright's."""

    def __init__(self, browser: Browser, address: str, *, ticket: str, language: str) -> None:
        self.address, self.language = address, language
        self._context = browser.new_context(
            base_url=address,
            viewport={"width": WIDE[0], "height": WIDE[1]},
            locale=language,
            color_scheme="light",
            reduced_motion="reduce",
        )
        if ticket:
            self._context.add_cookies([{"name": TICKET, "value": ticket, "url": address}])
        self.page = self._context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.complaints_expected = False  # a refused page is one in the browser, too
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        self.page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )

    def goes_to(self, path: str, picture: str = "", *, phone: str = "", status: int = 200) -> None:
        """Open an address and look at the page."""
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None, path
        assert answer.status == status, f"{path} answers {answer.status}"
        self.looks(picture, phone=phone)

    def looks(self, picture: str = "", *, phone: str = "") -> None:
        """No serious finding of axe-core, in the light and in the dark, on a desk and on a phone,
        on which nothing hangs over. Whoever reads English has the desk in the dark."""
        at_the_desk, on_the_phone = "light", "dark"
        if self.language == "en":
            at_the_desk, on_the_phone = on_the_phone, at_the_desk
        self._sees(at_the_desk)
        self._takes(picture)
        self.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        self._sees(on_the_phone)
        too_wide = self.page.evaluate(_TOO_WIDE)
        assert not too_wide, f"{self.page.url} is wider than a phone: {too_wide}"
        self._takes(phone)
        self.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

    def says(self, text: str) -> None:
        """Wait until the page says this, wherever; without asking for it again."""
        self.page.get_by_text(text).first.wait_for()

    def fills(self, **fields: str) -> None:
        """Type into fields, by their names; ``__`` stands for a dot."""
        for name, value in fields.items():
            self.field(name.replace("__", ".")).fill(value)

    def chooses(self, name: str, value: str) -> None:
        """Tick one of a set of choices, or pick from a list."""
        chosen = self.field(name)
        if chosen.first.evaluate("each => each.tagName") == "SELECT":
            chosen.select_option(value)
        else:
            self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    def field(self, name: str) -> Locator:
        """A field by its name."""
        return self.page.locator(f'main [name="{name}"]')

    def presses(self, *keys: str) -> None:
        """The keyboard alone."""
        for key in keys:
            self.page.keyboard.press(key)

    def tabs_to(self, selector: str) -> None:
        """From where he is, by the tabulator, until it is there."""
        for _ in range(TABS_MOST):
            if self.page.evaluate("it => document.activeElement.matches(it)", selector):
                return
            self.presses("Tab")
        raise AssertionError(f"{self.page.url}: no tabulator leads to {selector}")

    def types(self, name: str, text: str) -> None:
        """Go to a field by keyboard; type, or walk its choices until this one is chosen."""
        self.tabs_to(f'main [name="{name}"]')
        kind = self.page.evaluate("() => document.activeElement.type")
        if kind not in {"radio", "select-one"}:
            self.page.keyboard.type(text)
            return
        for _ in range(10):
            if self.page.evaluate("() => document.activeElement.value") == text:
                break
            self.presses("ArrowDown")
        assert self.page.evaluate("() => document.activeElement.value") == text, name
        if kind == "radio":
            self.presses("Space")

    def leave(self) -> None:
        """Close the window; none of its pages may have complained."""
        self._context.close()
        assert self.complaints_expected or not self.complaints, self.complaints

    def _sees(self, how: Any) -> None:
        self.page.emulate_media(color_scheme=how)
        if not self.page.evaluate("() => typeof axe === 'object'"):
            self.page.evaluate(_axe())
        found: list[dict[str, Any]] = self.page.evaluate(
            "() => axe.run(document, {resultTypes: ['violations']}).then(all => all.violations)"
        )
        severe = [
            f"{each['id']}: {each['nodes'][0]['html'][:160]} ({len(each['nodes'])} of them)"
            for each in found
            if each["impact"] in _SEVERE
        ]
        assert not severe, f"{self.page.url}, {how}: {json.dumps(severe, ensure_ascii=False)}"

    def _takes(self, picture: str) -> None:
        """What fits the window, in as few colours as it takes: small, and sharp."""
        if picture and os.environ.get("RELEVO_SCREENSHOTS") == "1":
            PICTURES.mkdir(exist_ok=True)
            image = import_module("PIL.Image")  # comes with the charts of ./dev bench
            shot = image.open(io.BytesIO(self.page.screenshot(scale="css"))).convert("RGB")
            shot.quantize(_COLOURS, method=image.Quantize.MEDIANCUT, dither=image.Dither.NONE).save(
                PICTURES / f"{picture}.png", optimize=True
            )


@lru_cache(maxsize=1)
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
