"""Our own end of a mail server: takes mail over LMTP, and says 250 only when it is stored for good.

Until then the mail server keeps it and brings it again (RFC 2033), so that there is no moment in
which nobody has it. Of several workers on one machine the first has the port; the others try now
and then, and take over when it is gone.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakSet

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from relevo.adapters.channel_email.account import LmtpAddress
from relevo.adapters.channel_email.marks import Marks
from relevo.adapters.mail_inbox.filing import MailFiling

_LOG = logging.getLogger(__name__)
_LINE_MAX = 200_000  # what breaks the rule of 998 signs is mail all the same
_NOT_NOW = "451 4.3.0 not stored; try again later"
_NOT_OURS = "550 5.1.2 no such domain here; this server takes mail for {domain}"


class _Line(LMTP):
    """Takes long lines, too."""

    line_length_limit = _LINE_MAX


class LmtpIntake:
    """A server in a thread of its own. ``poll`` starts it, and says how many voices it told."""

    def __init__(self, address: LmtpAddress, marks: Marks, filing: MailFiling) -> None:
        self._address = address
        self._marks = marks
        self._filing = filing
        self._filer = ThreadPoolExecutor(1, "mail filing")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opened: socket.socket | None = None
        self._server: asyncio.AbstractServer | None = None
        self._thread: threading.Thread | None = None
        self._lines: WeakSet[_Line] = WeakSet()
        self._counted = 0

    def poll(self) -> int:
        """See that it listens; the messages that voices got since the last time."""
        if self._thread is None:
            self._listen()
        new = self._filing.filed - self._counted
        self._counted += new
        return new

    def close(self) -> None:
        """Take no more, and end what is under way: what has no 250 is brought again."""
        loop, self._loop = self._loop, None
        if loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._end(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()
            loop.close()
        self._filer.shutdown(wait=True, cancel_futures=True)
        self._filing.close()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: Any
    ) -> str:
        """Every mailbox of our domain is ours: a mistyped one is somebody's, too."""
        if not self._marks.is_ours(address):
            return _NOT_OURS.format(domain=self._marks.domain)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Stored once, answered once for each recipient."""
        content = envelope.original_content or b""
        headed = f"Return-Path: <{envelope.mail_from or ''}>\r\n".encode("utf-8", "replace")
        raw = content if content[:12].lower() == b"return-path:" else headed + content
        try:
            await asyncio.get_running_loop().run_in_executor(
                self._filer, self._filing.file, raw, tuple(envelope.rcpt_tos)
            )
        except Exception:
            _LOG.exception("a mail could not be stored; the mail server brings it again")
            said = _NOT_NOW
        else:
            said = "250 2.0.0 stored"
        return "\r\n".join([said] * len(envelope.rcpt_tos))

    def _listen(self) -> None:
        try:
            opened = socket.create_server((self._address.host, self._address.port), backlog=128)
        except OSError as taken:
            _LOG.info(
                "LMTP: %s:%s is taken (%s)", self._address.host, self._address.port, taken.strerror
            )
            return
        self._opened = opened
        loop = asyncio.new_event_loop()
        serving: Coroutine[Any, Any, asyncio.AbstractServer]
        serving = loop.create_server(self._line, sock=opened)
        self._server = loop.run_until_complete(serving)
        self._loop = loop
        self._thread = threading.Thread(target=loop.run_forever, name="lmtp", daemon=True)
        self._thread.start()

    def _line(self) -> _Line:
        made = _Line(
            self,
            data_size_limit=self._address.size_max_bytes,
            enable_SMTPUTF8=True,
            hostname=self._marks.domain,
            ident="relevo",
        )
        self._lines.add(made)
        return made

    async def _end(self) -> None:
        if self._opened is not None:
            asyncio.get_running_loop().remove_reader(self._opened)
        await _rounds()  # a closed server forgets the socket of who was let in a moment ago
        if self._server is not None:
            self._server.close()
        for line in self._lines:
            if isinstance(line.transport, asyncio.WriteTransport):
                line.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await _rounds()


async def _rounds() -> None:
    """Let the loop do what it has put off: a transport is closed two rounds later."""
    for _ in range(4):
        await asyncio.sleep(0)
