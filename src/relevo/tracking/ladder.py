"""What a line could do, and when that changed: its capability ladder with the history of probes.

The journal keeps of all probes those that changed what is known. Between two of them every probe
saw the same, so that the states between changes are the whole history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from relevo.activation.activation.model import Activation
from relevo.activation.ladder import Capability
from relevo.engine.process import ProcessType
from relevo.tracking.picture import Sight, Works, sights_of
from relevo.tracking.replay import Entry
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A moment at which something else was known of the line than before."""

    seq: int
    at: Moment
    sights: tuple[Sight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One capability now: since when it has been known to be so, and by which fact."""

    capability: Capability
    works: Works
    except_from: tuple[str, ...]
    since: Moment | None  # None: it was never looked for
    seq: int


def changes_of(entries: Iterable[Entry], activation: ProcessType[Any]) -> tuple[Change, ...]:
    """The changes in what is known of one line, from the facts of its activation."""
    state: Any = None
    found: list[Change] = []
    for entry in entries:
        if entry.kind != activation.kind or type(entry.fact) not in activation.facts:
            continue
        state = activation.blank(entry.process_id) if state is None else state
        state = activation.evolve(state, entry.fact)
        assert isinstance(state, Activation)
        sights = sights_of(state)
        if sights and (not found or found[-1].sights != sights):
            found.append(Change(seq=entry.seq, at=entry.at, sights=sights))
    return tuple(found)


def rungs_of(changes: Sequence[Change]) -> tuple[Rung, ...]:
    """The ladder as it stands, each rung with the moment from which on it has been so."""
    if not changes:
        return ()
    return tuple(_rung(place, sight, changes) for place, sight in enumerate(changes[-1].sights))


def _rung(place: int, sight: Sight, changes: Sequence[Change]) -> Rung:
    first = changes[-1]
    for change in reversed(changes):
        if place >= len(change.sights) or change.sights[place] != sight:
            break
        first = change
    known = sight.works is not Works.UNKNOWN
    return Rung(
        capability=sight.capability,
        works=sight.works,
        except_from=sight.except_from,
        since=first.at if known else None,
        seq=first.seq,
    )
