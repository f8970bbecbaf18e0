"""What people can have the donor's side do: load what we serve, step in where no rule decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from relevo.customers.actions import BY_LOAD, load_lines
from relevo.customers.model import FieldFault
from relevo.customers.served import ServedLine, ServedStatus, read_row
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.numbering.actions import FirstHolder, open_custody
from relevo.numbering.moves import hold_of
from relevo.porting.cease.messages import KIND as CEASE
from relevo.porting.cease.messages import AskCease, DecideCease
from relevo.porting.port_out.decider import KIND as PORT_OUT
from relevo.porting.port_out.decider import port_out_id
from relevo.porting.port_out.messages import (
    ApproveForceMajeure,
    ProposeForceMajeure,
    TryPortOutAgain,
    UndoPortOut,
)
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

T = TypeVar("T")
ROWS_AT_ONCE = 5_000
FIRST_ROW = 2  # of a file: its first line are the names of the columns


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """What is wrong with one row of a file; the first row below the header is number 2."""

    row: int
    fault: FieldFault


@dataclass(slots=True)
class Loaded:
    """What a load did. ``kept`` rows were changed by facts, which know better than the file."""

    rows: int = 0
    written: int = 0
    unchanged_or_kept: int = 0
    faulty: int = 0
    faults: list[RowFault] = field(default_factory=list)


def load_served(
    connection: Connection,
    operator: str,
    rows: Iterable[dict[str, str]],
    *,
    at: Moment,
    as_of: Moment | None = None,
    faults_kept: int = 1_000,
) -> Loaded:
    """Load what we serve, thousands of rows in a transaction. Loaded twice, it is the same.

    A row with a fault is left out and reported; the others are loaded. The numbers become known
    to the ledger of custody, as held by us.
    """
    done = Loaded()
    for batch in _batches(_read(operator, rows, done, faults_kept), ROWS_AT_ONCE):
        with connection.transaction(), connection.cursor() as cursor:
            written = load_lines(cursor, batch, at=at, as_of=as_of)
            open_custody(cursor, [each for line in batch if (each := _holder(line, at))])
        done.written += len(written)
    done.unchanged_or_kept = done.rows - done.faulty - done.written
    return done


def propose_force_majeure(engine: Engine, reference: str, *, by: str, why: str, key: str) -> None:
    """Ask for a refusal for force majeure; somebody else has to approve it."""
    message = ProposeForceMajeure(by=by, why=why)
    engine.tell(PORT_OUT, port_out_id(reference), message, key=f"force majeure:{key}")


def approve_force_majeure(engine: Engine, reference: str, *, by: str, key: str) -> None:
    """Approve what somebody else has proposed."""
    message = ApproveForceMajeure(by=by)
    engine.tell(PORT_OUT, port_out_id(reference), message, key=f"approval:{key}")


def try_again(engine: Engine, reference: str, *, by: str, key: str) -> None:
    """Check and answer anew, after what stood in the way was mended."""
    message = TryPortOutAgain(by=by)
    engine.tell(PORT_OUT, port_out_id(reference), message, key=f"again:{key}")


def undo_port_out(engine: Engine, reference: str, *, by: str, why: str, key: str) -> None:
    """Serve numbers again whose port failed after they had left."""
    message = UndoPortOut(by=by, why=why)
    engine.tell(PORT_OUT, port_out_id(reference), message, key=f"undo:{key}")


def ask_cease(engine: Engine, asked: AskCease, *, key: str) -> str:
    """Ask for a number to be ceased; the id of the process that looks after it. The same key is
    the same wish."""
    process_id = f"cease-{code(8, READABLE, 'cease', asked.number, key)}/cease"
    engine.tell(CEASE, process_id, asked, key=f"cease:{key}")
    return process_id


def decide_cease(engine: Engine, process_id: str, decision: DecideCease, *, key: str) -> None:
    """A person's word on a wish that is held."""
    engine.tell(CEASE, process_id, decision, key=f"decision:{key}")


def _read(
    operator: str, rows: Iterable[dict[str, str]], done: Loaded, faults_kept: int
) -> Iterator[ServedLine]:
    for number, row in enumerate(rows, start=FIRST_ROW):
        done.rows += 1
        read = read_row(operator, row)
        if isinstance(read, ServedLine):
            yield read
            continue
        done.faulty += 1
        room = max(0, faults_kept - len(done.faults))
        done.faults += [RowFault(row=number, fault=fault) for fault in read[:room]]


def _holder(line: ServedLine, at: Moment) -> FirstHolder | None:
    if line.is_in_service:
        holder, since = line.operator, at
    elif line.status is ServedStatus.CEASED:
        holder, since = hold_of(line.operator), line.ceased_at or at
    else:
        return None  # with somebody else, and the file does not say with whom
    return FirstHolder(number=line.number, holder=holder, at=since, caused_by=BY_LOAD)


def _batches(lines: Iterator[T], size: int) -> Iterator[Sequence[T]]:
    while batch := list(islice(lines, size)):
        yield batch
