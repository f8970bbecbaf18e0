"""How one kind of process is spoken to, and everything that this reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relevo.engine.process import ProcessType
from relevo.testing.explore import Law, Vocabulary, Walk, explore


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one kind of process is spoken to.

    ``replies`` come from outside, and any of them may come twice; ``counted`` are the facts (by the
    phase in which the first one came) that the second states all the same, and why it may. In a
    phase of ``rests`` the process waits without a timer of its own: the value says who has the
    limit.
    """

    words: Vocabulary
    process_id: str
    replies: tuple[type, ...] = ()
    counted: Mapping[tuple[str, type], str] = field(default_factory=dict)
    periodic: frozenset[str] = frozenset()
    rests: Mapping[str, str]

    def walk(self, process: ProcessType[Any], *laws: Law) -> Walk:
        """Everything that the vocabulary reaches."""
        return explore(
            process,
            self.words,
            process_id=self.process_id,
            periodic=self.periodic,
            states_max=12_000,
            laws=laws,
        )
