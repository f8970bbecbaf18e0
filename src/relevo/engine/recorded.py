"""A fact as the journal holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One fact with its place in the history."""

    process_id: str
    kind: str
    version: int  # its number in the history of its process
    at: Moment
    fact: Any
    seq: int  # its number in the history of its bucket
