"""A hub that is down, or whose web service is while its files still come and go."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from relevo.simulators.faults import lasting
from relevo.simulators.stage import HUBS, Stage
from relevo.values.moment import Moment


class Outage:
    """Begins with the first call after the fault is armed, and lasts its time."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._until: dict[str, Moment] = {}

    def is_down(self) -> bool:
        """Whether a call is refused now: both hubs answer nothing while it lasts."""
        return self._strikes("down")

    def is_service_down(self) -> bool:
        """Whether the mobile hub's web service answers nothing (fault `contingency`)."""
        return self.is_down() or self._strikes("contingency")

    def lasts(self) -> bool:
        """Whether calls are refused now; asking begins nothing."""
        return any(self._stage.now() < until for until in self._until.values())

    def is_in_contingency(self) -> bool:
        """Whether the mobile hub works by files now; asking begins nothing."""
        until = self._until.get("contingency")
        return until is not None and self._stage.now() < until

    def _strikes(self, what: str) -> bool:
        now, until = self._stage.now(), self._until.get(what)
        if until is not None and now < until:
            return True
        fault = self._stage.strike("hub", what)
        if fault is None:
            return False
        self._until[what] = now + lasting(fault, timedelta(hours=2))
        self._stage.later(self._until[what], "hub up again", partial(self._stage.changed, *HUBS))
        return True
