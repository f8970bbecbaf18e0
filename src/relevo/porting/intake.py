"""Fetching what hubs and desks have to say, and telling the processes: at least once.

The order is always the same: fetch; tell the processes, each family in a transaction of its own;
then move the place up to which the source was read; and only then tell the source that it may
forget (porting-es 3.4). A crash in between fetches the same news again, and their ids make the
doubles harmless.

A source that is away is asked again later: news wait there. News that belong to none of our
processes are kept for the desk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from relevo.engine.catalogue import CatalogueError
from relevo.engine.connection import Connection, Cursor, connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements
from relevo.porting.gateway import ClearingHouse, DonorDesk, Post
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

    def _is_for(self, kind: str, said: Any) -> bool:
        """Whether that kind of process takes such a message."""
        try:
            return type(said) in self._engine.catalogue.process(kind).messages
        except CatalogueError:
            return False

    def _keep_stray(self, cursor: Cursor, source: str, notice_id: str, said: Any) -> None:
        now = self._engine.clock.now()
        cursor.execute(_SQL["keep_stray"], (source, notice_id, str(said)[:_SAID_MAX], now))


class HubIntake(_Source):
    """News and daily files of the clearing houses."""

    source = "hub"

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
        with connection.transaction():
            ports = ports_by_contract(connection, [each.contract_code for each in post.news])
        told, strays = [], []
        for each in post.news:
            port = ports.get(each.contract_code)
            if port is not None and self._is_for(PORT_IN, each.said):
                told.append((PORT_IN, port.process_id, each.said, f"{source}:{each.notice_id}"))
            else:
                strays.append(each)
        new = self._engine.tell_many(told)
        with connection.transaction(), connection.cursor() as cursor:
            for each in strays:
                self._keep_stray(cursor, source, each.notice_id, each.said)
            for n, text in enumerate(post.unreadable):
                self._keep_stray(cursor, source, f"{post.place}:{n}", text)
            if post.place != before:
                cursor.execute(_SQL["move_place"], (source, post.place))
        self._attempt(f"{source} marks", partial(_acknowledged, house, post))
        return new

    def _files(self, hub: HubKind, house: ClearingHouse) -> int:
        source = f"{hub} file"
        told = 0
        for file in house.status_files(self._place(source)):
            connection = self._connection()
            with connection.transaction():
                ours = open_ports(connection, hub)
            told += self._engine.tell_many(
                (PORT_IN, each.process_id, each.seen, f"file:{file.name}:{each.seen.reference}")
                for each in differences(ours, file.rows, file.published_at)
            )
            with connection.transaction(), connection.cursor() as cursor:
                for n, line in enumerate(file.bad_lines):
                    self._keep_stray(cursor, source, f"{file.name}:{n}", line)
                cursor.execute(_SQL["move_place"], (source, file.name))
        return told


def _acknowledged(house: ClearingHouse, post: Post) -> int:
    """What is not marked comes again, and is known then."""
    house.acknowledge([each.notice_id for each in post.news])
    return len(post.news)


class DeskIntake(_Source):
    """Letters of the donors' desks; each goes to the process that asked."""

    source = "desk"

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
        told, strays = [], []
        for letter in letters:
            process_id = letter.in_reply_to.rpartition("#")[0]
            kind = self._askers.get([*process_id.split("/"), ""][1], "")
            if self._is_for(kind, letter.said):
                told.append((kind, process_id, letter.said, f"desk:{letter.notice_id}"))
            else:
                strays.append(letter)
        new = self._engine.tell_many(told)
        connection = self._connection()
        with connection.transaction(), connection.cursor() as cursor:
            for letter in strays:
                self._keep_stray(cursor, "desk", letter.notice_id, letter.said)
            cursor.execute(_SQL["move_place"], ("desk", letters[-1].place))
        return new
