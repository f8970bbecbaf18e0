"""Holds the stored states against the journal, and the journal against itself and another one.

To *verify* is to fold the facts of every process again: the result must equal the stored state,
and no fact may be missing, out of order or without a process. It goes span by span of process ids,
each in one statement and so at one moment, in constant memory, and beside workers that go on.

``digest`` says in one line what happened: it covers who, when and what, and nothing of batches,
workers or the order of writing, so the same story gives the same digest however it was run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import msgspec
from psycopg import Connection

from relevo.engine.acts import OperatorActed
from relevo.engine.catalogue import Catalogue
from relevo.engine.history import Archive
from relevo.engine.process import ProcessType, replay
from relevo.engine.sql import statements
from relevo.engine.wire import decode_old, in_utc

_SQL = statements("relevo.engine", "replay")
_HISTORY = statements("relevo.engine", "history")
_CANONICAL = msgspec.json.Encoder(order="sorted")
_ROWS_AT_ONCE = 5000
_SPAN = 1000
_JUST_AFTER = "\x01"  # nothing lies between an id and itself with this
_SHOWN_FIELDS = 4
_SHOWN_LETTERS = 80
_NAMED_AT_ONCE = 20

_Row = tuple[str, int, int, str, int, str, str]
"""process_id, version, seq, kind, kind_version, name, body. A state comes before its facts, with
version 0, and the number of its facts as seq."""


class Diverged(AssertionError):
    """What is stored is not what the facts add up to."""


@dataclass(frozen=True, slots=True)
class Span:
    """Processes from ``start`` on and before ``end``; without an end, all that follow."""

    start: str
    end: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it must be: a process or a bucket, and why."""

    where: str
    why: str

    @property
    def shown(self) -> str:
        return f"{self.where}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was verified. ``archived``: processes left out, because facts of theirs are archived."""

    processes: int = 0
    facts: int = 0
    archived: int = 0
    differing: int = 0
    differences: tuple[Difference, ...] = ()
    """The first of them."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            processes=self.processes + other.processes,
            facts=self.facts + other.facts,
            archived=self.archived + other.archived,
            differing=self.differing + other.differing,
            differences=(self.differences + other.differences)[:_NAMED_AT_ONCE],
        )


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies on one connection. ``archive`` has the facts that were taken out of the database."""

    connection: Connection[Any]
    catalogue: Catalogue
    archive: Archive | None = None

    def span(self, span: Span) -> Tally:
        """Fold the facts of every process in the span again."""
        wanted = {"start": span.start, "end": span.end}
        rows = self.connection.execute(_SQL["span"], wanted).fetchall()
        processes = facts = archived = 0
        found: list[Difference] = []
        for process_id, group in groupby(rows, key=itemgetter(0)):
            whole = self._whole(process_id, list(group))
            if whole is None:
                archived += 1
                continue
            processes += 1
            facts += len(whole) - 1
            wrong = self._wrong(whole)
            if wrong:
                found.append(Difference(process_id, wrong))
        return Tally(
            processes=processes,
            facts=facts,
            archived=archived,
            differing=len(found),
            differences=tuple(found[:_NAMED_AT_ONCE]),
        )

    def buckets(self) -> tuple[Difference, ...]:
        """The journal of each bucket is numbered from 1 to the last without a gap."""
        out = self._facts_out()
        missing = 0
        found = []
        for bucket, last, facts, numbers, highest in self.connection.execute(_SQL["buckets"]):
            missing += last - facts
            if numbers != facts:
                why = f"{facts - numbers} numbers of the journal are given twice"
            elif highest > last:
                why = f"the journal goes to number {highest}, the lease only to {last}"
            elif facts != last and not out:
                why = f"of {last} facts in the journal, {last - facts} are missing"
            else:
                continue
            found.append(Difference(f"bucket {bucket}", why))
        if out and missing != out:
            why = f"{missing} facts are missing in the journal, but {out} are archived"
            found.append(Difference("all buckets", why))
        return tuple(found)

    def _facts_out(self) -> int:
        row = self.connection.execute(_SQL["facts_out"]).fetchone()
        return int(row[0]) if row else 0

    def _whole(self, process_id: str, rows: list[_Row]) -> list[_Row] | None:
        """The rows with those of the archive; None when facts are only there and it is not at hand.

        Facts are numbered without gaps: fewer than the state has counted means that some are out.
        """
        if rows[0][1] != 0 or len(rows) - 1 >= rows[0][2]:
            return rows
        if self.archive is None:
            return None if self._facts_out() else rows
        known = {row[1] for row in rows}
        older = [
            (process_id, version, seq, kind, kind_version, name, body)
            for _, kind, version, _, name, body, seq, kind_version in self.archive.rows_of(
                process_id
            )
            if version not in known
        ]
        return sorted(rows + older, key=itemgetter(1))

    def _wrong(self, rows: list[_Row]) -> str:
        """What is wrong with a process; nothing, when it is as it must be."""
        (_, first, count, kind, *_), facts = rows[0], rows[1:]
        if first != 0:
            return f"{len(rows)} facts in the journal, and no such process"
        if len(facts) != count or any(row[1] != place for place, row in enumerate(facts, 1)):
            present = {row[1] for row in facts}
            lacking = [n for n in range(1, count + 1) if n not in present]
            said = f", without number {_first(lacking)}" if lacking else ""
            return f"{count} facts are counted, and {len(facts)} are in the journal{said}"
        if any(before[2] >= after[2] for before, after in pairwise(facts)):
            return "its facts were not written in their order"
        try:
            stored, again = self._fold(self.catalogue.process(kind), rows)
        except Exception as fault:  # whatever cannot be read or folded is a finding, not the end
            return f"cannot be read: {type(fault).__name__}: {fault}"
        return "" if again == stored else difference(again, stored)

    def _fold(self, process: ProcessType[Any], rows: list[_Row]) -> tuple[Any, Any]:
        upcasters, today = self.catalogue.upcasters, process.version
        stored, *facts = (
            decode_old(name, body, written=written, today=today, upcasters=upcasters)
            for _, _, _, _, written, name, body in rows
        )
        told = tuple(each for each in facts if type(each) is not OperatorActed)
        return stored, in_utc(replay(process, rows[0][0], told))


def spans(connection: Connection[Any]) -> list[Span]:
    """All processes, cut into spans of about a thousand."""
    wanted = {"run": _SPAN, "every": _SPAN, "most": None}
    cut = [Span(*row) for row in connection.execute(_SQL["spans"], wanted)]
    return [Span("", cut[0].end if cut else None), *cut[1:]]  # nothing lies before the first


def sample(connection: Connection[Any], most: int) -> list[Span]:
    """About so many processes: up to a thousand runs of them, evenly spread over all."""
    row = connection.execute(_SQL["how_many"]).fetchone()
    run = -(-most // _SPAN)
    every = max(run, int(row[0]) * run // most) if row else run
    wanted = {"run": run, "every": every, "most": most // run}
    return [Span(*row) for row in connection.execute(_SQL["spans"], wanted)]


def family_spans(family: str) -> list[Span]:
    """A family: its root, and all below it ("0" follows "/")."""
    return [_only(family), Span(f"{family}/", f"{family}0")]


def verify(connection: Connection[Any], catalogue: Catalogue, process_id: str) -> None:
    """Fold the facts of one process again. Raises Diverged when the stored state differs."""
    tally = Verifier(connection, catalogue).span(_only(process_id))
    if not tally.processes:
        raise Diverged(f"{process_id} is not stored")
    _raise_for(tally.differences)


def verify_all(
    connection: Connection[Any], catalogue: Catalogue, archive: Archive | None = None
) -> int:
    """``verify`` every process and the journal itself; returns how many processes there are."""
    verifier = Verifier(connection, catalogue, archive)
    tally = total(verifier.span(span) for span in spans(connection))
    _raise_for((*tally.differences, *verifier.buckets()))
    return tally.processes


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, Tally())


def difference(again: Any, stored: Any) -> str:
    """Which fields differ, shortly; not the whole of both."""
    if type(again) is not type(stored) or not is_dataclass(again):
        return f"the facts give {_short(again)}, stored is {_short(stored)}"
    pairs = [(f.name, getattr(again, f.name), getattr(stored, f.name)) for f in fields(again)]
    said = [
        f"{name}: the facts give {_short(given)}, stored is {_short(kept)}"
        for name, given, kept in pairs
        if given != kept
    ]
    more = [f"and {len(said) - _SHOWN_FIELDS} more fields"] if len(said) > _SHOWN_FIELDS else []
    return "; ".join(said[:_SHOWN_FIELDS] + more)


def digest(connection: Connection[Any], families: Sequence[str] | None = None) -> str:
    """``sha256:...`` over all facts (or those of ``families``) by process id and version."""
    summed = hashlib.sha256()
    for fact in _canonical_facts(connection, families):
        summed.update(_CANONICAL.encode(fact))
        summed.update(b"\n")
    return f"sha256:{summed.hexdigest()}"


def _canonical_facts(
    connection: Connection[Any], families: Sequence[str] | None
) -> Iterator[list[Any]]:
    statement = _HISTORY["all_facts" if families is None else "facts_of_families"]
    wanted = {} if families is None else {"families": list(families)}
    with connection.transaction(), connection.cursor(name="digest") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(statement, wanted)
        for process_id, version, at, name, body in cursor:
            yield [process_id, version, in_utc(at), name, msgspec.json.decode(body)]


def _only(process_id: str) -> Span:
    return Span(process_id, process_id + _JUST_AFTER)


def _raise_for(differences: Sequence[Difference]) -> None:
    if differences:
        raise Diverged("; ".join(each.shown for each in differences))


def _first(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(each) for each in numbers[:_SHOWN_FIELDS])
    return f"{shown} …" if len(numbers) > _SHOWN_FIELDS else shown


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}…"
