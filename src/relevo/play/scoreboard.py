"""The end of a play on the screen: the figures beside those of the true story, and the verdict."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from relevo.billing.model import BillLine
from relevo.play.verdict import Expectation, FaultResult, Verdict
from relevo.values.moment import Moment
from relevo.values.money import eur
from relevo.values.msisdn import spoken


def show_scoreboard(console: Console, verdict: Verdict) -> None:
    """Print it."""
    console.print()
    console.print(_figures(verdict))
    if verdict.faults:
        console.print()
        console.print(_faults(verdict.faults))
    if any(each.amount.minor for each in verdict.bill):
        console.print()
        console.print(_bill(verdict.bill))
    if verdict.expectations:
        console.print()
        console.print(_expectations(verdict.expectations))
    for trouble in verdict.parked:
        console.print(Text(f"parked: {trouble}", style="red"))
    console.print()
    console.print(verdict_line(verdict))


def verdict_line(verdict: Verdict) -> Text:
    """The whole in one line."""
    failed = [each.name for each in verdict.expectations if not each.holds]
    if failed:
        number = f"{len(failed)} of {len(verdict.expectations)} expectations do not hold"
        return Text(f"✗ {number}: {', '.join(failed)}", style="bold red")
    if not verdict.expectations:
        end = "closed" if verdict.finished else "not closed"
        return Text(f"The order is {end}; the file expects nothing.", style="bold")
    return Text(
        f"✓ All {len(verdict.expectations)} expectations hold; {verdict.facts} facts, "
        f"{verdict.digest[:19]}…",
        style="bold green",
    )


def _figures(verdict: Verdict) -> Table:
    table = Table(title="The figures to beat", title_justify="left", expand=False)
    table.add_column("measure")
    table.add_column("then", style="red")
    table.add_column("with relevo", style="green")
    promises = verdict.promises
    rows = (
        ("longest time a number was dead", "72 h", _longest(verdict)),
        ("who noticed first", "the customer", _noticed(verdict)),
        ("customer's time", "> 8 h", f"{verdict.customer_minutes} min"),
        ("customer's journeys", "3, some 60 km", str(verdict.trips)),
        ("contradictory answers sent", "≥ 2", _contradictions(verdict)),
        ("asked for what we hold", "yes (two documents)", _times(verdict.messages.asked_for_held)),
        ("customer told of the first fault", "never", _told(verdict)),
        ("promises made / kept / broken", "unknown",
         f"{promises.made} / {promises.kept} / {promises.broken}"
         + (f" ({promises.moved} moved)" if promises.moved else "")),
        ("compensation", "none", _compensation(verdict)),
    )  # fmt: skip
    for row in rows:
        table.add_row(*row)
    return table


def _faults(faults: tuple[FaultResult, ...]) -> Table:
    table = Table(title="What went wrong", title_justify="left", expand=False)
    table.add_column("fault")
    table.add_column("line")
    table.add_column("noticed by", style="green")
    table.add_column("customer told", style="green")
    for each in faults:
        if each.struck_at is None:
            noticed, told = "it never struck", ""
        else:
            by = f"{each.noticed_by}, " if each.noticed_by else ""
            noticed = by + _later(each.struck_at, each.noticed_at)
            told = _later(each.struck_at, each.customer_told_at)
        table.add_row(
            f"{each.where}: {each.what.replace('_', ' ')}", each.line or "", noticed, told
        )
    return table


def _bill(bill: tuple[BillLine, ...]) -> Table:
    table = Table(title="The next bill: every charge names its number", title_justify="left")
    table.add_column("number")
    table.add_column("for")
    table.add_column("amount", justify="right")
    for each in bill:
        what = each.what.replace("_", " ")
        if each.belongs_to:
            what += f", on the card of {spoken(each.belongs_to)} until now"
        if each.calculation:
            what += f": {each.minutes} min, {each.calculation}"
        table.add_row(spoken(each.number), what, each.amount.shown("en"))
    return table


def _later(struck_at: Moment, seen_at: Moment | None) -> str:
    if seen_at is None:
        return "–"
    minutes = int((seen_at - struck_at).total_seconds() // 60)
    if minutes < 1:
        return "at once"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min later" if hours else f"{minutes} min later"


def _longest(verdict: Verdict) -> str:
    name, minutes = max(
        ((name, line.dead_minutes) for name, line in verdict.lines.items()),
        key=lambda pair: pair[1],
        default=("", 0),
    )
    if not minutes:
        return "none was dead"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min ({name})"


def _noticed(verdict: Verdict) -> str:
    return {None: "–", "system": "the system", "customer": "the customer"}.get(
        verdict.noticed_first_by, str(verdict.noticed_first_by)
    )


def _contradictions(verdict: Verdict) -> str:
    stopped = verdict.messages.contradictions_stopped
    said = str(verdict.messages.contradictions_sent)
    return f"{said} ({stopped} stopped)" if stopped else said


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number, f"{number} times")


def _told(verdict: Verdict) -> str:
    told = [
        (fault.struck_at, fault.customer_told_at)
        for fault in verdict.faults
        if fault.customer_told_at is not None and fault.struck_at is not None
    ]
    return "–" if not told else _later(*min(told))


def _compensation(verdict: Verdict) -> str:
    found = {
        name: line.compensation_eur
        for name, line in verdict.lines.items()
        if line.compensation_eur > Decimal(0)
    }
    if not found:
        return "nothing is owed"
    return ", ".join(f"{name}: {eur(amount).shown('en')}" for name, amount in found.items())


def _expectations(expectations: tuple[Expectation, ...]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in expectations:
        sign = Text("✓", style="green") if each.holds else Text("✗", style="bold red")
        got = Text(f"wanted {each.wanted}, got {_shown(each.got)}")
        if each.why and not each.holds:
            got.append(f" ({each.why})", style="red")
        table.add_row(sign, each.name, got)
    return table


def _shown(got: object) -> str:
    if isinstance(got, list):
        return ", ".join(str(one) for one in got)
    return str(got).lower() if isinstance(got, bool) else str(got)
