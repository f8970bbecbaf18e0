"""Keeps what networks said to test calls: raw code, cause, who sent it, from where and when.

A row is written where something else is heard than before. Most calls of most rounds hear what was
heard before, so what is known to be written is not even sent to the database.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from relevo.adapters.probes_sip.heard import Heard
from relevo.engine.connection import Connection, Lane
from relevo.engine.sql import statements
from relevo.values.moment import utc

_SQL = statements("relevo.adapters.probes_sip", "kept")
_LETTERS_MAX = 120  # of what a stranger wrote

_Outcome = tuple[int | None, int | None, str, bool, bool]


class KeptCalls:
    """The book of test calls of one installation."""

    def __init__(self, dsn: str) -> None:
        # A row that a crash takes back is written by the next round.
        self._lane = Lane(dsn, name="relevo test calls", autocommit=True, synchronous=False)
        self._last: dict[tuple[str, str], _Outcome] = {}

    def keep(self, calls: Sequence[Heard]) -> None:
        """Write down what was not heard before."""
        news = [
            each for each in calls if self._last.get((each.subject, each.origin)) != _outcome(each)
        ]
        if not news:
            return
        rows = msgspec.json.encode([_row(each) for each in news]).decode()
        self._lane.connection().execute(_SQL["keep"], (rows,))
        self._last |= {(each.subject, each.origin): _outcome(each) for each in news}

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()


def heard_of(connection: Connection, subject: str) -> list[Heard]:
    """What was heard of a number, each from its time until the next of the same network."""
    rows = connection.execute(_SQL["heard_of"], (subject,)).fetchall()
    names = Heard.__dataclass_fields__
    return [Heard(**{**dict(zip(names, row, strict=True)), "at": utc(row[2])}) for row in rows]


def _outcome(heard: Heard) -> _Outcome:
    return heard.code, heard.cause, _safe(heard.emitter), heard.is_announcement, heard.rang


def _row(heard: Heard) -> dict[str, object]:
    return {
        **msgspec.to_builtins(heard),
        "phrase": _safe(heard.phrase),
        "emitter": _safe(heard.emitter),
    }


def _safe(written: str) -> str:
    """As much of it as a database and a page can bear."""
    return "".join(each if each.isprintable() else "?" for each in written)[:_LETTERS_MAX]
