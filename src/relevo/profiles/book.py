"""Which country's rules hold on a day, and which a process pinned.

Countries are plug-ins: an entry point of the group ``relevo.profiles``, named like the country,
that gives its editions. A gap or an overlap between editions is refused at start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import entry_points
from itertools import pairwise
from typing import cast

from relevo.porting.profile import PortingProfile

GROUP = "relevo.profiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The rules of a country from a day on, until another (not included) or without end."""

    country: str
    valid_from: date
    valid_until: date | None
    rules: PortingProfile


class UnknownProfile(LookupError):
    """No such country, day or edition; the text says which there are."""


class BadBook(ValueError):
    """A country's editions leave a gap, overlap, or bear the same code."""


class Book:
    """All editions of all countries."""

    def __init__(self, countries: Mapping[str, Iterable[Edition]]) -> None:
        self._editions = {name: _proved(name, tuple(all_)) for name, all_ in countries.items()}
        self._pinned = {
            edition.rules.code: edition.rules
            for editions in self._editions.values()
            for edition in editions
        }

    @property
    def countries(self) -> tuple[str, ...]:
        return tuple(sorted(self._editions))

    def editions(self, country: str) -> tuple[Edition, ...]:
        """The editions of a country, oldest first."""
        try:
            return self._editions[country]
        except KeyError:
            known = ", ".join(self.countries) or "none"
            raise UnknownProfile(f"no country profile {country!r}; there are: {known}") from None

    def on(self, country: str, day: date) -> PortingProfile:
        """The rules that hold in a country on a day."""
        editions = self.editions(country)
        for edition in reversed(editions):
            if edition.valid_from <= day:
                return edition.rules
        first = editions[0].valid_from
        raise UnknownProfile(f"the rules of {country!r} begin on {first}; {day} is before that")

    def pinned(self, code: str) -> PortingProfile:
        """The rules that a process pinned (``es@2012-06-01``)."""
        try:
            return self._pinned[code]
        except KeyError:
            known = ", ".join(sorted(self._pinned))
            raise UnknownProfile(f"no edition {code!r}; there are: {known}") from None


def _proved(country: str, editions: tuple[Edition, ...]) -> tuple[Edition, ...]:
    if not editions:
        raise BadBook(f"{country} has no edition")
    for before, after in pairwise(editions):
        if before.valid_until is None or before.valid_until > after.valid_from:
            raise BadBook(f"{before.rules.code} and {after.rules.code} overlap")
        if before.valid_until < after.valid_from:
            raise BadBook(f"no rules between {before.rules.code} and {after.rules.code}")
    if editions[-1].valid_until is not None:
        raise BadBook(f"{editions[-1].rules.code} ends and nothing follows it")
    for edition in editions:
        if edition.rules.code != f"{country}@{edition.valid_from.isoformat()}":
            raise BadBook(f"{edition.rules.code} must be named {country}@{edition.valid_from}")
    return editions


@lru_cache(maxsize=1)
def load_book() -> Book:
    """The book of all installed countries."""
    found: dict[str, tuple[Edition, ...]] = {}
    for point in entry_points(group=GROUP):
        if point.name in found:
            raise BadBook(f"two packages bring a profile {point.name!r}; uninstall one")
        found[point.name] = tuple(cast(Callable[[], Iterable[Edition]], point.load())())
    return Book(found)
