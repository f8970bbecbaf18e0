"""A virtual clock that several processes read: eight bytes in a file, mapped into each of them.

Whoever holds the story moves it; the workers only look. What they record then bears the same
moments in every run, however long the run took and however often they were killed.
"""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from relevo.values.moment import Moment, utc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_WORD = struct.Struct("=q")


class SharedClock:
    """Stands still until somebody moves it, in any process that has opened the file."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._shown = mmap.mmap(opened.fileno(), _WORD.size)

    @classmethod
    def set_to(cls, file: Path, start: Moment) -> SharedClock:
        """Make the file, or set its clock, forwards or back."""
        file.write_bytes(_WORD.pack((utc(start) - _EPOCH) // _TICK))
        return cls(file)

    def now(self) -> Moment:
        ticks: int = _WORD.unpack_from(self._shown)[0]
        return _EPOCH + ticks * _TICK

    def advance_to(self, moment: Moment) -> None:
        """Move to ``moment``. Raises ValueError when that would be a step back."""
        if moment < self.now():
            raise ValueError(f"the clock shows {self.now()}; it cannot go back to {moment}")
        _WORD.pack_into(self._shown, 0, (utc(moment) - _EPOCH) // _TICK)
