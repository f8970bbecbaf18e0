"""Every kind of process with its vocabulary: what the laws are held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from relevo.engine.process import ProcessType
from relevo.testing.explore import Law, Vocabulary, Walk, explore
from relevo.testing.vocabulary.cast import ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one kind of process is spoken to.

    ``replies`` come from outside and may come twice. ``counted`` are the facts that each of them
    states anew. In a phase of ``rests`` it waits without a timer: somebody else has the limit.
    """

    kind: str
    words: Vocabulary
    process_id: str
    replies: tuple[type, ...] = ()
    counted: tuple[type, ...] = ()
    periodic: frozenset[str] = frozenset()
    rests: frozenset[str] = frozenset()
    states_max: int = 10_000
