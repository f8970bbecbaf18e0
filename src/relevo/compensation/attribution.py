"""Who caused the dead time, by the facts, and what is reclaimed from whom.

The customer is paid by whoever owes it to him and never waits for this. Until a number has moved
its donor has to serve it (LGTel 70.3), from then on its recipient; a cut by the donor while a port
was open is told apart from a fault. No source says which operator bears the cost of a failed port
(rights-care 1.2), so a share is a result with its evidence, and a person decides on the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from relevo.compensation.accrual import Accrued
from relevo.compensation.schedule import outside
from relevo.orders.order.messages import OrderAccepted
from relevo.porting.port_in.messages import PortInCompleted
from relevo.porting.recovery.messages import NumberCut
from relevo.values.moment import Moment, Span
from relevo.values.msisdn import Msisdn

Stated = tuple[int, Any]
"""A fact of the order's history, behind its number."""

UNSETTLED = "which operator bears the cost of a failed port is not stated in any source"


class Cause(StrEnum):
    """What the facts say of a stretch of dead time."""

    CUT_BY_DONOR = "cut_by_donor"  # while its port was open
    DEAD_AT_DONOR = "dead_at_donor"  # no cut is known
    NOT_SERVED_BY_RECIPIENT = "not_served_by_recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One party's part of what is owed for a line. ``rests_on``: facts, by their number."""

    line: str
    party: str
    cause: Cause
    minutes: int
    eur_cents: int
    reclaimed_eur_cents: int  # from this party, by us who credit it
    rests_on: tuple[int, ...]
    unsettled: str = UNSETTLED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the history says of one number."""

    us: str
    donor: str
    moved_at: Moment | None
    cut_at: Moment | None
    rests_on: tuple[int, ...]


def attributed(line: Accrued, history: Sequence[Stated]) -> tuple[Share, ...]:
    """The shares of all parties in what is owed for a line; they add up to it to the cent."""
    known = _known(line.line, line.number, history)
    lengths: dict[tuple[str, Cause], Span] = {}
    for outage in line.outages:
        for begin, end in outside(outage.dead_from, outage.dead_until, line.excluded):
            for party, cause, length in _stretches(begin, end, known):
                lengths[party, cause] = lengths.get((party, cause), Span()) + length
    parts = _split(line.owed.eur_cents, list(lengths.values()))
    return tuple(
        Share(
            line=line.line,
            party=party,
            cause=cause,
            minutes=length // Span(minutes=1),
            eur_cents=cents,
            reclaimed_eur_cents=0 if party == known.us else cents,
            rests_on=known.rests_on,
        )
        for ((party, cause), length), cents in zip(lengths.items(), parts, strict=True)
    )


def _known(line: str, number: Msisdn | None, history: Sequence[Stated]) -> _Known:
    us, donor, moved_at, cut_at, seqs = "", "", None, None, []
    for seq, fact in history:
        match fact:
            case OrderAccepted() as accepted:
                us = accepted.recipient
                donor = next((each.donor for each in accepted.lines if each.id == line), "") or ""
            case PortInCompleted() as moved if moved.number == number:
                donor, moved_at = moved.donor, moved.at
            case NumberCut() as cut if cut.number == number:
                donor, cut_at = cut.donor, cut.at if cut_at is None else min(cut.at, cut_at)
            case _:
                continue
        seqs.append(seq)
    return _Known(us=us, donor=donor, moved_at=moved_at, cut_at=cut_at, rests_on=tuple(seqs))


def _stretches(begin: Moment, end: Moment, known: _Known) -> list[tuple[str, Cause, Span]]:
    """The two parts of a stretch: before the number moved, and after."""
    left = end if known.moved_at is None else min(max(known.moved_at, begin), end)
    # A probe sees a cut up to some minutes before or after the donor's own time of it.
    cut = known.cut_at is not None and known.cut_at < max(left, begin + Span(minutes=1))
    at_donor = Cause.CUT_BY_DONOR if cut else Cause.DEAD_AT_DONOR
    found = [
        (known.donor, at_donor, left - begin),
        (known.us, Cause.NOT_SERVED_BY_RECIPIENT, end - left),
    ]
    return [each for each in found if each[2] > Span()]


def _split(cents: int, lengths: Sequence[Span]) -> list[int]:
    """The amount by the lengths; what rounding leaves goes to the largest remainders."""
    whole = sum(lengths, Span())
    if not whole:
        return [0 for _ in lengths]
    parts = [cents * length // whole for length in lengths]
    by_remainder = sorted(
        range(len(parts)), key=lambda n: (cents * lengths[n]) % whole, reverse=True
    )
    for place in by_remainder[: cents - sum(parts)]:
        parts[place] += 1
    return parts
