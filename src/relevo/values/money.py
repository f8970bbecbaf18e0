"""Amounts of money in minor units. No float comes near them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from relevo.values.malformed import Malformed

MINOR_DIGITS = 2
"""All currencies of the countries served have hundredths."""

_AMOUNT = re.compile(r"([+-]?)(\d{1,15})(?:\.(\d{1,20}))?", re.ASCII)
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


class MalformedAmount(Malformed):
    """The text is not an amount of money."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact amount: ``minor`` hundredths of a currency."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def times(self, factor: int | Decimal) -> Money:
        """The amount multiplied, rounded half up (away from zero) to a hundredth."""
        return Money(half_up(Decimal(self.minor) * factor), self.currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-MINOR_DIGITS)

    def shown(self, language: str) -> str:
        """As people of that language write it: ``1.234,50 €``, ``€1,234.50``."""
        sign = _SIGNS.get(self.currency, self.currency)
        plain = f"{abs(self.amount):,.{MINOR_DIGITS}f}"
        minus = "-" if self.minor < 0 else ""
        if language.startswith("en"):
            gap = " " if len(sign) > 1 else ""
            return f"{minus}{sign}{gap}{plain}"
        return f"{minus}{plain.translate(str.maketrans(',.', '.,'))} {sign}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return other.minor


def half_up(value: Decimal) -> int:
    """The nearest whole number; a half goes away from zero, as on a bill."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def eur(amount: str | Decimal | int) -> Money:
    """Euros from ``"21.50"``, a decimal or whole euros. More than two decimals are refused."""
    written = _AMOUNT.fullmatch(str(amount).strip())
    if written is None:
        raise MalformedAmount(f"{amount!r} is not an amount", "write for example 21.50")
    sign, whole, part = written[1], written[2], (written[3] or "").rstrip("0")
    if len(part) > MINOR_DIGITS:
        raise MalformedAmount(
            f"{amount!r} has more than two decimals", "write euros and cents, for example 21.50"
        )
    return Money(int(f"{sign}{whole}{part:0<{MINOR_DIGITS}}"), "EUR")
