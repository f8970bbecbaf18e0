"""What is owed by now: a number that is dead at this moment accrues, line by line and in total.

Nothing is read but the claims themselves, so that a page can ask at every look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from relevo.compensation.claim.model import Claim
from relevo.compensation.schedule import Entitlement, Outage, Schedule, added, entitlement
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class Accrued:
    """What one line has come to. ``running_since``: it is dead now, and the amount grows."""

    line: str
    number: Msisdn | None
    owed: Entitlement
    outages: tuple[Outage, ...]
    excluded: Window | None  # in which the regulation foresees an interruption
    credited_eur_cents: int
    running_since: Moment | None


def accrued(
    schedules: Callable[[str], Schedule], claims: Iterable[Claim], now: Moment
) -> tuple[Accrued, ...]:
    """What every line that was or is dead has come to by now, each by the rule it pinned."""
    return tuple(
        _of(schedules(claim.rules), claim, now)
        for claim in claims
        if claim.outages or claim.open_since is not None
    )


def accrued_eur_cents(lines: Iterable[Accrued]) -> int:
    """What all lines together have come to."""
    return sum(each.owed.eur_cents for each in lines)


def _of(schedule: Schedule, claim: Claim, now: Moment) -> Accrued:
    assert claim.terms is not None, "a claim that was dead rests on terms"
    outages = claim.outages
    if claim.open_since is not None and claim.open_since < now:
        running = Outage(dead_from=claim.open_since, dead_until=now, exact=False)
        outages = added(outages, running)
    return Accrued(
        line=claim.line,
        number=claim.number,
        owed=entitlement(schedule, claim.terms, outages, excluded=claim.excluded),
        outages=outages,
        excluded=claim.excluded,
        credited_eur_cents=claim.credited_eur_cents,
        running_since=claim.open_since,
    )
