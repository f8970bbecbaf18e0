"""What it costs a customer to deal with us, in minutes by the published table of the country.

A call costs its length and what comes before it; a message costs its writing. Shown to whoever
speaks with him, and to the duty manager.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from relevo.play.effort import Cost, effort_table
from relevo.profiles import tables

_NOTHING = Cost(0, True, "")


@dataclass(frozen=True, slots=True)
class EffortTable:
    """The table by channels. A channel that it does not know costs the length that was noted."""

    by_channel: Mapping[str, Cost]

    def minutes(self, channel: str, *, times: int, length: int) -> int:
        """What so many contacts on a channel cost him; ``length`` is that of all calls together."""
        cost = self.by_channel.get(channel, _NOTHING)
        return cost.minutes * times + (length if cost.plus_length else 0)


@cache
def effort_of(country: str) -> EffortTable:
    """The table of a country; an empty one where it has none."""
    try:
        channels = tables.toml(country, "effort.toml").get("channels", {})
        costs = effort_table(country)
    except FileNotFoundError:
        return EffortTable({})
    kinds = {channel: kind for channel, kind in channels.items() if kind in costs}
    return EffortTable({channel: costs[kind] for channel, kind in kinds.items()})
