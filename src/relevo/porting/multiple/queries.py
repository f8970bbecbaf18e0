"""Reading what multiple requests there are at the hubs, with the numbers that are still in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements
from relevo.porting.multiple.reconcile import KnownMultiple
from relevo.porting.profile import HubKind
from relevo.values.moment import utc
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.porting", "multiples")


def open_multiples(connection: Connection | Cursor, hub: HubKind) -> list[KnownMultiple]:
    """Requests at this hub that have not ended, the next window first."""
    return _multiples(connection, "open_multiples", hub.value)


def multiples_by_contract(
    connection: Connection | Cursor, codes: Sequence[str]
) -> dict[str, KnownMultiple]:
    """Requests by our own id at the hub."""
    found = _multiples(connection, "by_contract_code", list(codes))
    return {each.contract_code: each for each in found}


def multiples_by_reference(
    connection: Connection | Cursor, references: Sequence[str]
) -> dict[str, KnownMultiple]:
    """Requests by the hub's id."""
    found = _multiples(connection, "by_reference", list(references))
    return {each.reference: each for each in found}


def multiples_of_numbers(
    connection: Connection | Cursor, numbers: Iterable[Msisdn]
) -> list[KnownMultiple]:
    """All requests in which one of these numbers is or was, the oldest first."""
    return _multiples(connection, "of_numbers", sorted(numbers))


def live_requests(connection: Connection | Cursor, numbers: Iterable[Msisdn]) -> dict[Msisdn, str]:
    """Which of these numbers are in an open request of ours, alone or with others, and whose."""
    wanted = {"numbers": sorted(numbers)}
    rows = connection.execute(_SQL["live_requests"], wanted).fetchall()
    return {Msisdn(number): process_id for number, process_id in rows}


def _multiples(connection: Connection | Cursor, name: str, wanted: Any) -> list[KnownMultiple]:
    rows = connection.execute(_SQL[name], (wanted,)).fetchall()
    return [
        KnownMultiple(
            contract_code=row[0],
            process_id=row[1],
            reference=row[2],
            hub=HubKind(row[3]),
            donor=row[4],
            recipient=row[5],
            state=row[6],
            window_opens=None if row[7] is None else utc(row[7]),
            numbers=tuple(row[8]),
        )
        for row in rows
    ]
