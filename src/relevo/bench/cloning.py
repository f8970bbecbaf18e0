"""Copies of whole families, set by set: how a large database is made from a few real orders.

A *template* is every row that one family left in every table of ours, as text. Whatever is the
family's own (its key, numbers, cards, references, parcels, people) is replaced by a numbered place,
``%3$s``; a *clone* is the list of names that go into those places. PostgreSQL puts the two together
with ``format()``, one statement for a table and some hundred clones: no row passes through Python.

What makes a clone real, and who sees to it:

* ids: the key stands at the head of every process id, so process, journal, timer, mailbox, outbox,
  handled, refusal and parked rows are renamed with it, in columns, message ids and JSON alike;
* numbers, cards (with their check digit), references, parcels, documents and addresses of people
  are drawn anew, in all forms in which a number is written; the database's own constraints on
  custody, cards and moving numbers are in force and look at every row;
* ``bucket`` is that of the new key; ``journal.seq`` goes on from ``lease.last_seq`` of the bucket,
  without gaps, under the lock that a worker takes before it writes;
* time: a template may be moved by whole weeks, so that a Friday stays a Friday and a window keeps
  its hours; every instant and day in columns, JSON, ids and texts moves. Editions of rules
  (``es@2012-06-01``) and the months of bills stay.

It is a bulk load and no engine transaction: one transaction holds some hundred families, of many
buckets, and locks their leases; workers of those buckets wait for it as for one another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta

from psycopg import sql

from relevo.bench.cloned_tables import CLONED, KEPT
from relevo.bench.renaming import Name, NotCloned, key_of, names_in
from relevo.engine.buckets import BUCKETS, bucket_of
from relevo.engine.connection import Connection, connect
from relevo.engine.sql import statements

_SQL = statements("relevo.bench", "cloning")
_LANES = 2  # connections; each has its own half of the buckets
_AT_ONCE = 400  # clones in a transaction
_RENAMED_TYPES = frozenset({"text", "jsonb", "tstzrange"})

_DAY = re.compile(r"(?<![\d@])(20\d\d)-(\d\d)-(\d\d)(?!\d)")
MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
_SPOKEN_DAY = re.compile(rf"\b(\d{{1,2}}) de ({'|'.join(MONTHS)})\b")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table that belong to a family, every value as text."""

    columns: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A family as it lies in the database."""

    rows: dict[str, Rows]
    names: tuple[Name, ...]  # the first one is the key

    @property
    def facts(self) -> int:
        rows = self.rows.get("journal")
        return len(rows.values) if rows is not None else 0

    def column(self, table: str, name: str) -> tuple[str | None, ...]:
        """One column of its rows."""
        rows = self.rows[table]
        place = rows.columns.index(name)
        return tuple(row[place] for row in rows.values)

    def without(self, *tables: str) -> Template:
        """The same family, as far as it does not lie in these tables."""
        kept = {name: rows for name, rows in self.rows.items() if name not in tables}
        return Template(kept, self.names)

    def moved(self, weeks: int) -> Template:
        """The same story, whole weeks later (or earlier)."""
        if not weeks:
            return self
        return Template({name: _moved(rows, weeks) for name, rows in self.rows.items()}, self.names)


def read_template(connection: Connection, key: str) -> Template:
    """The one family of a database. Raises NotCloned for a table that nobody has thought of."""
    rows = {}
    for table, columns in tables(connection).items():
        if table in KEPT:
            continue
        if table not in CLONED:
            raise NotCloned(f"say in bench/cloning.py whether the rows of {table} are cloned")
        listed = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(c)) for c in columns)
        order = sql.SQL("order by t.seq") if "seq" in columns else sql.SQL("")
        query = sql.SQL("select {} from {} as t {}").format(listed, sql.Identifier(table), order)
        values = tuple(connection.execute(query).fetchall())
        if values:
            rows[table] = Rows(tuple(columns), values)
    return Template(rows, names_in(_text(rows), key))


def clone(
    dsn: str, templates: Sequence[Template], chosen: Sequence[int], first: int = 0
) -> Counter[str]:
    """Write clone ``first + n`` from the template ``chosen[n]``, for every n.

    Clones are written in the order of their keys, which lie scattered over all keys, so that big
    indexes are filled from left to right. A load that is broken off leaves whole families only.
    Returns how many rows each table got.
    """
    with connect(dsn, name="relevo seed") as connection:
        columns = tables(connection)
    plan = sorted((key_of(first + n), first + n, template) for n, template in enumerate(chosen))
    lanes: list[list[tuple[str, int, int]]] = [[] for _ in range(_LANES)]
    for each in plan:
        lanes[bucket_of(each[0]) * _LANES // BUCKETS].append(each)
    with ThreadPoolExecutor(_LANES) as pool:
        loaded = list(pool.map(lambda lane: _Lane(dsn, templates, columns).load(lane), lanes))
    with connect(dsn, name="relevo seed", autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
    return sum(loaded, start=Counter())


def _text(rows: dict[str, Rows]) -> str:
    return "\n".join(v for each in rows.values() for row in each.values for v in row if v)


class _Lane:
    """One connection that loads the clones of some buckets."""

    def __init__(
        self, dsn: str, templates: Sequence[Template], columns: dict[str, dict[str, str]]
    ) -> None:
        self._dsn = dsn
        self._templates = templates
        self._columns = columns
        self._inserts: dict[str, sql.Composed] = {}

    def load(self, plan: Sequence[tuple[str, int, int]]) -> Counter[str]:
        done: Counter[str] = Counter()
        with connect(self._dsn, name="relevo seed") as connection:
            self._stage(connection)
            for begin in range(0, len(plan), _AT_ONCE):
                part = plan[begin : begin + _AT_ONCE]
                self._load_part(connection, part, done)
                connection.commit()
        return done

    def _load_part(
        self, connection: Connection, part: Sequence[tuple[str, int, int]], done: Counter[str]
    ) -> None:
        with connection.cursor() as cursor:
            with cursor.copy(_SQL["copy_clones"]) as copy:
                for key, n, template in part:
                    chosen = self._templates[template]
                    names = [name.of(n) for name in chosen.names]
                    copy.write_row((n, template, bucket_of(key), names, chosen.facts))
            cursor.execute("analyze clone")
            cursor.execute(_SQL["number_facts"])
            for table, insert in self._inserts.items():
                cursor.execute(insert)
                done[table] += cursor.rowcount
            cursor.execute(_SQL["move_leases"])

    def _stage(self, connection: Connection) -> None:
        """Put the templates where statements can join them: temporary tables, gone at the end."""
        connection.execute(_SQL["make_clone_table"])
        for table, columns in self._columns.items():
            if any(table in template.rows for template in self._templates):
                self._stage_table(connection, table, columns)
        connection.commit()

    def _stage_table(self, connection: Connection, table: str, columns: dict[str, str]) -> None:
        marked = [_marked(template, table) for template in self._templates]
        renamed = {
            column
            for column, kind in columns.items()
            if kind in _RENAMED_TYPES and any(column in each.places for each in marked)
        }
        staged = sql.Identifier(f"template_{table}")
        made = sql.SQL(", ").join(
            sql.SQL("{} {}").format(
                sql.Identifier(column), sql.SQL("text" if column in renamed else kind)
            )
            for column, kind in columns.items()
        )
        connection.execute(
            sql.SQL("create temp table {} (in_template integer, row_place integer, {})").format(
                staged, made
            )
        )
        with (
            connection.cursor() as cursor,
            cursor.copy(sql.SQL("copy {} from stdin").format(staged)) as copy,
        ):
            for number, each in enumerate(marked):
                for place, row in enumerate(each.rows(renamed)):
                    copy.write_row((number, place, *row))
        connection.execute(sql.SQL("analyze {}").format(staged))
        self._inserts[table] = _insert(table, columns, renamed)


def _insert(table: str, columns: dict[str, str], renamed: set[str]) -> sql.Composed:
    identity = table in {"mailbox", "outbox"}
    wanted = [column for column in columns if not (identity and column == "seq")]

    def value(column: str) -> sql.Composable:
        if column == "bucket":
            return sql.SQL("clone.bucket")
        if table == "journal" and column == "seq":
            return sql.SQL("clone.first_seq + template.row_place")
        name = sql.SQL("template.{}").format(sql.Identifier(column))
        if column not in renamed:
            return name
        return sql.SQL("format({}, variadic clone.names)::{}").format(
            name, sql.SQL(columns[column])
        )

    return sql.SQL(
        "insert into {} ({}) select {} from clone join {} as template"
        " on template.in_template = clone.template order by clone.place, template.row_place"
    ).format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, wanted)),
        sql.SQL(", ").join(map(value, wanted)),
        sql.Identifier(f"template_{table}"),
    )


@dataclass(frozen=True, slots=True)
class _Marked:
    """A template's rows of one table, with numbered places where its names stood."""

    columns: tuple[str, ...]
    plain: tuple[tuple[str | None, ...], ...]
    formats: tuple[tuple[str | None, ...], ...]

    @property
    def places(self) -> frozenset[str]:
        """The columns in which a name stood."""
        found = set()
        for plain, marked in zip(self.plain, self.formats, strict=True):
            for column, before, after in zip(self.columns, plain, marked, strict=True):
                if before is not None and after != _escaped(before):
                    found.add(column)
        return frozenset(found)

    def rows(self, renamed: set[str]) -> Iterator[tuple[str | None, ...]]:
        """Format strings in the columns that are renamed, values in the others."""
        for plain, marked in zip(self.plain, self.formats, strict=True):
            yield tuple(
                after if column in renamed else before
                for column, before, after in zip(self.columns, plain, marked, strict=True)
            )


def _marked(template: Template, table: str) -> _Marked:
    rows = template.rows.get(table, Rows((), ()))
    places = {name.text: f"%{place}$s" for place, name in enumerate(template.names, start=1)}
    longest_first = sorted(places, key=lambda text: (-len(text), text))
    pattern = re.compile("|".join(map(re.escape, longest_first)))

    def mark(value: str | None) -> str | None:
        return None if value is None else pattern.sub(lambda m: places[m[0]], _escaped(value))

    formats = tuple(tuple(map(mark, row)) for row in rows.values)
    return _Marked(rows.columns, rows.values, formats)


def _escaped(value: str) -> str:
    return value.replace("%", "%%")


def _moved(rows: Rows, weeks: int) -> Rows:
    span = timedelta(weeks=weeks)

    def move(value: str | None) -> str | None:
        if value is None:
            return None
        years = [int(found[1]) for found in _DAY.finditer(value)]
        spoken = _SPOKEN_DAY.sub(lambda m: _spoken_later(m, span, years), value)
        return _DAY.sub(
            lambda m: (date(int(m[1]), int(m[2]), int(m[3])) + span).isoformat(), spoken
        )

    return Rows(rows.columns, tuple(tuple(map(move, row)) for row in rows.values))


def _spoken_later(said: re.Match[str], span: timedelta, years: Sequence[int]) -> str:
    """ "18 de enero" in what was told to a customer; its year is that of the instants beside it."""
    year = max(years, default=2019)
    later = date(year, MONTHS.index(said[2]) + 1, int(said[1])) + span
    return f"{later.day} de {MONTHS[later.month - 1]}"


def tables(connection: Connection) -> dict[str, dict[str, str]]:
    """Every table of ours, with its columns and their types."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(_SQL["columns"]).fetchall():
        found.setdefault(table, {})[column] = kind
    return found
