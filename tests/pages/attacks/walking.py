"""All addresses of the site, and all names that its pages read: found, not listed.

What is added to the pages is attacked from the next run on, without anybody having to think of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

import relevo.pages
from relevo.pages.app import AREAS
from relevo.pages.guard import CSRF_FIELD

PAGES = Path(relevo.pages.__file__).parent
_PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")
_IN_ADDRESS = re.compile(r"""query_params(?:\.get)?[(\[]\s*["'](\w+)["']""")
_IN_CODE = re.compile(
    r"""(?:field|field_as_is|get|getlist|ask)\(\s*(?:request,\s*)?["'](\w+)["']"""
)
_IN_TEMPLATE = re.compile(r"""\bname=["'](\w+)["']|parts\.field\(\s*["'](\w+)["']""")

OPEN = ("/sign-in", "/sign-out", "/sign-up", "/o", "/static", "/healthz", "/hooks", "/")
"""What is for strangers: these, and what lies below them (of "/" only itself)."""

CUSTOMERS = ("/mine", "/my-order")
"""What is for the customer of an order."""

STREAMS = ("/live",)
"""Addresses whose answer has no end."""


@dataclass(frozen=True)
class Address:
    """One route and one method of it."""

    method: str
    path: str

    @override
    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_open(self) -> bool:
        return self.path == "/" or any(
            self.path == each or self.path.startswith(f"{each}/") for each in OPEN if each != "/"
        )

    @property
    def is_signed(self) -> bool:
        """For machines: nothing is read of what is not signed (tests/pages/test_hooks.py)."""
        return self.path.startswith("/hooks/")

    @property
    def is_customers(self) -> bool:
        return self.path.startswith(CUSTOMERS)

    @property
    def parameters(self) -> list[str]:
        return [name for name, _ in _PARAMETER.findall(self.path)]

    def filled(self, value: str, **named: str) -> str:
        """The path with this in the place of each parameter; ints get a number when it is one."""

        def place(found: re.Match[str]) -> str:
            if found[2] == "int" and not value.isdecimal():
                return "1"
            return named.get(found[1], value)

        return _PARAMETER.sub(place, self.path)


def addresses() -> list[Address]:
    """Everything that can be asked for, as the areas say."""
    from importlib import import_module  # noqa: PLC0415

    found = [
        Address(method, route.path)
        for area in AREAS
        for route in import_module(f"relevo.pages.{area}.routes").ROUTES
        for method in sorted(route.methods or ())
        if method != "HEAD"
    ]
    return [each for each in found if each.path not in STREAMS]


def query_names() -> list[str]:
    """Every name that some page reads from an address."""
    return sorted({name for text in _sources("*.py") for name in _IN_ADDRESS.findall(text)})


def field_names() -> list[str]:
    """Every name that some page reads from a form, or asks for in one."""
    read = {name for text in _sources("*.py") for name in _IN_CODE.findall(text)}
    asked = {
        name
        for text in _sources("*.html")
        for both in _IN_TEMPLATE.findall(text)
        for name in both
        if name
    }
    return sorted((read | asked) - {CSRF_FIELD})


def _sources(pattern: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(PAGES.rglob(pattern))]
