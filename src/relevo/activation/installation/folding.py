"""What each fact of an installation changes: the state is nothing but their sum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.activation.installation.messages import (
    AccessSilent,
    InstallationAsked,
    InstallationFailed,
    InstallationProven,
    InstallationStopped,
    VisitAgreed,
    VisitAsked,
    VisitDone,
    VisitFailed,
    VisitLate,
)
from relevo.activation.installation.model import Installation, Phase

_ENDS: dict[type, Phase] = {
    InstallationProven: Phase.PROVEN,
    InstallationFailed: Phase.FAILED,
    InstallationStopped: Phase.STOPPED,
}


def evolve(state: Installation, fact: Any) -> Installation:
    """Fold one fact."""
    match fact:
        case InstallationAsked():
            return replace(state, phase=Phase.BOOKING, site=fact.site)
        case VisitAsked():
            return replace(
                state,
                phase=Phase.BOOKING,
                visit=fact.visit,
                wanted=fact.wanted,
                is_late=False,
                tests=0,
            )
        case VisitAgreed():
            return replace(state, phase=Phase.AGREED, slot=fact.slot, others=fact.others)
        case VisitLate():
            return replace(state, is_late=True)
        case VisitFailed():
            return replace(state, failed_visits=state.failed_visits + 1)
        case VisitDone():
            return replace(state, phase=Phase.TESTING)
        case AccessSilent():
            return replace(state, tests=fact.test)
        case InstallationProven() | InstallationFailed() | InstallationStopped():
            failed = 0 if isinstance(fact, InstallationFailed) else state.failed_visits
            return replace(state, phase=_ENDS[type(fact)], failed_visits=failed)
        case _:
            return state
