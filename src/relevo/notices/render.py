"""Templates, languages and filling in: pure. The sentences themselves are data (texts/)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from zoneinfo import ZoneInfo

from relevo.notices.model import Channel
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.money import Money

Slots = Mapping[str, str]

PLACE_OF_LINK = "[[link]]"
"""Where a notice says the link of its order; it is filled in on the way out."""
_SAYING_THE_LINK = re.compile(r"\s*[^.!?\n]*\[\[link\]\]\.?")


class TextFault(ValueError):
    """A text cannot be filled in: it asks for a slot that the situation does not give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A sentence. It is left out when ``when`` or one of its own slots is not given."""

    text: str
    when: str = ""

    @property
    def slots(self) -> tuple[str, ...]:
        """The names between braces."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.text) if name)

    def filled(self, slots: Slots) -> str | None:
        """The sentence, or None when it does not apply."""
        if self.when and not slots.get(self.when):
            return None
        if any(not slots.get(name) for name in self.slots):
            return None
        return self.text.format_map(slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message of one topic in one language: the same words on every channel."""

    topic: str
    channel: Channel
    subject: str
    claims: tuple[str, ...]
    required: tuple[str, ...]
    parts: tuple[Part, ...]
    lists: Mapping[str, tuple[Part, ...]]
    separator: str = " "

    @property
    def slots(self) -> frozenset[str]:
        """Every slot that the text may use."""
        parts = [*self.parts, *(part for each in self.lists.values() for part in each)]
        names = {
            name for part in parts for name in (*part.slots, *([part.when] if part.when else []))
        }
        return frozenset(names - set(self.lists))


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How one language says dates and lists, and its templates and short phrases."""

    code: str
    templates: Mapping[str, Template]
    phrases: Mapping[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]

    def phrase(self, key: str, **slots: str) -> str:
        """A short phrase; an unknown key gives the phrase ``<group>.other``."""
        text = self.phrases.get(key) or self.phrases[f"{key.partition('.')[0]}.other"]
        return text.format_map(slots)

    def date(self, moment: Moment, zone: str) -> str:
        """ "viernes 18 de enero", always with weekday and month."""
        here = moment.astimezone(ZoneInfo(zone))
        return self.phrase(
            "time.date",
            weekday=self.weekdays[here.weekday()],
            day=str(here.day),
            month=self.months[here.month - 1],
        )

    def moment(self, moment: Moment, zone: str) -> str:
        """ "el viernes 18 de enero a las 09:20"."""
        here = moment.astimezone(ZoneInfo(zone))
        return self.phrase("time.moment", date=self.date(moment, zone), clock=f"{here:%H:%M}")

    def deadline(self, moment: Moment, zone: str) -> str:
        """ "las 16:20 del lunes 14 de enero"."""
        here = moment.astimezone(ZoneInfo(zone))
        return self.phrase("time.deadline", date=self.date(moment, zone), clock=f"{here:%H:%M}")

    def window(self, window: Window, zone: str) -> str:
        """ "el viernes 18 de enero, entre las 02:00 y las 06:00"."""
        opens, closes = _here(window.opens, zone), _here(window.closes, zone)
        return self.phrase(
            "time.window",
            date=self.date(window.opens, zone),
            opens=f"{opens:%H:%M}",
            closes=f"{closes:%H:%M}",
        )

    def duration(self, minutes: int) -> str:
        """ "5 horas y 12 minutos"."""
        hours, rest = divmod(minutes, 60)
        parts = []
        if hours:
            parts.append(self.phrase("time.hour" if hours == 1 else "time.hours", n=str(hours)))
        if rest or not hours:
            parts.append(self.phrase("time.minute" if rest == 1 else "time.minutes", n=str(rest)))
        return self.listed(parts)

    def listed(self, parts: Sequence[str]) -> str:
        """ "a, b y c"."""
        if len(parts) < 2:
            return "".join(parts)
        return self.phrase("list.last", rest=", ".join(parts[:-1]), last=parts[-1])

    def money(self, eur_cents: int) -> str:
        """ "0,73 €"."""
        return Money(eur_cents, "EUR").shown(self.code)


TextBook = Mapping[str, Language]
"""Every language by its code; ``es`` is always there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    subject: str
    text: str
    channel: Channel


def language_of(book: TextBook, code: str) -> Language:
    """The language asked for, or the one that is always there."""
    return book.get(code) or book["es"]


def rendered(template: Template, slots: Slots, lists: Mapping[str, Sequence[Slots]]) -> Rendered:
    """The message. Raises TextFault when a required slot is missing."""
    missing = [name for name in template.required if not slots.get(name) and not lists.get(name)]
    if missing:
        raise TextFault(f"{template.topic} needs {', '.join(missing)}")
    given = dict(slots)
    for name, parts in template.lists.items():
        rows = [_row(parts, {**slots, **row}, template.separator) for row in lists.get(name, ())]
        given[name] = ("\n" if template.channel is Channel.EMAIL else " ").join(
            r for r in rows if r
        )
    pieces = [piece for part in template.parts if (piece := part.filled(given))]
    joint = "\n\n" if template.channel is Channel.EMAIL else " "
    subject = Part(text=template.subject).filled(given) or ""
    return Rendered(subject=subject, text=joint.join(pieces), channel=template.channel)


def without_link(text: str) -> str:
    """A notice without the sentence that says the link: for who reads it on that very page, and
    for a site that has none. Such a sentence ends with its link."""
    return _SAYING_THE_LINK.sub("", text)


def _row(parts: tuple[Part, ...], slots: Slots, separator: str) -> str:
    return separator.join(piece for part in parts if (piece := part.filled(slots)))


def _here(moment: Moment, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))
