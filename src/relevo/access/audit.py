"""The record of who looked at which customer, when, where and why, and of what people did.

It is added to and never changed, not even by the owner of the tables. A look is written before
its page is sent: who cannot be written down sees nothing. Its customer is told how often his file
was opened, and not by whom; whoever sees the file sees that, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relevo.brands.reading import Session
from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.access", "trace")
LOOK = "look"
CUSTOMER = "customer"
_SUBJECT_MAX = 200
_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """One look or act, as it is kept."""

    at: Moment
    who: str
    brand: str
    verb: str
    family: str
    subject: str
    page: str
    reason: str


def note_look(
    connection: Connection,
    session: Session,
    families: Sequence[str],
    *,
    at: Moment,
    page: str,
    subject: str = "",
    reason: str = "",
) -> None:
    """Somebody opens the files of these orders (a list opens many: it is one statement).

    ``connection`` is the site's own, and commits before the page goes out.
    """
    _note(connection, _Who.of(session), LOOK, families, at, (subject, page, reason))


def note_act(
    connection: Connection,
    session: Session,
    verb: str,
    *,
    at: Moment,
    family: str = "",
    subject: str = "",
    reason: str = "",
) -> None:
    """Somebody did something; ``verb`` is its name in the program."""
    _note(connection, _Who.of(session), verb, [family], at, (subject, "", reason))


def note_at_the_door(
    connection: Connection, verb: str, *, at: Moment, who: str, family: str = "", reason: str = ""
) -> None:
    """Somebody came, went, or was turned away: no session stands for him."""
    _note(connection, _Who(who, ""), verb, [family], at, ("", "", reason))


def looks_at(connection: Connection, family: str, *, limit: int = _SHOWN) -> list[Traced]:
    """What was done with a file, the latest first; as far as the reader may know of it."""
    return _traced(connection.execute(_SQL["of_family"], (family, limit)).fetchall())


def traces(
    connection: Connection, *, since: Moment, who: str = "", family: str = "", limit: int = _SHOWN
) -> list[Traced]:
    """For who checks: everything since then, of one person or one file if wanted."""
    asked = {"since": since, "who": who, "family": family, "limit": limit}
    return _traced(connection.execute(_SQL["of_all"], asked).fetchall())


def times_opened(connection: Connection, family: str) -> int:
    """How often staff opened this file; nought for a file that the reader may not know of."""
    row = connection.execute(_SQL["times_opened"], (family,)).fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class _Who:
    name: str
    brand: str

    @classmethod
    def of(cls, session: Session) -> _Who:
        return cls(session.staff or CUSTOMER, session.brand)


def _note(
    connection: Connection,
    who: _Who,
    verb: str,
    families: Sequence[str],
    at: Moment,
    told: tuple[str, str, str],
) -> None:
    subject, page, reason = told
    noted = {
        "at": at,
        "who": who.name,
        "brand": who.brand,
        "verb": verb,
        "families": list(dict.fromkeys(families)),
        "subject": subject[:_SUBJECT_MAX],
        "page": page[:_SUBJECT_MAX],
        "reason": reason[:_SUBJECT_MAX],
    }
    connection.execute(_SQL["note"], noted)


def _traced(rows: Sequence[tuple[object, ...]]) -> list[Traced]:
    names = ("who", "brand", "verb", "family", "subject", "page", "reason")
    return [
        Traced(at=utc(row[0]), **dict(zip(names, map(str, row[1:]), strict=True)))  # type: ignore[arg-type]
        for row in rows
    ]
