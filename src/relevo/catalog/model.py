"""What can be ordered: kinds of line, what each needs, and what it moves together with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOffer:
    """One kind of line."""

    kind: str  # "fixed" | "mobile" | "fibre"
    needs_number: bool
    needs_card: bool
    number_kinds: tuple[str, ...]  # which kinds of number it may have
    moves_with: str = (
        ""  # without a number of its own it moves with the customer's line of this kind
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One version of what is offered."""

    version: str
    offers: Mapping[str, LineOffer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """How one line hangs on others: "depends_on" (lives on its card) and "moves_with"."""

    line: str
    kind: str
    has_number: bool
    depends_on: str = ""
    moves_with: str = ""
