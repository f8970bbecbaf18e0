"""What a daily file showed, kept: how many rows, which of them ours, where we differed.

The file is the third witness (porting-es 3.10). Whom it tells something is found by the functions
beside the processes (``reconcile``); here is what else it shows, and what it ought to show and does
not: rows about us that no process of ours knows, and open requests of ours that it does not list.
A difference is repaired when the process has gone on since; that is asked when somebody looks, of
the processes as they are then. What is neither is somebody's task, and so is a file with bad lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from relevo.porting.port_in.messages import HubState
from relevo.porting.profile import HubKind
from relevo.porting.reconcile import SETTLING, FileRow
from relevo.values.moment import Moment

RECENT = timedelta(days=2)
"""An end that a file still lists after so long is history, from before we kept any."""

_LIVE = frozenset({HubState.REQUESTED, HubState.CONFIRMED})


class Kind(StrEnum):
    """Which kind of process."""

    PORT_IN = "port_in"
    MULTIPLE = "multiple"
    PORT_OUT = "port_out"
    RETURN = "return"


class What(StrEnum):
    """How the file and we differ."""

    BEHIND = "behind"  # the file knows more: the process was told
    UNKNOWN = "unknown"  # a row about us, and no process
    MISSING = "missing"  # an open request of ours that it does not list


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """An open request of ours that a complete file lists."""

    kind: Kind
    process_id: str
    reference: str  # empty when its answer was lost
    number: str
    state: str
    changed_at: Moment
    us: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One difference. ``is_repaired`` says how it is now, not how it was."""

    what: What
    kind: str
    process_id: str
    reference: str
    number: str
    ours: str
    theirs: str
    is_repaired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """One file, held against all that was open."""

    hub: HubKind
    name: str
    published_at: Moment
    read_at: Moment
    rows: int
    ours: int
    expected: int
    unreadable: int
    differences: tuple[Discrepancy, ...]

    @property
    def unexplained(self) -> tuple[Discrepancy, ...]:
        """What nobody has repaired."""
        return tuple(each for each in self.differences if not each.is_repaired)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left for a person."""
        return not self.unexplained and not self.unreadable


def missing_from(
    expected: Iterable[Expected],
    rows: Iterable[FileRow],
    published_at: Moment,
    also: Collection[str] = (),
) -> Iterator[Discrepancy]:
    """Open requests of ours that were at the hub before the file was made and are not in it.

    ``also`` are references that stand in other rows of it.
    """
    references = set(also)
    numbers: set[tuple[str, str]] = set()
    for row in rows:
        references.add(row.reference)
        if row.number is not None:
            numbers.add((row.number, row.recipient))
    for each in expected:
        if each.changed_at > published_at - SETTLING:
            continue
        is_listed = (
            each.reference in references if each.reference else (each.number, each.us) in numbers
        )
        if not is_listed:
            yield Discrepancy(
                what=What.MISSING,
                kind=each.kind,
                process_id=each.process_id,
                reference=each.reference,
                number=each.number,
                ours=each.state,
                theirs="",
            )


def behind(
    expected: Iterable[Expected], told: Iterable[tuple[str, str, HubState]]
) -> Iterator[Discrepancy]:
    """Those that the file told something: process, reference and what the hub says."""
    known = {each.process_id: each for each in expected}
    for process_id, reference, state in told:
        each = known.get(process_id)
        yield Discrepancy(
            what=What.BEHIND,
            kind=each.kind if each else "",
            process_id=process_id,
            reference=reference,
            number=each.number if each else "",
            ours=each.state if each else "",
            theirs=state,
        )


def about_us(rows: Iterable[FileRow], us: Collection[str]) -> list[FileRow]:
    """Rows that name one of our operators; all others are nothing to us."""
    return [row for row in rows if row.recipient in us or row.donor in us]


def may_be_unknown(rows: Iterable[FileRow], published_at: Moment) -> dict[str, FileRow]:
    """Rows, by reference, that a process of ours ought to know, were it there."""
    return {
        row.reference: row
        for row in rows
        if row.at <= published_at - SETTLING
        and (row.state in _LIVE or row.at > published_at - RECENT)
    }


def unknown_among(
    rows: dict[str, FileRow], known: Collection[str], found_by_number: Collection[str]
) -> Iterator[Discrepancy]:
    """Rows about us that no process knows, by reference or by its number."""
    for reference, row in rows.items():
        if reference not in known and reference not in found_by_number:
            yield Discrepancy(
                what=What.UNKNOWN,
                kind="",
                process_id="",
                reference=reference,
                number=row.number or "",
                ours="",
                theirs=row.state,
            )
