"""Our line to the clearing house: what goes out, and what has come in and is not confirmed.

One line serves both roles: the house knows one consumer, and there is one stream for him.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from relevo.adapters.clearing_house_coin.letters import CoinRules, Writer
from relevo.adapters.clearing_house_coin.library import (
    NotTaken,
    RawEvent,
    SignedSender,
    SignedStream,
)
from relevo.adapters.clearing_house_coin.reading import Letter, Unreadable, read_letter
from relevo.adapters.clearing_house_coin.settings import CoinAccount
from relevo.adapters.clearing_house_coin.translation import Translation
from relevo.engine.clock import Clock
from relevo.engine.performer import Permanent, Temporary

T = TypeVar("T")
REQUEST = "portingrequest"


class CoinLine:
    """The signed calls and the signed stream of one consumer. May be used by several threads."""

    def __init__(self, account: CoinAccount, rules: CoinRules, clock: Clock) -> None:
        self.clock = clock
        self.writer = _ours(lambda: Writer(rules, account.operator))
        self.translation = Translation(rules, self.writer, account.operator)
        self._zone = rules.zone
        self._sender = _ours(lambda: SignedSender(account))
        self._stream = SignedStream(account)

    @property
    def is_up(self) -> bool:
        """Whether everything that the house had for us has come down the stream."""
        return self._stream.is_up

    @property
    def waiting(self) -> frozenset[str]:
        """The ids of all that has come and is not confirmed. Raises Temporary."""
        return frozenset(raw.id for raw in self._stream.waiting())

    def send(self, make: Callable[[], Any]) -> None:
        """Send a message. Raises NotTaken, Temporary or Permanent."""
        self._sender.send_message(_ours(make))

    def letters(self) -> Iterator[tuple[RawEvent, Letter | None]]:
        """What is about us; None for what cannot be read. The rest (other operators' moves,
        ranges, tariffs) is confirmed: whoever wants it has a consumer of his own."""
        noise = []
        for raw in self._stream.waiting():
            try:
                letter = read_letter(raw.kind, raw.text, self._zone)
            except Unreadable:
                yield raw, None
                continue
            if letter is None or not self._is_about_us(letter):
                noise.append(raw.id)
            else:
                yield raw, letter
        self.confirm(noise)

    def requests(self) -> list[tuple[RawEvent, Letter]]:
        """Every request to us that is not answered."""
        return [
            (raw, letter)
            for raw, letter in self.letters()
            if letter is not None and letter.kind == REQUEST
        ]

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """Confirm what is stored. A request to us stays open until it is answered."""
        still_open = {raw.id for raw, _ in self.requests()}
        self.confirm([each for each in notice_ids if each not in still_open])

    def confirm(self, event_ids: Sequence[str]) -> None:
        """Tell the house that these need not come again."""
        for event_id in event_ids:
            try:
                self._sender.confirm(event_id)
            except NotTaken as no:
                raise Temporary(f"the house does not take a confirmation: {no.text}") from no
            self._stream.forget(event_id)

    def close(self) -> None:
        """Close the connections; the stream ends with its next event, or with the program."""
        self._sender.close()

    def _is_about_us(self, letter: Letter) -> bool:
        is_ours = self.writer.is_ours(letter.content.dossierid)
        is_wrong = letter.kind == "errorfound"  # it may be about an answer of ours
        return is_ours or is_wrong or self.translation.donor_news(letter) is not None


def _ours(make: Callable[[], T]) -> T:
    """What we send; nonsense of ours will not become sense by repeating it."""
    try:
        return make()
    except (ValueError, OSError) as wrong:
        raise Permanent(f"we cannot send this: {wrong}") from wrong
