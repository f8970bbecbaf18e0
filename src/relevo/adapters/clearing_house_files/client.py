"""The file hub: a record goes up as a file of its own, answers come down as files.

The name of an uploaded file is made from our process id at the hub, so that a file sent twice is
one file. The hub numbers what it hands out; the number of the last file read is our place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from relevo.adapters.clearing_house_files.language import RecordLanguage
from relevo.adapters.clearing_house_files.settings import FileAccount
from relevo.adapters.clearing_house_files.translation import Translation
from relevo.adapters.http import call, client, read_json
from relevo.engine.performer import Permanent
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
from relevo.values.moment import Moment, utc

T = TypeVar("T")
KEY_LENGTH = 8


class _File(msgspec.Struct):
    seq: int
    name: str
    published_at: Moment
    content: str


class _Listing(msgspec.Struct):
    files: list[_File]


class FilesClearingHouse:
    """A ``ClearingHouse`` behind an upload and a download folder."""

    def __init__(
        self, account: FileAccount, language: RecordLanguage, rules: PortingProfile
    ) -> None:
        self._account = account
        self._language = language
        self._translation = Translation(account, language, rules)
        self._http = client(account.url, account.timeout_s)

    def request(self, asked: SendPortRequest, *, at: Moment) -> Sequence[HubAccepted | HubDeclined]:
        """Upload the request. The hub reads it when it is open; its answers are news."""
        record = _ours(lambda: self._translation.request(asked))
        self._upload(f"SP_{asked.contract_code}.txt", record)
        return [self._translation.taken(asked, at)]

    def cancel(
        self, asked: SendPortCancellation, *, key: str
    ) -> Sequence[PortStateSeen | HubDeclined]:
        """Upload the cancellation; whether it is taken is news."""
        record = _ours(lambda: self._translation.cancellation(asked.contract_code, asked.why))
        once = code(KEY_LENGTH, READABLE, key)
        self._upload(f"CNC_{asked.contract_code}_{once}.txt", record)
        return []

    def query(self, asked: QueryPort) -> Sequence[PortStateSeen]:
        """This hub cannot be asked about one request."""
        del asked
        return []

    def news(self, after: str) -> Post:
        """The records of all files after this number."""
        params = {"operator": self._our_code(), "after": after or "0"}
        response = call(self._http, "GET", f"{self._account.url}/download", params=params)
        files = sorted(read_json(response, _Listing).files, key=lambda file: file.seq)
        opened = [self._open(file) for file in files]
        return Post(
            news=tuple(each for news, _ in opened for each in news),
            unreadable=tuple(each for _, bad in opened for each in bad),
            place=str(files[-1].seq) if files else after,
        )

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """The hub keeps its files; our place is kept by us."""

    def status_files(self, after: str) -> Sequence[StatusFile]:
        """This hub has no list of all processes."""
        del after
        return []

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _open(self, file: _File) -> tuple[list[News], list[str]]:
        """The news in a file, and what of it cannot be read."""
        try:
            read = self._language.decode_records(file.content.encode())
        except ValueError as wrong:
            return [], [f"{file.name}: {wrong}"]
        published_at = utc(file.published_at)
        news = []
        for line, record in enumerate(read.records, start=1):
            said = self._translation.read(record, published_at)
            if said is not None:
                notice = f"{file.seq}.{line}"
                news.append(News(notice_id=notice, contract_code=record.process_id, said=said))
        return news, [f"{file.name}, line {bad.line}: {bad.why}" for bad in read.bad]

    def _upload(self, name: str, record: bytes) -> None:
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "X-Operator": self._our_code(),
            "X-File-Name": name,
        }
        url = f"{self._account.url}/upload"
        call(self._http, "POST", url, content=record, headers=headers)

    def _our_code(self) -> str:
        return _ours(lambda: self._translation.code_of(self._account.operator))


def _ours(make: Callable[[], T]) -> T:
    """What we send; nonsense of ours will not become sense by repeating it."""
    try:
        return make()
    except ValueError as wrong:
        raise Permanent(f"we cannot send this: {wrong}") from wrong
