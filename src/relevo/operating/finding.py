"""One thing that was looked at: how it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

RUNBOOKS = "docs/runbooks"


class Level(StrEnum):
    """How bad it is."""

    WELL = "well"
    ATTEND = "attend"  # nobody is hurt yet; do something in working hours
    AILING = "ailing"  # customers are, or soon will be, hurt
    UNSEEN = "unseen"  # it could not be looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``remedy`` is the next step, with its command; ``page`` the runbook that has them all."""

    what: str
    found: str
    level: Level = Level.WELL
    remedy: str = ""
    page: str = ""  # file name in docs/runbooks, without its ending

    @property
    def link(self) -> str:
        """Where the runbook is; empty without one."""
        return f"{RUNBOOKS}/{self.page}.md" if self.page else ""


def graded(level: Level, *, what: str, found: str, remedy: str, page: str) -> Finding:
    """A finding that says what to do only where something is to be done."""
    if level is Level.WELL:
        return Finding(what=what, found=found)
    return Finding(what=what, found=found, level=level, remedy=remedy, page=page)
