"""Commands that measure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from relevo.cli.app import NOT_AVAILABLE, app
from relevo.cli.people import check_result_file, database_url, errors_for_people, fail

PAGE = Path("docs/benchmarks")
PAGES_ORDERS, PAGES_OPEN = 20_000, 500
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
    the pages over 20,000 orders, the look-up of a million ported numbers,
    the switch of 36,000 lines, and the page
    docs/benchmarks if that folder is there. What stands there of more orders or numbers is kept.

    Example: relevo bench
    """
    if context.invoked_subcommand is None:
        from relevo.bench.suite import COUNTRY  # noqa: PLC0415

        into = PAGE if PAGE.is_dir() else None
        _measure(COUNTRY, None, json_out, into)
        _measure_pages(into)
        _measure_lookup(into)
        _measure_switch(into)


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
    history_every: Annotated[
        int, typer.Option(min=1, help="Of so many finished orders one keeps its history.")
    ] = 1,
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
        done = seed(dsn, orders, open_orders=under_way, history_every=history_every, say=typer.echo)
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


def _measure_lookup(into: Path | None) -> None:
    """The look-up, as part of everything."""
    from relevo.bench.lookup_page import numbers_measured  # noqa: PLC0415
    from relevo.cli.lookup_figures import NUMBERS, measure  # noqa: PLC0415

    kept = into is not None and numbers_measured(into) > NUMBERS
    measure(NUMBERS, None, None if kept else into)


def _measure_switch(into: Path | None) -> None:
    """The window at two in the morning, as part of everything."""
    from relevo.cli.switch_figures import LINES, measure  # noqa: PLC0415

    measure(LINES, None, into)


def _measure_pages(into: Path | None) -> None:
    """The pages, as part of everything."""
    with errors_for_people():
        from relevo.bench import pages_suite  # noqa: PLC0415
        from relevo.bench.ground import bench_server  # noqa: PLC0415
        from relevo.bench.pages import ROUNDS  # noqa: PLC0415

        with bench_server() as server:
            dsn = pages_suite.seeded_database(server, PAGES_ORDERS, typer.echo)
            result = pages_suite.run_pages(dsn, live=PAGES_OPEN, rounds=ROUNDS, say=typer.echo)
        if into is not None and pages_suite.orders_measured(into) <= PAGES_ORDERS:
            _add_pages(result, into)


@bench.command(name="pages", short_help="What the pages cost.")
def pages_(
    orders: Annotated[int, typer.Option(min=1, help="Orders in the database.")] = PAGES_ORDERS,
    live: Annotated[int, typer.Option(min=0, help="Pages that are open at once.")] = PAGES_OPEN,
    rounds: Annotated[int, typer.Option(min=1, help="How often each page is asked for.")] = 120,
    seeded: Annotated[
        bool, typer.Option("--seeded", help="Take DATABASE_URL as it is; see relevo bench seed.")
    ] = False,
    json_out: _Json = None,
    into: _Into = None,
) -> None:
    """Measure every page over a database of seeded orders: server time, bytes, memory, and how soon
    open pages know of a change. 10^6 orders take some 30 GB of disk and half an hour.

    Example: relevo bench pages --orders 20000 --live 500 --json pages.json
    """
    check_result_file(json_out)
    if into is not None and not (into / "results.json").is_file():
        raise typer.BadParameter(f"{into} has no results.json; run relevo bench day --into first")
    with errors_for_people():
        from relevo.bench.ground import bench_server  # noqa: PLC0415
        from relevo.bench.pages_suite import run_pages, seeded_database  # noqa: PLC0415
        from relevo.bench.suite import write_json  # noqa: PLC0415

        if seeded:
            result = run_pages(database_url(), live=live, rounds=rounds, say=typer.echo)
        else:
            with bench_server() as server:
                dsn = seeded_database(server, orders, typer.echo)
                result = run_pages(dsn, live=live, rounds=rounds, say=typer.echo)
        if json_out is not None:
            write_json(result, json_out)
        if into is not None:
            _add_pages(result, into)
    typer.echo(f"slowest page: {result['p95_ms_of_slowest']:.1f} ms p95")
    typer.echo(f"largest page: {result['bytes_of_largest'] / 1000:.1f} kB on a first visit")


def _add_pages(result: dict[str, Any], folder: Path) -> None:
    from relevo.bench.chart import ChartsMissing, draw_pages  # noqa: PLC0415
    from relevo.bench.page import add_pages  # noqa: PLC0415
    from relevo.bench.suite import write_json  # noqa: PLC0415

    try:
        draw_pages(result, folder)
    except ChartsMissing as missing:
        fail(str(missing), NOT_AVAILABLE)
    write_json(result, folder / "pages.json")
    add_pages(folder)


@bench.command(short_help="Mails of customers, filed without a person.")
def inbound(
    per_minute: Annotated[
        int, typer.Option(min=1, help="Mails a minute, for one minute; then as fast as it goes.")
    ] = 1000,
    json_out: _Json = None,
) -> None:
    """Measure how fast mails of customers are filed with their orders, over LMTP.

    Example: relevo bench inbound --per-minute 1000 --json inbound.json
    """
    check_result_file(json_out)
    with errors_for_people():
        from relevo.bench.ground import bench_server  # noqa: PLC0415
        from relevo.bench.inbound import measure_inbound  # noqa: PLC0415
        from relevo.bench.suite import write_json  # noqa: PLC0415

        with bench_server() as server:
            result = measure_inbound(server, per_minute=per_minute, say=typer.echo)
        if json_out is not None:
            write_json(result, json_out)
