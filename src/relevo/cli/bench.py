"""Commands that measure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from relevo.cli.app import NOT_AVAILABLE, app
from relevo.cli.people import check_result_file, database_url, errors_for_people, fail

PAGE = Path("docs/benchmarks")
_PARTS = ("day", "latency", "floor", "dbos")

bench = typer.Typer(
    name="bench",
    rich_markup_mode=None,
)
app.add_typer(bench)

_Json = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]
_Into = Annotated[
    Path | None,
    typer.Option("--into", help="Draw pictures and write their page into this folder."),
]
_Parts = Annotated[
    list[str] | None, typer.Option("--part", help=f"Only this part: {', '.join(_PARTS)}.")
]


@bench.callback(invoke_without_command=True, short_help="Measure the engine.")
def everything(context: typer.Context, json_out: _Json = None) -> None:
    """Measure the engine. Without a command: a country's day with everything that belongs to it,
    and the page docs/benchmarks if that folder is there.

    Example: relevo bench
    """
    if context.invoked_subcommand is None:
        from relevo.bench.suite import COUNTRY  # noqa: PLC0415

        _measure(COUNTRY, None, json_out, PAGE if PAGE.is_dir() else None)


@bench.command(short_help="A whole country's peak day.")
def day(
    ports: Annotated[int, typer.Option(min=1, help="How many lines move on that day.")] = 60_000,
    part: _Parts = None,
    json_out: _Json = None,
    into: _Into = None,
) -> None:
    """Measure a country's peak day through the real deciders, its latency at a steady pace, the
    floor (the same rows by bare SQL) and the same port on DBOS.

    Example: relevo bench day --ports 2000 --json day.json
    """
    unknown = [name for name in part or () if name not in _PARTS]
    if unknown:
        raise typer.BadParameter(f"no part is called {unknown[0]!r}; there are {', '.join(_PARTS)}")
    _measure(ports, part, json_out, into)


def _measure(ports: int, only: list[str] | None, json_out: Path | None, into: Path | None) -> None:
    check_result_file(json_out)
    if into is not None and not into.is_dir():
        raise typer.BadParameter(f"there is no folder {into}; make it first")
    with errors_for_people():
        from relevo.bench.suite import Part, run_suite, sizes, write_json  # noqa: PLC0415

        parts = frozenset(Part(name) for name in only or _PARTS)
        result = run_suite(sizes(ports), parts, typer.echo)
        if json_out is not None:
            write_json(result, json_out)
        _show(result)
        if into is not None:
            _draw(result, into)


def _show(result: dict[str, Any]) -> None:
    for name, value in result.items():
        if isinstance(value, int | float):
            typer.echo(f"{name:>16}: {value:,.2f}")


def _draw(result: dict[str, Any], folder: Path) -> None:
    from relevo.bench.chart import ChartsMissing, draw_charts  # noqa: PLC0415
    from relevo.bench.page import write_page  # noqa: PLC0415
    from relevo.bench.suite import write_json  # noqa: PLC0415

    try:
        charts = draw_charts(result, folder)
    except ChartsMissing as missing:
        fail(str(missing), NOT_AVAILABLE)
    write_page(result, charts, folder)
    write_json(result, folder / "results.json")


@bench.command(short_help="Fill a database with orders.")
def seed(
    orders: Annotated[int, typer.Option(min=1, help="How many orders are added.")] = 10_000,
    still_open: Annotated[
        int | None,
        typer.Option("--open", min=0, help="How many of them are under way. [default: a tenth]"),
    ] = None,
) -> None:
    """Fill DATABASE_URL with clones of orders that were really played, for benchmarks and for
    looking at pages with something on them. The schema is brought up to date first.

    Example: DATABASE_URL=postgresql://localhost/large relevo bench seed --orders 100000
    """
    under_way = orders // 10 if still_open is None else still_open
    if under_way > orders:
        raise typer.BadParameter(f"{under_way} of {orders} orders cannot be open; give fewer")
    dsn = database_url()
    with errors_for_people():
        from relevo import wiring  # noqa: PLC0415
        from relevo.adapters.postgres.migrate import migrate  # noqa: PLC0415
        from relevo.bench.seed import PRESENT, seed  # noqa: PLC0415

        migrate(dsn, wiring.SCHEMA_PACKAGES)
        done = seed(dsn, orders, open_orders=under_way, say=typer.echo)
    typer.echo(
        f"{done.orders:,} orders, {done.open_orders:,} open at {PRESENT:%Y-%m-%d %H:%M} UTC: "
        f"{done.rows_in_all:,} rows in {done.clone_s:.1f} s, {done.rows_per_s:,.0f} rows a second"
    )


@bench.command(short_help="Whether size costs time.")
def growth(
    size: Annotated[
        list[int] | None,
        typer.Option(
            "--size", min=1, help="Open processes and timers. [default: 10^4, 10^5, 10^6]"
        ),
    ] = None,
    lines: Annotated[int, typer.Option(min=1, help="Lines of a round.")] = 300,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds in each database.")] = 5,
    plans: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write the plans of the hot statements to this file."),
    ] = None,
    json_out: _Json = None,
) -> None:
    """Measure the same work in databases of several sizes. The largest takes some 15 GB of disk and
    a quarter of an hour.

    Example: relevo bench growth --plans docs/benchmarks/plans.txt
    """
    check_result_file(json_out)
    with errors_for_people():
        from relevo.bench.ground import bench_server  # noqa: PLC0415
        from relevo.bench.growth import SIZES, growth  # noqa: PLC0415
        from relevo.bench.suite import write_json  # noqa: PLC0415

        with bench_server() as server:
            result = growth(
                server, size or SIZES, lines=lines, rounds=rounds, plans=plans, say=typer.echo
            )
        if json_out is not None:
            write_json(result, json_out)
    for what in ("cpu", "time"):
        ratio = result[f"{what}_ratio"]
        typer.echo(
            f"{what} a message, largest against smallest: {ratio['median']:.2f} "
            f"({ratio['least']:.2f} to {ratio['most']:.2f})"
        )
