"""Writing the ledger: set-based, inside the transaction of the facts that cause it.

Capabilities call these from their projections (``porting/custody.py``, ``sims/custody.py``, wiring
for orders). Every row says which fact caused it, and a row that comes twice changes nothing. What
the ledger must not hold is refused: here when the hand-over is not in the table of moves, by the
database when there would be two holders or none. Either parks the message that did it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relevo.engine.connection import Cursor
from relevo.engine.sql import statements
from relevo.numbering.moves import Ground, HandOver, Holding, entry_for
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

_SQL = statements("relevo.numbering", "custody")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstHolder:
    """A number that we hear of, and the operator that serves it."""

    number: Msisdn
    holder: str
    at: Moment
    caused_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTie:
    """A card carries a number from ``at`` on."""

    iccid: Iccid
    number: Msisdn
    at: Moment
    caused_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBlock:
    """A card carries nothing from ``at`` on, and never will."""

    iccid: Iccid
    at: Moment
    why: str
    caused_by: str


def open_custody(cursor: Cursor, rows: Sequence[FirstHolder]) -> None:
    """Make numbers known with their first holder; those that are known stay as they are."""
    hand_over(
        cursor,
        [
            HandOver(
                number=row.number,
                holder=row.holder,
                at=row.at,
                ground=Ground.KNOWN,
                caused_by=row.caused_by,
            )
            for row in rows
        ],
    )


def hand_over(cursor: Cursor, rows: Sequence[HandOver]) -> None:
    """Write hand-overs, those of one number in the order given. Raises ForbiddenMove."""
    for round_ in _rounds(rows):
        now = _holders(cursor, [row.number for row in round_])
        entries = [
            entry for row in round_ if (entry := entry_for(now.get(row.number), row)) is not None
        ]
        closing = [entry for entry in entries if entry.number in now]
        if closing:
            cursor.execute(
                _SQL["close_entries"],
                ([entry.number for entry in closing], [entry.at for entry in closing]),
            )
        if entries:
            cursor.execute(
                _SQL["open_entries"],
                (
                    [entry.number for entry in entries],
                    [entry.holder for entry in entries],
                    [entry.at for entry in entries],
                    [entry.ground.value for entry in entries],
                    [entry.caused_by for entry in entries],
                ),
            )


def tie_card(cursor: Cursor, rows: Sequence[CardTie]) -> None:
    """Tie cards to numbers. The database refuses a card that is blocked or carries another."""
    if not rows:
        return
    first = {(row.iccid, row.number): row for row in reversed(rows)}.values()
    cursor.execute(
        _SQL["tie_cards"],
        (
            [row.iccid for row in first],
            [row.number for row in first],
            [row.at for row in first],
            [row.caused_by for row in first],
        ),
    )


def block_card(cursor: Cursor, rows: Sequence[CardBlock]) -> None:
    """Block cards for ever. A card that is blocked stays blocked since its first block."""
    if not rows:
        return
    first = {row.iccid: row for row in reversed(rows)}.values()
    cursor.execute(_SQL["end_cards"], ([r.iccid for r in first], [r.at for r in first]))
    ended = {iccid: utc(at) for iccid, at in cursor.fetchall()}
    cursor.execute(
        _SQL["block_cards"],
        (
            [row.iccid for row in first],
            [max(row.at, ended.get(row.iccid, row.at)) for row in first],
            [row.why for row in first],
            [row.caused_by for row in first],
        ),
    )


def _rounds(rows: Iterable[HandOver]) -> Iterator[list[HandOver]]:
    """The rows in rounds that name each number once, so that a round is one statement."""
    waiting = list(rows)
    while waiting:
        taken: dict[Msisdn, HandOver] = {}
        later = []
        for row in waiting:
            if row.number in taken:
                later.append(row)
            else:
                taken[row.number] = row
        yield list(taken.values())
        waiting = later


def _holders(cursor: Cursor, numbers: Sequence[Msisdn]) -> dict[Msisdn, Holding]:
    cursor.execute(_SQL["holders_for_update"], (sorted(numbers),))
    return {
        number: Holding(number=number, holder=holder, since=utc(since))
        for number, holder, since in cursor.fetchall()
    }
