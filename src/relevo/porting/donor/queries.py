"""Reading what others ask of us: the desk's queue, one request, wishes to cease."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.porting", "donor")


@dataclass(frozen=True, slots=True, kw_only=True)
class PortOutSeenByDesk:
    """One request to us, as the desk looks at it. ``task`` is empty when nobody has to act."""

    reference: str
    process_id: str
    hub: HubKind
    donor: str
    recipient: str
    numbers: tuple[Msisdn, ...]
    state: str
    answer_until: Moment
    window_opens: Moment
    cause: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRequest:
    """A request that has a process."""

    reference: str
    process_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CeaseWish:
    """A wish to cease a number that is not carried out yet."""

    process_id: str
    number: Msisdn
    asked_by: str
    why: str
    state: str
    held_by: str
    changed_at: Moment


def donor_queue(connection: Connection, *, most: int = 100) -> list[PortOutSeenByDesk]:
    """What is open, somebody's tasks first, then by what is due next."""
    return [_seen(row) for row in connection.execute(_SQL["queue"], (most,)).fetchall()]


def port_out(connection: Connection, reference: str) -> PortOutSeenByDesk | None:
    """One request; None when it was never ours."""
    row = connection.execute(_SQL["port_out"], (reference,)).fetchone()
    return None if row is None else _seen(row)


def known_requests(
    connection: Connection | Cursor, references: Iterable[str]
) -> dict[str, KnownRequest]:
    """Those of these requests that have a process, ended ones too."""
    rows = connection.execute(_SQL["known"], (list(references),)).fetchall()
    return {row[0]: KnownRequest(reference=row[0], process_id=row[1], state=row[2]) for row in rows}


def open_requests(connection: Connection | Cursor, hub: HubKind) -> dict[str, KnownRequest]:
    """Requests at this hub that have not ended."""
    rows = connection.execute(_SQL["open_references"], (hub.value,)).fetchall()
    return {row[0]: KnownRequest(reference=row[0], process_id=row[1], state=row[2]) for row in rows}


def open_requests_for(connection: Connection | Cursor, number: Msisdn) -> list[str]:
    """References of requests that may still take this number away."""
    return [row[0] for row in connection.execute(_SQL["open_for_number"], (number,)).fetchall()]


def cease_wishes(connection: Connection) -> list[CeaseWish]:
    """Wishes that wait, the oldest first."""
    return [
        CeaseWish(
            process_id=row[0],
            number=row[1],
            asked_by=row[2],
            why=row[3],
            state=row[4],
            held_by=row[5],
            changed_at=utc(row[6]),
        )
        for row in connection.execute(_SQL["wishes"]).fetchall()
    ]


def _seen(row: tuple[Any, ...]) -> PortOutSeenByDesk:
    return PortOutSeenByDesk(
        reference=row[0],
        process_id=row[1],
        hub=HubKind(row[2]),
        donor=row[3],
        recipient=row[4],
        numbers=tuple(row[5]),
        state=row[6],
        answer_until=utc(row[7]),
        window_opens=utc(row[8]),
        cause=row[9],
        task=row[10],
    )
