"""``/desk/files``: the hubs' daily files, and where they and our own requests did not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from starlette.requests import Request
from starlette.responses import Response

from relevo.brands.reading import Session
from relevo.pages.console import reading
from relevo.pages.export import as_csv, wants_csv
from relevo.pages.page import page
from relevo.pages.today.today import number_seen
from relevo.porting.reconciled.comparing import FileResult
from relevo.porting.reconciled.queries import results

FILES_SHOWN = 14
FILES_MOST = 90


def show_files(request: Request) -> Response:
    """The last files, the newest first; ``?as=csv`` gives all differences that are kept."""
    file = wants_csv(request)
    with reading(request) as (connection, session):
        found = results(connection, most=FILES_MOST if file else FILES_SHOWN)
    if file:
        return as_csv(request, "daily-files", _COLUMNS, _cells(found, session))
    return page(
        request,
        "today/files.html",
        files=found,
        left=sum(len(each.unexplained) + each.unreadable for each in found),
        number_of=lambda each: number_seen(each.number, session),
    )


_COLUMNS = (
    "published_at", "hub", "file", "what", "kind", "process", "reference", "number", "ours",
    "theirs", "repaired",
)  # fmt: skip


def _cells(found: Sequence[FileResult], session: Session) -> Iterator[tuple[object, ...]]:
    for file in found:
        for each in file.differences:
            yield (
                file.published_at.isoformat(), file.hub, file.name, each.what, each.kind,
                each.process_id, each.reference, number_seen(each.number, session), each.ours,
                each.theirs, each.is_repaired,
            )  # fmt: skip
