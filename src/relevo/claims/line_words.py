"""What is said of lines: the words (``lexicon/lines.toml``), and in which states they are true."""

from __future__ import annotations

from relevo.claims.lexicon import pattern, vocabulary

STATES = vocabulary("lines", "state")
CAPABILITIES = vocabulary("lines", "capability")
DENIED = pattern("lines", "denial", "exists")
FOREIGN_NOUNS = pattern("lines", "noun", "foreign")
"""What else can be confirmed, asked for, refused or cancelled than a line's move."""
LINE_NOUNS = pattern("lines", "noun", "line")
NOT_ALL = pattern("lines", "scope", "partly")

OF_THE_MOVE = frozenset(
    {"confirmed", "requested", "rejected", "cancelled", "live", "works", "cut_by_donor"}
)
"""States whose words are also said of other things."""

GOOD_STATES = frozenset({"live", "resolved", "works", "served", "ported", "confirmed", "requested"})
"""Said of "your line" without a number, they must hold for every line; the others for one."""

TRUE_IN: dict[str, frozenset[str]] = {
    "live": frozenset({"live"}),
    "works": frozenset({"live"}),
    "served": frozenset({"requested", "confirmed", "rejected", "cancelled", "ported", "live"}),
    "resolved": frozenset({"live"}),
    "ported": frozenset({"ported", "live"}),
    "confirmed": frozenset({"confirmed", "ported", "live"}),
    "requested": frozenset({"requested", "confirmed", "ported", "live"}),
    "rejected": frozenset({"rejected"}),
    "cancelled": frozenset({"cancelled"}),
    "in_recovery": frozenset({"in_recovery", "cut_by_donor"}),
    "cut_by_donor": frozenset({"cut_by_donor", "in_recovery"}),
    "dead": frozenset({"cut_by_donor", "in_recovery"}),
}
"""In which states of a line a word about it is true."""
