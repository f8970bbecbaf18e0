"""Reading to whom nothing goes for the rest of a day."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.porting.quota", "quota")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedDonor:
    """A donor to whom nothing goes before ``until``, and what the hub said."""

    hub: HubKind
    recipient: str
    donor: str
    code: str
    said: str
    until: Moment


def parked_donors(connection: Connection, now: Moment) -> list[ParkedDonor]:
    """To whom nothing goes for the rest of the day."""
    return [
        ParkedDonor(
            hub=HubKind(row[0]),
            recipient=row[1],
            donor=row[2],
            code=row[3],
            said=row[4],
            until=utc(row[5]),
        )
        for row in connection.execute(_SQL["refusals"], (now,)).fetchall()
    ]
