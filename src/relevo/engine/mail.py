"""The rows that travel through the engine, as values.

Some are made for every message, so they are structs: made in a fifth of a frozen data class's time.
"""

from __future__ import annotations

from typing import Any

import msgspec

from relevo.engine.process import TimerFired, wire_name
from relevo.values.moment import Moment

_TIMER_FIRED = wire_name(TimerFired)


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way to a process."""

    message_id: str
    process_id: str
    bucket: int
    kind: str
    name: str
    body: str
    at: Moment
    wave: int
    seq: int = 0  # given by the mailbox; 0: it never lay there
    external: bool = False  # only what comes from outside can come twice
    known: bool = False  # it came before, and was handled
    trace: str = ""
    word: Any = None  # what the body says, where it is known already

    @property
    def arming(self) -> int:
        """Of a timer's message: which arming of the timer it comes from."""
        return int(self.message_id.rpartition(":")[2])


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """An effect on its way out."""

    effect_id: str
    process_id: str
    bucket: int
    kind: str
    name: str
    body: str
    at: Moment
    wave: int
    attempts: int = 0
    trace: str = ""


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as it goes into the journal, less its number in the bucket."""

    process_id: str
    bucket: int
    version: int
    kind: str
    kind_version: int
    at: Moment
    name: str
    body: str
    caused_by: str


class Firing(msgspec.Struct, frozen=True, kw_only=True):
    """A timer that is due. ``armed`` tells one arming from the next."""

    process_id: str
    name: str
    bucket: int
    kind: str
    due: Moment
    armed: int

    def mail(self, *, at: Moment, wave: int = 0) -> Mail:
        """The message that its process gets."""
        return Mail(
            message_id=f"timer:{self.process_id}:{self.name}:{self.due.isoformat()}:{self.armed}",
            process_id=self.process_id,
            bucket=self.bucket,
            kind=self.kind,
            name=_TIMER_FIRED,
            body="",
            at=at,
            wave=wave,
            word=TimerFired(name=self.name),
        )
