"""Spain's editions; how terms are read is the same in every country (``profiles.terms``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relevo.profiles import terms
from relevo.profiles.terms import WEEKDAYS, EditionSpan, Terms, TermsFault

__all__ = ["WEEKDAYS", "EditionSpan", "Terms", "TermsFault", "edition_spans"]


def edition_spans(table: Mapping[str, Any]) -> tuple[EditionSpan, ...]:
    """The editions, each until the next one begins."""
    return terms.edition_spans("es", table)
