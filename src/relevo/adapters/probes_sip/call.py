"""One test call from the first INVITE to the last BYE: pure, told what came and what time it is.

The timers are those of RFC 3261 (17.1.1.2, 17.1.2.2, 13.2.2.4): a request is repeated after T1,
2·T1, 4·T1 … until anything comes, and given up after 64·T1. What rings is cancelled after
``ring_s``, what is answered is hung up at once, and whatever comes twice is acknowledged twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from relevo.adapters.probes_sip.message import Answer, Dial

_T2_S = 4.0
_TRIES = 64  # of T1


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a test call waits for what."""

    t1_s: float = 0.5
    ring_s: float = 5.0  # what rings longer is not answered: hang up
    progress_s: float = 15.0  # from the first word to a final one, where nothing rings

    @property
    def silence_s(self) -> float:
        """After which nobody is there."""
        return _TRIES * self.t1_s


class Stage(StrEnum):
    """How far a call is."""

    CALLING = "calling"  # nothing was heard
    HEARD = "heard"  # something was: it is repeated no more
    TAKING_BACK = "taking_back"
    HANGING_UP = "hanging_up"
    OVER = "over"


@dataclass(slots=True)
class Call:
    """One call. ``next_at`` is when it wants to be woken."""

    dial: Dial
    patience: Patience
    began: float
    stage: Stage = Stage.CALLING
    final: Answer | None = None
    announced: Answer | None = None  # early sound that says why
    is_ringing: bool = False
    ended: float = 0.0
    next_at: float = 0.0
    _repeat_s: float = 0.0
    _give_up_at: float = 0.0
    _repeated: bytes = b""
    _taken: set[str] = field(default_factory=set)  # tags of who took the call

    @property
    def is_over(self) -> bool:
        """Whether nothing is waited for any more."""
        return self.stage is Stage.OVER

    @property
    def is_settled(self) -> bool:
        """Whether it is known what became of the call, if not yet hung up."""
        return self.stage in {Stage.HANGING_UP, Stage.OVER}

    def start(self) -> list[bytes]:
        """The first request."""
        return [self._ask(self.dial.invite(), self.began)]

    def woken(self, now: float) -> list[bytes]:
        """What to send when ``next_at`` has come."""
        if now < self.next_at or self.is_over:
            return []
        if self._repeated and now < self._give_up_at:
            wait = self._repeat_s * 2
            self._repeat_s = wait if self.stage is Stage.CALLING else min(wait, _T2_S)
            self.next_at = min(now + self._repeat_s, self._give_up_at)
            return [self._repeated]
        if self.stage is Stage.HEARD:
            self.stage = Stage.TAKING_BACK
            return [self._ask(self.dial.cancel(), now)]
        self._end(now)
        return []

    def heard(self, answer: Answer, now: float) -> list[bytes]:
        """What to send upon this answer; one that belongs to nothing is passed over."""
        if answer.method == "INVITE" and answer.branch == self.dial.branch and answer.cseq == 1:
            if answer.status < 200:
                return self._progress(answer, now)
            return self._refused(answer, now) if answer.status >= 300 else self._took(answer, now)
        if answer.status >= 200 and answer.method == "CANCEL" and self.stage is Stage.TAKING_BACK:
            self._repeated = b""  # heard; the INVITE's own last word comes, or never
            self.next_at = self._give_up_at
        if answer.status >= 200 and answer.method == "BYE" and self.stage is Stage.HANGING_UP:
            self._end(now)
        return []

    def unreachable(self, now: float) -> None:
        """The system says that nobody listens there."""
        if self.stage is Stage.CALLING:
            self._end(now)

    def _progress(self, answer: Answer, now: float) -> list[bytes]:
        if self.stage not in {Stage.CALLING, Stage.HEARD}:
            return []
        if self.stage is Stage.CALLING:
            self.stage, self._repeated = Stage.HEARD, b""
            self.next_at = now + self.patience.progress_s
        if answer.status == 180 and not self.is_ringing:
            self.is_ringing = True
            self.next_at = now + self.patience.ring_s
        if answer.cause is not None and answer.status > 100:
            self.announced = answer
            self.next_at = now  # nothing more will be learnt: hang up
        return self.woken(now)

    def _refused(self, answer: Answer, now: float) -> list[bytes]:
        if not self.is_settled:
            self.final = answer
            self._end(now)
        return [self.dial.refused(answer)]

    def _took(self, answer: Answer, now: float) -> list[bytes]:
        ack = self.dial.accepted(answer)
        if answer.tag in self._taken:
            return [ack]  # the first one was lost
        self._taken.add(answer.tag)
        bye = self.dial.bye(answer)
        if not self.is_settled:
            self.final, self.ended = answer, now
            self.stage = Stage.HANGING_UP
            return [ack, self._ask(bye, now)]
        return [ack, bye]

    def _ask(self, request: bytes, now: float) -> bytes:
        self._repeated = request
        self._repeat_s = self.patience.t1_s
        self.next_at = now + self._repeat_s
        self._give_up_at = now + self.patience.silence_s
        return request

    def _end(self, now: float) -> None:
        self.ended = self.ended or now
        self.stage, self._repeated = Stage.OVER, b""
