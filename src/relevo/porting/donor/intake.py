"""Fetching what others ask of us: the mailbox, the list of what is pending, the daily file.

The order is that of every intake: fetch, tell, move the place, let the source forget. A request
that the mailbox lost is found on the list of what waits for our answer, twice an hour while the hub
is open and so several times in every reply window; one that no list shows any more is found in the
file, and is kept for the desk when it concerns a number that we serve and was never ours to answer.

Nothing is fetched before we serve anything: a site whose lines were not loaded yet would refuse
every request as one for an unknown number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from typing_extensions import override

from relevo.customers.queries import served_lines, serves_anything
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.sql import statements
from relevo.porting.donor.queries import known_requests, open_requests
from relevo.porting.donor.reconcile import donor_differences, unknown_requests
from relevo.porting.gateway import ClearingHouse, DonorHouse, DonorNews, DonorPost, StatusFile
from relevo.porting.intake import Source
from relevo.porting.port_out.decider import KIND, port_out_id
from relevo.porting.port_out.messages import PortOutAsked
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.reconciled.comparing import Discrepancy, Kind, What
from relevo.porting.reconciled.queries import keep_differences
from relevo.porting.undue_port.queries import ways_back
from relevo.values.moment import Moment

T = TypeVar("T")
_SQL = statements("relevo.porting", "ports")
PENDING_EVERY = timedelta(minutes=30)


class DonorIntake(Source):
    """Requests to us by one house, and what became of them."""

    def __init__(
        self, engine: Engine, dsn: str, hub: HubKind, house: DonorHouse, rules: PortingProfile
    ) -> None:
        super().__init__(engine, dsn)
        self.source = f"{hub} hub"
        self._hub = hub
        self._house = house
        self._rules = rules
        self._look_at: Moment | None = None

    @override
    def next_due(self) -> Moment | None:
        """When to look next: at the lists of what is pending, or at a source that was away."""
        dues = (super().next_due(), self._look_at)
        return min((due for due in dues if due is not None), default=None)

    def poll(self) -> int:
        """Fetch everything that is new; how many messages processes got."""
        if not _serves(self._connection()):
            self._look_at = None
            return 0
        told = self._attempt(f"{self._hub} donor news", self._news)
        return told + self._attempt(f"{self._hub} pending", self._pending)

    def _news(self) -> int:
        source = f"{self._hub} donor news"
        before = self._place(source)
        post = self._house.donor_news(before)
        if not post.news and not post.unreadable and post.place == before:
            return 0
        strays = self._strays(post)
        connection = self._connection()
        new = self._engine.tell_many(
            (
                KIND,
                port_out_id(each.reference),
                _with_admission(connection, each.said),
                f"{source}:{each.notice_id}",
            )
            for each in post.news
            if each.notice_id not in strays
        )
        with connection.transaction(), connection.cursor() as cursor:
            for notice_id, stray in strays.items():
                self._keep_stray(cursor, source, notice_id, stray.said)
            for n, text in enumerate(post.unreadable):
                self._keep_stray(cursor, source, f"{post.place}:{n}", text)
            if post.place != before:
                cursor.execute(_SQL["move_place"], (source, post.place))
        self._attempt(f"{source} marks", partial(_acknowledged, self._house, post))
        return new

    def _strays(self, post: DonorPost) -> dict[str, DonorNews]:
        """News of requests that nobody ever brought to us."""
        asked = {each.reference for each in post.news if isinstance(each.said, PortOutAsked)}
        others = [each for each in post.news if each.reference not in asked]
        connection = self._connection()
        with connection.transaction():
            known = known_requests(connection, {each.reference for each in others})
        return {each.notice_id: each for each in others if each.reference not in known}

    def _pending(self) -> int:
        """What waits for our answer, whatever the mailbox told."""
        now = self._engine.clock.now()
        if self._look_at is not None and now < self._look_at:
            return 0
        self._look_at = self._rules.opens_at(self._hub, now + PENDING_EVERY)
        if self._rules.opens_at(self._hub, now) > now:
            return 0
        waiting = self._house.pending()
        connection = self._connection()
        with connection.transaction():
            known = known_requests(connection, [asked.reference for asked in waiting])
        return self._engine.tell_many(
            (
                KIND,
                port_out_id(asked.reference),
                _with_admission(connection, asked),
                f"{self._hub} pending:{asked.reference}",
            )
            for asked in waiting
            if asked.reference not in known
        )


class DonorFiles(Source):
    """What the daily files say of requests to us, and those that nobody ever brought to us."""

    source = "hub files"

    def __init__(self, engine: Engine, dsn: str, houses: Mapping[HubKind, ClearingHouse]) -> None:
        super().__init__(engine, dsn)
        self._houses = dict(houses)

    def poll(self) -> int:
        """Fetch everything that is new; how many messages processes got."""
        if not _serves(self._connection()):
            return 0
        return sum(
            self._attempt(f"{hub} donor file", partial(self._files, hub, house))
            for hub, house in self._houses.items()
        )

    def _files(self, hub: HubKind, house: ClearingHouse) -> int:
        source = f"{hub} donor file"
        told = 0
        for file in house.status_files(self._place(source)):
            told += self._told_by_file(hub, file)
            connection = self._connection()
            with connection.transaction(), connection.cursor() as cursor:
                for reference, text in self._unknown(file).items():
                    self._keep_stray(cursor, source, reference, text)
                cursor.execute(_SQL["move_place"], (source, file.name))
        return told

    def _told_by_file(self, hub: HubKind, file: StatusFile) -> int:
        connection = self._connection()
        with connection.transaction():
            ours = open_requests(connection, hub)
        phases = {reference: known.state for reference, known in ours.items()}
        found = list(donor_differences(phases, file.rows, file.published_at))
        kept = [
            Discrepancy(
                what=What.BEHIND,
                kind=Kind.PORT_OUT,
                process_id=ours[each.reference].process_id,
                reference=each.reference,
                number="",
                ours=phases[each.reference],
                theirs=each.seen.state,
            )
            for each in found
        ]
        with connection.transaction(), connection.cursor() as cursor:
            keep_differences(cursor, hub, file.name, kept)
        return self._engine.tell_many(
            (
                KIND,
                ours[each.reference].process_id,
                each.seen,
                f"donor file:{file.name}:{each.reference}",
            )
            for each in found
        )

    def _unknown(self, file: StatusFile) -> dict[str, str]:
        """Requests for numbers that we serve, and of which we never heard."""
        rows = unknown_requests(file.rows, file.published_at)
        connection = self._connection()
        known = known_requests(connection, rows)
        numbers = {number for reference, (number, _) in rows.items() if reference not in known}
        served = {
            line.number: line.operator
            for line in served_lines(connection, numbers)
            if line.is_in_service
        }
        return {
            reference: f"we serve {number}; {reference} says {row.state} to {row.recipient}"
            for reference, (number, row) in rows.items()
            if reference not in known and served.get(number, row.recipient) != row.recipient
        }


def _serves(connection: Connection) -> bool:
    with connection.transaction():
        return serves_anything(connection)


def _with_admission(connection: Connection, said: T) -> T:
    """A request for what we have agreed to give back says so: it is answered at once."""
    if not isinstance(said, PortOutAsked):
        return said
    with connection.transaction():
        ways = ways_back(connection, [each.number for each in said.numbers])
    is_admitted = any(
        way.admitted_to is not None and way.goes_back_to == said.recipient for way in ways
    )
    return replace(said, is_admitted=True) if is_admitted else said


def _acknowledged(house: DonorHouse, post: DonorPost) -> int:
    """What is not marked comes again, and is known then."""
    house.acknowledge([each.notice_id for each in post.news])
    return len(post.news)
