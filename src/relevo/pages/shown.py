"""How values are written on a page: one person's language, and the zone of his country."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from relevo.pages.words import Words
from relevo.porting.profile import PortingProfile, Window
from relevo.tracking.labels import Labels, labels, shown
from relevo.values.moment import Moment
from relevo.values.money import Money
from relevo.values.msisdn import Msisdn, spoken


def label_of(rules: PortingProfile, operator: str) -> str:
    """An operator as people call it."""
    known = rules.operator(operator)
    return known.label if known else operator.capitalize()


_UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"))


@dataclass(frozen=True, slots=True)
class Shown:
    """The filters of a page; each name is a filter of the templates."""

    words: Words
    zone: str
    now: Moment

    @property
    def labels(self) -> Labels:
        """The words that the timeline uses."""
        return labels(self.words.language, self.zone)

    def number(self, number: str | None) -> str:
        """A telephone number in groups."""
        return spoken(Msisdn(number)) if number else "–"

    def word(self, code: object) -> str:
        """What people call a code of the product (a cause, a phase, a capability)."""
        return shown(code, self.labels)

    def moment(self, at: Moment | None) -> str:
        """Day and hour."""
        return shown(at, self.labels)

    def day(self, at: Moment | date | None) -> str:
        """The day alone."""
        return shown(self._here(at).date() if isinstance(at, Moment) else at, self.labels)

    def hour(self, at: Moment | None) -> str:
        """The hour alone."""
        return f"{self._here(at):%H:%M}" if at else "–"

    def window(self, window: Window | None) -> str:
        """When a number changes over."""
        return shown(window, self.labels)

    def iso(self, at: Moment) -> str:
        """For the attribute of a <time>."""
        return at.isoformat(timespec="seconds")

    def span(self, span: timedelta) -> str:
        """A span in its two largest units: "2 h 5 min"."""
        seconds = abs(int(span.total_seconds()))
        parts: list[str] = []
        for size, unit in _UNITS:
            count, seconds = divmod(seconds, size)
            if count or parts:
                parts.append(self.words(f"layout.{unit}", n=count) if count else "")
        return " ".join(part for part in parts[:2] if part) or self.words("layout.moments")

    def away(self, at: Moment | None) -> str:
        """How far from now: "in 2 h", "5 min ago"."""
        if at is None:
            return "–"
        key = "layout.in" if at > self.now else "layout.ago"
        return self.words(key, span=self.span(at - self.now))

    def eur(self, cents: int) -> str:
        """An amount of euros."""
        return Money(cents, "EUR").shown(self.words.language)

    def filters(self) -> dict[str, Callable[..., Any]]:
        """All of them by name."""
        return {
            each.__name__: each
            for each in (
                self.number, self.word, self.moment, self.day, self.hour, self.window,
                self.iso, self.span, self.away, self.eur,
            )
        }  # fmt: skip

    def _here(self, at: Any) -> Any:
        return at.astimezone(ZoneInfo(self.zone))
