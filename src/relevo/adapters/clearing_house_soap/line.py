"""The line to the hub: one account, one session, one call after the other, and the hub's files.

The session is kept until the hub forgets it; then we log in again, once. It is never logged: what
the wire log gets has key and session masked. All roles that we play at the hub share one line,
because the hub gives an account one session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from threading import Lock
from typing import Any

import msgspec

from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.adapters.clearing_house_soap.settings import HubAccount
from relevo.adapters.http import call, client, read_json
from relevo.engine.clock import Clock, SystemClock, elapsed_seconds
from relevo.engine.performer import Permanent, Temporary
from relevo.porting.gateway import Exchange, WireLog
from relevo.porting.profile import HubKind, PortingProfile, Reaction
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

_CONTENT = {"Content-Type": "text/xml; charset=utf-8"}
_FAULT_STATUS = 500  # SOAP 1.1 answers a fault with it; the fault itself says whose it is
_NOT_FOUND = 404
_MARK = "#"
PAGES_MAX = 200
"""A list that never ends is cut here; what is left comes with the next visit."""


class Published(msgspec.Struct):
    """A file of the hub."""

    name: str
    published_at: Moment


class _Listing(msgspec.Struct):
    files: list[Published]


class NoSession(Exception):
    """The hub does not let us in now; its answer says why."""

    def __init__(self, answer: Any) -> None:
        super().__init__(answer.code)
        self.answer = answer


class HubLine:
    """May be used by several threads, and by all roles of one account."""

    def __init__(
        self,
        account: HubAccount,
        language: HubLanguage,
        rules: PortingProfile,
        *,
        clock: Clock | None = None,
        wire_log: WireLog | None = None,
    ) -> None:
        self.language = language
        self.rules = rules
        self._account = account
        self._codec = language.codec
        self._clock = clock or SystemClock()
        self._wire_log = wire_log
        self._http = client(account.url, account.timeout_s)
        self._session: str | None = None
        self._lock = Lock()
        self._away_since: Moment | None = None

    # ---- calls

    def ask(self, operation: Any, encode: Callable[[str], bytes], key: str = "") -> bytes:
        """One call within a session; a lost session is renewed once. May raise NoSession."""
        for _ in range(2):
            session = self._session_now()
            sent = self._post(operation, ours(partial(encode, session)), key)
            if not self._is_lost(sent):
                return sent
            with self._lock:
                if self._session == session:
                    self._session = None
        raise Temporary("the hub forgets our session as soon as it gives one")

    def look(self, operation: Any, encode: Callable[[str], bytes], key: str = "") -> bytes:
        """A call for which a shut door is merely a reason to come back."""
        try:
            return self.ask(operation, encode, key)
        except NoSession as shut:
            raise Temporary(f"the hub does not let us in: {shut.answer.code}") from shut

    def pages(
        self, operation: Any, encode: Callable[..., bytes], decode: Callable[[bytes], Any]
    ) -> Iterator[Any]:
        """The pages of a paged answer. ``encode`` takes the session and the key of a page."""
        page: str | None = None
        for _ in range(PAGES_MAX):
            reply = theirs(decode, self.look(operation, partial(encode, page=page)))
            if not reply.answer.is_success:
                raise Temporary(f"the hub does not show {operation.name}: {reply.answer.code}")
            yield reply
            if reply.is_last or not reply.page or reply.page == page:
                return
            page = reply.page

    def mark(self, notice_ids: list[str]) -> None:
        """Mark news of any mailbox as synchronised."""
        if not notice_ids:
            return
        codec = self._codec
        sent = self.look(
            codec.Operation.MARK_SYNCHRONISED,
            lambda session: codec.encode_mark_synchronised(session, notice_ids),
        )
        answer = theirs(codec.decode_answer, sent)
        if not answer.is_success:
            raise Temporary(f"the hub does not mark the news: {answer.code}")

    # ---- files

    def files(self) -> list[Published]:
        """What the hub has published, in the order of names."""
        listing = read_json(call(self._http, "GET", self._files_url()), _Listing)
        return sorted(listing.files, key=lambda file: file.name)

    def file(self, name: str) -> bytes | None:
        """The content of a file; None when there is none of that name."""
        response = call(self._http, "GET", f"{self._files_url()}/{name}", also={_NOT_FOUND})
        return None if response.status_code == _NOT_FOUND else response.content

    def bring(self, name: str, content: bytes, key: str) -> None:
        """Put a file of ours there; the same name again is the same file."""
        headers = {"Content-Type": "text/csv; charset=utf-8"}
        url, at, begun = f"{self._files_url()}/{name}", self.now(), elapsed_seconds()
        verdict = "filed"
        try:
            call(self._http, "PUT", url, content=content, headers=headers)
        except (Temporary, Permanent) as broken:
            verdict = broken.reason
            raise
        finally:
            self._keep(f"file {name}", key, at, begun, content, b"", verdict)

    # ---- who and when

    def us(self) -> Any:
        """We, as the hub knows us."""
        found = self.rules.operator(self._account.operator)
        if found is None:
            name = self._account.operator
            raise Permanent(f"operator: {name!r} is not known; check the settings")
        return found

    def now(self) -> Moment:
        return self._clock.now()

    def is_away_for_long(self) -> bool:
        """Whether the web service has not answered for so long that files are to go instead."""
        after, since = self._account.contingency_after_s, self._away_since
        if after is None or since is None:
            return False
        return self.now() - since >= timedelta(seconds=after)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # ---- inside

    def _session_now(self) -> str:
        with self._lock:
            if self._session is None:
                self._session = self._log_in()
            return self._session

    def _log_in(self) -> str:
        account, codec, us = self._account, self._codec, self.us()
        asked = ours(lambda: codec.encode_login(account.user, account.key, us.mobile_code))
        reply = theirs(codec.decode_login, self._post(codec.Operation.LOGIN, asked, ""))
        if not reply.session:
            raise NoSession(reply.answer)
        return str(reply.session)

    def _post(self, operation: Any, body: bytes, key: str) -> bytes:
        headers = {**_CONTENT, "SOAPAction": f'"{operation.value}"'}
        at, begun, received, verdict = self.now(), elapsed_seconds(), b"", ""
        try:
            response = call(
                self._http,
                "POST",
                self._account.url,
                also={_FAULT_STATUS},
                content=body,
                headers=headers,
            )
            received = response.content
            verdict = theirs(self._codec.decode_answer, received).code
        except (Temporary, Permanent) as broken:
            verdict = broken.reason
            if isinstance(broken, Temporary) and not received:
                self._away_since = self._away_since or at
            raise
        finally:
            self._keep(operation.value, key, at, begun, body, received, verdict)
        self._away_since = None
        return received

    def _keep(
        self,
        operation: str,
        key: str,
        at: Moment,
        begun: float,
        sent: bytes,
        received: bytes,
        verdict: str,
    ) -> None:
        if self._wire_log is None:
            return
        masked = self._codec.masked
        self._wire_log.keep(
            Exchange(
                hub=HubKind.MOBILE,
                operation=operation,
                key=key,
                at=at,
                took_ms=round((elapsed_seconds() - begun) * 1000),
                sent=masked(sent),
                received=masked(received),
                verdict=verdict,
            )
        )

    def _is_lost(self, sent: bytes) -> bool:
        code = theirs(self._codec.decode_answer, sent).code
        return self.rules.hub_answer(code).reaction is Reaction.LOG_IN_AGAIN

    def _files_url(self) -> str:
        return f"{self._account.url}/files"


def place_after(place: str, unreadable: Sequence[str]) -> str:
    """The place behind a mailbox: it differs when something else could not be read.

    A reader keeps what could not be read under the place where it was; the mailbox itself has none.
    """
    last_file = file_of(place)
    return f"{last_file}{_MARK}{code(8, READABLE, *unreadable)}" if unreadable else last_file


def file_of(place: str) -> str:
    """The part of a place that is the name of the last file read."""
    return place.partition(_MARK)[0]


def ours(make: Callable[[], Any]) -> Any:
    """What we send; nonsense of ours will not become sense by repeating it."""
    try:
        return make()
    except ValueError as wrong:
        raise Permanent(f"we cannot send this: {wrong}") from wrong


def theirs(read: Callable[[bytes], Any], sent: bytes) -> Any:
    """What they sent; a reply that cannot be read may be readable next time."""
    try:
        return read(sent)
    except ValueError as wrong:
        raise Temporary(f"the hub sent what cannot be read: {wrong}") from wrong
