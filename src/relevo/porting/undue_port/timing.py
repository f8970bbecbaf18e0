"""The timers of an undue port: how long a block lasts, how often and how long we look."""

from __future__ import annotations

from datetime import timedelta

BLOCK_ENDS = "block_ends"
SERVICE_DUE = "service_due"
WENT_BACK_DUE = "went_back_due"
TIMERS = frozenset({BLOCK_ENDS, SERVICE_DUE, WENT_BACK_DUE})

SERVICE_LOOK = timedelta(minutes=1)
SERVICE_LOOK_AGAIN = timedelta(minutes=10)
WENT_BACK_LOOK = timedelta(hours=1)
WAY_BACK_OPEN = timedelta(days=30)
"""So long we wait to be asked for what we admitted: a request may choose a day thirty days off."""

ATTEMPTS_MAX = 3
"""A request that nobody answered is made again; after so many somebody looks."""
