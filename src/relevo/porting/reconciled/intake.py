"""A daily file held against all that is open at its hub: whom to tell, and what to keep of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from relevo.engine.connection import Connection
from relevo.porting.gateway import StatusFile
from relevo.porting.multiple.decider import KIND as MULTIPLE
from relevo.porting.multiple.queries import open_multiples
from relevo.porting.multiple.reconcile import multiple_differences
from relevo.porting.port_in.decider import KIND as PORT_IN
from relevo.porting.port_in.messages import PortNotInFile
from relevo.porting.profile import HubKind
from relevo.porting.queries import open_ports
from relevo.porting.reconcile import differences
from relevo.porting.reconciled.comparing import (
    Discrepancy,
    FileResult,
    Kind,
    about_us,
    behind,
    may_be_unknown,
    missing_from,
    unknown_among,
)
from relevo.porting.reconciled.queries import expected_at, known_references
from relevo.values.moment import Moment

Tell = tuple[str, str, Any, str]
"""Kind and id of a process, the message, and its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What follows from a file. What it tells of requests to us, and of returns, their own intakes
    read from it; here it is seen whether it lists them at all."""

    tells: tuple[Tell, ...]
    strangers: tuple[Discrepancy, ...]
    result: FileResult


def reconciled(
    connection: Connection, hub: HubKind, file: StatusFile, us: Collection[str], now: Moment
) -> Reading:
    """Hold it against everything; nothing is changed by this."""
    at, rows = file.published_at, file.rows
    expected = expected_at(connection, hub)
    alone = list(differences(open_ports(connection, hub), rows, at))
    together = list(multiple_differences(open_multiples(connection, hub), rows, at))
    differing = [
        *((each.process_id, each.seen.reference, each.seen.state) for each in alone),
        *((each.process_id, each.seen.reference, each.seen.state) for each in together),
    ]
    ours = about_us(rows, us)
    doubtful = may_be_unknown(ours, at)
    known = known_references(connection, doubtful)
    strangers = tuple(unknown_among(doubtful, known, {reference for _, reference, _ in differing}))
    told = {process_id for process_id, _, _ in differing}
    returns = {each.reference for each in file.returns}
    lost = tuple(
        each
        for each in missing_from(expected, rows, at, also=returns)
        if each.process_id not in told
    )
    key = f"file:{file.name}"
    return Reading(
        tells=(
            *((PORT_IN, e.process_id, e.seen, f"{key}:{e.seen.reference}") for e in alone),
            *((MULTIPLE, e.process_id, e.seen, f"{key}:{e.seen.reference}") for e in together),
            *(
                (PORT_IN, e.process_id, PortNotInFile(file=file.name), f"{key}:-{e.process_id}")
                for e in lost
                if e.kind == Kind.PORT_IN and e.reference
            ),
        ),
        strangers=tuple(each for each in strangers if doubtful[each.reference].recipient in us),
        result=FileResult(
            hub=hub,
            name=file.name,
            published_at=at,
            read_at=now,
            rows=len(rows),
            ours=len(ours),
            expected=len(expected),
            unreadable=len(file.bad_lines),
            differences=(*behind(expected, differing), *strangers, *lost),
        ),
    )
