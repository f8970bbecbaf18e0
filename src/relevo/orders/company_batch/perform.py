"""Carries out what a batch decided: a look into the hub's bulletin, number by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relevo.engine.performer import Errand, Performer, Temporary
from relevo.orders.company_batch.messages import BatchChecked, CheckBatch, Finding
from relevo.porting.gateway import Bulletin, NumberStanding
from relevo.porting.profile import HubKind
from relevo.values.msisdn import Msisdn


def performers(houses: Mapping[HubKind, object]) -> dict[type, Performer]:
    """Who carries out which effect of ``orders.company_batch``."""

    def check(effect: CheckBatch, _errand: Errand) -> Sequence[object]:
        bulletin = houses.get(HubKind.MOBILE)
        if not isinstance(bulletin, Bulletin):
            return (BatchChecked(findings=()),)  # nobody to ask: found out by halving
        try:
            findings = [
                found
                for number in effect.numbers
                if (found := finding(number, effect.donor, bulletin.standing_of(number)))
            ]
        except Temporary:
            findings = []
        return (BatchChecked(findings=tuple(findings)),)

    return {CheckBatch: check}


def finding(number: Msisdn, donor: str, standing: NumberStanding | None) -> Finding | None:
    """What the bulletin says against asking this donor for the number; None when nothing."""
    if standing is None:
        return Finding(number=number, why="not_assigned")
    if standing.serving not in {"", donor}:
        return Finding(number=number, why="elsewhere", serving=standing.serving)
    if standing.is_in_process:
        return Finding(number=number, why="in_process")
    return None
