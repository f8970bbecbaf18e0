"""How often a process that runs an engine looks for garbage that only a search can find.

A batch makes tens of thousands of small values and drops them again; none of them is part of a
cycle, so each is freed at once, without a search. Python still searches after every 700 new ones,
through what the batch is working on, and finds nothing: a tenth of a worker's CPU.
"""

from __future__ import annotations

import gc

_SEARCH_AFTER = (50_000, 20, 50)  # new values; searches of the young; of the middle-aged


def settle_memory() -> None:
    """For the whole process, once all is loaded: what is there now stays, so it is never searched
    again, and what comes is searched more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SEARCH_AFTER)
