"""What was asked of the HLR and what became of it, in PostgreSQL: written before the first change,
closed when the record was read back, read as news in one order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from relevo.activation.activation.messages import NetworkAnswered
from relevo.activation.gateway import NetworkNews
from relevo.adapters.registry_osmocom.plan import Left, Wish
from relevo.adapters.registry_osmocom.records import Access
from relevo.engine.connection import Lane
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.adapters.registry_osmocom", "wishes")
UNDONE_AFTER = timedelta(seconds=30)
NEWS_AT_ONCE = 5000
UNDONE_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One line as somebody wants it, under the key of his request."""

    key: str
    subject: str
    state: str
    access: Access
    iccid: str = ""
    imsi: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one wish."""

    wish: Wish
    outcome: str  # "reserved" | "provisioned" | "withdrawn" | "failed"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """One line of a line's log."""

    state: str
    at: Moment
    iccid: str
    imsi: str
    access: Access


class Wishes:
    """For one thread at a time, but for the news, which wait for nobody."""

    def __init__(self, dsn: str) -> None:
        self._lane = Lane(dsn, name="relevo hlr wishes")
        self._notes = Lane(dsn, name="relevo hlr notes", autocommit=True)
        self._reading = Lane(dsn, name="relevo hlr news")

    def ask(self, asked: Sequence[Asked], at: Moment) -> None:
        """Write down what is wanted, unless it was asked before by the same key."""
        with self._lane.connection().transaction():
            self._run(
                "ask",
                keys=[each.key for each in asked],
                subjects=[each.subject for each in asked],
                states=[each.state for each in asked],
                iccids=[each.iccid for each in asked],
                imsis=[each.imsi for each in asked],
                cs=[each.access.cs for each in asked],
                ps=[each.access.ps for each in asked],
                at=at,
            )

    @contextmanager
    def held(self, subjects: Sequence[str], at: Moment) -> Iterator[list[Wish]]:
        """What of these lines is still to be done; older wishes of a line are given up."""
        with self._lane.connection().transaction():
            lines = self._run("hold", subjects=list(subjects))
            numbers = [number for _, number in lines]
            wishes = [_wish(row) for row in self._run("open_wishes", numbers=numbers)]
            self._run("supersede", subjects=list(subjects), at=at)
            yield wishes

    def note_left(self, left: Mapping[int, Left]) -> None:
        """Committed before a number is taken off its card: from which, and what that could do."""
        if left:
            self._notes.connection().execute(
                _SQL["note_left"],
                {
                    "numbers": list(left),
                    "imsis": [each.imsi for each in left.values()],
                    "cs": [each.access.cs for each in left.values()],
                    "ps": [each.access.ps for each in left.values()],
                },
            )

    def conclude(self, outcomes: Sequence[Outcome], at: Moment) -> None:
        """State what became of held wishes; it is news when the block of ``held`` ends."""
        if outcomes:
            self._run("take_turn")
            self._run(
                "conclude",
                numbers=[each.wish.number for each in outcomes],
                outcomes=[each.outcome for each in outcomes],
                reasons=[each.reason for each in outcomes],
                at=at,
            )

    def news(self, after: int) -> list[NetworkNews]:
        """What became of wishes since the news of that number, in order."""
        wanted = {"after": after, "most": NEWS_AT_ONCE}
        with self._reading.connection().transaction():
            rows = self._reading.connection().execute(_SQL["news"], wanted).fetchall()
        return [
            NetworkNews(
                seq=seq,
                subject=subject,
                answer=NetworkAnswered(event=outcome, at=utc(at), reason=reason),
            )
            for seq, subject, outcome, at, reason in rows
        ]

    def undone(self, at: Moment) -> list[str]:
        """Lines of which something was cut short a while ago; they are not named again soon."""
        with self._lane.connection().transaction():
            wanted = {"at": at, "before": at - UNDONE_AFTER, "most": UNDONE_AT_ONCE}
            return sorted({subject for (subject,) in self._run("undone", **wanted)})

    def log(self, subject: str) -> list[Done]:
        """What was done with a line, in order."""
        with self._lane.connection().transaction():
            rows = self._run("log", subject=subject)
        return [
            Done(state, utc(at), iccid, imsi, Access(cs=cs, ps=ps))
            for state, at, iccid, imsi, cs, ps in rows
        ]

    def books(self) -> list[Wish]:
        """What every line is to be, where its last wish came true."""
        with self._lane.connection().transaction():
            return [_wish(row) for row in self._run("books")]

    def lines(self) -> set[str]:
        """Every line of which anything was ever asked."""
        with self._lane.connection().transaction():
            return {str(subject) for (subject,) in self._run("lines")}

    def card_of(self, imsi: str) -> str:
        """The ICCID that was last named for this IMSI; empty when none was."""
        with self._lane.connection().transaction():
            rows = self._run("card_of", imsi=imsi)
        return str(rows[0][0]) if rows else ""

    def close(self) -> None:
        """Give the connections back."""
        self._lane.close()
        self._notes.close()
        self._reading.close()

    def _run(self, name: str, **given: Any) -> list[tuple[Any, ...]]:
        cursor = self._lane.connection().execute(_SQL[name], given or None)
        return cursor.fetchall() if cursor.description else []


def _wish(row: tuple[Any, ...]) -> Wish:
    number, key, subject, state, iccid, imsi, cs, ps, left_imsi, left_cs, left_ps = row
    left = Left(imsi=left_imsi, access=Access(cs=left_cs, ps=left_ps)) if left_imsi else None
    return Wish(
        number=number,
        key=key,
        subject=subject,
        state=state,
        iccid=iccid,
        imsi=imsi,
        access=Access(cs=cs, ps=ps),
        left=left,
    )
