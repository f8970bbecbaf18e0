"""The recipient's side of the web-service hub: requests for one number or many, and their news.

A request that was stored although its answer was lost is found again by its contract code, which
is ours, and gives the same message as the first time (porting-es 3.9.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from relevo.adapters.clearing_house_soap.contingency import Detour, Wish
from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.adapters.clearing_house_soap.line import (
    HubLine,
    NoSession,
    Published,
    file_of,
    ours,
    place_after,
    theirs,
)
from relevo.adapters.clearing_house_soap.reading import Reading
from relevo.adapters.clearing_house_soap.settings import HubAccount
from relevo.adapters.clearing_house_soap.translation import Translation
from relevo.engine.clock import Clock
from relevo.engine.performer import Temporary
from relevo.porting.gateway import DonorCancellation, News, Post, StatusFile, WireLog
from relevo.porting.multiple.messages import (
    AgreeToReduced,
    MultipleSeen,
    QueryMultiple,
    SendMultipleRequest,
)
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    HubState,
    PortStateSeen,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
    Witness,
)
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment, utc

T = TypeVar("T")
_BY_FILE = "file "  # in front of the id of news that came by file, and are nowhere to be marked


class SoapClearingHouse:
    """A ``ClearingHouse`` and ``MultipleHouse`` behind a web service. For several threads."""

    def __init__(
        self,
        account: HubAccount,
        language: HubLanguage,
        rules: PortingProfile,
        *,
        clock: Clock | None = None,
        wire_log: WireLog | None = None,
    ) -> None:
        self.line = HubLine(account, language, rules, clock=clock, wire_log=wire_log)
        self._codec = language.codec
        self._files = language.files
        self._translation = Translation(language, rules)
        self._reading = Reading(language, rules)
        self._detour = Detour(self.line)

    def request(self, asked: SendPortRequest, *, at: Moment) -> Sequence[HubAccepted | HubDeclined]:
        """Create the request at the hub, or find it there."""
        codec, wanted = self._codec, ours(lambda: self._translation.request(asked))
        operation = codec.Operation.CREATE
        return self._create(
            asked, wanted, at, partial(codec.encode_create, request=wanted), operation
        )

    def request_multiple(
        self, asked: SendMultipleRequest, *, at: Moment
    ) -> Sequence[HubAccepted | HubDeclined]:
        """Create the request at the hub, or find it there."""
        codec, wanted = self._codec, ours(lambda: self._translation.multiple(asked))
        operation = codec.Operation.CREATE_MULTIPLE
        return self._create(
            asked, wanted, at, partial(codec.encode_create_multiple, request=wanted), operation
        )

    def cancel(
        self, asked: SendPortCancellation, *, key: str
    ) -> Sequence[PortStateSeen | HubDeclined]:
        """Take the request back. What counts is how the hub has it afterwards."""
        del key  # the reference is enough
        codec, cause = self._codec, self._translation.cause(asked.why)
        operation, reference = codec.Operation.CANCEL, asked.reference
        wish = Wish(
            kind="CANCEL",
            key=reference,
            log_key=reference,
            content=lambda: codec.encode_contingency_cancel(reference, cause),
            answer=lambda sent: codec.decode_contingency_answers(sent).get(reference),
        )
        encode = partial(codec.encode_cancel, reference=reference, cause=cause)
        by_web = self._answered(operation, encode, reference)
        try:
            answer = self._detour.carry(wish, by_web)
        except NoSession as shut:
            return [self._translation.declined(shut.answer, "cancellation")]
        if (
            self.line.is_away_for_long()
        ):  # answered by file: nobody can be asked, so its word counts
            if not answer.is_success:
                return [self._translation.declined(answer, "cancellation")]
            at, state = self.line.now(), HubState.CANCELLED
            return [PortStateSeen(reference=reference, state=state, witness=Witness.REPLY, at=at)]
        status = self._reading.seen(self._status(reference), Witness.REPLY)
        if status.state is HubState.CANCELLED:  # by this call, or by one whose answer was lost
            return [status]
        return [] if answer.is_success else [self._translation.declined(answer, "cancellation")]

    def agree(self, asked: AgreeToReduced, *, key: str) -> Sequence[MultipleSeen | HubDeclined]:
        """Say yes or no to a reduced list. What counts is how the hub has it afterwards."""
        del key  # the reference is enough
        codec, reference = self._codec, asked.reference
        encode = partial(codec.encode_agree, reference=reference, agrees=asked.agrees)
        try:
            answer = self._answered(codec.Operation.AGREE, encode, reference)()
        except NoSession as shut:
            return [self._translation.declined(shut.answer, "agreement")]
        seen = self._reading.seen_multiple(self._status(reference), Witness.REPLY)
        if answer.is_success or not seen.awaits_agreement:
            return [seen]
        return [self._translation.declined(answer, "agreement")]

    def query(self, asked: QueryPort) -> Sequence[PortStateSeen]:
        """The request as the hub has it; without a reference it is found by our contract code."""
        status = self._known(asked.reference, asked.contract_code)
        return [] if status is None else [self._reading.seen(status, Witness.QUERY)]

    def query_multiple(self, asked: QueryMultiple) -> Sequence[MultipleSeen]:
        """The request as the hub has it, number by number."""
        status = self._known(asked.reference, asked.contract_code)
        return [] if status is None else [self._reading.seen_multiple(status, Witness.QUERY)]

    def news(self, after: str) -> Post:
        """Everything in the mailbox that we have not marked; the hub itself keeps the place.

        While the web service is away the news come by file, and ``place`` is the last file's name.
        """
        codec = self._codec
        try:
            pages = list(
                self.line.pages(
                    codec.Operation.NOTIFICATIONS,
                    codec.encode_notifications,
                    codec.decode_notifications,
                )
            )
        except Temporary:
            if not self.line.is_away_for_long():
                raise
            return self._news_by_file(after)
        notices = [notice for page in pages for notice in page.entries]
        news = [self._news(each.code, each.status) for each in notices if not each.is_synchronised]
        unreadable = [text for page in pages for text in page.unreadable]
        unreadable += [
            f"{each.status.reference}: the donor asks to cancel it, under the code "
            f"{each.status.donor_cancellation}; only the recipient cancels: look at its evidence"
            for each in notices
            if each.status.donor_cancellation
            and each.status.is_multiple  # else its process's
            and not each.is_synchronised
        ]
        place = place_after(after, unreadable)
        return Post(news=tuple(news), place=place, unreadable=tuple(unreadable))

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """Mark news as synchronised."""
        self.line.mark([each for each in notice_ids if not each.startswith(_BY_FILE)])

    def status_files(self, after: str) -> Sequence[StatusFile]:
        """The daily files whose names come after this one; they begin with their date."""
        files = [f for f in self.line.files() if self._files.is_status_file(f.name)]
        return [self._read_file(file) for file in files if file.name > after]

    def donor_cancellation(self, code: str) -> DonorCancellation | None:
        """What the donor sent with his wish that we cancel; for a person to judge."""
        codec = self._codec
        encode = partial(codec.encode_donor_cancellation, code=code)
        reply = theirs(
            codec.decode_donor_cancellation,
            self.line.look(codec.Operation.DONOR_CANCELLATION, encode, code),
        )
        if not reply.answer.is_success:
            return None
        return DonorCancellation(
            reference=reply.reference, asked_at=reply.created_at, evidence=reply.evidence
        )

    def close(self) -> None:
        """Close the connections."""
        self.line.close()

    def _create(
        self,
        asked: SendPortRequest | SendMultipleRequest,
        wanted: Any,
        at: Moment,
        encode: Callable[[str], bytes],
        operation: Any,
    ) -> Sequence[HubAccepted | HubDeclined]:
        codec, contract = self._codec, asked.contract_code
        wish = Wish(
            kind="CREATION",
            key=contract,
            log_key=contract,
            content=lambda: codec.encode_contingency_creation(wanted),
            answer=lambda sent: codec.decode_contingency_creations(sent).get(contract),
        )
        try:
            reply = self._detour.carry(
                wish,
                lambda: theirs(codec.decode_create, self.line.ask(operation, encode, contract)),
            )
        except NoSession as shut:
            return [self._translation.declined(shut.answer, "request")]
        if reply.answer.is_success:
            return [self._translation.accepted(reply, asked.window, at)]
        existing = reply.existing
        if existing and existing.contract == contract and existing.reference:
            return [self._translation.accepted(self._status(existing.reference), None, at)]
        return [self._translation.declined(reply.answer, "request", reply)]

    def _answered(
        self, operation: Any, encode: Callable[[str], bytes], key: str
    ) -> Callable[[], Any]:
        """A call of which only the hub's answer counts."""
        decode = self._codec.decode_answer
        return lambda: theirs(decode, self.line.ask(operation, encode, key))

    def _status(self, reference: str) -> Any:
        codec = self._codec
        encode = partial(codec.encode_get, reference=reference)
        reply = theirs(codec.decode_get, self.line.look(codec.Operation.GET, encode, reference))
        if reply.status is None:
            raise Temporary(f"the hub does not show {reference}: {reply.answer.code}")
        return reply.status

    def _known(self, reference: str, contract: str) -> Any:
        if reference:
            return self._status(reference)
        codec = self._codec
        wanted = codec.RequestFilter(contract=contract)
        pages = self.line.pages(
            codec.Operation.REQUESTS,
            partial(codec.encode_requests, wanted=wanted),
            codec.decode_requests,
        )
        found = [each for page in pages for each in page.entries if each.contract == contract]
        return max(found, key=lambda each: each.changed_at, default=None)

    def _news(self, notice_id: str, status: Any) -> News:
        see = self._reading.seen_multiple if status.is_multiple else self._reading.seen
        said = see(status, Witness.MAILBOX)
        return News(notice_id=notice_id, contract_code=status.contract, said=said)

    def _news_by_file(self, after: str) -> Post:
        codec, us = self._codec, self.line.us().mobile_code
        names = [f.name for f in self.line.files() if codec.is_contingency_news(f.name, us)]
        news: list[News] = []
        unreadable: list[str] = []
        names = [name for name in names if name > file_of(after)]
        for name in names:
            try:
                read = codec.decode_contingency_news(self.line.file(name) or b"")
            except ValueError as wrong:
                unreadable.append(f"{name}: {wrong}")
                continue
            news += [self._news(f"{_BY_FILE}{name} {n}", each) for n, each in enumerate(read)]
        place = names[-1] if names else after
        return Post(news=tuple(news), place=place, unreadable=tuple(unreadable))

    def _read_file(self, file: Published) -> StatusFile:
        content = self.line.file(file.name)
        if content is None:
            raise Temporary(f"the hub lists {file.name} and does not give it")
        read = theirs(self._files.decode_status_file, content)
        see, us = self._reading, self.line.us().mobile_code
        mine = [row for row in read.rows if us in {row.donor, row.recipient}]
        return StatusFile(
            name=file.name,
            published_at=utc(file.published_at),
            rows=_known(map(see.row, read.rows)),
            bad_lines=tuple(f"line {bad.line}: {bad.why}" for bad in read.bad),
            returns=_known(map(see.return_row, mine)),
            migrations=_known(map(see.migration_row, mine)),
        )


def _known(seen: Iterable[T | None]) -> tuple[T, ...]:
    """Without the rows that are about something else."""
    return tuple(each for each in seen if each is not None)
