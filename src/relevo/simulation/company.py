"""Many customers in one world: one database, one engine, one clock, the same servers.

Each has numbers, documents and mail of his own, comes when his own story starts and is witnessed
when it ends. His draws and his faults are his own (``relevo.simulators.plan`` says whom a fault
strikes), so that he gets what he would get alone, but for what strikes the whole company.
"""

from __future__ import annotations

from collections.abc import Sequence

from relevo.play.order_form import rules_of
from relevo.play.runner import Look, Stage, play_together
from relevo.play.scenario import Scenario
from relevo.play.witnessed import WitnessedCompany
from relevo.simulators.plan import FaultPlan, UnfitCompany
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment


def play_company(
    scenarios: Sequence[Scenario],
    company_faults: Sequence[FaultPlan],
    stage: Stage,
    look: Look | None = None,
) -> WitnessedCompany:
    """Play all of them to their ends; each is ready to be judged.

    ``look`` gets, after each instant, every family with new facts. Raises UnfitCompany when they
    share a number, a contact or an address for mail, or do not share recipient and rules.
    """
    editions = {rules_of(scenario).code for scenario in scenarios}
    if editions != {stage.rules.code}:
        named = ", ".join(sorted(editions))
        raise UnfitCompany(f"the stage has the rules {stage.rules.code}, the customers {named}")
    return play_together(scenarios, stage, _Nobody(), faults=company_faults, look=look)


class _Nobody:
    """Watches no single step."""

    def step(self, step: Step) -> None:
        """Not seen."""

    def moved(self, now: Moment, share: float) -> None:
        """Not waited for."""
