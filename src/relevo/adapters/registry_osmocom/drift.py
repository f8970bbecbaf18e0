"""Whether the HLR still holds what our books say, both ways; and putting right what is ours.

Our books are the last wish of each line that came true. A line whose last wish is open or failed
is somebody's work already and is left out. A number that we know nothing of is reported, never
touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from relevo.adapters.registry_osmocom.hands import Hands
from relevo.adapters.registry_osmocom.plan import Wish
from relevo.adapters.registry_osmocom.records import Row, by_msisdn


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference."""

    subject: str
    what: str  # "missing" | "extra" | "other_card" | "other_access"
    ours: str
    theirs: str


def differences(books: Sequence[Wish], lines: set[str], hands: Hands) -> list[Drift]:
    """All of them, those of our ``lines`` first. Raises Temporary when the HLR does not answer."""
    rows = hands.rows([by_msisdn(each.msisdn) for each in books])
    found = [drift for wish, row in zip(books, rows, strict=True) for drift in _compared(wish, row)]
    extra = (each for number in hands.all_numbers() if (each := f"+{number}") not in lines)
    return [*found, *(Drift(subject, "extra", "", "present") for subject in extra)]


def _compared(wish: Wish, row: Row | None) -> Iterator[Drift]:
    if wish.state == "absent":
        if row is not None:
            yield Drift(wish.subject, "extra", "absent", "present")
    elif row is None:
        yield Drift(wish.subject, "missing", wish.state, "absent")
    elif row.imsi != wish.imsi:
        yield Drift(wish.subject, "other_card", wish.imsi, row.imsi)
    elif row.access != wish.access:
        yield Drift(wish.subject, "other_access", wish.access.in_words(), row.access.in_words())
