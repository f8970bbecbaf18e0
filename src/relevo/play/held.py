"""A play that stands at a moment of its story, with everybody in place, until it is told to go on.

While it stands, the workers work and the world answers, and only the clock does not move: what a
person does at a page is handled there and then, as it would have been on that day.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from relevo.engine.clock import VirtualClock
from relevo.play.runner import Look, Stage, Watcher, play_together
from relevo.play.scenario import Scenario
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment, instant, utc

LOOK_EVERY_S = 0.05
PATIENCE_S = 300.0
END = instant("9999-01-01T00:00:00+00:00")


class PlayEnded(RuntimeError):
    """The play ended before the moment at which it was to stand; its cause is what broke it."""


class _Dismissed(Exception):
    """Whoever held the play has gone."""


class Nobody:
    """A watcher that does not look."""

    def step(self, step: Step) -> None:
        """Something happened."""

    def moved(self, now: Moment, share: float) -> None:
        """The clock has moved."""


class HeldPlay:
    """A play in a thread of its own. ``clock`` shows its time, to pages too."""

    def __init__(
        self,
        scenario: Scenario,
        stage: Stage,
        until: Moment,
        *,
        watcher: Watcher | None = None,
        look: Look | None = None,
    ) -> None:
        self.clock = VirtualClock(scenario.world.starts)
        self._until = utc(until)
        self._stands_at: Moment | None = None
        self._is_over = False
        self._fault: BaseException | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(
            target=self._play, args=(scenario, stage, watcher or Nobody(), look), name="held play"
        )

    def __enter__(self) -> Self:
        """Play up to the first moment."""
        self._thread.start()
        try:
            self.go_on(self._until)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def go_on(self, until: Moment) -> None:
        """Let the story go on; comes back when it stands at that moment. Raises PlayEnded."""
        with self._changed:
            self._until = utc(until)
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: self._stands_at == self._until or self._is_over, PATIENCE_S
            )
            if self._stands_at != self._until:
                raise PlayEnded(f"the play does not stand at {until.isoformat()}") from self._fault

    def finish(self) -> None:
        """Let the story go on to its end; the world is gone then. Raises PlayEnded."""
        with self._changed:
            self._until = END
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_over, PATIENCE_S)
            if self._fault is not None or not self._is_over:
                raise PlayEnded("the play did not come to its end") from self._fault

    def close(self) -> None:
        """Send everybody home."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._thread.join()

    def _play(self, scenario: Scenario, stage: Stage, watcher: Watcher, look: Look | None) -> None:
        try:
            play_together((scenario,), stage, watcher, look=look, hold=self._hold)
        except _Dismissed:
            pass
        except BaseException as fault:
            self._fault = fault
        finally:
            with self._changed:
                self._is_over = True
                self._changed.notify_all()

    def _hold(self, due: Moment) -> Moment | None:
        with self._changed:
            if self._is_over:
                raise _Dismissed
            if due <= self._until:
                self.clock.advance_to(due)
                return None
            stands = self._until
            self.clock.advance_to(stands)
            if self._stands_at == stands:  # what was told by now has been handled
                self._changed.wait(LOOK_EVERY_S)
            self._stands_at = stands
            self._changed.notify_all()
            return stands
