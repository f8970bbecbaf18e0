"""Files what customers write: durable, and filed, before the centre is told that we have it.

``deliver_sm`` carries no id. What tells a second delivery from the same words said twice is
whether the centre can know that we have the first: it does when it answered an ``enquire_link``
that we sent behind our acknowledgement. Until then, and within half a minute, the same is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from relevo.adapters.sms_smpp.account import Account
from relevo.adapters.sms_smpp.parts import Received, joined
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection, connect
from relevo.engine.sql import statements
from relevo.values.moment import Moment

_SQL = statements("relevo.adapters.sms_smpp", "hearing")
SAME_WITHIN = timedelta(seconds=30)
"""A phone that missed the network's word sends once more: the same within this is the same."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A text that is complete, or as complete as it will ever be."""

    external_id: str  # the same for the same text, however often it comes
    sender: str
    to: str
    text: str
    at: Moment


Take = Callable[[Connection, Sequence[Whole]], object]
"""Files texts for good; the same ``external_id`` twice is one."""


class Hearing:
    """What came in, in tables of ours. One connection, used by one thread."""

    def __init__(self, dsn: str, account: Account, clock: Clock, take: Take) -> None:
        self._dsn = dsn
        self._clock = clock
        self._take = take
        self._parts_within = timedelta(seconds=account.parts_within_s)
        self._opened: Connection | None = None

    def hear(self, received: Sequence[Received], session: str) -> None:
        """File these; when this returns, they may be acknowledged."""
        connection = self.connection()
        now = self._clock.now()
        known = self._known(connection, received)
        numbered: list[tuple[Received, int]] = []
        for each in received:
            nth, is_same = known.get(each.digest, (0, False))
            nth = nth if is_same else nth + 1
            known[each.digest] = (nth, True)
            numbered.append((each, nth))
        wholes = [
            Whole(f"{each.digest}:{nth}", each.sender, each.to, each.text, now)
            for each, nth in numbered
            if each.place is None
        ]
        if wholes:
            self._take(connection, wholes)
        for each, nth in numbered:
            if each.place is not None and not self._was_heard(connection, each.digest, nth):
                self._keep(connection, _part(each, nth, now), each.digest)
        with connection.transaction():
            for each, nth in numbered:
                heard = {"digest": each.digest, "nth": nth, "session": session, "now": now}
                connection.execute(_SQL["hear"], heard)
        if any(each.place is not None for each in received):
            self.file_ready()

    def file_ready(self) -> None:
        """File the long texts that are complete, and those whose rest will not come."""
        self._file(self._clock.now() - self._parts_within)

    def acknowledge(self, session: str, before: Moment) -> None:
        """The centre knows that we have what came in this session before this moment."""
        connection = self.connection()
        with connection.transaction():
            connection.execute(_SQL["acknowledge"], {"session": session, "before": before})

    def connection(self) -> Connection:
        """Ours, opened when it is needed."""
        if self._opened is None or self._opened.closed:
            self._opened = connect(self._dsn, name="relevo sms in", autocommit=True)
        return self._opened

    def close(self) -> None:
        """Give the connection back."""
        if self._opened is not None:
            self._opened.close()

    def _known(
        self, connection: Connection, received: Sequence[Received]
    ) -> dict[str, tuple[int, bool]]:
        """How often each was heard, and whether the next one is the last one again."""
        same_since = self._clock.now() - SAME_WITHIN
        digests = [each.digest for each in received]
        with connection.transaction():
            rows = connection.execute(_SQL["heard"], (digests,)).fetchall()
        return {
            str(digest): (int(nth), not is_acknowledged or heard_at > same_since)
            for digest, nth, heard_at, is_acknowledged in rows
        }

    def _was_heard(self, connection: Connection, digest: str, nth: int) -> bool:
        """Whether this part lies there, or its text was filed."""
        with connection.transaction():
            row = connection.execute(_SQL["heard"], ([digest],)).fetchone()
        return row is not None and int(row[1]) >= nth

    def _keep(self, connection: Connection, part: dict[str, Any], digest: str) -> None:
        """A phone counts its long texts from 0 to 255 and begins again: another part in the same
        place belongs to a new text, and the old one is filed as far as it came."""
        with connection.transaction():
            there = connection.execute(_SQL["taken_place"], part).fetchone()
        if there is not None and there[0] != digest:
            self._file(self._clock.now(), only=(part["sender"], part["reference"]))
        with connection.transaction():
            connection.execute(_SQL["keep_part"], part)

    def _file(self, since: Moment, only: tuple[str, int] | None = None) -> None:
        connection = self.connection()
        with connection.transaction():
            groups = connection.execute(_SQL["ready"], (since,)).fetchall()
        for sender, to, reference, total, parts, said, first, at in groups:
            if only is not None and only != (sender, reference):
                continue
            text = joined(zip(parts, said, strict=True), total)
            self._take(connection, [Whole(first, sender, to, text, at)])
            gone = {"sender": sender, "recipient": to, "reference": reference, "total": total}
            with connection.transaction():
                connection.execute(_SQL["drop_parts"], gone)


def _part(each: Received, nth: int, now: Moment) -> dict[str, Any]:
    assert each.place is not None, "only a part has a place"
    return {
        "sender": each.sender,
        "recipient": each.to,
        "reference": each.place.reference,
        "total": each.place.total,
        "part": each.place.part,
        "said": each.text,
        "digest": each.digest,
        "nth": nth,
        "now": now,
    }
