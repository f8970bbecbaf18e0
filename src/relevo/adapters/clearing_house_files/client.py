"""The file hub as a recipient sees it: a request goes up as a file, answers come down as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.adapters.clearing_house_files.folder import (
    FolderLog,
    Received,
    RecordFolder,
    Unread,
    ours,
)
from relevo.adapters.clearing_house_files.language import RecordLanguage
from relevo.adapters.clearing_house_files.settings import FileAccount
from relevo.adapters.clearing_house_files.translation import Translation
from relevo.porting.gateway import News, Post, StatusFile
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    PortStateSeen,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
)
from relevo.porting.profile import PortingProfile
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

KEY_LENGTH = 8


class FilesClearingHouse:
    """A ``ClearingHouse`` behind an upload and a download folder."""

    def __init__(
        self,
        account: FileAccount,
        language: RecordLanguage,
        rules: PortingProfile,
        log: FolderLog | None = None,
    ) -> None:
        self._folder = RecordFolder(account, language, rules, log)
        self._translation = Translation(account, language, rules)

    def request(self, asked: SendPortRequest, *, at: Moment) -> Sequence[HubAccepted | HubDeclined]:
        """Upload the request. The hub reads it when it is open; its answers are news."""
        record = ours(lambda: self._translation.request(asked))
        self._folder.upload(f"{record.kind}_{asked.contract_code}.txt", record)
        return [self._translation.taken(asked, at)]

    def cancel(
        self, asked: SendPortCancellation, *, key: str
    ) -> Sequence[PortStateSeen | HubDeclined]:
        """Upload the cancellation; whether it is taken is news."""
        record = self._translation.cancellation(asked.contract_code, asked.why)
        once = code(KEY_LENGTH, READABLE, key)
        self._folder.upload(f"{record.kind}_{asked.contract_code}_{once}.txt", record)
        return []

    def query(self, asked: QueryPort) -> Sequence[PortStateSeen]:
        """This hub cannot be asked for a state, only to say once more what it has said: as news."""
        self._folder.ask_again(asked.contract_code)
        return []

    def news(self, after: str) -> Post:
        """The records of all files after this number."""
        delivery = self._folder.read(after)
        news = [self._news(each) for each in delivery.received if self._is_for_us(each.record)]
        unread = delivery.unreadable
        about_ours = [each for each in unread if self._folder.is_ours(each.process_id)]
        return Post(
            news=tuple(each for each in (*news, *map(_unread, about_ours)) if each is not None),
            unreadable=tuple(each.why for each in unread if each not in about_ours),
            place=delivery.place,
        )

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """The hub keeps its files; our place is kept by us."""

    def status_files(self, after: str) -> Sequence[StatusFile]:
        """This hub has no list of all processes."""
        del after
        return []

    def close(self) -> None:
        """Close the connections."""
        self._folder.close()

    def _is_for_us(self, record: Any) -> bool:
        """A move is told to everybody, and concerns the one to whom the numbers come."""
        kinds = self._folder.language.Kind
        if record.kind in {kinds.MOVED, kinds.MOVED_AGAIN}:
            return bool(record.text("recipient") == self._folder.us().fixed_code)
        return self._folder.is_ours(record.process_id)

    def _news(self, each: Received) -> News | None:
        said = self._translation.read(each.record, each.published_at)
        if said is None:
            return None
        return News(notice_id=each.notice_id, contract_code=each.record.process_id, said=said)


def _unread(line: Unread) -> News:
    """Something was said of our process that we cannot read: it is told, so that somebody looks."""
    said = HubDeclined(code=line.kind, text=line.why, of="notice")
    return News(notice_id=line.notice_id, contract_code=line.process_id, said=said)
