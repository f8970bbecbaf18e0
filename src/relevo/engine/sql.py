"""Named queries: every statement lives in a ``.sql`` file next to the module that runs it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def statements(package: str, file: str) -> dict[str, bytes]:
    """The named statements of one file, for example ``statements("relevo.engine", "journal")``."""
    text = files(package).joinpath(f"{file}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)
    named = {
        name: body.strip().encode() for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    if len(named) != len(parts) // 2:
        raise ValueError(f"{package}/{file}.sql names a statement twice")
    return named
