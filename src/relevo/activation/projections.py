"""Which process watches which line: written with the facts themselves."""

from __future__ import annotations

from relevo.activation.activation.messages import WatchEnded, WatchStarted
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements

_SQL = statements("relevo.activation", "watch")


def lines_of_activation() -> Projection:
    """Keeps ``activation_line``, by which the network's news find their process."""
    return Projection(facts=(WatchStarted, WatchEnded), write=_write)


def _write(cursor: Cursor, records: list[Recorded]) -> None:
    started = [each for each in records if isinstance(each.fact, WatchStarted)]
    if started:
        cursor.execute(
            _SQL["lines_started"],
            {
                "process_ids": [each.process_id for each in started],
                "subjects": [each.fact.subject for each in started],
                "lines": [each.fact.line for each in started],
                "orders": [each.fact.order for each in started],
                "starts": [each.at for each in started],
            },
        )
    ended = [each for each in records if isinstance(each.fact, WatchEnded)]
    if ended:
        cursor.execute(
            _SQL["lines_ended"],
            {
                "process_ids": [each.process_id for each in ended],
                "ends": [each.at for each in ended],
            },
        )
