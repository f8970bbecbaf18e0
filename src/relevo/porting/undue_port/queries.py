"""Reading what is known of undue ports: the desk's list, and what stands for a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements
from relevo.porting.port_out.model import WayBack
from relevo.porting.profile import HubKind
from relevo.porting.undue_port.model import Side, UnduePhase
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType

_SQL = statements("relevo.porting", "undue")


@dataclass(frozen=True, slots=True, kw_only=True)
class UndueSeenByDesk:
    """One undue port that is open. ``task`` is empty when nobody has to act."""

    process_id: str
    number: Msisdn
    hub: HubKind
    side: Side
    us: str
    other: str
    why: str
    state: str
    document: Document  # of the holder from before
    blocked_until: Moment | None
    task: str
    changed_at: Moment

    @property
    def goes_back_to(self) -> str:
        """Whose the number was."""
        return self.us if self.side is Side.LOST else self.other

    @property
    def is_ours_to_ask(self) -> bool:
        """Whether it was taken from us."""
        return self.side is Side.LOST

    @property
    def is_admitted(self) -> bool:
        """Whether we let it go as soon as it is asked for."""
        return self.state == UnduePhase.ADMITTED


def open_undue_ports(connection: Connection | Cursor) -> list[UndueSeenByDesk]:
    """All that are open, somebody's tasks first."""
    return [_seen(row) for row in connection.execute(_SQL["open"]).fetchall()]


def undue_ports_of(
    connection: Connection | Cursor, numbers: Iterable[Msisdn]
) -> tuple[UndueSeenByDesk, ...]:
    """Those of these numbers."""
    rows = connection.execute(_SQL["open_of"], (list(numbers),)).fetchall()
    return tuple(_seen(row) for row in rows)


def ways_back(connection: Connection | Cursor, numbers: Iterable[Msisdn]) -> tuple[WayBack, ...]:
    """What a donor has to know of numbers of his that somebody else wants back."""
    return tuple(
        WayBack(
            number=each.number,
            goes_back_to=each.goes_back_to,
            is_blocked=each.blocked_until is not None,
            admitted_to=each.document if each.is_admitted else None,
        )
        for each in undue_ports_of(connection, numbers)
    )


def _seen(row: tuple[Any, ...]) -> UndueSeenByDesk:
    return UndueSeenByDesk(
        process_id=row[0],
        number=row[1],
        hub=HubKind(row[2]),
        side=Side(row[3]),
        us=row[4],
        other=row[5],
        why=row[6],
        state=row[7],
        document=Document(DocumentType(row[8]), row[9]),
        blocked_until=None if row[10] is None else utc(row[10]),
        task=row[11],
        changed_at=utc(row[12]),
    )
