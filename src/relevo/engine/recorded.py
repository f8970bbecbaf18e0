"""A fact as the journal holds it."""

from __future__ import annotations

from typing import Any

import msgspec

from relevo.values.moment import Moment


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One fact with its place in the history."""

    process_id: str
    kind: str
    version: int  # its number in the history of its process
    at: Moment
    fact: Any
    seq: int  # its number in the history of its bucket
