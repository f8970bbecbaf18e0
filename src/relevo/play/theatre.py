"""One call for the commands: a file in, a verdict out, and everything shown on the way."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from relevo import wiring
from relevo.adapters.postgres.migrate import migrate
from relevo.play.cast import cast_of
from relevo.play.database import fresh_database
from relevo.play.judge import judge, yardsticks
from relevo.play.order_form import check_order, rules_of
from relevo.play.runner import Stage, play
from relevo.play.scenario import Scenario, load_scenario
from relevo.play.scoreboard import show_scoreboard
from relevo.play.screen import Screen
from relevo.play.verdict import Verdict, as_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the one who types the command wants."""

    workers: int = 1
    seed: int | None = None
    json_out: Path | None = None
    is_quiet: bool = False
    is_verbose: bool = False
    language: str = "en"


def read(file: Path, wishes: Wishes) -> Scenario:
    """Read and check a file. Raises BadScenario."""
    scenario = load_scenario(file, check_order)
    if wishes.seed is None:
        return scenario
    return replace(scenario, world=replace(scenario.world, seed=wishes.seed))


def perform(scenario: Scenario, server: str, wishes: Wishes, console: Console) -> Verdict:
    """Play on a fresh database of that server, judge, show, and write the result."""
    rules = rules_of(scenario)
    screen = Screen(console, rules.zone, is_quiet=wishes.is_quiet, is_verbose=wishes.is_verbose)
    with fresh_database(server) as dsn:
        migrate(dsn, wiring.SCHEMA_PACKAGES)
        stage = Stage(dsn=dsn, rules=rules, workers=wishes.workers, language=wishes.language)
        with screen.performing(scenario.title, cast_of(scenario)):
            seen = play(scenario, stage, screen)
    verdict = judge(seen, yardsticks(scenario.world.profile))
    show_scoreboard(console, verdict)
    if wishes.json_out is not None:
        content = json.dumps(as_json(verdict, rules.zone), ensure_ascii=False, indent=1)
        wishes.json_out.write_text(content + "\n", encoding="utf-8")
    return verdict
