"""Writing what routing needs besides custody: the plan, and the hub's files."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.numbering.routing.model import RoutingPlan, WrongFile
from relevo.values.moment import Moment

_SQL = statements("relevo.numbering.routing", "routing")


def write_plan(connection: Connection, plan: RoutingPlan) -> None:
    """Make this the plan, in the caller's transaction."""
    rows = [
        (operator, prefix, routing, operator in plan.us)
        for operator, prefixes in sorted(plan.operators.items())
        for prefix, routing in sorted(prefixes.items())
    ]
    connection.execute(_SQL["forget_operators"])
    connection.execute(_SQL["forget_ranges"])
    if rows:
        connection.execute(_SQL["write_operators"], tuple(map(list, zip(*rows, strict=True))))
    connection.execute(_SQL["write_ranges"], ([*plan.ranges], [*plan.ranges.values()]))


def take_ported(
    connection: Connection,
    rows: Iterable[tuple[str, str]],
    *,
    sequence: int,
    is_full: bool,
    at: Moment,
) -> bool:
    """Take a file in, in the caller's transaction; False when it was taken in before.

    A row is a number and its routing number; an empty one, in differences, takes the number back to
    its range. Whoever asks meanwhile is answered by what was known before. Raises WrongFile.
    """
    connection.execute(_SQL["lock_file"])
    last = connection.execute(_SQL["last_file"]).fetchone()
    if not is_full and not _is_next(None if last is None else int(last[1]), sequence):
        return False
    connection.execute(_SQL["staged"])
    with connection.cursor().copy(_SQL["stage"]) as copy:
        for row in rows:
            copy.write_row(row)
    connection.execute(_SQL["analyse"])
    twice = connection.execute(_SQL["with_two_routes"]).fetchone()
    if twice is not None:
        raise WrongFile(f"{twice[0]} has two routes in it", "fetch it again", "two_routes")
    connection.execute(_SQL["drop_missing" if is_full else "drop_returned"])
    connection.execute(_SQL["write_ported"])
    connection.execute(_SQL["unstage"])
    kind = "full" if is_full else "difference"
    connection.execute(_SQL["note_file"], (kind, sequence, at))
    return True


def _is_next(last: int | None, sequence: int) -> bool:
    if last is None:
        raise WrongFile(
            f"differences {sequence} came before any full file", "load a full file first", "no_full"
        )
    if sequence <= last:
        return False
    if sequence != last + 1:
        raise WrongFile(
            f"differences {sequence} came after file {last}",
            f"take in {last + 1} first; the hub has it",
            "file_missing",
        )
    return True


def open_to(connection: Connection, role: str) -> None:
    """Let the switches' own role ask, and nothing else."""
    text = sql.SQL(_SQL["open_to"].decode()).format(role=sql.Identifier(role))
    connection.execute(text)
