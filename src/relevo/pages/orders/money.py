"""What is owed to this customer by now, line by line, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.compensation.accrual import Accrued, accrued
from relevo.compensation.attribution import Share, attributed
from relevo.pages.effort import effort_of
from relevo.pages.orders.opened import Opened
from relevo.rim import country_module, country_of
from relevo.tracking.thread import Side, Utterance
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One line, with the shares of those who caused it."""

    line: Accrued
    shares: tuple[Share, ...]


def owed_now(opened: Opened, now: Moment) -> tuple[Owed, ...]:
    """Every line that is or was dead: what it has come to by now."""
    if opened.picture is None:
        return ()
    history = [(each.seq, each.fact) for each in opened.records]
    lines = accrued(
        lambda code: country_module(code, "compensation").schedule(), opened.picture.claims, now
    )
    return tuple(Owed(line=line, shares=attributed(line, history)) for line in lines)


def effort_minutes(opened: Opened, said: tuple[Utterance, ...]) -> int:
    """What he has spent on us, by the published table."""
    table = effort_of(country_of(opened.rules.code))
    return sum(
        table.minutes(each.channel, times=1, length=each.minutes)
        for each in said
        if each.side is Side.CUSTOMER and (each.channel != "call" or each.minutes)
    )
