"""Commands of the porting desk: what waits for a person, what he does, what went over the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.corrections import correction_given
from relevo.cli.people import console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relevo.desk.model import Task
    from relevo.desk.queues import Wanted
    from relevo.porting.gateway import Exchange
    from relevo.porting.profile import PortingProfile

desk = typer.Typer(help="The porting desk: queues by deadline, bulk acts, the wire log.")
app.add_typer(desk, name="desk")

_Only = Annotated[
    list[str] | None,
    typer.Option(
        help="A filter such as kind=line_stuck; of queue, kind, detail, order, who (who=- for "
        "nobody). May be repeated."
    ),
]
_Due = Annotated[datetime | None, typer.Option(help="Only with a deadline before this moment.")]
_Country = Annotated[str, typer.Option(help="Whose rules count days.")]
SOMETHING_LEFT = 1


class Form(StrEnum):
    """How a list is printed."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


class DeskVerb(StrEnum):
    """The verbs of ``relevo desk do``; the values of ``desk.acts.Verb``."""

    TAKE = "take"
    RELEASE = "release"
    MEND = "mend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    DISMISS = "dismiss"
    RETRY = "retry"
    SKIP = "skip"


@desk.command(name="queue", short_help="List what waits for a person, by its deadline.")
def show_queue(
    only: _Only = None,
    due_before: _Due = None,
    form: Annotated[Form, typer.Option("--as", help="How to print it.")] = Form.TEXT,
    country: _Country = "es",
) -> None:
    """List what waits for a person, the nearest deadline first.

    Example: relevo desk queue --only kind=line_stuck --as csv
    """
    found = _tasks(_wanted(only or [], due_before), country)
    if form is Form.CSV:
        _print_csv(found)
    elif form is Form.JSON:
        _print_json(found)
    else:
        _print_text(found, country)


@desk.command(name="do", short_help="Do something with one task, or with all of a selection.")
def do_with_tasks(
    verb: Annotated[DeskVerb, typer.Argument(help="What to do.")],
    who: Annotated[str, typer.Option("--who", help="Your name; it is kept with the act.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, or how; it is kept.")],
    task: Annotated[list[str] | None, typer.Option(help="A task's id; may be repeated.")] = None,
    only: _Only = None,
    correct: Annotated[
        list[str] | None,
        typer.Option(
            help="mend: what is another now, as name=, document=NIF:12345678Z (both), "
            "card= or payment=prepaid."
        ),
    ] = None,
    country: _Country = "es",
) -> None:
    """Do something with the tasks named, or with all that the filters select.

    Each task is an act of its own: one that is over meanwhile does not hold up the others.
    Exits 1 if something could not be done; it says what and why.

    Example: relevo desk do mend --only detail=RECH_IDENT --who ana --reason "new invoice sent"

    Example: relevo desk do mend --task line_stuck:R7K2QW9M:M1 --who ana --reason "his card"
    --correct payment=prepaid --correct card=8934071100000000012
    """
    if not task and not only:
        fail("name a --task, or select with --only, for example kind=line_stuck", WRONG_INPUT)
    chosen = _chosen(task or [], _tasks(_wanted(only or [], None), country))
    if correct and len(chosen) != 1:
        fail("--correct: a correction is of one line; name its --task", WRONG_INPUT)
    correction = correction_given(correct or [])
    dsn = database_url()
    left = 0
    with errors_for_people():
        from relevo import wiring  # noqa: PLC0415
        from relevo.desk.acts import Clerk, Verb, act  # noqa: PLC0415
        from relevo.engine.clock import SystemClock  # noqa: PLC0415
        from relevo.engine.connection import connect  # noqa: PLC0415

        clerk = Clerk(who=who, reason=reason, at=SystemClock().now())
        with connect(dsn, name="relevo desk") as connection:
            connection.autocommit = True
            try:
                catalogue = wiring.catalogue()
                for done in act(connection, catalogue, Verb(verb.value), chosen, clerk, correction):
                    if done.why_not:
                        left += 1
                        typer.echo(f"{done.task}: {done.why_not}", err=True)
            except ValueError as wrong:
                fail(str(wrong), WRONG_INPUT)
    console().print(f"{verb.value}: {len(chosen) - left} of {len(chosen)} done", highlight=False)
    raise typer.Exit(SOMETHING_LEFT if left else 0)


def _chosen(named: Sequence[str], found: Sequence[Task]) -> Sequence[Task]:
    if not named:
        return found
    known = {each.id: each for each in found}
    for each in named:
        if each not in known:
            fail(f"there is no task {each!r}; see relevo desk queue", WRONG_INPUT)
    return [known[each] for each in named]


@desk.command(name="rebuild", short_help="Make the lists and the search again from the facts.")
def rebuild_lists() -> None:
    """Empty the read models of desk and search, and make them again from the journal.

    For after an update that brought a new list. Workers wait meanwhile.

    Example: relevo desk rebuild
    """
    dsn = database_url()
    with errors_for_people():
        from relevo.desk.rebuilding import rebuild  # noqa: PLC0415
        from relevo.engine.connection import connect  # noqa: PLC0415
        from relevo.tracking.finding.queries import read_models  # noqa: PLC0415

        with connect(dsn, name="relevo desk", autocommit=True) as connection:
            for projection, tables in read_models():
                count = rebuild(connection, projection, tables)
                console().print(f"{', '.join(tables)}: {count} facts", highlight=False)


@desk.command(name="wire", short_help="Show what went over the wire for a port.")
def show_wire(
    port: Annotated[str, typer.Argument(help="A number, reference, contract code or order.")],
    bodies: Annotated[bool, typer.Option("--bodies", help="The messages themselves.")] = False,
    who: Annotated[str, typer.Option("--who", help="Show personal data to this person.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; the look is kept.")] = "",
) -> None:
    """Show what was sent to the hubs for a port, what came, and when.

    Names, documents and numbers are masked; with --who and --reason they are shown, and the look
    is kept.

    Example: relevo desk wire 600000102 --bodies
    """
    dsn = database_url()
    shows_all = bool(who.strip() and reason.strip())
    with errors_for_people():
        from relevo.desk.wire_log import exchanges, keys_of_port, look  # noqa: PLC0415
        from relevo.engine.clock import SystemClock  # noqa: PLC0415
        from relevo.engine.connection import connect  # noqa: PLC0415

        with connect(dsn, name="relevo desk") as connection:
            keys = keys_of_port(connection, _asked(port))
            if not keys:
                fail(f"nothing is known of {port!r}; give a number or a reference", WRONG_INPUT)
            found = exchanges(connection, keys)
            if shows_all:
                look(connection, who, reason, port, SystemClock().now())
    for exchange in found:
        _print_exchange(exchange, bodies=bodies, shows_all=shows_all)
    console().print(f"{len(found)} exchanges", highlight=False)


def _asked(port: str) -> str:
    from relevo.values.malformed import Malformed  # noqa: PLC0415
    from relevo.values.msisdn import parse_msisdn  # noqa: PLC0415

    try:
        return parse_msisdn(port)
    except Malformed:
        return port


def _wanted(only: Sequence[str], due_before: datetime | None) -> Wanted:
    from relevo.desk.model import Queue  # noqa: PLC0415
    from relevo.desk.queues import FILTERS, Wanted  # noqa: PLC0415
    from relevo.values.moment import utc  # noqa: PLC0415

    said: dict[str, str] = {}
    for each in only:
        name, sign, value = each.partition("=")
        if not sign or name not in FILTERS:
            fail(f"--only: {each!r} is no filter; write {'=, '.join(FILTERS)}=", WRONG_INPUT)
        said[name] = value
    queue = said.get("queue", "")
    if queue and queue not in set(Queue):
        fail(f"--only: there is no queue {queue!r}; write {', '.join(Queue)}", WRONG_INPUT)
    due = None if due_before is None else utc(due_before.astimezone())
    return Wanted(
        queue=queue,
        kind=said.get("kind", ""),
        detail=said.get("detail", ""),
        order=said.get("order", ""),
        who=said.get("who", ""),
        due_before=due,
    )


def _rules(country: str) -> PortingProfile:
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.profiles.book import load_book  # noqa: PLC0415

    return load_book().on(country, SystemClock().now().date())


def _tasks(wanted: Wanted, country: str) -> Sequence[Task]:
    dsn = database_url()
    with errors_for_people():
        from relevo.desk.queues import tasks  # noqa: PLC0415
        from relevo.engine.connection import connect  # noqa: PLC0415

        with connect(dsn, name="relevo desk") as connection:
            return tasks(connection, _rules(country), wanted)
    return ()


def _print_text(found: Sequence[Task], country: str) -> None:
    from relevo.operating.masking import masked  # noqa: PLC0415
    from relevo.porting.profile import HubKind  # noqa: PLC0415

    calendar = _rules(country).calendar(HubKind.MOBILE)
    screen = console()
    for task in found:
        due = f"due {calendar.local(task.due):%a %d %b %H:%M}" if task.due else "no deadline"
        who = f", {task.who} has it" if task.who else ""
        screen.print(f"{due}  {task.kind} {masked(task.detail)}{who}", style="bold")
        since = calendar.local(task.since)
        screen.print(
            f"    {task.id}  since {since:%a %d %b %H:%M}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    screen.print(f"{len(found)} tasks", highlight=False)


def _print_csv(found: Sequence[Task]) -> None:
    import csv  # noqa: PLC0415
    import sys  # noqa: PLC0415

    names = ("due", "queue", "kind", "order", "line", "number", "detail", "since", "who", "id")
    writer = csv.writer(sys.stdout)
    writer.writerow(names)
    for task in found:
        writer.writerow(_plain(getattr(task, name)) for name in names)


def _plain(value: object) -> str:
    """As text that a spreadsheet does not take for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _print_json(found: Sequence[Task]) -> None:
    import msgspec  # noqa: PLC0415

    typer.echo(msgspec.json.format(msgspec.json.encode({"tasks": list(found)})).decode())


def _print_exchange(exchange: Exchange, *, bodies: bool, shows_all: bool) -> None:
    from relevo.desk.wire_log import masked_record  # noqa: PLC0415
    from relevo.operating.masking import masked  # noqa: PLC0415
    from relevo.porting.profile import HubKind  # noqa: PLC0415

    hide = masked_record if exchange.hub is HubKind.FIXED else masked
    screen = console()
    screen.print(
        f"{exchange.at:%Y-%m-%d %H:%M:%S}Z  {exchange.hub}  {exchange.operation}  "
        f"{exchange.verdict}  {exchange.took_ms} ms",
        style="bold",
        highlight=False,
        soft_wrap=True,
    )
    if not bodies:
        return
    for sign, body in (("→", exchange.sent), ("←", exchange.received)):
        text = body.decode("utf-8", "replace")
        screen.print(
            f"{sign} {text if shows_all else hide(text)}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
