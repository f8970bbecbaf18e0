"""Fetching what hubs and desks have to say, and telling the processes: at least once.

The order is always the same: fetch; in one transaction tell the processes and move the place up to
which the source was read; commit; and only then tell the source that it may forget (porting-es
3.4). A crash in between fetches the same news again, and their ids make the doubles harmless.

A source that is away is asked again later: news wait there. News that belong to none of our
processes are kept for the desk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from relevo.engine.catalogue import CatalogueError
from relevo.engine.connection import Connection, Cursor, connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements
from relevo.porting.gateway import ClearingHouse, DeskLetter, DonorDesk, News, Post, StatusFile
from relevo.porting.port_in.decider import KIND as PORT_IN
from relevo.porting.profile import HubKind
from relevo.porting.queries import open_ports, ports_by_contract
from relevo.porting.reconcile import differences
from relevo.porting.recovery.decider import KIND as RECOVERY
from relevo.values.moment import Moment

_LOG = logging.getLogger(__name__)
_SQL = statements("relevo.porting", "ports")
_AGAIN_AFTER = timedelta(minutes=2)
_SAID_MAX = 2_000

ASKERS: Mapping[str, str] = {"recovery": RECOVERY, "line": "orders.line"}
"""Who writes to desks: the second part of a process id, and the kind of process behind it."""


class _Source:
    """A connection of its own, and when a source that was away is to be asked again."""

    def __init__(self, engine: Engine, dsn: str) -> None:
        self._engine = engine
        self._dsn = dsn
        self._opened: Connection | None = None
        self._again: dict[str, Moment] = {}

    def next_due(self) -> Moment | None:
        """When to ask a source again that was away; None when all were there."""
        return min(self._again.values(), default=None)

    def close(self) -> None:
        """Close the connection."""
        if self._opened is not None:
            self._opened.close()

    def _connection(self) -> Connection:
        if self._opened is None or self._opened.closed:
            self._opened = connect(self._dsn, name="relevo intake")
        return self._opened

    def _attempt(self, source: str, poll: Callable[[], int]) -> int:
        """Poll one source; when it is away, come back later."""
        try:
            told = poll()
        except (Temporary, Permanent) as away:
            _LOG.warning("%s: %s", source, away.reason)
            self._again[source] = self._engine.clock.now() + _AGAIN_AFTER
            return 0
        self._again.pop(source, None)
        return told

    def _place(self, source: str) -> str:
        connection = self._connection()
        row = connection.execute(_SQL["place"], (source,)).fetchone()
        connection.rollback()
        return "" if row is None else str(row[0])

    def _tell(self, cursor: Cursor, kind: str, process_id: str, said: Any, *, key: str) -> bool:
        try:
            self._engine.tell_within(cursor, kind, process_id, said, key=key)
        except CatalogueError as unknown:
            _LOG.warning("%s: %s", process_id, unknown)
            return False
        return True

    def _keep_stray(self, cursor: Cursor, source: str, notice_id: str, said: Any) -> None:
        now = self._engine.clock.now()
        cursor.execute(_SQL["keep_stray"], (source, notice_id, str(said)[:_SAID_MAX], now))


class HubIntake(_Source):
    """News and daily files of the clearing houses."""

    def __init__(self, engine: Engine, dsn: str, houses: Mapping[HubKind, ClearingHouse]) -> None:
        super().__init__(engine, dsn)
        self._houses = dict(houses)

    def poll(self) -> int:
        """Fetch everything that is new; how many messages processes got."""
        told = 0
        for hub, house in self._houses.items():
            told += self._attempt(f"{hub} news", partial(self._news, hub, house))
            told += self._attempt(f"{hub} file", partial(self._files, hub, house))
        return told

    def _news(self, hub: HubKind, house: ClearingHouse) -> int:
        source = f"{hub} news"
        before = self._place(source)
        post = house.news(before)
        if not post.news and not post.unreadable and post.place == before:
            return 0
        connection = self._connection()
        with connection.transaction(), connection.cursor() as cursor:
            told = self._tell_ports(cursor, source, post.news)
            for n, text in enumerate(post.unreadable):
                self._keep_stray(cursor, source, f"{post.place}:{n}", text)
            if post.place != before:
                cursor.execute(_SQL["move_place"], (source, post.place))
        self._attempt(f"{source} marks", partial(_acknowledged, house, post))
        return told

    def _tell_ports(self, cursor: Cursor, source: str, news: Sequence[News]) -> int:
        ports = ports_by_contract(cursor, [each.contract_code for each in news])
        told = 0
        for each in news:
            port = ports.get(each.contract_code)
            key = f"{source}:{each.notice_id}"
            if port and self._tell(cursor, PORT_IN, port.process_id, each.said, key=key):
                told += 1
            else:
                self._keep_stray(cursor, source, each.notice_id, each.said)
        return told

    def _files(self, hub: HubKind, house: ClearingHouse) -> int:
        source = f"{hub} file"
        told = 0
        for file in house.status_files(self._place(source)):
            connection = self._connection()
            with connection.transaction(), connection.cursor() as cursor:
                told += self._compare(cursor, hub, file)
                cursor.execute(_SQL["move_place"], (source, file.name))
        return told

    def _compare(self, cursor: Cursor, hub: HubKind, file: StatusFile) -> int:
        for n, line in enumerate(file.bad_lines):
            self._keep_stray(cursor, f"{hub} file", f"{file.name}:{n}", line)
        told = 0
        for each in differences(open_ports(cursor, hub), file.rows, file.published_at):
            key = f"file:{file.name}:{each.seen.reference}"
            told += self._tell(cursor, PORT_IN, each.process_id, each.seen, key=key)
        return told


def _acknowledged(house: ClearingHouse, post: Post) -> int:
    """What is not marked comes again, and is known then."""
    house.acknowledge([each.notice_id for each in post.news])
    return len(post.news)


class DeskIntake(_Source):
    """Letters of the donors' desks; each goes to the process that asked."""

    def __init__(
        self,
        engine: Engine,
        dsn: str,
        desk: DonorDesk,
        askers: Mapping[str, str] = ASKERS,
    ) -> None:
        super().__init__(engine, dsn)
        self._desk = desk
        self._askers = dict(askers)

    def poll(self) -> int:
        """Fetch all new letters; how many messages processes got."""
        return self._attempt("desk", self._letters)

    def _letters(self) -> int:
        letters = self._desk.inbox(self._place("desk"))
        if not letters:
            return 0
        connection = self._connection()
        told = 0
        with connection.transaction(), connection.cursor() as cursor:
            for letter in letters:
                told += self._deliver(cursor, letter)
            cursor.execute(_SQL["move_place"], ("desk", letters[-1].place))
        return told

    def _deliver(self, cursor: Cursor, letter: DeskLetter) -> bool:
        process_id = letter.in_reply_to.rpartition("#")[0]
        kind = self._askers.get([*process_id.split("/"), ""][1], "")
        key = f"desk:{letter.notice_id}"
        if kind and self._tell(cursor, kind, process_id, letter.said, key=key):
            return True
        self._keep_stray(cursor, "desk", letter.notice_id, letter.said)
        return False
