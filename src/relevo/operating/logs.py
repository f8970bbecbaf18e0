"""What a service of ours writes while it runs: to standard error, a line for each event.

``--log json`` is for machines: one JSON object a line, with the fields named here. ``--log text``
is for eyes. Either way every text is masked (``masking.py``). A line that is written while an
effect is carried out says which, and of which process; a line that is written within a trace says
which. Beside that, whoever writes may add one of ``FIELDS`` with ``extra={"bucket": 7}``.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType

import msgspec
from typing_extensions import override

from relevo.engine import tracing
from relevo.operating.masking import masked

FIELDS = (
    "bucket",
    "process_id",
    "message_id",
    "effect_id",
    "word",  # its wire name
    "attempt",
    "listener",
    "trace_id",
)
"""What a line may carry beside its text; ids and names of ours, never a text of somebody's."""

_CHATTY = ("urllib3", "uvicorn", "asyncio", "opentelemetry")
"""They write addresses of requests, in which there are numbers; we say ourselves what we do."""


Counted = Callable[[str, str], None]


class Form(StrEnum):
    """How a line looks."""

    JSON = "json"
    TEXT = "text"


def write_logs(form: Form, worker: str, count: Counted | None = None) -> None:
    """Log to standard error from now on; uncaught exceptions too, so that they are masked.

    ``count`` is told the level and the logger of each line.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(form, worker))
    if count is not None:
        handler.addFilter(_counting(count))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    threading.excepthook = lambda lost: _uncaught(
        lost.exc_type, lost.exc_value or lost.exc_type(), lost.exc_traceback
    )


def _counting(count: Counted) -> Callable[[logging.LogRecord], bool]:
    def pass_on(record: logging.LogRecord) -> bool:
        count(record.levelname.lower(), record.name)
        return True

    return pass_on


class Lines(logging.Formatter):
    """A record as one line of JSON, or as text."""

    def __init__(self, form: Form, worker: str) -> None:
        super().__init__()
        self._form = form
        self._worker = worker

    @override
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = masked(record.getMessage())
        fields = dict(_fields(record))
        fault = masked(self.formatException(record.exc_info)) if record.exc_info else ""
        if self._form is Form.TEXT:
            beside = "".join(f" {name}={value}" for name, value in fields.items())
            one_line = " ".join(said.splitlines())
            head = f"{at} {record.levelname} {self._worker} {record.name}: {one_line}{beside}"
            return f"{head}\n{fault}" if fault else head
        line = {
            "time": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": said,
            "worker": self._worker,
            **fields,
        }
        if fault:
            line["exception"] = fault
        return msgspec.json.encode(line).decode()


def _fields(record: logging.LogRecord) -> Iterator[tuple[str, str | int]]:
    effect = tracing.under_way()
    known: dict[str, str | int] = {}
    if effect is not None:
        known = {
            "bucket": effect.bucket,
            "process_id": effect.process_id,
            "effect_id": effect.effect_id,
            "word": effect.name,
            "attempt": effect.attempts + 1,
        }
    trace = tracing.current()
    if trace:
        known["trace_id"] = trace.split("-")[1]
    for field in FIELDS:
        value = getattr(record, field, known.get(field))
        if value is not None:
            yield field, value if isinstance(value, int) else masked(str(value))


def _uncaught(kind: type[BaseException], fault: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("relevo").critical("stopped by a fault", exc_info=(kind, fault, where))
