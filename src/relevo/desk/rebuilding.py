"""Makes read models again from the journal: after a new list came with a release, or a mistake.

In one transaction: whoever looks meanwhile sees the lists as they were. Workers that write the same
tables wait until it is done, so it is for a quiet hour.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Connection
from relevo.engine.process import wire_name
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.engine.wire import decode

_SQL = statements("relevo.desk", "rebuilding")
_AT_ONCE = 5000


def rebuild(connection: Connection, projection: Projection, tables: Sequence[str]) -> int:
    """Empty the tables and write them anew; gives the number of facts that were read.

    Facts in the archive are not read: what stood on them alone is gone from the lists.
    """
    taken = 0
    with connection.transaction(), connection.cursor() as cursor:
        for table in tables:
            named = sql.Identifier(table)
            cursor.execute(sql.SQL("lock table {} in share row exclusive mode").format(named))
            cursor.execute(sql.SQL("delete from {}").format(named))
        names = [wire_name(fact) for fact in projection.facts]
        with connection.cursor("rebuilt") as story:
            story.execute(_SQL["facts"], (names,))
            while rows := story.fetchmany(_AT_ONCE):
                projection.write(
                    cursor,
                    [
                        Recorded(
                            process_id=process_id,
                            kind=kind,
                            version=version,
                            at=at,
                            fact=decode(name, body),
                            seq=seq,
                        )
                        for process_id, kind, version, at, name, body, seq in rows
                    ],
                )
                taken += len(rows)
    return taken
