"""Commands for the journal that grows old: its months, and their archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import NOT_AVAILABLE, WRONG_INPUT, app
from relevo.cli.people import console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.values.moment import Moment

journal = typer.Typer(no_args_is_help=True, help="The months of the journal, and their archive.")
app.add_typer(journal, name="journal")


@journal.command("list")
def list_() -> None:
    """Show the partitions of the journal and its archive files.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo journal list
    """
    dsn = database_url()
    with _errors():
        from rich.table import Table  # noqa: PLC0415

        from relevo.adapters.archive_parquet.archive import archives  # noqa: PLC0415
        from relevo.engine.connection import connect  # noqa: PLC0415
        from relevo.engine.partitions import partitions  # noqa: PLC0415

        table = Table("name", "from", "to", "facts", "bytes", "state", box=None, pad_edge=False)
        with connect(dsn, name="relevo journal") as connection:
            for each in partitions(connection):
                span = (_day(each.starts_at), _day(each.ends_at))
                table.add_row(each.name, *span, f"~{each.facts}", f"{each.size_bytes}", "in use")
            for entry in archives(connection):
                span = (_day(entry.starts_at), _day(entry.ends_at))
                table.add_row(entry.file, *span, f"{entry.facts}", "", entry.state)
        console().print(table)


@journal.command(short_help="Take old months out of the journal, into files.")
def archive(
    before: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Only months that end before this day.")
    ],
    to: Annotated[Path, typer.Option(file_okay=False, help="The folder of the files.")],
    drop: Annotated[
        bool, typer.Option("--drop", help="Free the space in the database as well.")
    ] = False,
) -> None:
    """Take old months out of the journal, into Parquet files, while the workers go on.

    Without --drop the detached tables stay in the database, and the same command with --drop frees
    their space later. When it is broken off, call it again.

    Example: relevo journal archive --before 2026-01-01 --to /srv/archive
    """
    dsn = database_url()
    with _errors():
        from relevo.adapters.archive_parquet import archive as archiving  # noqa: PLC0415

        number = 0
        day = before.replace(tzinfo=UTC)
        for entry in archiving.archive(dsn, before=day, folder=to, drop=drop):
            number += 1
            text = f"{entry.file}: {entry.facts} facts, sha256 {entry.sha256}, {entry.state}"
            console().print(text, highlight=False, soft_wrap=True)
    if not number:
        typer.echo(
            f"no partition with facts ends before {before:%Y-%m-%d}; see relevo journal list"
        )


@journal.command(short_help="Bring the facts of a file back.")
def attach(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="A file of the archive.")],
) -> None:
    """Bring the facts of an archive file back into the journal.

    Example: relevo journal attach /srv/archive/journal-from-2026-01-01-0123456789ab.parquet
    """
    dsn = database_url()
    with _errors():
        from relevo.adapters.archive_parquet import archive as archiving  # noqa: PLC0415

        brought = archiving.attach(dsn, file)
    typer.echo(f"{brought} facts are in the journal again")


@contextmanager
def _errors() -> Iterator[None]:
    """Expected errors of this part, beside those of all commands."""
    with errors_for_people():
        try:
            from relevo.adapters.archive_parquet.archive import ArchiveRefused  # noqa: PLC0415
            from relevo.adapters.archive_parquet.facts_file import ArchiveBroken  # noqa: PLC0415
            from relevo.engine.partitions import JournalBusy  # noqa: PLC0415
        except ModuleNotFoundError as missing:
            fail(f"{missing}; install relevo[archive]", NOT_AVAILABLE)
        try:
            yield
        except (ArchiveRefused, JournalBusy) as refused:
            fail(str(refused), NOT_AVAILABLE)
        except ArchiveBroken as broken:
            fail(str(broken), WRONG_INPUT)


def _day(moment: Moment | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"
