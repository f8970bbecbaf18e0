"""Old names never vanish: whatever the database may hold, this program must be able to read.

Every engine that starts adds the words of its catalogue to ``known_word`` and refuses to work when
a word that was ever used there is no longer declared.
"""

from __future__ import annotations

from relevo.engine.catalogue import Catalogue, CatalogueError
from relevo.engine.connection import Connection
from relevo.engine.process import WORDS, wire_name
from relevo.engine.sql import statements

_SQL = statements("relevo.engine", "vocabulary")


def check_words(connection: Connection, catalogue: Catalogue) -> None:
    """Learn the words of the catalogue. Raises CatalogueError when an old one has vanished."""
    used = {
        word
        for process in catalogue.processes.values()
        for word in (*process.messages, *process.facts, *process.effects, process.state)
    }
    names = sorted(wire_name(word) for word in used)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_SQL["known"])
        known = {name for (name,) in cursor.fetchall()}
        if not known.issuperset(names):
            roles = [WORDS[name].role for name in names]
            cursor.execute(_SQL["learn"], {"names": names, "roles": roles})
    vanished = sorted(known - WORDS.keys())
    if vanished:
        raise CatalogueError(
            f"the database holds words that this program no longer declares: {vanished}; "
            "names are never removed or renamed"
        )
