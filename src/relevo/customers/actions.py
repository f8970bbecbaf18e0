"""Writing what we serve: in bulk from a file, and line by line as facts change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relevo.customers.served import ServedLine, ServedStatus
from relevo.engine.connection import Cursor
from relevo.engine.sql import statements
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.customers", "served")
BY_LOAD = "load"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStanding:
    """A line that stands differently from ``at`` on; ``caused_by`` names the fact."""

    number: Msisdn
    status: ServedStatus
    at: Moment
    caused_by: str
    operator: str = ""  # whose line it is; empty: whoever serves it


def load_lines(
    cursor: Cursor, lines: Sequence[ServedLine], *, at: Moment, as_of: Moment | None
) -> tuple[Msisdn, ...]:
    """Write rows of a file; which numbers are new or changed.

    A line that facts have changed stays as they left it: an export of yesterday must not bring
    back what left today. Only an export that is newer (``as_of``) may say otherwise.
    """
    return _write(cursor, lines, at=at, by=BY_LOAD, as_of=as_of)


def serve_lines(
    cursor: Cursor, lines: Sequence[ServedLine], *, at: Moment, caused_by: str
) -> tuple[Msisdn, ...]:
    """Lines that facts have made ours."""
    return _write(cursor, lines, at=at, by=caused_by, as_of=None, over_facts=True)


def stand_lines(cursor: Cursor, changes: Sequence[NewStanding]) -> None:
    """Lines that facts have made stand differently; of one number the last change counts."""
    last = {change.number: change for change in changes}.values()
    if not last:
        return
    cursor.execute(
        _SQL["stand"],
        {
            "number": [change.number for change in last],
            "status": [change.status.value for change in last],
            "at": [change.at for change in last],
            "caused_by": [change.caused_by for change in last],
            "operator": [change.operator for change in last],
        },
    )


def _write(
    cursor: Cursor,
    lines: Sequence[ServedLine],
    *,
    at: Moment,
    by: str,
    as_of: Moment | None,
    over_facts: bool = False,
) -> tuple[Msisdn, ...]:
    last = {line.number: line for line in lines}.values()  # a number twice: the last row counts
    if not last:
        return ()
    cursor.execute(
        _SQL["load"],
        {
            "number": [line.number for line in last],
            "operator": [line.operator for line in last],
            "document_type": [line.document.type.value for line in last],
            "document_number": [line.document.number for line in last],
            "holder_name": [line.holder_name for line in last],
            "is_prepaid": [line.is_prepaid for line in last],
            "status": [line.status.value for line in last],
            "is_own_range": [line.is_own_range for line in last],
            "iccid": [line.iccid for line in last],
            "ceased_at": [line.ceased_at for line in last],
            "contact": [line.contact for line in last],
            "email": [line.email for line in last],
            "language": [line.language for line in last],
            "depends_on": [line.depends_on for line in last],
            "ends_along": ["|".join(line.ends_along) for line in last],
            "at": at,
            "by": by,
            "over_facts": over_facts,
            "as_of": as_of,
        },
    )
    return tuple(Msisdn(number) for (number,) in cursor.fetchall())
