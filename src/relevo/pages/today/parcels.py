"""``/desk/parcels``: all cards under way, and what is odd about them."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.masking import Personal, shown
from relevo.brands.reading import Session
from relevo.desk.looks import Parcel, parcel_states, parcels
from relevo.pages.console import console_of, reading
from relevo.pages.export import ROWS_MOST, as_csv, wants_csv
from relevo.pages.page import page
from relevo.pages.today.today import number_seen, page_of

ROWS_SHOWN = 50
ODD = ("troubled", "overdue", "contested", "elsewhere")


def show_parcels(request: Request) -> Response:
    """The list; ``?as=csv`` gives the same rows."""
    console, asked = console_of(request), request.query_params
    today = console.now().astimezone(ZoneInfo(console.settings.rules.zone)).date()
    what = asked.get("what", "") if asked.get("what", "") in ODD else ""
    state, file, at = asked.get("state", ""), wants_csv(request), page_of(request)
    with reading(request) as (connection, session):
        found = parcels(
            connection,
            state=state,
            what=what,
            today=today,
            most=ROWS_MOST if file else ROWS_SHOWN + 1,
            skip=0 if file else at * ROWS_SHOWN,
        )
        states = {} if file else parcel_states(connection)
    if file:
        return as_csv(request, "parcels", _COLUMNS, _cells(found, session))
    return page(
        request,
        "today/parcels.html",
        rows=[(p, _number(p, session), _card(p, session)) for p in found[:ROWS_SHOWN]],
        more=len(found) > ROWS_SHOWN,
        page_number=at,
        states=states,
        state=state,
        what=what,
        odd=ODD,
        today=today,
    )


def _number(parcel: Parcel, session: Session) -> str:
    return number_seen(parcel.number, session)


def _card(parcel: Parcel, session: Session) -> str:
    return shown(parcel.iccid, Personal.ICCID, session)


_COLUMNS = (
    "expected_on", "state", "tracking_code", "order", "line", "number", "iccid", "town",
    "seen_town", "reason", "action", "contested", "changed_at",
)  # fmt: skip


def _cells(found: list[Parcel], session: Session) -> Iterator[tuple[object, ...]]:
    for p in found:
        yield (
            p.expected_on, p.state, p.tracking_code, p.order, p.line, _number(p, session),
            _card(p, session), p.town, p.seen_town, p.reason, p.action, p.is_contested,
            p.changed_at.isoformat(),
        )  # fmt: skip
