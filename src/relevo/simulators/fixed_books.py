"""Who holds each fixed number, and where it is routed, in the fixed hub's own books.

A request may name 350,000 numbers in 70 ranges: what is done with them costs a search for each
range and not a step for each number.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from relevo.simulators.exchange import Exchange
from relevo.simulators.fixed_records import Span
from relevo.simulators.operators import named
from relevo.values.moment import Moment

PREFIX = "+34"


@dataclass(frozen=True, slots=True)
class Move:
    """Numbers that changed hands, or their routing number."""

    operator: str
    at: Moment
    spans: tuple[Span, ...]


class FixedBooks:
    """The numbers of this world that are fixed, and every move of them, the oldest first."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._numbers = sorted(name for name in exchange.lines if name.startswith(PREFIX))
        self._holders: dict[str, tuple[str, str]] = {}
        self.moves: list[Move] = []

    def known(self, spans: Sequence[Span]) -> list[str]:
        """The numbers of this world in these ranges."""
        return list(chain.from_iterable(map(self._in_span, spans)))

    def holder(self, number: str) -> str:
        """Who has the number."""
        held = self._holders.get(number)
        return self._exchange.lines[number].first_holder if held is None else held[0]

    def nrn(self, number: str) -> str:
        """Where it is routed."""
        held = self._holders.get(number)
        return named(self.holder(number)).nrn_fixed if held is None else held[1]

    def move(self, operator: str, at: Moment, spans: Sequence[Span]) -> None:
        """These numbers are that operator's from then on, under these routing numbers."""
        self.moves.append(Move(operator, at, tuple(spans)))
        for span in spans:
            for number in self._in_span(span):
                self._holders[number] = (operator, span.nrn)

    def as_known(self, spans: Sequence[Span]) -> list[Span]:
        """The known numbers of these ranges, each as the hub has it."""
        return [
            Span(self.nrn(number), number[len(PREFIX) :], number[len(PREFIX) :])
            for number in self.known(spans)
        ]

    def _in_span(self, span: Span) -> Iterator[str]:
        first = bisect_left(self._numbers, PREFIX + span.first)
        last = bisect_right(self._numbers, PREFIX + span.last)
        return iter(self._numbers[first:last])
