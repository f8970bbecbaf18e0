"""Due timers become messages: one statement for all leased buckets."""

from __future__ import annotations

from relevo.engine.connection import Connection
from relevo.engine.leases import Leases
from relevo.engine.signals import reach
from relevo.engine.sql import statements
from relevo.values.moment import Moment

_SQL = statements("relevo.engine", "timers")
_MOST = 5000


def fire_due(connection: Connection, leases: Leases, now: Moment) -> int:
    """Put a TimerFired into the mailbox of each process whose timer is due; returns how many."""
    fired = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_SQL["fire"], {"buckets": leases.buckets, "now": now, "most": _MOST})
            count = cursor.rowcount
            if count <= 0:
                connection.rollback()
                return fired
            reach("timers.before_fire")
            connection.commit()
            reach("timers.after_fire")
            fired += count
