"""What a promise knows of itself."""

from __future__ import annotations

from enum import StrEnum

from relevo.engine.process import state
from relevo.values.moment import Moment


class Phase(StrEnum):
    UNMADE = "unmade"
    MADE = "made"
    AT_RISK = "at_risk"
    BROKEN = "broken"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    RELEASED = "released"


class Reason(StrEnum):
    """Why a promise refuses a command."""

    NEVER_MADE = "never_made"
    ALREADY_MADE = "already_made"
    DUE_IN_THE_PAST = "due_in_the_past"
    TOO_LATE_TO_MOVE = "too_late_to_move"


@state("promises.promise_state")
class Promise:
    process_id: str
    phase: Phase = Phase.UNMADE
    what: str = ""
    to: str = ""
    due: Moment | None = None
    owner: str = ""
    rests_on: tuple[str, ...] = ()
    moved: int = 0

    def __post_init__(self) -> None:
        if self.phase is not Phase.UNMADE:
            assert self.due is not None, "a promise that was made has a due time"
            assert self.what, "a promise that was made says what"
            assert self.owner, "a promise that was made has an owner"
