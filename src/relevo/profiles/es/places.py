"""Does the town go with the postcode? (GeoNames places, first two digits for the province.)

A parcel went to a wrong town once because nobody asked. The check is generous with spelling
(accents, articles, "Alicante/Alacant", a slip of the pen) and strict with the place. A postcode
that the table does not have passes when its province is right: some special ones are not in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from relevo.values.address import folded

SIMILAR_MIN = 0.85
"""From this similarity on two spellings are the same town (the list to choose from is short)."""

PLACES_NAMED_MAX = 3
_ALTERNATIVES = re.compile(r"[/\-]")


@dataclass(frozen=True, slots=True)
class Postcodes:
    """The tables; that of the postcodes is fetched when it is first needed."""

    provinces: Sequence[str]  # "50;Zaragoza", with other names after a bar
    table: Callable[[], str]  # "\n50410;Cuarte de Huerva\n..."

    def fit(self, postcode: str, city: str, province: str) -> str | None:
        """None when all three go together, else what the postcode belongs to."""
        of_province = _province_names(self.provinces, postcode)
        if not of_province:
            return "no province (the first two digits run from 01 to 52)"
        places = _places(self.table(), postcode)
        province_fits = _same_place(province, of_province)
        if not places:
            return None if province_fits else f"the province {of_province[0]}"
        named = ", ".join(places[:PLACES_NAMED_MAX])
        if not _same_place(city, places):
            return named
        return None if province_fits else f"{named} ({of_province[0]})"


def _province_names(provinces: Sequence[str], postcode: str) -> list[str]:
    for line in provinces:
        digits, _, names = line.partition(";")
        if digits == postcode[:2]:
            return names.split("|")
    return []


def _places(table: str, postcode: str) -> list[str]:
    start = table.find(f"\n{postcode};")
    if start < 0:
        return []
    line = table[start + 1 : table.index("\n", start + 1)]
    return line.partition(";")[2].split("|")


def _same_place(written: str, places: Sequence[str]) -> bool:
    wanted = folded(written)
    if not wanted:
        return False
    for place in places:
        for name in (place, *_ALTERNATIVES.split(place)):
            known = folded(name)
            if known and (wanted == known or _contains(wanted, known) or _similar(wanted, known)):
                return True
    return False


def _contains(one: str, other: str) -> bool:
    """All words of the shorter name are in the longer one ("Palma", "Palma de Mallorca")."""
    first, second = set(one.split()), set(other.split())
    return first <= second or second <= first


def _similar(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= SIMILAR_MIN
