"""The hub's daily file: every operator's processes, the authority for what else was missed.

Layout as in porting-es 3.10: 1 reference, 2 state, 3 time, 6 number, 8 donor, 9 recipient.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from relevo.simulators.hours import at, local
from relevo.simulators.mobile_ports import Port
from relevo.simulators.operators import named
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

PUBLISHED = time(7)
KEPT = timedelta(days=30)  # how long an ended process stays in the file
OF_OTHERS = 3  # rows of other operators in each file
HEADER = "REFERENCIA;ESTADO;FECHA;;;MSISDN;;DONANTE;RECEPTOR"


@dataclass(frozen=True, slots=True)
class StatusFile:
    """One published file."""

    name: str
    published_at: Moment
    content: bytes


def write_file(stage: Stage, ports: Iterable[Port]) -> StatusFile:
    """Today's file."""
    now = stage.now()
    rows = [HEADER]
    for port in sorted(ports, key=lambda each: each.reference):
        since = port.state_at or port.created_at
        if port.is_live or now - since <= KEPT:
            codes = named(port.donor).mobile_code, named(port.recipient).mobile_code
            rows.append(_row(port.reference, port.state, since, (port.msisdn, *codes)))
    rows += _rows_of_others(stage, local(now).date())
    name = f"NC_ESTADOS_{local(now):%Y%m%d_%H%M}.dat"
    return StatusFile(name, now, ("\n".join(rows) + "\n").encode())


def next_file_at(stage: Stage) -> Moment:
    """When the next file is published: every day at 07:00."""
    day = local(stage.now()).date()
    due = at(day, PUBLISHED)
    return due if due > stage.now() else at(day + timedelta(days=1), PUBLISHED)


def _row(reference: str, state: str, since: Moment, rest: tuple[str, str, str]) -> str:
    msisdn, donor, recipient = rest
    stamp = f"{local(since):%Y%m%d %H:%M:%S}"
    return f"{reference};{state};{stamp};;;{msisdn};;{donor};{recipient}"


def _rows_of_others(stage: Stage, day: date) -> list[str]:
    """Processes between operators that are not ours, for the reader to skip."""
    rows = []
    for n in range(OF_OTHERS):
        names = ("others", day.isoformat(), str(n))
        number = str(stage.between(711_000_000, 711_999_999, *names, "number"))
        created = at(day - timedelta(days=1), time(9 + n, 15))
        state = ("ASOL", "ACON", "APOR")[n]
        counter = stage.between(0, 99_999, *names)
        reference = f"90390411{local(created):%y%m%d%H%M}{counter:05d}"
        rows.append(_row(reference, state, created, (number, "904", "903")))
    return rows
