"""A hub that is down: both hubs answer nothing while it lasts."""

from __future__ import annotations

from datetime import timedelta

from relevo.simulators.faults import lasting
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment


class Outage:
    """Begins with the first call after the fault is armed, and lasts its time."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._until: Moment | None = None

    def is_down(self) -> bool:
        """Whether a call is refused now."""
        now = self._stage.now()
        if self._until is not None and now < self._until:
            return True
        fault = self._stage.strike("hub", "down")
        if fault is None:
            return False
        self._until = now + lasting(fault, timedelta(hours=2))
        self._stage.later(self._until, "hub up again", lambda: self._stage.changed("hub"))
        return True
