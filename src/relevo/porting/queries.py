"""Reading what is open at the hubs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements
from relevo.porting.profile import HubKind
from relevo.porting.reconcile import KnownPort
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.porting", "ports")


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayNews:
    """Something a hub or a desk said that belongs to none of our processes."""

    source: str
    notice_id: str
    said: str
    received_at: Moment


def open_ports(connection: Connection | Cursor, hub: HubKind) -> list[KnownPort]:
    """Requests at this hub that have not ended, the next window first."""
    return _ports(connection, "open_ports", hub.value)


def ports_of_number(connection: Connection | Cursor, number: Msisdn) -> list[KnownPort]:
    """All requests for a number, the oldest first."""
    return _ports(connection, "ports_of_number", number)


def ports_by_contract(
    connection: Connection | Cursor, codes: Sequence[str]
) -> dict[str, KnownPort]:
    """Requests by our own id at the hub."""
    found = _ports(connection, "by_contract_code", list(codes))
    return {port.contract_code: port for port in found}


def ports_by_reference(
    connection: Connection | Cursor, references: Sequence[str]
) -> dict[str, KnownPort]:
    """Requests by the hub's id."""
    found = _ports(connection, "by_reference", list(references))
    return {port.reference: port for port in found}


def stray_news(connection: Connection) -> list[StrayNews]:
    """What nobody could place, the oldest first: a list for the desk."""
    rows = connection.execute(_SQL["strays"]).fetchall()
    return [
        StrayNews(source=row[0], notice_id=row[1], said=row[2], received_at=utc(row[3]))
        for row in rows
    ]


def _ports(connection: Connection | Cursor, name: str, wanted: Any) -> list[KnownPort]:
    rows = connection.execute(_SQL[name], (wanted,)).fetchall()
    return [
        KnownPort(
            contract_code=row[0],
            process_id=row[1],
            reference=row[2],
            number=row[3],
            hub=HubKind(row[4]),
            donor=row[5],
            recipient=row[6],
            state=row[7],
            window_opens=None if row[8] is None else utc(row[8]),
        )
        for row in rows
    ]
