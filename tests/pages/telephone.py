"""A telephone system beside a story that goes on: it rings, and says so in its own words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from httpx2 import Response
from starlette.testclient import TestClient
from tests.pages.conftest import WORST_DAY, Desk, Stories

from relevo.adapters.telephone.account import read_telephone
from relevo.adapters.telephone.signing import SIGNATURE, TIMESTAMP, signature
from relevo.engine.clock import SystemClock
from relevo.engine.connection import connect
from relevo.engine.history import facts_of
from relevo.play.held import HeldPlay

SECRET = b"a secret of forty letters that nobody knows"
T = TypeVar("T")


@dataclass
class Office:
    """The worst day of the story, with everybody at work and a telephone on the table."""

    desk: Desk
    play: HeldPlay

    def __post_init__(self) -> None:
        self.order = self.desk.order()
        (self.contact,) = self.rows("select address from notice_sender where address ~ '^[+]'")[0]

    def rows(self, query: str, *given: object) -> list[tuple[Any, ...]]:
        with connect(self.desk.dsn) as connection:
            return connection.execute(query.encode(), given).fetchall()

    def goes_on(self) -> None:
        """Everybody handles what waits. Twice: the first stop may lie behind a round of work
        that began before the last thing was told."""
        for _ in range(2):
            self.play.go_on(self.play.clock.now() + timedelta(seconds=1))

    def facts(self, kind: type[T]) -> list[T]:
        self.goes_on()
        with connect(self.desk.dsn) as connection:
            records = facts_of(connection, self.order)
        return [each.fact for each in records if isinstance(each.fact, kind)]

    def says(self, event: str, call: str, **more: Any) -> Response:
        """The telephone system tells of a call of four minutes and a bit."""
        said: dict[str, Any] = {
            "event": event,
            "call": call,
            "direction": "in",
            "number": self.contact,
            "began_at": "2019-01-16T10:00:00+01:00",
        }
        if event != "started":
            said["ended_at"] = "2019-01-16T10:04:10+01:00"
        return self.sends(json.dumps(said | more).encode())

    def sends(
        self, body: bytes, *, secret: bytes = SECRET, old_s: int = 0, system: str = "pbx"
    ) -> Response:
        at = str(round(SystemClock().now().timestamp()) - old_s)
        return TestClient(self.desk.app).post(
            f"/hooks/telephone/{system}",
            content=body,
            headers={TIMESTAMP: at, SIGNATURE: signature(secret, at, body)},
        )


@contextmanager
def office(stories: Stories, folder: Path) -> Iterator[Office]:
    """An office of its own."""
    (folder / "pbx.secret").write_bytes(SECRET + b"\n")
    agreed = folder / "telephone.toml"
    agreed.write_text(
        f"""
        [systems.pbx]
        brand = "brisa"
        secret_files = ["{folder / "pbx.secret"}"]
        [systems.pbx.purposes.complaint]
        keep_days_max = 365
        source = "decision of the data protection officer, 2019-01-02"
        """,
        encoding="utf-8",
    )
    with stories.playing(WORST_DAY) as (dsn, play):
        desk = Desk(dsn, play.clock)
        agreement = read_telephone(agreed)
        desk.console.settings = replace(desk.console.settings, telephone=agreement)
        try:
            yield Office(desk, play)
        finally:
            desk.close()
