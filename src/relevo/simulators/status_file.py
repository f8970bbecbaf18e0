"""The hub's daily files: every operator's processes, the authority for what else was missed, and
the numbers that came back to the holder of their range.

Layout as in porting-es 3.10: 1 reference, 2 state, 3 time, 6 number, 8 donor, 9 recipient. Of a
return the range holder stands as donor and who had the number as recipient, as in its reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from relevo.simulators.hours import at, local
from relevo.simulators.mobile_migrations import Migration
from relevo.simulators.mobile_ports import Port
from relevo.simulators.mobile_returns import Return, ReturnState
from relevo.simulators.operators import named
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

PUBLISHED = time(7)
KEPT = timedelta(days=30)  # how long an ended process stays in the file
OF_OTHERS = ("ASOL", "ACON", "APOR", "BFIN", "NMIG")  # rows of other operators in each file
HEADER = "REFERENCIA;ESTADO;FECHA;;;MSISDN;;DONANTE;RECEPTOR"


@dataclass(frozen=True, slots=True)
class StatusFile:
    """One published file."""

    name: str
    published_at: Moment
    content: bytes


def write_file(
    stage: Stage,
    ports: Iterable[Port],
    returns: Iterable[Return],
    migrations: Iterable[Migration],
) -> StatusFile:
    """Today's file."""
    now = stage.now()
    rows = [HEADER]
    for port in sorted(ports, key=lambda each: each.reference):
        since = port.state_at or port.created_at
        if port.is_live or now - since <= KEPT:
            codes = named(port.donor).mobile_code, named(port.recipient).mobile_code
            rows += [
                _row(port.reference, port.state, since, (number[3:], *codes))
                for number in port.numbers
            ]
    rows += (row for back in returns for row in _rows_of_return(back, now))
    rows += (row for migration in migrations for row in _rows_of_migration(migration))
    rows += _rows_of_others(stage, local(now).date())
    name = f"NC_ESTADOS_{local(now):%Y%m%d_%H%M}.dat"
    return StatusFile(name, now, ("\n".join(rows) + "\n").encode())


def returned_files(now: Moment, returns: Iterable[Return]) -> Iterator[StatusFile]:
    """For each range holder what came back since yesterday: MSISDN;YYYYMMDD (porting-es 3.9.5)."""
    today = local(now).date()
    lines: dict[str, list[str]] = {}
    for back in returns:
        came_back = back.state is ReturnState.BDEF and back.state_at
        if came_back and now - timedelta(days=1) < came_back <= now:
            row = f"{back.number[3:]};{local(came_back):%Y%m%d}"
            lines.setdefault(back.range_holder, []).append(row)
    for holder, rows in sorted(lines.items()):
        name = f"NC_DEVUELTOS_{named(holder).mobile_code}_{today:%Y%m%d}.dat"
        yield StatusFile(name, now, ("\n".join(rows) + "\n").encode())


def next_file_at(stage: Stage) -> Moment:
    """When the next file is published: every day at 07:00."""
    day = local(stage.now()).date()
    due = at(day, PUBLISHED)
    return due if due > stage.now() else at(day + timedelta(days=1), PUBLISHED)


def stamp(moment: Moment) -> str:
    """An instant as the files write it."""
    return f"{local(moment):%Y%m%d %H:%M:%S}"


def _row(reference: str, state: str, since: Moment, rest: tuple[str, str, str]) -> str:
    msisdn, donor, recipient = rest
    return f"{reference};{state};{stamp(since)};;;{msisdn};;{donor};{recipient}"


def _rows_of_return(back: Return, now: Moment) -> Iterator[str]:
    since = back.state_at or back.created_at
    if back.is_live or now - since <= KEPT:
        codes = named(back.range_holder).mobile_code, named(back.operator).mobile_code
        yield _row(back.reference, back.state, since, (back.number[3:], *codes))


def _rows_of_migration(migration: Migration) -> Iterator[str]:
    codes = named(migration.network_from).mobile_code, named(migration.network_to).mobile_code
    yield _row(migration.reference, migration.state, migration.state_at, ("", *codes))
    for each in migration.numbers.values():
        yield _row(migration.reference, each.state, each.state_at, (each.number[3:], *codes))


def _rows_of_others(stage: Stage, day: date) -> list[str]:
    """Processes between operators that are not ours, for the reader to skip."""
    rows = []
    for n, state in enumerate(OF_OTHERS):
        names = ("others", day.isoformat(), str(n))
        number = str(stage.between(711_000_000, 711_999_999, *names, "number"))
        created = at(day - timedelta(days=1), time(9 + n, 15))
        counter = stage.between(0, 99_999, *names)
        kind = {"B": "21", "N": "31"}.get(state[0], "11")
        reference = f"903904{kind}{local(created):%y%m%d%H%M}{counter:05d}"
        rows.append(_row(reference, state, created, (number, "904", "903")))
    return rows
