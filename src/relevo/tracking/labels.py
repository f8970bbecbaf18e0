"""Reads the words of the timeline in one language."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from relevo.tracking.timeline import Labels

LANGUAGES = ("en", "es")


@lru_cache(maxsize=8)
def labels(language: str, zone: str) -> Labels:
    """The words of that language, with times shown in that zone."""
    file = files("relevo.tracking").joinpath("texts", f"{language}.toml")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return Labels(
        steps=content["steps"],
        words=content["words"],
        weekdays=tuple(content["weekdays"]),
        months=tuple(content["months"]),
        language=language,
        zone=zone,
    )
