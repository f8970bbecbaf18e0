"""The hub's daily file against what we know of the requests to us: who has to be told something.

The mailbox may lose a notice, and tells a donor neither that a number moved nor that his silence
was taken for a no. The file lists every process, once a day (porting-es 3.10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.port_out.messages import PortOutSeen
from relevo.porting.port_out.model import PortOutPhase
from relevo.porting.reconcile import SETTLING, FileRow
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

LIVE = frozenset({HubState.REQUESTED, HubState.CONFIRMED})
RECENT = timedelta(days=2)
"""A port that a file still lists after so long is history, and no news of a number of ours."""

_MOVED = frozenset({PortOutPhase.STOPPING, PortOutPhase.LEFT, PortOutPhase.REACTIVATING})
_ALREADY: Mapping[HubState, frozenset[str]] = {
    HubState.REQUESTED: frozenset(PortOutPhase),
    HubState.CONFIRMED: frozenset({PortOutPhase.CONFIRMED}) | _MOVED,
    HubState.REJECTED: frozenset(),
    HubState.CANCELLED: frozenset(),
    HubState.PORTED: _MOVED,
}
"""In which of our phases the hub's state is no news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorDifference:
    """A request of which we believe something else than the hub."""

    reference: str
    seen: PortOutSeen


def donor_differences(
    phases: Mapping[str, str], rows: Iterable[FileRow], published_at: Moment
) -> Iterator[DonorDifference]:
    """What the file tells of open requests, given by reference with the phase of each.

    A request for many numbers has a row for each; they share one state.
    """
    told: dict[str, list[FileRow]] = {}
    for row in rows:
        phase = phases.get(row.reference)
        if phase is None or row.at > published_at - SETTLING or phase in _ALREADY[row.state]:
            continue
        told.setdefault(row.reference, []).append(row)
    for reference, of_one in told.items():
        last = max(of_one, key=lambda row: row.at)
        numbers = tuple(row.number for row in of_one if row.number and row.state is last.state)
        goes = last.state in {HubState.CONFIRMED, HubState.PORTED}
        seen = PortOutSeen(
            reference=reference,
            state=last.state,
            witness=Witness.FILE,
            at=last.at,
            confirmed=numbers if goes else (),
        )
        yield DonorDifference(reference=reference, seen=seen)


def unknown_requests(
    rows: Iterable[FileRow], published_at: Moment
) -> dict[str, tuple[Msisdn, FileRow]]:
    """Rows that take a number from somebody: by reference, to be held against what we serve."""
    found: dict[str, tuple[Msisdn, FileRow]] = {}
    for row in rows:
        is_fresh = row.state is HubState.PORTED and row.at > published_at - RECENT
        if row.number is None or not row.recipient:
            continue
        if row.state in LIVE or is_fresh:
            found.setdefault(row.reference, (row.number, row))
    return found
