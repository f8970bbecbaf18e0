"""Whose a case is, as the lists tell it; and the roster, from which a new case gets its owner.

The country's table names an owner at once, so that a case is never without one. Where a site keeps
a roster, the owner is one of its staff: whoever of the order's brand is on, with the fewest cases.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relevo.care.case.messages import (
    AppointOwner,
    CaseHandedOver,
    CaseMerged,
    CaseOffered,
    EscalationAcknowledged,
    FindOwner,
    OfferDeclined,
    OfferExpired,
    OwnerAppointed,
)
from relevo.engine.connection import Connection, connect
from relevo.engine.performer import Errand, Performer
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.desk", "owners")
Change = tuple[str, dict[str, Any]]


class Roster:
    """Finds owners for new cases; may be used by several threads."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def find(self, wanted: FindOwner, _: Errand) -> Sequence[object]:
        """Nothing when the owner still works here, or when the site keeps no roster."""
        with self._lock:
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._dsn, name="relevo roster", autocommit=True)
            asked = {"order": wanted.order, "staff": wanted.staff}
            row = self._connection.execute(_SQL["next_owner"], asked).fetchone()
        return () if row is None else (AppointOwner(staff=row[0], called=row[1]),)

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()


def performers(roster: Roster) -> dict[type, Performer]:
    """Who carries out which effect of ``care.case``."""
    return {FindOwner: roster.find}


def put_on_roster(connection: Connection, staff: str, called: str, *, is_on: bool = True) -> None:
    """He owns cases from now on; ``is_on=False``: gets no new ones, and keeps those he has."""
    connection.execute(_SQL["put"], {"staff": staff, "called": called, "is_on": is_on})


def called(connection: Connection, staff: str) -> str:
    """The name under which customers know somebody; his account's when the roster has none."""
    row = connection.execute(_SQL["called"], {"staff": staff}).fetchone()
    return staff.capitalize() if row is None else str(row[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rostered:
    """Somebody who owns cases, and how many he has open."""

    staff: str
    called: str
    is_on: bool
    cases: int


def roster(connection: Connection) -> list[Rostered]:
    """All of the reader's brand, as people see them."""
    return [
        Rostered(staff=staff, called=name, is_on=is_on, cases=cases)
        for staff, name, is_on, cases in connection.execute(_SQL["roster"]).fetchall()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedCase:
    """An open case in the hands of somebody, or offered to him."""

    order: str
    case_key: str
    owner: str
    staff: str
    why: str
    level: int
    since: Moment
    offered_to: str
    offered_by: str
    offer_note: str
    offered_until: Moment | None


def cases_of(connection: Connection, staff: str, *, most: int) -> list[OwnedCase]:
    """What somebody owns, the highest level first."""
    return _cases(connection, "owned_by", {"staff": staff, "most": most})


def offered_to(connection: Connection, staff: str, *, most: int) -> list[OwnedCase]:
    """What is offered to somebody and waits for his answer, the oldest offer first."""
    return _cases(connection, "offered_to", {"staff": staff, "most": most})


def orders_of_case(connection: Connection, case_key: str) -> list[str]:
    """The orders whose cases go by this key: one, or several that became one."""
    rows = connection.execute(_SQL["of_key"], {"case_key": case_key}).fetchall()
    return [order for (order,) in rows]


def _cases(connection: Connection, name: str, asked: Mapping[str, object]) -> list[OwnedCase]:
    names = tuple(OwnedCase.__dataclass_fields__)
    found = []
    for row in connection.execute(_SQL[name], asked).fetchall():
        given = dict(zip(names, row, strict=True))
        given["since"] = utc(given["since"])
        until = given["offered_until"]
        given["offered_until"] = None if until is None else utc(until)
        found.append(OwnedCase(**given))
    return found


def _owner(fact: OwnerAppointed | CaseHandedOver, _: Recorded) -> Iterator[Change]:
    yield "case_owned", {"owner": fact.owner, "staff": fact.staff, "case_key": fact.key}


def _merged(fact: CaseMerged, _: Recorded) -> Iterator[Change]:
    yield "case_owned", {"owner": fact.owner, "staff": fact.staff, "case_key": fact.into}


def _offered(fact: CaseOffered, _: Recorded) -> Iterator[Change]:
    yield (
        "case_offered",
        {"to": fact.to, "by": fact.by, "note": fact.note, "until": fact.until},
    )


def _not_taken(_fact: object, _: Recorded) -> Iterator[Change]:
    yield "case_offered", {"to": "", "by": "", "note": "", "until": None}


def _acknowledged(fact: EscalationAcknowledged, _: Recorded) -> Iterator[Change]:
    yield "case_acknowledged", {"by": fact.by}


OWNER_RULES: Mapping[type, Callable[[Any, Recorded], Iterator[Change]]] = {
    OwnerAppointed: _owner,
    CaseHandedOver: _owner,
    CaseMerged: _merged,
    CaseOffered: _offered,
    OfferDeclined: _not_taken,
    OfferExpired: _not_taken,
    EscalationAcknowledged: _acknowledged,
}
"""One row for each fact about an owner (``desk/lists``)."""
