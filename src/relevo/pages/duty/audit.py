"""``/desk/audit``: who looked at what, and who did what, for whoever checks."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from relevo.engine.sql import statements
from relevo.pages.console import console_of, reading
from relevo.pages.export import ROWS_MOST, as_csv, wants_csv
from relevo.pages.page import page

_SQL = statements("relevo.pages.duty", "audit")
ROWS_SHOWN = 100
KINDS = ("traces", "looks_across", "acts")
DAYS = (1, 7, 30, 365)
_DAYS_FIRST = 30


def show_audit(request: Request) -> Response:
    """One kind of trace, the latest first; ``?as=csv`` gives the same rows."""
    asked = request.query_params
    kind = asked.get("kind", "") if asked.get("kind", "") in KINDS else KINDS[0]
    wished = asked.get("days", "")
    days = int(wished) if wished in set(map(str, DAYS)) else _DAYS_FIRST
    file = wants_csv(request)
    wanted = {
        "who": asked.get("who", ""),
        "family": asked.get("order", ""),
        "verb": asked.get("verb", ""),
        "since": console_of(request).now() - timedelta(days=days),
        "most": ROWS_MOST if file else ROWS_SHOWN + 1,
    }
    with reading(request) as (connection, _):
        rows = connection.execute(_SQL[kind], wanted).fetchall()
    if file:
        told = ((row[0].isoformat(), *row[1:]) for row in rows)
        return as_csv(request, f"audit-{kind}", _COLUMNS, told)
    return page(
        request,
        "duty/audit.html",
        kinds=KINDS,
        kind=kind,
        days=days,
        all_days=DAYS,
        rows=rows[:ROWS_SHOWN],
        more=len(rows) > ROWS_SHOWN,
        verbs=sorted({row[2] for row in rows}),
    )


_COLUMNS = ("at", "who", "verb", "order", "subject", "reason", "page")
