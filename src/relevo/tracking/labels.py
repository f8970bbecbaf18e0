"""The words of the timeline in one language, and how a value is shown in them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from relevo.porting.profile import Window
from relevo.values.money import Money
from relevo.values.msisdn import Msisdn, spoken

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words of one language."""

    steps: Mapping[str, str]  # wire name of a fact -> text with slots
    words: Mapping[str, str]  # codes of the product -> words
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    language: str
    zone: str


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


@lru_cache(maxsize=8)
def labels_to_customer(language: str, zone: str) -> Labels:
    """The same steps in the words of whose order it is."""
    file = files("relevo.tracking").joinpath("texts", "to_customer", f"{language}.toml")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    known = labels(language, zone)
    return replace(
        known,
        steps={**known.steps, **content["steps"]},
        words={**known.words, **content["words"]},
    )


_VERBATIM = frozenset({"code", "reference", "text"})
"""What others wrote: shown as it is."""

_OPERATORS = frozenset(
    {
        "donor", "donor_was", "recipient", "operator", "serving", "range_holder",
        "us", "other", "goes_back_to", "raised_by",
    }
)  # fmt: skip


def shown(value: Any, labels: Labels, *, field: str = "") -> str:
    """A value as people read it."""
    if value is None or value in ("", ()):
        return labels.words.get("nothing", "–")
    if isinstance(value, datetime | date | Window):
        return _shown_time(value, labels)
    if isinstance(value, dict):
        return ", ".join(dict.fromkeys(shown(one, labels) for one in value.values()))
    if isinstance(value, tuple):
        return ", ".join(shown(one, labels) for one in value)
    if isinstance(value, int) and field.endswith("_eur_cents"):
        return Money(value, "EUR").shown(labels.language)
    if isinstance(value, str) and value.startswith("+") and value[1:].isdigit():
        return spoken(Msisdn(value))
    if field in _VERBATIM:
        return str(value)
    if field in _OPERATORS and str(value) not in labels.words:
        return str(value).capitalize()
    return labels.words.get(str(value), str(value).replace("_", " "))


def _shown_time(value: datetime | date | Window, labels: Labels) -> str:
    zone = ZoneInfo(labels.zone)
    if isinstance(value, Window):
        closes = value.closes.astimezone(zone)
        return f"{_shown_time(value.opens, labels)}–{closes:%H:%M}"
    if isinstance(value, datetime):
        here = value.astimezone(zone)
        return f"{_shown_time(here.date(), labels)} {here:%H:%M}"
    return f"{labels.weekdays[value.weekday()]} {value.day} {labels.months[value.month - 1]}"
