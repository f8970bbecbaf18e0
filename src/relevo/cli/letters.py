"""What commands share by which a person speaks to processes: an engine that only takes letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from relevo.cli.app import WRONG_INPUT
from relevo.cli.people import database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.engine.engine import Engine
    from relevo.values.msisdn import Msisdn


@contextmanager
def letters(desk: str) -> Iterator[tuple[Engine, str]]:
    """An engine that only takes letters, and a key for this one act of a person."""
    dsn = database_url()
    with errors_for_people():
        from relevo.engine.clock import SystemClock  # noqa: PLC0415
        from relevo.engine.engine import Engine  # noqa: PLC0415
        from relevo.wiring import catalogue  # noqa: PLC0415

        clock = SystemClock()
        engine = Engine(dsn=dsn, catalogue=catalogue(), clock=clock, performers={}, worker=desk)
        try:
            yield engine, clock.now().isoformat()
        finally:
            engine.close()


def number_given(text: str) -> Msisdn:
    """The telephone number; a fault of it is told to the person."""
    from relevo.values.malformed import Malformed  # noqa: PLC0415
    from relevo.values.msisdn import parse_msisdn  # noqa: PLC0415

    try:
        return parse_msisdn(text)
    except Malformed as wrong:
        fail(f"number: {wrong}", WRONG_INPUT)
