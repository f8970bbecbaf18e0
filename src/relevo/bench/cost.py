"""Where the CPU of a worker goes: a sample of its stack at each few milliseconds of CPU used.

The kernel counts CPU (``ITIMER_PROF``), not time: waiting for the database is not sampled. A
sample belongs to the innermost of our layers that is on the stack: psycopg (the driver of
PostgreSQL), what answers in place of the outside, the deciders with all that they ask (rules,
calendars, values), the projections, and for the rest the engine.
"""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import PurePath
from types import FrameType

SAMPLED_EVERY_S = 0.005
LAYERS = ("engine", "deciders", "projections", "driver", "outside", "start")

_ROOT = "/relevo/"
_PROJECTIONS = frozenset({"projections", "custody"})


class Sampler:
    """Counts samples by layer, in the main thread of one process."""

    def __init__(self) -> None:
        self.samples: Counter[str] = Counter()
        self._layers: dict[str, str] = {}

    def start(self) -> None:
        """From now on."""
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, SAMPLED_EVERY_S, SAMPLED_EVERY_S)

    def stop(self) -> None:
        """No more."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_IGN)

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        while frame is not None:
            layer = self._layer(frame.f_code.co_filename)
            if layer:
                self.samples[layer] += 1
                return
            frame = frame.f_back
        self.samples["start"] += 1

    def _layer(self, file: str) -> str:
        known = self._layers.get(file)
        if known is None:
            known = self._layers[file] = layer_of(file)
        return known


def layer_of(file: str) -> str:
    """To which layer a source file belongs; empty for what any of them may call."""
    if "/psycopg" in file:
        return "driver"
    _, root, inside = file.rpartition(_ROOT)
    if not root:
        return ""
    path = PurePath(inside)
    if path.parts[0] == "bench":
        return "outside" if path.stem == "country" else ""
    if path.parts[0] == "engine":
        return "engine"
    if path.parts[0] == "numbering" or path.stem in _PROJECTIONS:
        return "projections"
    return "deciders"
