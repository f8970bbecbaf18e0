"""Every alarm has its page, and a page can be followed: its names exist, its commands run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
import typer.main
from prometheus_client import CollectorRegistry
from typer.core import TyperGroup

import relevo
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.cli import app
from relevo.operating import checkup, postgres_checks
from relevo.operating.metrics import GAUGES, UP, WorkerMeters
from relevo.operating.vitals import onlooker
from relevo.testing.postgres import clone
from relevo.wiring import SCHEMA_PACKAGES

REPOSITORY = Path(relevo.__file__).parent.parent.parent
RUNBOOKS = REPOSITORY / "docs" / "runbooks"
PAGES = sorted(page for page in RUNBOOKS.glob("*.md") if page.name != "README.md")
WITHOUT_ALARM = {"schema-unfit"}
SECTIONS = (
    "What it means for customers",
    "How to see it",
    "What to do",
    "Whom to wake",
)


@dataclass(frozen=True)
class Rule:
    """One alarm, as the file has it."""

    alert: str
    expr: str
    severity: str
    summary: str
    runbook: str


_RULE = re.compile(
    r"- alert: (?P<alert>\w+)\n"
    r"(?: +#.*\n)*"
    r" +expr: (?P<expr>.+)\n"
    r"(?: +for: \d+[smh]\n)?"
    r" +labels: \{ severity: (?P<severity>\w+) \}\n"
    r" +annotations:\n"
    r" +summary: (?P<summary>.+)\n"
    r" +runbook: (?P<runbook>[\w/.-]+)\n"
)


def rules() -> list[Rule]:
    """All of them; the file keeps to one form, so that this needs no parser."""
    text = (RUNBOOKS / "alerts.yml").read_text(encoding="utf-8")
    found = [Rule(**match.groupdict()) for match in _RULE.finditer(text)]
    assert len(found) == text.count("alert:"), "keep to the order of the other alarms"
    return found


def metric_names() -> set[str]:
    """Every name that a scrape can show."""
    registry: CollectorRegistry = WorkerMeters("w1").registry
    names = {UP, *(gauge.name for gauge in GAUGES)}
    for metric in registry.collect():
        endings = {
            "counter": ("_total",),
            "histogram": ("_bucket", "_sum", "_count"),
            "info": ("_info",),
        }.get(metric.type, ("",))
        names |= {metric.name + ending for ending in endings}
    return names


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule.alert))
def test_an_alarm_reads_metrics_that_exist_and_has_its_page(rule: Rule) -> None:
    read = set(re.findall(r"\brelevo_\w+", rule.expr))
    assert read <= metric_names()
    assert read or "up{" in rule.expr
    assert rule.severity in {"page", "ticket"}
    page = (REPOSITORY / rule.runbook).read_text(encoding="utf-8")
    assert page.startswith(f"# {rule.alert}: ")


def test_an_alarm_has_one_name_and_every_page_has_an_alarm_or_says_why_not() -> None:
    names = [rule.alert for rule in rules()]
    assert len(set(names)) == len(names)
    linked = {Path(rule.runbook).stem for rule in rules()}
    assert {page.stem for page in PAGES} == linked | WITHOUT_ALARM
    listed = set(re.findall(r"\]\(([\w-]+)\.md\)", (RUNBOOKS / "README.md").read_text("utf-8")))
    assert listed == {page.stem for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_a_page_says_the_same_four_things_in_the_same_order(page: Path) -> None:
    found = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert tuple(found) == SECTIONS


def test_every_page_that_the_doctor_names_exists() -> None:
    for module in (checkup, postgres_checks):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        named = set(re.findall(r'page\s*=\s*"([\w-]+)"', text))
        assert named
        assert named <= {page.stem for page in PAGES}


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command of ours that a page names, in a block or within a sentence."""
    pages = [*PAGES, RUNBOOKS / "README.md", REPOSITORY / "docs" / "howto" / "run-a-site.md"]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
        quoted = re.findall(r"`([^`\n]+(?:\n\s+[^`\n]+)?)`", text)
        for line in [*blocks.replace("\\\n", " ").splitlines(), *quoted]:
            words = shlex.split(line) if line.count('"') % 2 == 0 else []
            while words and re.fullmatch(r"[A-Z_]+=.*|\./dev", words[0]):
                words = words[1:]
            if words[:1] == ["relevo"] and len(words) > 1:
                yield page.name, words[1:]


def test_every_command_of_ours_that_a_page_names_is_understood() -> None:
    program = typer.main.get_command(app)
    assert isinstance(program, TyperGroup)
    named = list(commands())
    assert len(named) > 20
    for page, (name, *given) in named:
        command = program.commands.get(name)
        assert command is not None, f"{page}: there is no command {name}"
        if given:  # named alone, it only says which command
            command.make_context(name, list(given), parent=typer.Context(program))


def statements() -> list[tuple[str, str]]:
    return [
        (page.stem, statement.strip())
        for page in PAGES
        for block in re.findall(r"```sql\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
        for statement in block.split(";")
        if statement.strip()
    ]


@pytest.fixture(scope="module")
def site(postgres: Server) -> str:
    dsn = clone(postgres, "runbooks")
    migrate(dsn, SCHEMA_PACKAGES)
    return dsn


def test_every_statement_of_a_page_runs_and_only_looks(site: str) -> None:
    assert len(statements()) > 10
    with onlooker(site, name="relevo runbook") as connection:  # it refuses to write
        for page, statement in statements():
            try:
                connection.execute(statement.encode()).fetchall()
            except Exception as wrong:
                raise AssertionError(f"{page}: {statement}") from wrong


def test_units_start_commands_that_exist() -> None:
    program = typer.main.get_command(app)
    assert isinstance(program, TyperGroup)
    starts = [
        line.partition("bin/relevo ")[2]
        for unit in sorted((REPOSITORY / "deploy").glob("*.service"))
        for line in unit.read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]
    assert len(starts) == 2
    for start in starts:
        name, *given = start.replace("${RELEVO_METRICS_PORT}", "9464").split()
        program.commands[name].make_context(name, given, parent=typer.Context(program))
