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
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from relevo.engine.catalogue import CatalogueError
from relevo.engine.connection import Connection, Cursor, connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements
from relevo.porting.gateway import ClearingHouse, DonorDesk, Post
from relevo.porting.multiple.decider import KIND as MULTIPLE
from relevo.porting.multiple.queries import multiples_by_contract
from relevo.porting.port_in.decider import KIND as PORT_IN
from relevo.porting.profile import HubKind
from relevo.porting.queries import ports_by_contract
from relevo.porting.reconciled.intake import reconciled
from relevo.porting.reconciled.queries import keep
from relevo.porting.recovery.decider import KIND as RECOVERY
from relevo.values.moment import Moment, Span

_LOG = logging.getLogger(__name__)
_SQL = statements("relevo.porting", "ports")
_AGAIN_AFTER = timedelta(minutes=2)
_AGAIN_AFTER_AT_MOST = timedelta(minutes=32)
_SAID_MAX = 2_000

ASKERS: Mapping[str, str] = {"recovery": RECOVERY, "line": "orders.line"}
"""Who writes to desks: the second part of a process id, and the kind of process behind it."""


class _Away(NamedTuple):
    """A source that did not answer: each time the pause is twice as long."""

    ask_at: Moment
    pause: Span

    @staticmethod
    def after(before: _Away | None, now: Moment) -> _Away:
        """It was away ``before`` (or not), and is now."""
        if before is None:
            return _Away(now + _AGAIN_AFTER, _AGAIN_AFTER)
        if now < before.ask_at:
            return before
        pause = min(2 * before.pause, _AGAIN_AFTER_AT_MOST)
        return _Away(now + pause, pause)


class Source:
    """A connection of its own, and when a source that was away is to be asked again."""

    def __init__(self, engine: Engine, dsn: str) -> None:
        self._engine = engine
        self._dsn = dsn
        self._opened: Connection | None = None
        self._away: dict[str, _Away] = {}

    def next_due(self) -> Moment | None:
        """When to ask a source again that was away; None when all were there."""
        return min((each.ask_at for each in self._away.values()), default=None)

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
            self._away[source] = _Away.after(self._away.get(source), self._engine.clock.now())
            return 0
        self._away.pop(source, None)
        return told

    def _place(self, source: str) -> str:
        connection = self._connection()
        connection.rollback()
        connection.autocommit = True  # one question a poll: a transaction would be three
        try:
            row = connection.execute(_SQL["place"], (source,)).fetchone()
        finally:
            if not connection.closed:
                connection.autocommit = False
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


class HubIntake(Source):
    """News of one clearing house."""

    def __init__(self, engine: Engine, dsn: str, hub: HubKind, house: ClearingHouse) -> None:
        super().__init__(engine, dsn)
        self.source = f"{hub} hub"
        self._news_of = f"{hub} news"
        self._house = house

    def poll(self) -> int:
        """Fetch everything that is new; how many messages processes got."""
        return self._attempt(self._news_of, self._news)

    def _news(self) -> int:
        source = self._news_of
        before = self._place(source)
        post = self._house.news(before)
        if not post.news and not post.unreadable and post.place == before:
            return 0
        connection = self._connection()
        owners = self._owners([each.contract_code for each in post.news])
        told, strays = [], []
        for each in post.news:
            kind, process_id = owners.get(each.contract_code, ("", ""))
            if self._is_for(kind, each.said):
                told.append((kind, process_id, each.said, f"{source}:{each.notice_id}"))
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
        self._attempt(f"{source} marks", partial(_acknowledged, self._house, post))
        return new

    def _owners(self, codes: list[str]) -> dict[str, tuple[str, str]]:
        """The kind and the id of the process behind each of our own ids at a hub."""
        connection = self._connection()
        with connection.transaction():
            alone = ports_by_contract(connection, codes)
            together = multiples_by_contract(connection, [c for c in codes if c not in alone])
        owners = {code: (PORT_IN, port.process_id) for code, port in alone.items()}
        owners.update((code, (MULTIPLE, each.process_id)) for code, each in together.items())
        return owners


class HubFiles(Source):
    """The daily files of the clearing houses: what else was missed, and what nobody knows of."""

    source = "hub files"

    def __init__(
        self,
        engine: Engine,
        dsn: str,
        houses: Mapping[HubKind, ClearingHouse],
        us: Collection[str] = (),
    ) -> None:
        super().__init__(engine, dsn)
        self._houses = dict(houses)
        self._us = frozenset(us)

    def poll(self) -> int:
        """Fetch everything that is new; how many messages processes got."""
        return sum(
            self._attempt(f"{hub} file", partial(self._files, hub, house))
            for hub, house in self._houses.items()
        )

    def _files(self, hub: HubKind, house: ClearingHouse) -> int:
        source = f"{hub} file"
        told = 0
        for file in house.status_files(self._place(source)):
            connection = self._connection()
            with connection.transaction():
                found = reconciled(connection, hub, file, self._us, self._engine.clock.now())
            told += self._engine.tell_many(found.tells)
            with connection.transaction(), connection.cursor() as cursor:
                for n, line in enumerate(file.bad_lines):
                    self._keep_stray(cursor, source, f"{file.name}:{n}", line)
                for each in found.strangers:
                    said = f"{each.reference}: {each.theirs}, {each.number}; no request of ours"
                    self._keep_stray(cursor, source, each.reference, said)
                keep(cursor, found.result)
                cursor.execute(_SQL["move_place"], (source, file.name))
        return told


def _acknowledged(house: ClearingHouse, post: Post) -> int:
    """What is not marked comes again, and is known then."""
    house.acknowledge([each.notice_id for each in post.news])
    return len(post.news)


class DeskIntake(Source):
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
