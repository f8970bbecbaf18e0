"""Who holds each mobile number, in the hub's own books: ranges, ports and returns.

The networks have tables of their own (``exchange``); the two should say the same.
"""

from __future__ import annotations

from relevo.simulators.exchange import Exchange


class Books:
    """The holder of a number at first, and whoever got it since."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._moved: dict[str, str] = {}

    def knows(self, number: str) -> bool:
        """Whether the number is assigned to anybody."""
        return number in self._exchange.lines

    def holder(self, number: str) -> str:
        """Who has the number."""
        return self._moved.get(number) or self._exchange.lines[number].first_holder

    def range_holder(self, number: str) -> str:
        """To whom the regulator gave the block that it is in."""
        return self._exchange.lines[number].range_holder

    def is_ported(self, number: str) -> bool:
        """Whether somebody else has it than the holder of its range."""
        return self.holder(number) != self.range_holder(number)

    def move(self, number: str, operator: str) -> None:
        """It was ported, or came back to the holder of its range."""
        self._moved[number] = operator
