"""What the customer's page is made of: the states and facts of one order, in three queries.

It is read as whoever asks, behind the wall; what he may not see is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from relevo.activation.queries import LastLook, last_looks
from relevo.care.documents import Document
from relevo.care.queries import documents_of
from relevo.engine.connection import Connection
from relevo.engine.history import facts_of
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.engine.wire import decode
from relevo.orders.order.model import Order

_SQL = statements("relevo.pages.customer", "material")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One order as it is stored."""

    key: str
    states: Mapping[str, Any]  # process id -> state
    records: Sequence[Recorded]
    looks: Mapping[str, LastLook]  # by line
    documents: Sequence[Document] = ()

    @property
    def order(self) -> Order | None:
        """The bundle itself."""
        found = self.states.get(self.key)
        return found if isinstance(found, Order) else None

    def state(self, kind: type[T], *parts: str) -> T | None:
        """The state of a process of this order, for example ``state(Line, "line", "M2")``."""
        found = self.states.get("/".join((self.key, *parts)))
        return found if isinstance(found, kind) else None

    def all_of(self, kind: type[T]) -> list[tuple[str, T]]:
        """Every process of this kind, by id."""
        return sorted((name, each) for name, each in self._of(kind))

    def facts(self, kind: type[T]) -> Iterator[tuple[Recorded, T]]:
        """The facts of this kind, the oldest first."""
        for record in self.records:
            if isinstance(record.fact, kind):
                yield record, record.fact

    def _of(self, kind: type[T]) -> Iterator[tuple[str, T]]:
        for name, each in self.states.items():
            if isinstance(each, kind):
                yield name, each


def read_material(connection: Connection, key: str) -> Material | None:
    """An order as far as the reader may see it; None when there is none for him."""
    rows = connection.execute(_SQL["states"], {"order": key}).fetchall()
    states = {process_id: decode(word, body) for process_id, word, body in rows}
    material = Material(
        key=key,
        states=states,
        records=facts_of(connection, key),
        looks=last_looks(connection, key),
        documents=documents_of(connection, key),
    )
    return None if material.order is None else material
