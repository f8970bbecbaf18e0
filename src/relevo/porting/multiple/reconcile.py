"""Our open multiple requests against the hub's daily file: who has to be told something.

The file has a row for each number (porting-es 3.10). What fell out of a request is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relevo.porting.multiple.messages import MultipleSeen
from relevo.porting.multiple.model import MultiplePhase
from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.profile import HubKind
from relevo.porting.reconcile import SETTLING, FileRow
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMultiple:
    """A multiple request as our own process has it, with the numbers that are still in it."""

    contract_code: str
    process_id: str
    reference: str
    hub: HubKind
    donor: str
    recipient: str
    state: str
    window_opens: Moment | None
    numbers: tuple[Msisdn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleDifference:
    """A process that believes something else than the hub."""

    process_id: str
    seen: MultipleSeen


_NO_NEWS = {
    HubState.REQUESTED: frozenset(
        {
            MultiplePhase.REQUESTED,
            MultiplePhase.AGREEING,
            MultiplePhase.CONFIRMED,
            MultiplePhase.CANCELLING,
        }
    ),
    HubState.CONFIRMED: frozenset({MultiplePhase.CONFIRMED, MultiplePhase.CANCELLING}),
}
"""In which of our phases the hub's state is no news. An end of an open request always is."""

_FURTHEST = (HubState.PORTED, HubState.CONFIRMED, HubState.REQUESTED, HubState.CANCELLED)
"""Rows of one reference may differ: what some numbers of it became is what the request became."""


def multiple_differences(
    multiples: Iterable[KnownMultiple], rows: Iterable[FileRow], published_at: Moment
) -> Iterator[MultipleDifference]:
    """Whom the daily file tells something. It has a row for each number of a request."""
    open_ = list(multiples)
    by_reference = {each.reference: each for each in open_ if each.reference}
    unanswered = {n: each for each in open_ if not each.reference for n in each.numbers}
    told: dict[str, list[FileRow]] = {}
    for row in rows:
        if row.reference in by_reference or _is_ours(row, unanswered):
            told.setdefault(row.reference, []).append(row)
    for reference, of_one in told.items():
        known = by_reference.get(reference) or unanswered[of_one[0].number or Msisdn("")]
        seen = _seen(reference, of_one, known)
        is_settling = seen.at > published_at - SETTLING
        if not is_settling and known.state not in _NO_NEWS.get(seen.state, frozenset()):
            yield MultipleDifference(process_id=known.process_id, seen=seen)


def _is_ours(row: FileRow, unanswered: dict[Msisdn, KnownMultiple]) -> bool:
    """A live row about a number of a request whose reference we never learned."""
    known = unanswered.get(row.number) if row.number is not None else None
    is_live = row.state in {HubState.REQUESTED, HubState.CONFIRMED, HubState.PORTED}
    return known is not None and is_live and row.recipient == known.recipient


def _seen(reference: str, rows: Sequence[FileRow], known: KnownMultiple) -> MultipleSeen:
    states = {row.state for row in rows}
    state = next((each for each in _FURTHEST if each in states), HubState.REJECTED)
    named = tuple(row.number for row in rows if row.state is state and row.number is not None)
    is_part = state in {HubState.CONFIRMED, HubState.PORTED} and set(named) < set(known.numbers)
    return MultipleSeen(
        reference=reference,
        state=state,
        witness=Witness.FILE,
        at=max(row.at for row in rows if row.state is state),
        confirmed=named if is_part else (),
    )
