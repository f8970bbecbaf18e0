"""What this reader sees of a person, in any text: labels, the timeline, messages, the wire.

What is personal in an order is known: its holder, contact, numbers and cards. Wherever one of these
values stands, however it is written, a reader whose role does not see it gets what his role shows
(``access/masking``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from relevo.access.masking import Personal, Shows, partly, roles_of, sight
from relevo.brands.reading import Session
from relevo.orders.held import HeldLine, Party
from relevo.porting.cease.model import Cease
from relevo.porting.fixed_incoherence.model import Incoherence
from relevo.porting.number_return.model import NumberReturn
from relevo.porting.port_out.model import PortOut
from relevo.porting.undue_port.model import UnduePort
from relevo.values.msisdn import Msisdn, spoken

_HIDDEN = "•••"
_WORD_LETTERS = 4
"""A shorter part of a name is no name: "de", "S.L."."""

_NATIONAL_FIGURES = 9

Veil = Callable[[object], str]
Known = tuple[Personal, str]


@dataclass(frozen=True, slots=True)
class _Veil:
    pattern: re.Pattern[str] | None
    instead: dict[str, str]

    def __call__(self, text: object) -> str:
        """The text as this reader sees it."""
        said = "" if text is None else str(text)
        if self.pattern is None:
            return said
        return self.pattern.sub(lambda found: self.instead[found[0].casefold()], said)


def known_of_order(
    party: Party | None, lines: Iterable[HeldLine], cards: Iterable[str]
) -> list[Known]:
    """What is personal in an order."""
    return [*_of_party(party), *_of_lines(lines), *_of_cards(cards)]


def known_of(states: Iterable[object]) -> Iterator[Known]:
    """What is personal in the states of a family that is no order."""
    for state in states:
        match state:
            case PortOut(asked=asked) if asked is not None:
                yield Personal.DOCUMENT, asked.document_number
                for each in asked.numbers:
                    yield Personal.NUMBER, each.number
                    yield Personal.ICCID, each.iccid or ""
            case NumberReturn(matter=matter) if matter is not None:
                yield Personal.NUMBER, matter.number
            case UnduePort(matter=matter) if matter is not None:
                yield Personal.NUMBER, matter.number
                yield Personal.NAME, matter.holder.name
                yield Personal.DOCUMENT, matter.holder.document.number
            case Incoherence(matter=matter) if matter is not None:
                for span in matter.spans:
                    yield Personal.NUMBER, span.first
                    yield Personal.NUMBER, span.last
            case Cease(wish=wish) if wish is not None:
                yield Personal.NUMBER, wish.number
            case _:
                pass


def veil_of(session: Session | None, known: Iterable[Known]) -> Veil:
    """How this reader sees texts in which these values may stand."""
    roles = roles_of(session)
    instead: dict[str, str] = {}
    for what, value in known:
        shows = sight(what, roles)
        if shows is Shows.ALL or not value:
            continue
        for written in _ways_to_write(what, value):
            masked = partly(written, what) if shows is Shows.PART else _HIDDEN
            instead.setdefault(written.casefold(), masked)
    if not instead:
        return _Veil(None, {})
    longest_first = sorted(instead, key=len, reverse=True)
    pattern = "|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in longest_first)
    return _Veil(re.compile(pattern, re.IGNORECASE), instead)


def _ways_to_write(what: Personal, value: str) -> Iterator[str]:
    yield value
    if what in {Personal.NUMBER, Personal.PHONE}:
        yield spoken(Msisdn(value))
        yield value.removeprefix("+")
        yield value[-_NATIONAL_FIGURES:]
    if what is Personal.NAME:
        yield from (word for word in value.split() if len(word) >= _WORD_LETTERS)


def _of_party(party: Party | None) -> Iterator[Known]:
    if party is None:
        return
    yield Personal.NAME, party.holder.name
    yield Personal.DOCUMENT, party.holder.document.number
    yield Personal.EMAIL, party.email
    yield Personal.PHONE, party.contact
    yield Personal.ADDRESS, party.address.street


def _of_lines(lines: Iterable[HeldLine]) -> Iterator[Known]:
    for line in lines:
        yield Personal.NUMBER, line.number or ""
        yield Personal.ICCID, line.donor_iccid or ""


def _of_cards(cards: Iterable[str]) -> Iterator[Known]:
    for card in cards:
        yield Personal.ICCID, card
