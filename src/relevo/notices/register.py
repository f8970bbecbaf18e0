"""What a fact tells the voice about a line: one table, from the fact's type to the change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from relevo.activation.activation.messages import (
    Capability,
    CapabilityLost,
    CapabilityProven,
    CardRegistered,
    LifeSignBack,
    LifeSignLost,
    LineProvisioned,
    LineWorks,
    WatchStarted,
)
from relevo.notices.model import Knowledge, LineSeen
from relevo.orders.line.messages import (
    LineConfirmed,
    LineLive,
    LineMoved,
    LinePrepared,
    LineTakenBack,
    LineTakenOut,
)
from relevo.orders.order.messages import (
    Choice,
    GroupRedated,
    NumberDecided,
    NumberUndecided,
    OrderStuck,
    WindowChosen,
)
from relevo.porting.port_in.messages import (
    DonorCorrected,
    PortInCancelled,
    PortInConfirmed,
    PortInRejected,
    PortInRequested,
)
from relevo.porting.recovery.messages import (
    HoldEnded,
    NumberCut,
    NumberRecovered,
    ReactivationPromised,
    RecoveryOvertaken,
)
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardLost,
    CardTied,
    DeliveryChanged,
    ParcelOrdered,
    ParcelProgressed,
    ParcelState,
    ParcelTroubled,
)
from relevo.sims.esim.messages import EsimInstalled, EsimOffered
from relevo.values.moment import Moment

Change = Callable[[LineSeen, Any, Moment], LineSeen]

PARCEL_WORDS: Mapping[ParcelState, str] = {
    ParcelState.OUT: "out_for_delivery",
    ParcelState.HANDED_OVER: "in_transit",
    ParcelState.REDIRECTED: "in_transit",
    ParcelState.HELD: "in_transit",
    ParcelState.REFUSED: "returning",
    ParcelState.RETURNED: "returning",
    ParcelState.DAMAGED: "lost",
}
"""The courier's states as the check before sending names them, where the words differ."""


def changed_lines(knowledge: Knowledge, source: str, fact: Any, at: Moment) -> tuple[LineSeen, ...]:
    """The lines about which this fact tells something new, as they are known from now on."""
    changes: list[LineSeen] = []
    for line_id in _concerned(source, fact):
        line = knowledge.line(line_id)
        change = CHANGES.get(type(fact))
        if line is None or change is None:
            continue
        after = change(line, fact, at)
        if after != line:
            changes.append(after)
    return tuple(changes)


def line_of(source: str, fact: Any) -> str:
    """The line that a fact is about; empty when it is about the order."""
    parts = source.split("/")
    return parts[2] if len(parts) > 2 and parts[1] != "promise" else str(getattr(fact, "line", ""))


def _concerned(source: str, fact: Any) -> tuple[str, ...]:
    if isinstance(fact, WindowChosen | GroupRedated):
        return tuple(fact.windows)
    if isinstance(fact, OrderStuck):
        return fact.undated
    line_id = line_of(source, fact)
    return (line_id,) if line_id else ()


def _window(line: LineSeen, fact: WindowChosen | GroupRedated, at: Moment) -> LineSeen:
    return replace(line, window=fact.windows[line.id], cancel_until=None)


def _decided(line: LineSeen, fact: NumberDecided, at: Moment) -> LineSeen:
    return replace(line, undecided=False, moving=line.moving or fact.choice is Choice.PORT)


def _progressed(line: LineSeen, fact: ParcelProgressed, at: Moment) -> LineSeen:
    return replace(line, parcel_state=PARCEL_WORDS.get(fact.state, str(fact.state)))


def _delivery(line: LineSeen, fact: DeliveryChanged, at: Moment) -> LineSeen:
    return replace(line, parcel_expected=fact.on.isoformat()) if fact.on else line


def _lost(line: LineSeen, fact: LifeSignLost, at: Moment) -> LineSeen:
    if not fact.at_donor:  # what it could do has to be seen again
        line = replace(line, works=(), lacks=(), works_at=None)
    return replace(
        line,
        dead_since=fact.last_good_at,
        dead_seen_at=fact.at,
        dead_at_donor=fact.at_donor,
        back_except=(),
    )


def _back(line: LineSeen, fact: LifeSignBack, at: Moment) -> LineSeen:
    return replace(
        line,
        dead_since=None,
        dead_until=fact.dead_until,
        back_except=fact.except_from,
        cut_at=None,
        recovering=False,
        back_by=None,
    )


def _recovered(line: LineSeen, fact: NumberRecovered, at: Moment) -> LineSeen:
    return replace(line, cut_at=None, recovering=False, back_by=None, dead_until=fact.dead_until)


def _promised(line: LineSeen, fact: ReactivationPromised, at: Moment) -> LineSeen:
    return replace(line, back_by=fact.by, cut_at=fact.ceased_at or line.cut_at)


def _proven(line: LineSeen, fact: CapabilityProven, at: Moment) -> LineSeen:
    name = str(fact.capability)
    works = tuple(sorted({*line.works, name}))
    back_except = () if name == Capability.CALLS_IN else line.back_except
    return replace(line, works=works, lacks=_without(line.lacks, name), back_except=back_except)


def _lacking(line: LineSeen, fact: CapabilityLost, at: Moment) -> LineSeen:
    name = str(fact.capability)
    entry = f"{name}:{','.join(fact.except_from)}" if fact.except_from else name
    lacks = tuple(sorted({*_without(line.lacks, name), entry}))
    return replace(line, lacks=lacks, works=tuple(w for w in line.works if w != name))


def _works(line: LineSeen, fact: LineWorks, at: Moment) -> LineSeen:
    return replace(line, works_at=fact.at, lacks=())


def _moved(line: LineSeen, fact: LineMoved, at: Moment) -> LineSeen:
    iccid = fact.iccid or line.iccid
    return replace(
        line, moved_at=fact.at, cut_at=None, recovering=False, back_except=(), iccid=iccid
    )


def _without(lacks: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in lacks if each.partition(":")[0] != name)


CHANGES: Mapping[type, Change] = {
    WatchStarted: lambda line, fact, at: replace(line, needs=tuple(map(str, fact.capabilities))),
    LinePrepared: lambda line, fact, at: replace(line, sim=fact.sim, iccid=fact.iccid, moving=True),
    NumberUndecided: lambda line, fact, at: replace(line, undecided=True),
    NumberDecided: _decided,
    WindowChosen: _window,
    GroupRedated: _window,
    OrderStuck: lambda line, fact, at: replace(line, window=None, cancel_until=None),
    CardTied: lambda line, fact, at: replace(line, pin=fact.pin, iccid=line.iccid or fact.iccid),
    ParcelOrdered: lambda line, fact, at: replace(
        line,
        tracking_code=fact.tracking_code,
        parcel_state="label_created",
        parcel_expected=fact.expected_on.isoformat(),
    ),
    ParcelProgressed: _progressed,
    DeliveryChanged: _delivery,
    ParcelTroubled: lambda line, fact, at: replace(line, parcel_reason=fact.reason),
    CardInHand: lambda line, fact, at: replace(line, in_hand=True, parcel_state="delivered"),
    CardLost: lambda line, fact, at: replace(line, parcel_state="lost"),
    EsimOffered: lambda line, fact, at: replace(line, esim_code=fact.activation_code),
    EsimInstalled: lambda line, fact, at: replace(line, in_hand=True, iccid=fact.iccid),
    DonorCorrected: lambda line, fact, at: replace(line, donor=fact.donor),
    PortInRequested: lambda line, fact, at: replace(line, requested_at=line.requested_at or at),
    PortInConfirmed: lambda line, fact, at: replace(line, confirmed_at=at),
    PortInRejected: lambda line, fact, at: replace(line, requested_at=None, confirmed_at=None),
    PortInCancelled: lambda line, fact, at: replace(line, requested_at=None, confirmed_at=None),
    LineTakenBack: lambda line, fact, at: replace(line, requested_at=None, confirmed_at=None),
    LineConfirmed: lambda line, fact, at: replace(
        line,
        confirmed_at=line.confirmed_at or at,
        window=fact.window,
        cancel_until=fact.cancel_until,
    ),
    NumberCut: lambda line, fact, at: replace(line, cut_at=fact.at, recovering=True),
    ReactivationPromised: _promised,
    NumberRecovered: _recovered,
    RecoveryOvertaken: _recovered,
    HoldEnded: lambda line, fact, at: replace(line, recovering=False, back_by=None),
    LifeSignLost: _lost,
    LifeSignBack: _back,
    LineMoved: _moved,
    LineProvisioned: lambda line, fact, at: replace(line, provisioned_at=fact.at),
    CardRegistered: lambda line, fact, at: replace(line, registered_at=fact.at),
    CapabilityProven: _proven,
    CapabilityLost: _lacking,
    LineWorks: _works,
    LineLive: lambda line, fact, at: replace(line, live_at=fact.at),
    LineTakenOut: lambda line, fact, at: replace(line, out=True, moving=False, window=None),
}
