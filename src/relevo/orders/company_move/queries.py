"""Reading what became of a company's numbers: counts by state, and every number by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.orders.company_move.sheet import SheetNumber
from relevo.orders.held import Choice
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder
from relevo.values.simcard import Iccid

_SQL = statements("relevo.orders", "company")

NEXT_STEPS = {
    "imported": "start the move",
    "waiting": "asked for when its donor's line comes to it",
    "asked": "the hub takes the request when it is open and the quota allows it",
    "requested": "the donor answers inside its reply window",
    "confirmed": "moves in its window",
    "rejected": "we look for the number that the donor means",
    "ported": "put the new card in; it is tried until it works",
    "works": "nothing",
    "dropped": "nothing",
    "stopped": "repair what the cause names, then ask again",
}
"""What comes next for a number in this state."""

_STAYS = {Choice.KEEP: "stays with its donor", Choice.CEASE: "ends at its donor"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSeen:
    """One list that a company brought."""

    key: str
    holder: Holder
    recipient: str
    rules: str
    numbers: int
    left_out: int
    imported_at: Moment
    started_at: Moment | None
    done_at: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """So many numbers are in this state, for this cause, and it is their move."""

    state: str
    cause: str
    who_acts: str
    numbers: int
    first_window: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSeen:
    """One number of a list, and what became of it."""

    row: int
    number: Msisdn
    donor: str
    prepaid: bool
    donor_iccid: Iccid | None
    new_iccid: Iccid | None
    depends_on: Msisdn | None
    choice: Choice
    wish: date | None
    batch: str
    state: str
    window_opens: Moment | None
    cause: str
    who_acts: str
    changed_at: Moment

    @property
    def next_step(self) -> str:
        """What comes next."""
        return _STAYS.get(self.choice) or NEXT_STEPS.get(self.state, "")


def sheet_seen(connection: Connection, key: str) -> SheetSeen | None:
    """The list of this key; None when there is none."""
    row = connection.execute(_SQL["sheet"], {"order_key": key}).fetchone()
    return None if row is None else _sheet(row)


def sheets(connection: Connection) -> list[SheetSeen]:
    """The last hundred lists, the newest first."""
    return [_sheet(row) for row in connection.execute(_SQL["sheets"]).fetchall()]


def counts(connection: Connection, key: str) -> list[StateCount]:
    """How many numbers of a list are in which state."""
    rows = connection.execute(_SQL["counts"], {"order_key": key}).fetchall()
    return [
        StateCount(
            state=row[0],
            cause=row[1],
            who_acts=row[2],
            numbers=row[3],
            first_window=None if row[4] is None else utc(row[4]),
        )
        for row in rows
    ]


def numbers_of(connection: Connection, key: str) -> Iterator[NumberSeen]:
    """Every number of a list, in its order, read from the server in portions."""
    with connection.transaction(), connection.cursor(name="company_numbers") as cursor:
        cursor.itersize = 2_000
        cursor.execute(_SQL["numbers"], {"order_key": key})
        for row in cursor:
            yield _number(row)


def batch_of(connection: Connection, key: str, number: Msisdn) -> str:
    """The name of the batch in which a number is now; empty when it is in none."""
    wanted = {"order_key": key, "number": number}
    row = connection.execute(_SQL["batch_of"], wanted).fetchone()
    return "" if row is None else str(row[0])


def moving_numbers(connection: Connection, key: str) -> list[SheetNumber]:
    """The numbers of a list that are to move, as they were checked."""
    return [
        SheetNumber(
            row=each.row,
            number=each.number,
            donor=each.donor,
            prepaid=each.prepaid,
            donor_iccid=each.donor_iccid,
            new_iccid=each.new_iccid,
            depends_on=each.depends_on,
            choice=each.choice,
            wish=each.wish,
        )
        for each in numbers_of(connection, key)
        if each.choice is Choice.PORT
    ]


def _sheet(row: tuple[Any, ...]) -> SheetSeen:
    document = Document(DocumentType(row[2]), row[3])
    return SheetSeen(
        key=row[0],
        holder=Holder(row[1], document, business=True),
        recipient=row[4],
        rules=row[5],
        numbers=row[6],
        left_out=row[7],
        imported_at=utc(row[8]),
        started_at=None if row[9] is None else utc(row[9]),
        done_at=None if row[10] is None else utc(row[10]),
    )


def _number(row: tuple[Any, ...]) -> NumberSeen:
    return NumberSeen(
        row=row[0],
        number=Msisdn(row[1]),
        donor=row[2],
        prepaid=row[3],
        donor_iccid=row[4],
        new_iccid=row[5],
        depends_on=row[6],
        choice=Choice(row[7]),
        wish=row[8],
        batch=row[9],
        state=row[10],
        window_opens=None if row[11] is None else utc(row[11]),
        cause=row[12],
        who_acts=row[13],
        changed_at=utc(row[14]),
    )
