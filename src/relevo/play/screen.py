"""Shows a play in the terminal as it unfolds: days as rules, one line for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from relevo.tracking.timeline import Mood, Step
from relevo.values.moment import Moment

STYLES = {
    Mood.PLAIN: "",
    Mood.GOOD: "cyan",
    Mood.TROUBLE: "bold red",
    Mood.CAUGHT: "green",
}
_SIGNS = {Mood.PLAIN: " ", Mood.GOOD: "✓", Mood.TROUBLE: "✗", Mood.CAUGHT: "◆"}
_WHO = 8
_LINE = 3


class Screen:
    """A watcher that prints. ``is_quiet``: nothing before the end; ``is_verbose``: everything."""

    def __init__(
        self,
        console: Console,
        zone: str,
        *,
        is_quiet: bool = False,
        is_verbose: bool = False,
    ) -> None:
        self._console = console
        self._zone = ZoneInfo(zone)
        self._is_quiet = is_quiet
        self._is_verbose = is_verbose
        self._day = ""
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    @contextmanager
    def performing(self, title: str, cast: Sequence[str] = ()) -> Iterator[None]:
        """While a play goes: its title, who is in it, and a bar where there is a terminal."""
        self._day = ""
        if not self._is_quiet:
            self._console.print()
            self._console.print(Text(title, style="bold"))
            for each in cast:
                self._console.print(Text(each, style="dim"))
        terminal = self._terminal()
        if terminal is None:
            yield
            return
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=24))
        with Progress(*columns, console=terminal, transient=True) as self._progress:
            self._task = self._progress.add_task("the clock moves", total=1.0)
            yield
        self._progress = None

    def step(self, step: Step) -> None:
        """Print a step."""
        if self._is_quiet or (step.is_detail and not self._is_verbose):
            return
        here = step.at.astimezone(self._zone)
        day = f"{here:%A %-d %B %Y}"
        if day != self._day:
            self._day = day
            self._console.print(Rule(Text(day, style="bold"), align="left", style="dim"))
        row = Table.grid(padding=(0, 1))
        row.add_column(width=5, no_wrap=True, style="dim")
        row.add_column(width=1, no_wrap=True)
        row.add_column(width=_LINE, no_wrap=True, style="bold")
        row.add_column(width=_WHO, no_wrap=True, style="dim")
        row.add_column(overflow="fold")
        style = STYLES[step.mood]
        row.add_row(
            f"{here:%H:%M}",
            Text(_SIGNS[step.mood], style=style),
            step.line,
            step.who,
            Text(" ".join(step.what.split()), style=style),
        )
        self._console.print(row)

    def moved(self, now: Moment, share: float) -> None:
        """Move the bar."""
        if self._progress is not None and self._task is not None:
            here = now.astimezone(self._zone)
            self._progress.update(
                self._task, completed=share, description=f"{here:%a %-d %b %H:%M}"
            )

    def _terminal(self) -> Console | None:
        """Where a bar may move: on standard error, or below the timeline when both are one."""
        if self._console.is_terminal:
            return self._console
        errors = Console(stderr=True)
        return errors if errors.is_terminal else None
