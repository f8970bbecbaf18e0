"""What a law is: it looks at every new fact of one family, and once more when the play is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from relevo.engine.recorded import Recorded
from relevo.numbering.queries import Entry
from relevo.play.scenario import Scenario
from relevo.play.verdict import Verdict
from relevo.play.witnessed import Witnessed
from relevo.values.msisdn import Msisdn

Ledger = Callable[[Msisdn], Sequence[Entry]]
"""The entries of custody of a number as the database has them now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unperformed:
    """An effect that still waits, or what the engine has parked, when the play is over."""

    process_id: str
    name: str
    reason: str
    is_parked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """All that is known of a customer when his play is over."""

    seen: Witnessed
    verdict: Verdict
    unperformed: tuple[Unperformed, ...] = ()


class Law(Protocol):
    """One law for one family. It remembers what it needs: a look costs the new facts only."""

    name: ClassVar[str]
    """A sentence: what holds."""

    def see(self, recorded: Recorded) -> Iterator[str]:
        """What is broken by this fact, in words."""

    def end(self, ended: Ended) -> Iterator[str]:
        """What is broken when all is over."""


class LawMaker(Protocol):
    """The class of a law."""

    name: str

    def __call__(self, scenario: Scenario, ledger: Ledger, /) -> Law:
        """One for this family."""
