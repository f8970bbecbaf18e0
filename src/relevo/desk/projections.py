"""The queues follow the facts, in their own transaction: what care calls trouble is a desk's task.

Which facts begin and end a trouble is one table, ``care/openers.py``. Here it becomes rows, so
that a desk of thousands of orders sees its work by deadline in one look.
"""

from __future__ import annotations

from relevo.care.openers import ENDERS, OPENERS, ending, opening
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.orders.line.messages import LineMoved, LineTakenOut
from relevo.orders.order.messages import (
    GroupRedated,
    OrderClosed,
    OrderWithdrawn,
    WindowChosen,
)

_SQL = statements("relevo.desk", "desk")
_DATING = (WindowChosen, GroupRedated)
_UNDATING = (LineMoved, LineTakenOut, OrderClosed, OrderWithdrawn)


def desk_queues() -> Projection:
    """The tables ``desk_trouble`` and ``desk_day``."""
    facts = dict.fromkeys((*OPENERS, *ENDERS, *_DATING, *_UNDATING))
    return Projection(facts=tuple(facts), write=write_queues)


def write_queues(cursor: Cursor, records: list[Recorded]) -> None:
    """In the order of the facts: what begins and ends in one batch leaves no row."""
    for record in records:
        _days(cursor, record)
        over = ending(record.process_id, record.fact)
        if over is not None:
            kinds, subjects = [str(kind) for kind in over.kinds], sorted(over.subjects)
            everywhere = not subjects
            cursor.execute(_SQL["end"], (family(record.process_id), kinds, everywhere, subjects))
        found = opening(record.process_id, record.fact)
        if found is not None:
            cursor.execute(
                _SQL["begin"],
                (
                    [family(record.process_id)],
                    [str(found.kind)],
                    [found.subject],
                    [record.process_id],
                    [found.detail],
                    [record.at],
                ),
            )


def _days(cursor: Cursor, record: Recorded) -> None:
    order, fact = family(record.process_id), record.fact
    match fact:
        case WindowChosen() | GroupRedated():
            lines = list(fact.windows)
            opens = [fact.windows[line].opens for line in lines]
            cursor.execute(_SQL["dated"], ([order] * len(lines), lines, opens))
        case LineMoved() | LineTakenOut():
            cursor.execute(_SQL["undated"], (order, False, [fact.line]))
        case OrderClosed() | OrderWithdrawn():
            cursor.execute(_SQL["undated"], (order, True, []))
        case _:
            pass
