"""What must be known before a request can be sent, with the labels of the form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from relevo.profiles.es import tables

LANGUAGES = ("es", "en")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing to ask (or to know): ``when`` is always, prepaid or document_is_not_nif."""

    process: str
    field: str
    when: str


@lru_cache(maxsize=1)
def requirements() -> tuple[Requirement, ...]:
    """All requirements, in the order of the form."""
    return tuple(
        Requirement(entry["process"], entry["field"], entry["when"])
        for entry in tables.toml("requirements.toml")["requirement"]
    )


def label(field: str, language: str) -> str:
    """What the form says beside the field. Raises KeyError for a field without a label."""
    text: str = tables.toml(f"texts/{language}.toml")["requirement"][field]
    return text
