"""Asking how a call is routed."""

from __future__ import annotations

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.numbering.routing.model import NumberRoute, Status

_SQL = statements("relevo.numbering.routing", "routing")


def route_of(connection: Connection, number: str) -> NumberRoute:
    """How a call to this number goes on now, as a switch would be told."""
    row = connection.execute(_SQL["route_of"], (number,)).fetchone()
    if row is None:
        raise LookupError("number_route has a row for every number")
    return NumberRoute(status=Status(row[0]), routing_number=str(row[1]))
