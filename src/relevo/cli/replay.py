"""Commands that read a history again: to prove the states by it, or to show it to a person."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relevo.cli.app import NOT_AVAILABLE, WRONG_INPUT, app
from relevo.cli.people import console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.engine.recorded import Recorded
    from relevo.engine.replay import Span, Tally, Verifier

_VERIFIERS: list[Verifier] = []
"""In a process of its own: the one that was opened when the process started."""


@app.command(short_help="Prove the states by the history, or show one.")
def replay(
    order: Annotated[str | None, typer.Argument(help="An order, to show its history.")] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Fold all facts again, and compare.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Verify only about so many processes.")
    ] = None,
    family: Annotated[
        str | None, typer.Option(help="Verify only what is below this order.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processors to use.")] = 1,
    archive: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Archived facts.")
    ] = None,
    texts: Annotated[
        bool, typer.Option("--texts", help="Show names, numbers and all that was written.")
    ] = False,
) -> None:
    """Prove that every stored state is what its facts add up to, or show the history of an order.

    DATABASE_URL may name a standby. With --verify, exits 0 when all is as it must be, and 1 when
    something differs; the first of these are named.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo replay --verify --jobs 2
    """
    if (order is None) != verify:
        fail("give either --verify or the key of an order, see relevo replay --help", WRONG_INPUT)
    dsn = database_url()
    with errors_for_people():
        if order is None:
            raise typer.Exit(_verify(dsn, sample, family, jobs, archive))
        _show(dsn, order, texts=texts)


def _verify(dsn: str, most: int | None, family: str | None, jobs: int, archive: Path | None) -> int:
    from relevo.engine.clock import elapsed_seconds  # noqa: PLC0415
    from relevo.engine.replay import family_spans, sample, spans, total  # noqa: PLC0415

    began = elapsed_seconds()
    verifier = _verifier(dsn, archive)
    with verifier.connection:
        if family:
            wanted = family_spans(family)
        else:
            wanted = sample(verifier.connection, most) if most else spans(verifier.connection)
        with _tallies(verifier, dsn, archive, wanted, jobs) as found:
            tally = total(_with_progress(found, len(wanted)))
        of_buckets = () if family or most else verifier.buckets()
    seconds = elapsed_seconds() - began
    if family and not tally.processes and not tally.archived:
        fail(f"there is no order {family}", WRONG_INPUT)
    for each in (*tally.differences, *of_buckets):
        console().print(f"✗ {each.shown}", style="red", highlight=False, markup=False)
    if tally.differing > len(tally.differences):
        typer.echo(f"  and {tally.differing - len(tally.differences)} processes more")
    for line in _summary(tally, seconds):
        typer.echo(line)
    return 1 if tally.differing or of_buckets else 0


def _summary(tally: Tally, seconds: float) -> Iterator[str]:
    speed = f"{tally.processes / seconds:,.0f} processes a second"
    yield f"{tally.processes} processes and {tally.facts} facts verified, {speed}"
    if tally.archived:
        yield f"{tally.archived} processes not verified: facts of theirs are archived (--archive)"
    yield f"{tally.differing} states differ" if tally.differing else "every state is its history"


@contextmanager
def _tallies(
    verifier: Verifier, dsn: str, archive: Path | None, spans: list[Span], jobs: int
) -> Iterator[Iterable[Tally]]:
    if jobs == 1 or len(spans) == 1:
        yield map(verifier.span, spans)
        return
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload(["relevo.wiring"])
    with ProcessPoolExecutor(jobs, fresh, _open, (dsn, archive)) as pool:
        yield pool.map(_span, spans)


def _open(dsn: str, archive: Path | None) -> None:
    _VERIFIERS.append(_verifier(dsn, archive))


def _span(span: Span) -> Tally:
    return _VERIFIERS[0].span(span)


def _verifier(dsn: str, archive: Path | None) -> Verifier:
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.engine.replay import Verifier  # noqa: PLC0415
    from relevo.wiring import catalogue  # noqa: PLC0415

    kept = None
    if archive is not None:
        try:
            from relevo.adapters.archive_parquet.reader import ParquetArchive  # noqa: PLC0415
        except ImportError:
            fail("--archive needs pyarrow: pip install 'relevo[archive]'", NOT_AVAILABLE)
        kept = ParquetArchive(archive)
    connection = connect(dsn, name="relevo replay", autocommit=True, reading=True)
    return Verifier(connection, catalogue(), kept)


def _with_progress(tallies: Iterable[Tally], count: int) -> Iterator[Tally]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import track  # noqa: PLC0415

    screen = Console(stderr=True)
    yield from track(
        tallies,
        "verifying",
        total=count,
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )


def _show(dsn: str, order: str, *, texts: bool) -> None:
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.engine.history import facts_of  # noqa: PLC0415
    from relevo.wiring import catalogue  # noqa: PLC0415

    known = catalogue()
    newest = max(each.version for each in known.processes.values())
    with connect(dsn, name="relevo replay", autocommit=True, reading=True) as connection:
        facts = facts_of(connection, order, upcasters=known.upcasters, today=newest)
    if not facts:
        fail(f"there is no order {order}", WRONG_INPUT)
    for recorded in facts:
        typer.echo(_line(recorded, texts=texts))
    if not texts:
        typer.echo("\n… stands for what was written; --texts shows it, with personal data")


def _line(recorded: Recorded, *, texts: bool) -> str:
    from relevo.engine.process import wire_name  # noqa: PLC0415

    said = [
        f"{each.name}={_shown(getattr(recorded.fact, each.name), texts=texts)}"
        for each in fields(recorded.fact)
    ]
    name = wire_name(recorded.fact)
    return (
        f"{recorded.at:%Y-%m-%d %H:%M:%S}  {recorded.process_id}  {name}  {' '.join(said)}".rstrip()
    )


def _shown(value: Any, *, texts: bool) -> str:
    """What stands in words of our own is shown; what people wrote or are called is not."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return str(value)
    return repr(value) if texts else "…"
