"""The names of the mobile hub's wire that are data, because nobody has confirmed them yet.

The hub's own specification settles them; until an operator has it they stand in
``wire_mobile.toml`` with their marks, and a new version of the service is a new entry there.
"""

from __future__ import annotations

from relevo.profiles.es import tables
from relevo.profiles.es.terms import Terms, edition_spans

WIRE = Terms(tables.toml("wire_mobile.toml"), edition_spans(tables.toml("terms.toml"))[-1])
"""What is sent today: the entries of the last edition."""
