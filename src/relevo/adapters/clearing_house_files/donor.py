"""The file hub as a donor sees it: requests come down as records, our answers go up as records.

The hub knows no list of what waits for our answer; what a lost file held is asked for once more
(``folder``). An answer is whole: this hub has no partial confirmation that we know of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.adapters.clearing_house_files.folder import FolderLog, Received, RecordFolder
from relevo.adapters.clearing_house_files.language import RecordLanguage
from relevo.adapters.clearing_house_files.settings import FileAccount
from relevo.engine.performer import Permanent
from relevo.porting.gateway import DonorNews, DonorPost
from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    NumberAsked,
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    QueryPortOut,
    RejectPortOut,
)
from relevo.porting.profile import HubKind, PortingProfile, RejectionReason, Window
from relevo.values.moment import Moment

HUB = HubKind.FIXED


class FilesDonorHouse:
    """A ``DonorHouse`` behind an upload and a download folder."""

    def __init__(
        self,
        account: FileAccount,
        language: RecordLanguage,
        rules: PortingProfile,
        log: FolderLog | None = None,
    ) -> None:
        self._folder = RecordFolder(account, language, rules, log)
        self._words = language
        self._rules = rules

    def donor_news(self, after: str) -> DonorPost:
        """Requests for our numbers and what became of them, after the file of this number."""
        delivery = self._folder.read(after)
        news, unreadable = [], []
        for each in delivery.received:
            if each.record.kind is self._words.Kind.UNREADABLE:
                unreadable += self._our_answer_unread(each.record)
            elif (said := self._said(each)) is not None:
                news.append(
                    DonorNews(notice_id=each.notice_id, reference=each.record.process_id, said=said)
                )
        return DonorPost(news=tuple(news), place=delivery.place, unreadable=tuple(unreadable))

    def pending(self) -> Sequence[PortOutAsked]:
        """This hub has no such list."""
        return ()

    def confirm(
        self, asked: ConfirmPortOut, *, key: str
    ) -> Sequence[PortOutAnswerTaken | PortOutAnswerRefused]:
        """Upload our yes, with the window. Raises Permanent without one."""
        del key
        if asked.window is None:
            raise Permanent("window: the donor names it at this hub; give that of the request")
        values = {"opens": asked.window.opens, "closes": asked.window.closes}
        return self._answer(self._words.Kind.ACCEPTED, asked.reference, values)

    def reject(
        self, asked: RejectPortOut, *, key: str
    ) -> Sequence[PortOutAnswerTaken | PortOutAnswerRefused]:
        """Upload our no. Raises Permanent for a cause that the hub does not allow."""
        del key
        if self._rules.rejection(HUB, asked.cause).reason is RejectionReason.UNRECOGNISED:
            raise Permanent(f"cause: {asked.cause!r} is not one that a donor may give here")
        contact = self._folder.account.contact
        values = {
            "cause": asked.cause,
            "contact_name": contact.name,
            "contact_phone": contact.phone,
            "contact_email": contact.email,
        }
        return self._answer(self._words.Kind.DENIED_BY_DONOR, asked.reference, values)

    def query_out(self, asked: QueryPortOut) -> Sequence[PortOutSeen]:
        """This hub cannot be asked for a state, only to say once more what it has said: as news."""
        self._folder.ask_again(asked.reference)
        return ()

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """The hub keeps its files; our place is kept by us."""

    def close(self) -> None:
        """Close the connections."""
        self._folder.close()

    def _answer(
        self, kind: Any, reference: str, values: dict[str, Any]
    ) -> list[PortOutAnswerTaken | PortOutAnswerRefused]:
        record = self._words.Record(kind=kind, process_id=reference, values=values)
        self._folder.upload(f"{kind}_{reference}.txt", record)
        return [PortOutAnswerTaken(reference=reference)]

    def _said(self, each: Received) -> PortOutAsked | PortOutSeen | None:
        kinds, record = self._words.Kind, each.record
        if record.kind in {kinds.MOVED, kinds.MOVED_AGAIN}:
            is_from_us = record.text("donor") == self._folder.us().fixed_code
            at = record.moment("effective_at")
            return _seen(record, HubState.PORTED, at) if is_from_us else None
        if self._folder.us().fixed_code == record.text("recipient"):
            return None
        if record.kind is kinds.REQUEST:
            return self._asked(record, each.published_at)
        if self._folder.is_ours(record.process_id):
            return None
        if record.kind is kinds.REJECTED_LATE:
            return _seen(record, HubState.REJECTED, each.published_at, record.text("cause"))
        if record.kind is kinds.CANCEL_STATUS and record.text("state") == self._words.DONE:
            return _seen(record, HubState.CANCELLED, record.moment("at"))
        return None

    def _asked(self, record: Any, asked_at: Moment) -> PortOutAsked:
        """A request for our numbers; the hub tells the document's number, not its type."""
        rules = self._rules
        numbers = tuple(
            NumberAsked(number=number) for line in record.lines for number in line.numbers()
        )
        return PortOutAsked(
            reference=record.process_id,
            hub=HUB,
            donor=self._folder.account.operator,
            recipient=self._folder.name_of(record.text("recipient")),
            document_type="",
            document_number=record.text("document"),
            numbers=numbers,
            is_multiple=len(numbers) > 1,
            asked_at=asked_at,
            answer_from=rules.reply_from(HUB, asked_at),
            answer_until=rules.reply_due(HUB, asked_at),
            window=self._window(record, asked_at),
            rules=rules.code,
        )

    def _window(self, record: Any, asked_at: Moment) -> Window:
        """The hour that the recipient prefers when it may, else the default one."""
        rules, default = self._rules, self._rules.default_window(HUB, asked_at)
        preferred = record.values.get("preferred")
        if preferred is None or preferred < default.opens:
            return default
        day = rules.calendar(HUB).local(preferred).date()
        is_working = rules.window_on(HUB, day).opens.date() == preferred.date()
        if not is_working or day > rules.latest_window_day(HUB, asked_at):
            return default
        return Window(opens=preferred, closes=preferred + (default.closes - default.opens))

    def _our_answer_unread(self, record: Any) -> list[str]:
        if self._folder.is_ours(record.process_id):
            return []
        field, why = record.text("wrong_field"), record.text("remarks")
        return [f"our answer to {record.process_id} was not read: field {field}: {why}"]


def _seen(record: Any, state: HubState, at: Moment, cause: str = "") -> PortOutSeen:
    return PortOutSeen(
        reference=record.process_id, state=state, witness=Witness.MAILBOX, at=at, cause=cause
    )
