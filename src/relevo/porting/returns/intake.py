"""What the hubs say of numbers that go back: news, the daily file, and the list of the returned.

Nothing is asked while nothing of ours goes back and we serve nothing. The order is that of
``porting.intake``: fetch, tell, and only then move the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial

from typing_extensions import override

from relevo.customers.queries import serves_anything
from relevo.engine.engine import Engine
from relevo.engine.sql import statements
from relevo.porting.gateway import ClearingHouse, RangeHolderFiles, ReturnMail
from relevo.porting.intake import Source
from relevo.porting.number_return.decider import KIND, return_id
from relevo.porting.number_return.messages import NumberCameBack, ReturnSeen
from relevo.porting.number_return.model import Matter, ReturnPhase
from relevo.porting.number_return.queries import ReturnRow, open_returns, return_by_number
from relevo.porting.profile import HubKind, PortingProfile
from relevo.values.moment import Moment

_SQL = statements("relevo.porting", "ports")
LOOK_EVERY = timedelta(hours=1)  # files come once a day


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSources:
    """Where each hub says what becomes of returns; a hub has some of these or none."""

    files: Mapping[HubKind, ClearingHouse]
    mail: Mapping[HubKind, ReturnMail]
    lists: Mapping[HubKind, RangeHolderFiles]


class ReturnIntake(Source):
    """Tells returns what the witnesses say."""

    def __init__(
        self, engine: Engine, dsn: str, sources: ReturnSources, operator: str, rules: PortingProfile
    ) -> None:
        super().__init__(engine, dsn)
        self._sources = sources
        self._operator = operator
        self._rules = rules
        self._look_at: Moment | None = None

    @override
    def next_due(self) -> Moment | None:
        """When to look next; None while nothing of ours can go back."""
        dues = (super().next_due(), self._look_at)
        return min((due for due in dues if due is not None), default=None)

    def poll(self) -> int:
        """Fetch everything that is new; how many messages processes got."""
        now = self._engine.clock.now()
        if self._look_at is not None and now < self._look_at:
            return 0
        connection = self._connection()
        with connection.transaction():
            ours = open_returns(connection)
            concerned = bool(ours) or serves_anything(connection)
        self._look_at = now + LOOK_EVERY if concerned else None
        if not concerned:
            return 0
        told = 0
        for hub, mail in self._sources.mail.items():
            told += self._attempt(f"{hub} return news", partial(self._news, hub, mail))
        for hub, house in self._sources.files.items():
            if any(row.hub is hub for row in ours):
                told += self._attempt(f"{hub} return file", partial(self._files, hub, house))
        for hub, lists in self._sources.lists.items():
            told += self._attempt(f"{hub} returned numbers", partial(self._lists, hub, lists))
        return told

    def _news(self, hub: HubKind, mail: ReturnMail) -> int:
        source = f"{hub} return news"
        before = self._place(source)
        post = mail.return_news(before)
        numbers = [each.said.number for each in post.news if isinstance(each.said, ReturnSeen)]
        connection = self._connection()
        with connection.transaction():
            ours = return_by_number(connection, numbers)
            by_reference = {row.reference: row for row in open_returns(connection)}
        told, strays = [], []
        for each in post.news:
            row = by_reference.get(each.reference)
            if row is None and isinstance(each.said, ReturnSeen):
                row = ours.get(each.said.number)
            if row is None:
                strays.append(each)
            else:
                told.append((KIND, row.process_id, each.said, f"{source}:{each.notice_id}"))
        new = self._engine.tell_many(told)
        with connection.transaction(), connection.cursor() as cursor:
            for each in strays:
                self._keep_stray(cursor, source, each.notice_id, each.said)
            if post.place != before:
                cursor.execute(_SQL["move_place"], (source, post.place))
        return new

    def _files(self, hub: HubKind, house: ClearingHouse) -> int:
        source = f"{hub} return file"
        told = 0
        for file in house.status_files(self._place(source)):
            connection = self._connection()
            with connection.transaction():
                ours = return_by_number(connection, {each.number for each in file.returns})
            told += self._engine.tell_many(
                (KIND, ours[seen.number].process_id, seen, f"{source}:{file.name}:{seen.reference}")
                for seen in file.returns
                if seen.number in ours and _is_news(ours[seen.number], seen)
            )
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute(_SQL["move_place"], (source, file.name))
        return told

    def _lists(self, hub: HubKind, lists: RangeHolderFiles) -> int:
        source = f"{hub} returned numbers"
        told = 0
        for file in lists.returned_files(self._place(source)):
            told += self._engine.tell_many(
                (
                    KIND,
                    return_id(each.number, f"back {each.since.isoformat()}"),
                    NumberCameBack(
                        matter=Matter(
                            number=each.number,
                            operator=self._operator,
                            hub=hub,
                            since=self._rules.calendar(hub).at(each.since, time()),
                            rules=self._rules.code,
                        ),
                        file=file.name,
                    ),
                    f"{source}:{each.number}:{each.since.isoformat()}",
                )
                for each in file.numbers
            )
            connection = self._connection()
            with connection.transaction(), connection.cursor() as cursor:
                for n, line in enumerate(file.bad_lines):
                    self._keep_stray(cursor, source, f"{file.name}:{n}", line)
                cursor.execute(_SQL["move_place"], (source, file.name))
        return told


def _is_news(row: ReturnRow, seen: ReturnSeen) -> bool:
    """Older returns of the same number stay in the file; the hub's state may be ours already."""
    if row.reference and seen.reference != row.reference:
        return False
    return seen.at >= row.since and seen.state != _SAME.get(row.state, "")


_SAME = {ReturnPhase.NOTIFIED.value: "notified", ReturnPhase.HELD.value: "held"}
