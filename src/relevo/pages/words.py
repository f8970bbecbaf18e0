"""The words of the pages, in each language: ``texts/<language>/<area>.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from starlette.requests import Request

LANGUAGES = ("es", "en")
COOKIE = "relevo_language"


@dataclass(frozen=True, slots=True)
class Words:
    """All texts of one language. A key is ``area.name`` or ``area.part.name``."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **slots: object) -> str:
        """The text with its slots filled. Raises KeyError: a page with a gap is a mistake."""
        text = self.texts[key]
        return text.format(**slots) if slots else text

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self.texts

    def of(self, prefix: str, code: object) -> str:
        """The word for a code (``phase`` + ``live``); a code without one is shown as it is."""
        return self.texts.get(f"{prefix}.{code}", str(code).replace("_", " "))


@lru_cache(maxsize=4)
def words(language: str) -> Words:
    """The words of a language that ``LANGUAGES`` names."""
    texts: dict[str, str] = {}
    for file in files("relevo.pages").joinpath("texts", language).iterdir():
        if file.name.endswith(".toml"):
            area = file.name.removesuffix(".toml")
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            texts.update(_flat(area, content))
    return Words(language, texts)


def language_of(request: Request, wished: str = "") -> str:
    """Asked for in the address, chosen before, the person's own, or what the browser says."""
    asked = (request.query_params.get("lang", ""), request.cookies.get(COOKIE, ""), wished)
    for each in asked:
        if each in LANGUAGES:
            return each
    for each in request.headers.get("accept-language", "").split(","):
        code = each.split(";")[0].split("-")[0].strip().lower()
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def _flat(prefix: str, content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}.{name}", value)
        else:
            yield f"{prefix}.{name}", str(value)
