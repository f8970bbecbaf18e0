"""The Dutch clearing house as the recipient sees it.

The house takes a letter when its shape is right and says later what else is wrong; so a request
is accepted at once, and its refusal is news. Nothing can be asked: the stream is the only witness.
What it brings comes again until it is confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence

from relevo.adapters.clearing_house_coin.library import NotTaken, RawEvent
from relevo.adapters.clearing_house_coin.line import CoinLine
from relevo.engine.performer import Permanent
from relevo.porting.gateway import News, Post, StatusFile
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    HubState,
    PerformPort,
    PortStateSeen,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
    Witness,
)
from relevo.values.moment import Moment


class CoinClearingHouse:
    """A ``ClearingHouse`` and a ``MoversHouse``."""

    def __init__(self, line: CoinLine) -> None:
        self._line = line

    def request(self, asked: SendPortRequest, *, at: Moment) -> Sequence[HubAccepted | HubDeclined]:
        """Bring a request. Its dossier is its contract code; what is wrong with it may be news."""
        try:
            self._line.send(lambda: self._line.writer.request(asked, at))
        except NotTaken as no:
            return [_declined(no, "request")]
        return [self._line.translation.taken(asked, at)]

    def cancel(
        self, asked: SendPortCancellation, *, key: str
    ) -> Sequence[PortStateSeen | HubDeclined]:
        """Take a request back. Nothing moves without our word, so that it is gone when taken."""
        del key  # the dossier is enough
        at = self._line.clock.now()
        try:
            self._line.send(lambda: self._line.writer.cancel(asked, at))
        except NotTaken as no:
            return [_declined(no, "cancellation")]
        return [_seen(asked.reference, HubState.CANCELLED, at)]

    def perform(self, asked: PerformPort, *, at: Moment) -> Sequence[PortStateSeen]:
        """Say that the number moved."""
        try:
            self._line.send(lambda: self._line.writer.performed(asked, at))
        except NotTaken as no:
            raise Permanent(f"the move was not taken: {no.code} {no.text}") from no
        return [_seen(asked.reference, HubState.PORTED, at)]

    def query(self, asked: QueryPort) -> Sequence[PortStateSeen]:
        """This house cannot be asked about one request."""
        del asked
        return []

    def news(self, after: str) -> Post:
        """What the stream has of our requests.

        The house itself keeps the place of news. Ours is that of the last event which the desk
        has to read: only when that is stored, the event is confirmed.
        """
        news: list[News] = []
        bad: list[RawEvent] = []
        stored: list[str] = []
        for raw, letter in self._line.letters():
            if letter is None or letter.kind == "errorfound":
                # The desk reads errors, too: the port may have ended meanwhile.
                if _is_behind(raw.id, after):
                    stored.append(raw.id)
                else:
                    bad.append(raw)
            if letter is not None and self._line.writer.is_ours(letter.content.dossierid):
                contract = self._line.writer.contract_code(letter.content.dossierid)
                news += [
                    News(notice_id=raw.id, contract_code=contract, said=said)
                    for said in self._line.translation.news(letter)
                ]
        self._line.confirm(stored)
        place = max((raw.id for raw in bad if raw.id.isdecimal()), key=int, default=after)
        texts = tuple(f"{raw.kind}: {raw.text}" for raw in bad)
        return Post(news=tuple(news), place=place, unreadable=texts)

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """The news are stored."""
        self._line.acknowledge(notice_ids)

    def status_files(self, after: str) -> Sequence[StatusFile]:
        """This house has no list of all processes."""
        del after
        return []

    def close(self) -> None:
        """Close the line."""
        self._line.close()


def _seen(dossier: str, state: HubState, at: Moment) -> PortStateSeen:
    return PortStateSeen(reference=dossier, state=state, witness=Witness.REPLY, at=at)


def _declined(no: NotTaken, of: str) -> HubDeclined:
    return HubDeclined(code=no.code, text=no.text, of=of)


def _is_behind(event_id: str, place: str) -> bool:
    """Whether what is at the place, or before it, is stored already. Ids are numbers."""
    return event_id.isdecimal() and place.isdecimal() and int(event_id) <= int(place)
