"""``/desk/board``: how the brand does, for whoever is on duty; and escalations, to be taken up."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from relevo import wiring
from relevo.access.audit import note_act
from relevo.care.actions import acknowledge
from relevo.desk.acts import Clerk, Verb, act
from relevo.desk.looks import CASE_TASK, climbed
from relevo.desk.model import Queue, Task
from relevo.pages.console import console_of, reading
from relevo.pages.duty.charts import Chart, columns
from relevo.pages.duty.figures import CLIMBED_MOST, Figures, by_donor, figures, forget_figures
from relevo.pages.export import as_csv, wants_csv
from relevo.pages.guard import NotFound, field
from relevo.pages.page import go, page, words_of
from relevo.pages.tending import colleagues
from relevo.pages.words import Words

REQUEST_STATES = ("drafted", "asked", "confirmed")


def show_board(request: Request) -> Response:
    """The board; ``?as=csv`` gives its figures as a table."""
    console = console_of(request)
    rules, now = console.settings.rules, console.now()
    with reading(request) as (connection, session):
        found = figures(connection, session, rules, now, console.settings.people_dsn)
        others = [session.staff, *colleagues(connection, session.staff)]
    said = words_of(request)
    charts = _charts(found, said)
    if wants_csv(request):
        rows = (
            (name, column, series, value)
            for name, chart in charts.items()
            for column, values in zip(chart.columns, chart.values, strict=True)
            for series, value in zip(chart.series, values, strict=True)
        )
        return as_csv(request, "board", ("chart", "column", "series", "value"), rows)
    return page(
        request,
        "duty/board.html",
        figures=found,
        charts=charts,
        colleagues=others,
        may_assign=session.may("look_across"),
        may_see_orders=session.may("read_orders"),
        did=request.query_params.get("did", ""),
    )


def take_up(request: Request) -> Response:
    """Acknowledge an escalation, or give it to a colleague; the note is kept with the case."""
    order, to, note = field(request, "order"), field(request, "to"), field(request, "note")
    console = console_of(request)
    with reading(request) as (connection, session):
        case = next((c for c in climbed(connection, most=CLIMBED_MOST) if c.order == order), None)
        known = {session.staff, *colleagues(connection, session.staff)}
    if case is None:
        raise NotFound(order)
    if not note:
        return go("/desk/board?did=no_note")
    to = to or session.staff
    if to not in known:
        return go("/desk/board?did=nobody")
    task = Task(
        id=f"{CASE_TASK}{order}",
        queue=Queue.CASE,
        kind="case",
        order=order,
        line="",
        number="",
        detail=case.why,
        since=case.at,
        due=None,
        who=case.who,
    )
    now = console.now()
    with console.acting() as connection:
        if case.who and case.who != to:
            gives = Clerk(who=session.staff, reason=note, at=now)
            list(act(connection, wiring.catalogue(), Verb.RELEASE, [task], gives))
        takes = Clerk(who=to, reason=f"{session.staff}: {note}", at=now)
        results = list(act(connection, wiring.catalogue(), Verb.TAKE, [task], takes))
        verb = "desk.acknowledge" if to == session.staff else "desk.assign"
        acknowledge(
            console.engine,
            order,
            by=to,
            note=note,
            act_id=f"board:{order}:{case.level}:{case.at.isoformat()}",
        )
        note_act(connection, session, verb, at=now, family=order, subject=to, reason=note)
    forget_figures()
    return go(f"/desk/board?did={'over' if results[0].why_not else 'taken_up'}")


def _charts(found: Figures, said: Words) -> dict[str, Chart]:
    days = [f"{day:%d.%m.}" for day in found.days]
    donors = by_donor(found)
    names = sorted(donors)
    causes = [row for row in found.verdicts if row[1]]
    confirmed = sum(count for state, _, count in found.verdicts if state == "confirmed")
    verdicts = [(said("duty.confirmed"), confirmed)] + [
        (said.of("duty.cause", cause), count) for _, cause, count in causes
    ]
    return {
        "dead": columns(days, [said("duty.dead_numbers")], [(n,) for n in found.dead_by_day]),
        "promises": columns(
            days,
            [said("duty.kept"), said("duty.broken"), said("duty.moved")],
            found.promises_by_day,
        ),
        "queues": columns(
            [said.of("today.kind_of", kind) for kind, _, _ in found.troubles],
            [said("duty.hours")],
            [
                (round((found.at - oldest).total_seconds() / 3600, 1),)
                for _, _, oldest in found.troubles
            ],
        ),
        "requests": columns(
            names,
            [said(f"duty.request.{state}") for state in REQUEST_STATES],
            [[donors[name][state] for state in REQUEST_STATES] for name in names],
        ),
        "verdicts": columns(
            [name for name, count in verdicts if count],
            [said("duty.answers")],
            [(count,) for _, count in verdicts if count],
        ),
        "effort": columns(
            [said.of("duty.channel", channel) for channel, *_ in found.effort],
            [said("duty.minutes")],
            [(minutes,) for _, minutes, _, _ in found.effort],
        ),
    }
