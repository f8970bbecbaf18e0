"""Any list as CSV: the rows that its address selects, streamed, with the filter in the file's name.

No cell is a formula to whoever opens it as a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

CSV = "csv"
ROWS_MOST = 50_000
"""More than that is no list for a person: he narrows it by its filters."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")
_NAME_MOST = 80
_ABOUT_PAGES = frozenset({"as", "lang", "page", "did", "done", "left"})


def wants_csv(request: Request) -> bool:
    """Whether the address asks for the file and not for the page."""
    return request.query_params.get("as") == CSV


def as_csv(
    request: Request, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> Response:
    """The rows as a file to download, named after the list and what narrows it."""
    return StreamingResponse(
        _written(columns, rows),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{file_name(request, name)}"'},
    )


def file_name(request: Request, name: str) -> str:
    """``today-view-parcels-who-ana.csv``: plain letters, whatever the address says."""
    said = [name]
    for key, value in sorted(request.query_params.items()):
        if value and key not in _ABOUT_PAGES:
            said += [key, value]
    plain_name = _NOT_IN_NAMES.sub("-", "-".join(said)).strip("-")[:_NAME_MOST]
    return f"{plain_name or 'list'}.csv"


def plain(cell: object) -> str:
    """As text that a spreadsheet does not take for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    part = io.StringIO()
    writer = csv.writer(part)
    for row in (columns, *rows):
        writer.writerow([plain(cell) for cell in row])
        yield part.getvalue()
        part.seek(0)
        part.truncate()
