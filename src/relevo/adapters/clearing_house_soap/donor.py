"""The donor's side of the web-service hub: what is asked of us, and our answers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from relevo.adapters.clearing_house_soap.contingency import Detour, Wish
from relevo.adapters.clearing_house_soap.line import HubLine, NoSession, place_after, theirs
from relevo.adapters.clearing_house_soap.reading import Reading
from relevo.engine.performer import Temporary
from relevo.porting.gateway import DonorNews, DonorPost
from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    QueryPortOut,
    RejectPortOut,
)
from relevo.porting.profile import Reaction

_LOG = logging.getLogger(__name__)
_TAKEN = frozenset({Reaction.ACCEPTED, Reaction.ALREADY_DONE})


class SoapDonorHouse:
    """A ``DonorHouse`` behind a web service, on the same line as our other roles."""

    def __init__(self, line: HubLine) -> None:
        self._line = line
        self._codec = line.language.codec
        self._reading = Reading(line.language, line.rules)
        self._detour = Detour(line)

    def donor_news(self, after: str) -> DonorPost:
        """Both mailboxes, without what we have marked; the hub itself keeps the place."""
        codec = self._codec
        pages = [
            page
            for operation, encode in (
                (codec.Operation.DONOR_PENDING_NEWS, codec.encode_donor_pending_news),
                (codec.Operation.DONOR_CANCELLED_NEWS, codec.encode_donor_cancelled_news),
            )
            for page in self._line.pages(operation, encode, codec.decode_donor_news)
        ]
        notices = [each for page in pages for each in page.entries if not each.is_synchronised]
        news: list[DonorNews] = []
        unreadable = [text for page in pages for text in page.unreadable]
        for notice in sorted(notices, key=lambda each: each.created_at):
            try:
                said = self._said(notice.request)
            except ValueError as wrong:
                unreadable.append(str(wrong))
                continue
            reference = notice.request.status.reference
            news.append(DonorNews(notice_id=notice.code, reference=reference, said=said))
        place = place_after(after, unreadable)
        return DonorPost(news=tuple(news), place=place, unreadable=tuple(unreadable))

    def pending(self) -> Sequence[PortOutAsked]:
        """Every request that waits for our answer."""
        codec = self._codec
        asked: list[PortOutAsked] = []
        for page in self._line.pages(
            codec.Operation.DONOR_PENDING, codec.encode_donor_pending, codec.decode_donor_pending
        ):
            for text in page.unreadable:
                _LOG.warning("a request that waits for us cannot be read: %s", text)
            for request in page.entries:
                try:
                    asked.append(self._reading.asked_of_us(request))
                except ValueError as wrong:
                    _LOG.warning("a request that waits for us cannot be read: %s", wrong)
        return asked

    def confirm(
        self, asked: ConfirmPortOut, *, key: str
    ) -> Sequence[PortOutAnswerTaken | PortOutAnswerRefused | PortOutSeen]:
        """Say yes; of a multiple, to these numbers."""
        del key  # the reference is enough
        codec = self._codec
        named = asked.numbers if asked.is_multiple else ()
        return self._answer(
            "CONFIRM",
            asked.reference,
            partial(codec.encode_confirm, reference=asked.reference, numbers=named),
            partial(codec.encode_contingency_confirm, asked.reference, named),
        )

    def reject(
        self, asked: RejectPortOut, *, key: str
    ) -> Sequence[PortOutAnswerTaken | PortOutAnswerRefused | PortOutSeen]:
        """Say no."""
        del key  # the reference is enough
        codec = self._codec
        return self._answer(
            "REJECT",
            asked.reference,
            partial(codec.encode_reject, reference=asked.reference, cause=asked.cause),
            partial(codec.encode_contingency_reject, asked.reference, asked.cause),
        )

    def query_out(self, asked: QueryPortOut) -> Sequence[PortOutSeen]:
        """The request as the hub has it."""
        return [self._stands(asked.reference)]

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """Mark news as synchronised."""
        self._line.mark(list(notice_ids))

    def _stands(self, reference: str) -> PortOutSeen:
        """In which state it is: also asked when the hub has the opposite of what we say."""
        codec = self._codec
        encode = partial(codec.encode_get, reference=reference)
        sent = self._line.look(codec.Operation.GET, encode, reference)
        reply = theirs(codec.decode_get, sent)
        if reply.status is None:
            raise Temporary(f"the hub does not show {reference}: {reply.answer.code}")
        return self._reading.seen_out(reply.status, Witness.QUERY)

    def _said(self, request: Any) -> PortOutAsked | PortOutSeen:
        seen = self._reading.seen_out(request.status, Witness.MAILBOX)
        if seen.state is HubState.REQUESTED:
            return self._reading.asked_of_us(request)
        return seen

    def _answer(
        self, token: str, reference: str, encode: Any, encode_file: Any
    ) -> Sequence[PortOutAnswerTaken | PortOutAnswerRefused | PortOutSeen]:
        codec, operation = self._codec, self._codec.Operation[token]
        wish = Wish(
            kind=token,
            key=reference,
            log_key=reference,
            content=encode_file,
            answer=lambda sent: codec.decode_contingency_answers(sent).get(reference),
        )
        try:
            answer = self._detour.carry(
                wish,
                lambda: theirs(codec.decode_answer, self._line.ask(operation, encode, reference)),
            )
        except NoSession as shut:
            answer = shut.answer
        reaction = self._line.rules.hub_answer(answer.code).reaction
        if self._line.language.words.ANSWERED_BEFORE.get(answer.code, token) != token:
            return [self._stands(reference)]
        if reaction in _TAKEN:
            return [PortOutAnswerTaken(reference=reference)]
        if reaction is Reaction.RETRY_SOON:
            raise Temporary(f"the hub answers {answer.code}: {answer.description}")
        text = "; ".join([answer.description, *(f"{f.name}: {f.why}" for f in answer.wrong_fields)])
        return [PortOutAnswerRefused(reference=reference, code=answer.code, text=text)]
