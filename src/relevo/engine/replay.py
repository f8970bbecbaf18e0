"""Holds the stored states against the journal, and the journal against another one.

``verify`` folds the facts of a process again; the result must equal the stored state. ``digest``
says in one line what happened: it covers who, when and what, and nothing of batches, workers or the
order of writing, so the same story gives the same digest however it was run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg import Connection

from relevo.engine.acts import OperatorActed
from relevo.engine.catalogue import Catalogue
from relevo.engine.history import facts_of_process
from relevo.engine.process import replay
from relevo.engine.sql import statements
from relevo.engine.wire import decode_old, in_utc

_SQL = statements("relevo.engine", "history")
_CANONICAL = msgspec.json.Encoder(order="sorted")
_ROWS_AT_ONCE = 5000


class Diverged(AssertionError):
    """The stored state of a process is not what its facts add up to."""


def verify(connection: Connection[Any], catalogue: Catalogue, process_id: str) -> Any:
    """Fold the facts again; returns the state. Raises Diverged when the stored one differs."""
    row = connection.execute(_SQL["state_of"], {"process_id": process_id}).fetchone()
    if row is None:
        raise Diverged(f"{process_id} is not stored")
    word, body, kind, kind_version = row
    process = catalogue.process(kind)
    upcasters, today = catalogue.upcasters, process.version
    stored = decode_old(word, body, written=kind_version, today=today, upcasters=upcasters)
    recorded = facts_of_process(connection, process_id, upcasters=upcasters, today=today)
    facts = tuple(each.fact for each in recorded if type(each.fact) is not OperatorActed)
    again = in_utc(replay(process, process_id, facts))
    if again != stored:
        raise Diverged(f"{process_id}: the facts give {again}, stored is {stored}")
    return again


def verify_all(connection: Connection[Any], catalogue: Catalogue) -> int:
    """``verify`` every process; returns how many there are."""
    ids = [process_id for (process_id,) in connection.execute(_SQL["all_processes"]).fetchall()]
    for process_id in ids:
        verify(connection, catalogue, process_id)
    return len(ids)


def digest(connection: Connection[Any], families: Sequence[str] | None = None) -> str:
    """``sha256:...`` over all facts (or those of ``families``) by process id and version."""
    summed = hashlib.sha256()
    statement = _SQL["all_facts"] if families is None else _SQL["facts_of_families"]
    wanted = {} if families is None else {"families": list(families)}
    with connection.transaction(), connection.cursor(name="digest") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(statement, wanted)
        for process_id, version, at, name, body in cursor:
            fact = [process_id, version, in_utc(at), name, msgspec.json.decode(body)]
            summed.update(_CANONICAL.encode(fact))
            summed.update(b"\n")
    return f"sha256:{summed.hexdigest()}"
