"""The web-service hub: one session, one call after the other, and what its answers mean to us.

The session is kept until the hub forgets it; then we log in again, once. It is never logged. A
request that was stored although its answer was lost is found again by its contract code, which is
ours, and gives the same message as the first time (porting-es 3.9.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import Lock
from typing import Any

import msgspec

from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.adapters.clearing_house_soap.settings import HubAccount
from relevo.adapters.clearing_house_soap.translation import Translation
from relevo.adapters.http import call, client, read_json
from relevo.engine.performer import Permanent, Temporary
from relevo.porting.gateway import News, Post, StatusFile
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
from relevo.porting.profile import PortingProfile, Reaction
from relevo.values.moment import Moment, utc

_CONTENT = {"Content-Type": "text/xml; charset=utf-8"}
PAGES_MAX = 200
"""A mailbox that never ends is cut here; what is left comes with the next visit."""


class _Published(msgspec.Struct):
    name: str
    published_at: Moment


class _Listing(msgspec.Struct):
    files: list[_Published]


class _NoSession(Exception):
    """The hub does not let us in now; its answer says why."""

    def __init__(self, answer: Any) -> None:
        super().__init__(answer.code)
        self.answer = answer


class SoapClearingHouse:
    """A ``ClearingHouse`` behind a web service. May be used by several threads."""

    def __init__(self, account: HubAccount, language: HubLanguage, rules: PortingProfile) -> None:
        self._account = account
        self._codec = language.codec
        self._files = language.files
        self._rules = rules
        self._translation = Translation(language, rules)
        self._http = client(account.url, account.timeout_s)
        self._session: str | None = None
        self._lock = Lock()

    def request(self, asked: SendPortRequest, *, at: Moment) -> Sequence[HubAccepted | HubDeclined]:
        """Create the request at the hub, or find it there."""
        wanted = _ours(lambda: self._translation.request(asked))
        codec = self._codec
        try:
            sent = self._call(codec.Operation.CREATE, lambda s: codec.encode_create(s, wanted))
        except _NoSession as shut:
            return [self._translation.declined(shut.answer, "request")]
        reply = _theirs(codec.decode_create, sent)
        if reply.answer.is_success:
            return [self._translation.accepted(reply, asked, at)]
        existing = reply.existing
        if existing and existing.contract == asked.contract_code and existing.reference:
            return [self._translation.adopted(self._status(existing.reference), at)]
        return [self._translation.declined(reply.answer, "request", reply)]

    def cancel(
        self, asked: SendPortCancellation, *, key: str
    ) -> Sequence[PortStateSeen | HubDeclined]:
        """Take the request back. What counts is how the hub has it afterwards."""
        del key  # the reference is enough
        codec, cause = self._codec, self._translation.cause(asked.why)
        try:
            sent = self._call(
                codec.Operation.CANCEL, lambda s: codec.encode_cancel(s, asked.reference, cause)
            )
        except _NoSession as shut:
            return [self._translation.declined(shut.answer, "cancellation")]
        answer = _theirs(codec.decode_answer, sent)
        status = self._translation.seen(self._status(asked.reference), Witness.REPLY)
        if status.state is HubState.CANCELLED:  # by this call, or by one whose answer was lost
            return [status]
        return [] if answer.is_success else [self._translation.declined(answer, "cancellation")]

    def query(self, asked: QueryPort) -> Sequence[PortStateSeen]:
        """The request as the hub has it."""
        return [self._translation.seen(self._status(asked.reference), Witness.QUERY)]

    def news(self, after: str) -> Post:
        """Everything in the mailbox that we have not marked; the hub itself keeps the place."""
        return Post(
            news=tuple(
                News(
                    notice_id=notice.code,
                    contract_code=notice.status.contract,
                    said=self._translation.seen(notice.status, Witness.MAILBOX),
                )
                for page in self._pages()
                for notice in page.notifications
                if not notice.is_synchronised
            ),
            place=after,
        )

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """Mark news as synchronised."""
        if not notice_ids:
            return
        codec = self._codec
        sent = self._inside(
            codec.Operation.MARK_SYNCHRONISED,
            lambda s: codec.encode_mark_synchronised(s, notice_ids),
        )
        answer = _theirs(codec.decode_answer, sent)
        if not answer.is_success:
            raise Temporary(f"the hub does not mark the news: {answer.code}")

    def status_files(self, after: str) -> Sequence[StatusFile]:
        """The daily files whose names come after this one; they begin with their date."""
        listing = read_json(call(self._http, "GET", f"{self._account.url}/files"), _Listing)
        wanted = sorted((f for f in listing.files if f.name > after), key=lambda f: f.name)
        return [self._read_file(file) for file in wanted]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _read_file(self, file: _Published) -> StatusFile:
        response = call(self._http, "GET", f"{self._account.url}/files/{file.name}")
        read = _theirs(self._files.decode_status_file, response.content)
        rows = (self._translation.row(row) for row in read.rows)
        return StatusFile(
            name=file.name,
            published_at=utc(file.published_at),
            rows=tuple(row for row in rows if row is not None),
            bad_lines=tuple(f"line {bad.line}: {bad.why}" for bad in read.bad),
        )

    def _pages(self) -> Iterator[Any]:
        codec = self._codec
        page: str | None = None
        for _ in range(PAGES_MAX):
            sent = self._inside(
                codec.Operation.NOTIFICATIONS, partial(codec.encode_notifications, page=page)
            )
            reply = _theirs(codec.decode_notifications, sent)
            if not reply.answer.is_success:
                raise Temporary(f"the hub does not show the news: {reply.answer.code}")
            yield reply
            if reply.is_last or not reply.page:
                return
            page = reply.page

    def _status(self, reference: str) -> Any:
        codec = self._codec
        sent = self._inside(codec.Operation.GET, lambda s: codec.encode_get(s, reference))
        reply = _theirs(codec.decode_get, sent)
        if reply.status is None:
            raise Temporary(f"the hub does not show {reference}: {reply.answer.code}")
        return reply.status

    def _inside(self, operation: Any, encode: Callable[[str], bytes]) -> bytes:
        """A call for which a shut door is merely a reason to come back."""
        try:
            return self._call(operation, encode)
        except _NoSession as shut:
            raise Temporary(f"the hub does not let us in: {shut.answer.code}") from shut

    def _call(self, operation: Any, encode: Callable[[str], bytes]) -> bytes:
        """One call within a session. A lost session is renewed once."""
        for _ in range(2):
            session = self._session_now()
            sent = self._post(operation, _ours(partial(encode, session)))
            if not self._is_lost(sent):
                return sent
            with self._lock:
                if self._session == session:
                    self._session = None
        raise Temporary("the hub forgets our session as soon as it gives one")

    def _session_now(self) -> str:
        with self._lock:
            if self._session is None:
                self._session = self._log_in()
            return self._session

    def _log_in(self) -> str:
        account, codec = self._account, self._codec
        us = self._rules.operator(account.operator)
        if us is None:
            raise Permanent(f"operator: {account.operator!r} is not known; check the settings")
        asked = _ours(lambda: codec.encode_login(account.user, account.key, us.mobile_code))
        reply = _theirs(codec.decode_login, self._post(codec.Operation.LOGIN, asked))
        if not reply.session:
            raise _NoSession(reply.answer)
        return str(reply.session)

    def _post(self, operation: Any, body: bytes) -> bytes:
        headers = {**_CONTENT, "SOAPAction": f'"{operation.value}"'}
        return call(self._http, "POST", self._account.url, content=body, headers=headers).content

    def _is_lost(self, sent: bytes) -> bool:
        code = _theirs(self._codec.decode_answer, sent).code
        return self._rules.hub_answer(code).reaction is Reaction.LOG_IN_AGAIN


def _ours(make: Callable[[], Any]) -> Any:
    """What we send; nonsense of ours will not become sense by repeating it."""
    try:
        return make()
    except ValueError as wrong:
        raise Permanent(f"we cannot send this: {wrong}") from wrong


def _theirs(read: Callable[[bytes], Any], sent: bytes) -> Any:
    """What they sent; a reply that cannot be read may be readable next time."""
    try:
        return read(sent)
    except ValueError as wrong:
        raise Temporary(f"the hub sent what cannot be read: {wrong}") from wrong
