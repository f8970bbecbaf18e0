"""What a page or a person may ask of an installation: another of the slots that are free."""

from __future__ import annotations

from relevo.activation.installation.intake import KIND
from relevo.activation.installation.messages import ChooseVisitSlot
from relevo.activation.installation.model import Installation, Slot
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.history import state_of


def free_slots(connection: Connection, *, order: str, line: str) -> tuple[Slot, ...]:
    """The slots that the customer may take instead of the one agreed; none without a visit."""
    state = state_of(connection, _installation(order, line))
    return state.others if isinstance(state, Installation) else ()


def choose_slot(engine: Engine, *, order: str, line: str, slot: Slot, by: str, key: str) -> None:
    """Move the visit, with one tap; a slot that is gone meanwhile gives way to the earliest."""
    wish = ChooseVisitSlot(slot=slot, by=by)
    engine.tell(KIND, _installation(order, line), wish, key=f"slot:{key}")


def _installation(order: str, line: str) -> str:
    return f"{order}/installation/{line}"
