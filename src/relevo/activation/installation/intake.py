"""What comes in from the field service: how each visit went.

Events are fetched after a number that is kept in the database. First they are told, then the
number is moved on: none is lost, and one that is told twice is known by its number.
"""

from __future__ import annotations

from relevo.activation.installation.gateway import FieldService, VisitNews
from relevo.engine.connection import Lane
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements

_SQL = statements("relevo.activation", "watch")
KIND = "activation.installation"


class FieldServiceIntake:
    """Fetches what happened to visits and tells the installations that they are for."""

    source = "field_service"

    def __init__(self, engine: Engine, dsn: str, field_service: FieldService) -> None:
        self._engine = engine
        self._field_service = field_service
        self._lane = Lane(dsn, name="relevo field service intake")

    def poll(self) -> int:
        """Fetch what is new; returns how many messages were told. Down means: later."""
        with self._lane.connection().transaction():
            source = {"source": self.source}
            row = self._lane.connection().execute(_SQL["position"], source).fetchone()
        was = 0 if row is None else int(row[0])
        try:
            news = sorted(self._field_service.news(was), key=lambda each: each.seq)
        except (Temporary, Permanent):
            return 0
        if not news:
            return 0
        told = self._engine.tell_many(
            (KIND, each.reference, each.seen, f"{self.source}:{each.seq}")
            for each in news
            if _is_ours(each)
        )
        wanted = {"source": self.source, "was": was, "position": news[-1].seq}
        with self._lane.connection().transaction():
            self._lane.connection().execute(_SQL["advance"], wanted)  # unless somebody else has
        return told

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()


def _is_ours(news: VisitNews) -> bool:
    """A contractor's account may serve others too: our references name an installation."""
    return news.reference.split("/")[1:2] == ["installation"]
