"""Commands with which a person steps in: what is parked, and the operator's verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.people import console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.engine.acts import Verb

_Who = Annotated[str, typer.Option("--who", help="Your name; it is kept with the act.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the act.")]
_Name = Annotated[str, typer.Option("--name", help="All that is parked of this wire name.")]
_Targets = Annotated[
    list[str] | None, typer.Argument(help="Ids as `relevo parked` shows them.", show_default=False)
]
_Processes = Annotated[list[str], typer.Argument(help="Ids of processes.")]


@app.command(short_help="List what waits for a person.")
def parked(
    role: Annotated[str, typer.Option(help="Only message, effect or fact.")] = "",
    name: Annotated[str, typer.Option(help="Only this wire name.")] = "",
) -> None:
    """List what was put aside, the oldest first, with its id and its reason.

    Example: relevo parked --role effect
    """
    dsn = database_url()
    with errors_for_people():
        from relevo.operating.masking import masked  # noqa: PLC0415
        from relevo.operating.stepping_in import waiting_for_a_person  # noqa: PLC0415

        entries = waiting_for_a_person(dsn, role=role, name=name)
    screen = console()
    for entry in entries:
        reason = " ".join(masked(entry.reason).split())
        since = f"{entry.parked_at:%Y-%m-%d %H:%M}"
        screen.print(
            f"{entry.parked_id}\n    {since} {entry.role} {entry.name}: {reason}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    screen.print(f"{len(entries)} parked", highlight=False)


@app.command(short_help="Take up again what is parked.")
def retry(who: _Who, reason: _Reason, targets: _Targets = None, name: _Name = "") -> None:
    """Take up again what is parked, or an effect that waits for its next try, at once.

    Example: relevo retry 'R8XK2AB3/port/M2/1#3.4' --who ana --reason "the hub is back"
    """
    from relevo.engine.acts import Verb  # noqa: PLC0415

    _on_parked(Verb.RETRY, targets or [], name, who, reason)


@app.command(short_help="Give up for good what is parked.")
def skip(who: _Who, reason: _Reason, targets: _Targets = None, name: _Name = "") -> None:
    """Give up for good what is parked, or an effect that waits for its next try.

    Its process is not told: see the runbook first.

    Example: relevo skip 'R8XK2AB3/voice#7.9' --who ana --reason "said by telephone"
    """
    from relevo.engine.acts import Verb  # noqa: PLC0415

    _on_parked(Verb.SKIP, targets or [], name, who, reason)


@app.command(short_help="Let a process rest.")
def pause(processes: _Processes, who: _Who, reason: _Reason) -> None:
    """Let processes rest: their messages and effects wait until they are resumed.

    Example: relevo pause R8XK2AB3/port/M2/1 --who ana --reason "the donor asks us to wait"
    """
    from relevo.engine.acts import Verb  # noqa: PLC0415

    _act(Verb.PAUSE, processes, who, reason)


@app.command(short_help="End the rest of a process.")
def resume(processes: _Processes, who: _Who, reason: _Reason) -> None:
    """Let processes go on that were paused.

    Example: relevo resume R8XK2AB3/port/M2/1 --who ana --reason "the donor is ready"
    """
    from relevo.engine.acts import Verb  # noqa: PLC0415

    _act(Verb.RESUME, processes, who, reason)


def _on_parked(verb: Verb, targets: list[str], name: str, who: str, reason: str) -> None:
    if bool(targets) == bool(name):
        fail(f"name what to {verb}: either ids, or --name with a wire name", WRONG_INPUT)
    if name:
        from relevo.operating.stepping_in import waiting_for_a_person  # noqa: PLC0415

        with errors_for_people():
            targets = [e.parked_id for e in waiting_for_a_person(database_url(), name=name)]
    _act(verb, targets, who, reason)


def _act(verb: Verb, targets: list[str], who: str, reason: str) -> None:
    dsn = database_url()
    if not who.strip() or not reason.strip():
        fail("--who and --reason: say who acts and why", WRONG_INPUT)
    with errors_for_people():
        from relevo import wiring  # noqa: PLC0415
        from relevo.engine.operator import NothingToDo  # noqa: PLC0415
        from relevo.operating.stepping_in import Act, step_in  # noqa: PLC0415

        act = Act(verb=verb, who=who, reason=reason)
        try:
            done = step_in(dsn, wiring.catalogue(), act, targets)
        except NothingToDo as nothing:
            fail(str(nothing), WRONG_INPUT)
    console().print(f"{verb}: {done} asked for; a worker carries it out", highlight=False)
