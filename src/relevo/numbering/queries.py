"""Reading the ledger: who holds a number, who did, and which cards carry it."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.numbering.moves import Holding
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

_SQL = statements("relevo.numbering", "custody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One stretch of custody. ``until`` is None for the holder of today."""

    number: Msisdn
    holder: str
    since: Moment
    until: Moment | None
    ground: str
    caused_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that carries or carried a number. ``blocked_why`` is empty unless it is blocked."""

    iccid: Iccid
    number: Msisdn
    since: Moment
    until: Moment | None
    blocked_why: str


def holder_of(connection: Connection, number: Msisdn) -> str | None:
    """Who holds the number now; None for a number that nobody told us of."""
    row = connection.execute(_SQL["holder_of"], (number,)).fetchone()
    return None if row is None else str(row[0])


def held_in_range(connection: Connection, first: Msisdn, last: Msisdn) -> dict[str, int]:
    """How many numbers of a range each holder has now; those that nobody told us of are missing."""
    rows = connection.execute(_SQL["held_in_range"], (first, last, first)).fetchall()
    return {str(holder): int(count) for holder, count in rows}


def history(connection: Connection, number: Msisdn) -> list[Entry]:
    """All holders of the number, in the order of time, without a gap."""
    rows = connection.execute(_SQL["history"], (number,)).fetchall()
    return [
        Entry(
            number=row[0],
            holder=row[1],
            since=utc(row[2]),
            until=None if row[3] is None else utc(row[3]),
            ground=row[4],
            caused_by=row[5],
        )
        for row in rows
    ]


def cards_of(connection: Connection, number: Msisdn) -> list[Card]:
    """All cards that carry the number or did."""
    rows = connection.execute(_SQL["cards_of"], (number,)).fetchall()
    return [
        Card(
            iccid=row[0],
            number=row[1],
            since=utc(row[2]),
            until=None if row[3] is None else utc(row[3]),
            blocked_why=row[4],
        )
        for row in rows
    ]


def held_numbers(connection: Connection) -> list[Holding]:
    """Numbers that lie in a donor's hold, the oldest first: the rescue desk's list."""
    rows = connection.execute(_SQL["held_numbers"]).fetchall()
    return [Holding(number=row[0], holder=row[1], since=utc(row[2])) for row in rows]
