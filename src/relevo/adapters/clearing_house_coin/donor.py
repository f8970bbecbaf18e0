"""The Dutch clearing house as the donor sees it.

A request to us is confirmed when it is answered: so the open ones are always in the stream, after
any crash, and nothing has to be asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from relevo.adapters.clearing_house_coin.library import NotTaken
from relevo.adapters.clearing_house_coin.line import CoinLine
from relevo.engine.performer import Temporary
from relevo.porting.gateway import DonorNews, DonorPost
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    QueryPortOut,
    RejectPortOut,
)

Answered = Sequence[PortOutAnswerTaken | PortOutAnswerRefused]


class CoinDonorHouse:
    """A ``DonorHouse``."""

    def __init__(self, line: CoinLine) -> None:
        self._line = line
        self._stored: set[str] = set()

    def donor_news(self, after: str) -> DonorPost:
        """Requests to us and what became of them; a stored request is not told twice."""
        news = []
        for raw, letter in self._line.letters():
            told = None if letter is None else self._line.translation.donor_news(letter)
            if letter is not None and told is not None and raw.id not in self._stored:
                reference = letter.content.dossierid
                news.append(DonorNews(notice_id=raw.id, reference=reference, said=told))
        return DonorPost(news=tuple(news), place=after)

    def pending(self) -> Sequence[PortOutAsked]:
        """Every request to us that is not answered."""
        return [self._line.translation.asked(letter) for _, letter in self._line.requests()]

    def confirm(self, asked: ConfirmPortOut, *, key: str) -> Answered:
        """Say yes, from now on. The house has one yes or no for all numbers of a request."""
        del key
        return self._answer(asked.reference, "")

    def reject(self, asked: RejectPortOut, *, key: str) -> Answered:
        """Say no."""
        del key
        return self._answer(asked.reference, asked.cause)

    def query_out(self, asked: QueryPortOut) -> Sequence[PortOutSeen]:
        """This house cannot be asked about one request."""
        del asked
        return []

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """The news are stored."""
        self._line.acknowledge(notice_ids)
        self._stored = {raw.id for raw, _ in self._line.requests()} & {*self._stored, *notice_ids}

    def close(self) -> None:
        """Close the line."""
        self._line.close()

    def _answer(self, dossier: str, no: str) -> Answered:
        found = [each for each in self._line.requests() if each[1].content.dossierid == dossier]
        if not self._line.is_up:
            raise Temporary("the stream is not up: whether this request is open is not known")
        for raw, letter in found:
            now = self._line.clock.now()
            try:
                self._line.send(partial(self._line.writer.answer, letter, now, no=no))
            except NotTaken as refused:
                return [
                    PortOutAnswerRefused(reference=dossier, code=refused.code, text=refused.text)
                ]
            self._line.confirm([raw.id])
        return [PortOutAnswerTaken(reference=dossier)]  # none is open: it was answered before
