"""Our open ports against the hub's daily file: who has to be told something.

The file is one of three witnesses of a request's state, and the last to be asked: it lists every
operator's processes, once a day, and repairs what the mailbox lost (porting-es 3.10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from relevo.porting.port_in.messages import HubState, PortStateSeen, Witness
from relevo.porting.port_in.model import PortInPhase
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

SETTLING = timedelta(minutes=5)
"""Younger rows may be on their way by mailbox still (porting-es 3.10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPort:
    """A request as our own process has it."""

    contract_code: str
    process_id: str
    reference: str
    number: Msisdn
    hub: HubKind
    donor: str
    recipient: str
    state: str
    window_opens: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A line of the file about a port request, in our words."""

    reference: str
    state: HubState
    at: Moment
    number: Msisdn | None
    recipient: str  # operator; empty when unknown
    donor: str = ""  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A process that believes something else than the hub."""

    process_id: str
    seen: PortStateSeen


_ALREADY: Mapping[HubState, frozenset[str]] = {
    HubState.REQUESTED: frozenset(
        {PortInPhase.REQUESTED, PortInPhase.CONFIRMED, PortInPhase.CANCELLING}
    ),
    HubState.CONFIRMED: frozenset({PortInPhase.CONFIRMED, PortInPhase.CANCELLING}),
    HubState.REJECTED: frozenset(),
    HubState.CANCELLED: frozenset(),
    HubState.PORTED: frozenset(),
}
"""In which of our phases the hub's state is no news. An end of an open port always is."""


def differences(
    ports: Iterable[KnownPort], rows: Iterable[FileRow], published_at: Moment
) -> Iterator[Difference]:
    """Whom the file tells something, in the order of its rows.

    A port whose reference we never learned is found by its number, among the rows that are ours.
    """
    open_ = list(ports)
    by_reference = {port.reference: port for port in open_ if port.reference}
    unanswered = {port.number: port for port in open_ if not port.reference}
    newest = _newest_of(unanswered, by_reference, rows := list(rows))
    for row in rows:
        port = by_reference.get(row.reference)
        if port is None and row.number is not None and newest.get(row.number) == row:
            port = unanswered[row.number]
        if port is None or row.at > published_at - SETTLING:
            continue
        if port.state in _ALREADY[row.state]:
            continue
        seen = PortStateSeen(
            reference=row.reference,
            state=row.state,
            witness=Witness.FILE,
            at=row.at,
            donor=row.donor,
        )
        yield Difference(process_id=port.process_id, seen=seen)


def _newest_of(
    unanswered: Mapping[Msisdn, KnownPort],
    by_reference: Mapping[str, KnownPort],
    rows: Iterable[FileRow],
) -> dict[Msisdn, FileRow]:
    """The last row of each number that we wait for; older attempts have ended rows of their own."""
    newest: dict[Msisdn, FileRow] = {}
    for row in rows:
        if row.number is None or row.number not in unanswered or row.reference in by_reference:
            continue
        port = unanswered[row.number]
        is_live = row.state in {HubState.REQUESTED, HubState.CONFIRMED, HubState.PORTED}
        if row.recipient != port.recipient or not is_live:
            continue
        known = newest.get(row.number)
        if known is None or known.at < row.at:
            newest[row.number] = row
    return newest
