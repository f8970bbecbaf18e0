"""In which order requests go out that all waited for the same opening.

Whatever was parked or came in at night is due at the hub's first minute, and a quota that ends in
the middle must not hit whoever has the least time. No process knows of the others, so that each
computes its place from what it knows: the fewer days to the safety time of its window, the earlier
its lane; within a lane the requests are spread by their names.
"""

from __future__ import annotations

from datetime import timedelta

from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.values.ids import draw_between
from relevo.values.moment import Moment

LANES = 5
"""Today, tomorrow, ... and whatever has more time, or no day of its own."""


def released_at(
    rules: PortingProfile, hub: HubKind, opens: Moment, window: Window | None, name: str
) -> Moment:
    """When a request that waited for this opening goes out."""
    lane_s = rules.recipient(hub).release_minutes * 60 // LANES
    if not lane_s:
        return opens
    lane = LANES - 1
    if window is not None:
        local = rules.calendar(hub).local
        days_left = (local(rules.safety_at(hub, window)).date() - local(opens).date()).days
        lane = min(max(days_left, 0), LANES - 1)
    return opens + timedelta(seconds=lane * lane_s + draw_between(0, lane_s - 1, "release", name))
