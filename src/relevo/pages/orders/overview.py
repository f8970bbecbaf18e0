"""``/desk/orders/<key>``: one order as a whole, and the story of any other family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from relevo.pages.console import console_of
from relevo.pages.export import as_csv
from relevo.pages.orders.acts import for_input, possible_acts, proposed_at
from relevo.pages.orders.graph import graph_of
from relevo.pages.orders.opened import Opened, labels_of, open_family
from relevo.pages.page import page
from relevo.tracking.replay import Stop, stops_of
from relevo.tracking.thread import Side, thread_of
from relevo.tracking.timeline import Who

THREAD_SHOWN = 6
"""The latest of the conversation; all of it is on the page of the case."""

STEPS_SHOWN = 25
"""The latest steps of a timeline; the whole story is one link away."""

PROCESSES_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which steps of a story are shown; from the address, so that it can be sent to somebody."""

    line: str = ""
    who: str = ""
    details: bool = False
    whole: bool = False

    @classmethod
    def of(cls, request: Request) -> Wanted:
        asked = request.query_params
        who = asked.get("who", "")
        return cls(
            line=asked.get("line", ""),
            who=who if who in set(Who) else "",
            details=bool(asked.get("details")),
            whole=bool(asked.get("whole")),
        )

    def takes(self, stop: Stop) -> bool:
        """Whether it is to be shown."""
        step = stop.step
        return (
            (self.details or not step.is_detail)
            and (not self.line or step.line == self.line)
            and (not self.who or step.who == self.who)
        )


def show_order(request: Request) -> Response:
    """The page of an order; ``?as=csv`` and ``?as=json`` give its story."""
    opened = open_family(request, request.path_params["key"])
    stops = stops_of(opened.records, labels_of(request))
    wanted = Wanted.of(request)
    kept = [stop for stop in stops if wanted.takes(stop)]
    match request.query_params.get("as", ""):
        case "csv":
            return as_csv(request, f"{opened.key}-story", _COLUMNS, _rows(opened, kept))
        case "json":
            return _story(opened, kept)
        case _:
            pass
    shown = kept if wanted.whole else kept[-STEPS_SHOWN:]
    values: dict[str, Any] = {
        "opened": opened,
        "veil": opened.veil,
        "wanted": wanted,
        "stops": [*reversed(shown)],
        "left_out": len(kept) - len(shown),
        "whos": sorted({stop.step.who for stop in stops}),
        "facts": len(opened.records),
        "active": "overview",
    }
    if opened.picture is None:
        processes = sorted(opened.states.items())
        return page(
            request,
            "orders/family.html",
            processes=processes[:PROCESSES_SHOWN],
            more=len(processes) - PROCESSES_SHOWN,
            **values,
        )
    picture = opened.picture
    said = thread_of(opened.records)
    return page(
        request,
        "orders/order.html",
        picture=picture,
        graph=graph_of(picture.order.views, picture.groups, _waits(opened)),
        thread=[*reversed(said[-THREAD_SHOWN:])],
        more_said=max(len(said) - THREAD_SHOWN, 0),
        last_said=next((each for each in reversed(said) if each.side is Side.US), None),
        acts=possible_acts(opened),
        next_promise=for_input(proposed_at(opened, console_of(request).now()), opened.rules.zone),
        done=request.query_params.get("done", ""),
        **values,
    )


def _waits(opened: Opened) -> list[Any]:
    assert opened.picture is not None
    return [wait for line in opened.picture.lines for wait in line.waits]


_COLUMNS = ("at", "line", "who", "what", "mood")


def _rows(opened: Opened, stops: Sequence[Stop]) -> Iterator[tuple[str, ...]]:
    for stop in stops:
        step = stop.step
        what = opened.veil(step.what)
        yield step.at.isoformat(), step.line, str(step.who), what, str(step.mood)


def _story(opened: Opened, stops: Sequence[Stop]) -> Response:
    told = [
        dict(zip(_COLUMNS, row, strict=True), seq=stop.seq)
        for row, stop in zip(_rows(opened, stops), stops, strict=True)
    ]
    body = msgspec.json.format(msgspec.json.encode({"order": opened.key, "story": told}))
    name = f'attachment; filename="{opened.key}-story.json"'
    return Response(body, media_type="application/json", headers={"content-disposition": name})
