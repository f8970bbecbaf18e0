"""What can be pointed at in a text: numbers, keys, cards, amounts of money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_COUNTRY = {"es": "34"}
_NUMBER = re.compile(
    r"(?<![\d€.,/:#-])(?:(?:\+|00)?34[ .\-]?)?([6-9](?:[ .\-]?\d){8})(?!\d)(?![.,]\d)"
)
_CASE = re.compile(r"\b[A-Za-z]{2}-\d{3,9}\b")
_ICCID = re.compile(r"(?<!\d)89(?:[ .]?\d){17}(?!\d)")
_MONEY = re.compile(
    r"(?<![\d.,])(?:(\d{1,3}(?:[.,]\d{3})+|\d+)(?:([.,'])(\d{1,2}))?\s*(?:€|eur\b|euros?\b)"
    r"(?:\s+(?:con|y|and)\s+(\d{1,2})(?:\s+(?:centimos?|cents?))?\b(?!\s*(?:€|eur|del?\b))"
    r"|\s+(\d{2})\b(?=\s*(?:[,.;)!?](?!\d)|$|(?:to|que|y|and|payable|vence|for|por|on|en)\b)))?"
    r"|€\s*(\d{1,3}(?:[.,]\d{3})+|\d+)(?:([.,])(\d{1,2}))?)(?!\d)"
)
_BARE = re.compile(r"(?<![\d.,:] )(?<![\d.,:])\b(\d{1,3}) con (\d{2})\b(?![.,:]?\d)")
_PRICED = re.compile(r"\b(?:factura|recibo|importe|bill|compens\w+|abon\w+|te tocan?|le tocan?)\b")
""" "La factura son 26 con 20": whoever speaks of a bill need not say euros."""
FREE_CALL = ("900", "800", "901", "902")
"""Numbers of operators' own services begin like this; they are nobody's private number."""


@dataclass(frozen=True, slots=True)
class NumberSeen:
    start: int
    end: int
    number: str  # E.164


@dataclass(frozen=True, slots=True)
class MoneySeen:
    start: int
    end: int
    amount: Decimal
    separator: str  # between euros and cents; empty: whole euros


@dataclass(frozen=True, slots=True)
class KeySeen:
    start: int
    end: int
    key: str


def numbers_in(text: str, profile: str = "es") -> tuple[NumberSeen, ...]:
    """Telephone numbers, however they are spaced, in E.164."""
    country = _COUNTRY.get(profile.partition("@")[0], "34")
    found = []
    for match in _NUMBER.finditer(_without_cards(text)):
        digits = re.sub(r"\D", "", match[1])
        if not digits.startswith(FREE_CALL):
            found.append(NumberSeen(match.start(), match.end(), f"+{country}{digits}"))
    return tuple(found)


def cards_in(text: str) -> tuple[KeySeen, ...]:
    """Numbers of cards (ICCID)."""
    return tuple(
        KeySeen(match.start(), match.end(), re.sub(r"\D", "", match[0]))
        for match in _ICCID.finditer(text)
    )


def cases_in(text: str) -> tuple[KeySeen, ...]:
    """Keys of cases."""
    return tuple(
        KeySeen(match.start(), match.end(), match[0].upper()) for match in _CASE.finditer(text)
    )


def money_in(text: str) -> tuple[MoneySeen, ...]:
    """Amounts in euros."""
    found = []
    for match in _MONEY.finditer(text):
        whole, separator, cents = (
            (match[1], match[2], match[3] or match[4] or match[5])
            if match[1]
            else (match[6], match[7], match[8])
        )
        cents = cents.zfill(2) if match[4] and cents else cents
        amount = Decimal(re.sub(r"[.,]", "", whole) + "." + (cents or "0"))
        found.append(MoneySeen(match.start(), match.end(), amount, separator or ""))
    return tuple(found) or tuple(
        MoneySeen(match.start(), match.end(), Decimal(f"{match[1]}.{match[2]}"), "")
        for match in _BARE.finditer(text)
        if _PRICED.search(text)
    )


def groups_in(text: str, profile: str = "es") -> tuple[tuple[NumberSeen, ...], ...]:
    """Numbers that are named together ("600 000 101 y 600 000 102"), one tuple for each group."""
    groups: list[list[NumberSeen]] = []
    for seen in numbers_in(text, profile):
        between = text[groups[-1][-1].end : seen.start] if groups else None
        if between is not None and re.fullmatch(r"[\s,;/]*(?:y|e|o|and|or|&)?[\s(]*", between):
            groups[-1].append(seen)
        else:
            groups.append([seen])
    return tuple(tuple(group) for group in groups)


def _without_cards(text: str) -> str:
    return _ICCID.sub(lambda card: "#" * len(card[0]), text)
