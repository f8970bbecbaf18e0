"""What the letters of one family know of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.claims.model import Claim
from relevo.engine.process import state


class LetterPhase(StrEnum):
    """Where the letters are."""

    SILENT = "silent"
    WAITING = "waiting"  # for the morning
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, ready to go. ``instead`` is the other address, for when a channel fails."""

    key: str
    topic: str
    channel: str
    to: str
    subject_line: str
    text: str
    claims: tuple[Claim, ...]
    sender: str
    instead: str = ""
    against: tuple[str, ...] = ()  # what the check before sending has against it: it is stopped


@state("notices.letters_state")
class Letters:
    """All letters of one request or wish."""

    id: str
    phase: LetterPhase = LetterPhase.SILENT
    waiting: tuple[Letter, ...] = ()
    underway: tuple[Letter, ...] = ()  # sent, and not taken by its channel yet
    written: int = 0

    def __post_init__(self) -> None:
        assert (self.phase is LetterPhase.WAITING) == bool(self.waiting)
