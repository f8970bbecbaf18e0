"""Hands mails to an SMTP server, over one connection that is kept.

What the server refuses for good (5xx) is given up, what it cannot do now (4xx) and what breaks is
tried again. A mail of which nobody knows whether the server took it (the line broke behind the last
byte) goes out again under the same Message-ID: SMTP has no question for that. Who has both shows
one, as nearly every mail program does; none is lost.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

import aiosmtplib

from relevo.adapters.channel_email.account import MailAccount, trusting
from relevo.adapters.channel_email.writing import (
    Attachment,
    Conversation,
    composed,
    marks_of,
    signed,
)
from relevo.engine.clock import Clock, SystemClock
from relevo.engine.performer import Permanent, Temporary
from relevo.notices.voice.messages import SendMessage

TIMEOUT_SECONDS = 20.0
_FOR_GOOD = range(500, 600)  # SMTP replies that will not change
_OURS = frozenset({530, 534, 535, 538})  # our log-in is refused: nothing is wrong with the mail
_ROUNDS = 4  # of its loop, until a transport is closed
_START_AGAIN = "start the workers again"

ConversationOf = Callable[[SendMessage], Conversation | None]
"""The customer's mail that a message answers, if it answers one."""


class SmtpEmail:
    """An ``OutgoingChannel`` for e-mail."""

    def __init__(
        self,
        host: str,
        port: int,
        account: MailAccount | None = None,
        *,
        clock: Clock | None = None,
        conversation_of: ConversationOf | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._account = account or MailAccount()
        self._clock = clock or SystemClock()
        self._conversation_of = conversation_of or (lambda _: None)
        self._turn = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: aiosmtplib.SMTP | None = None

    def send(self, message: SendMessage, attachments: Sequence[Attachment] = ()) -> None:
        """Hand it over. Raises Temporary and Permanent."""
        conversation = self._conversation_of(message)
        try:
            mail = composed(
                message,
                attachments,
                account=self._account,
                at=self._clock.now(),
                conversation=conversation,
            )
            content = signed(mail, self._account)
        except (ValueError, IndexError) as wrong:  # what headers cannot hold
            raise Permanent(f"{message.to!r} cannot be written to: {wrong}") from None
        sender = marks_of(self._account).bounce_address(message.message_key)
        if not self._account.secret:
            sender = f"{message.sender}@{self._account.domain}"
        with self._turn:
            self._hand_over(sender, message.to, content)

    def close(self) -> None:
        """Say goodbye to the server."""
        with self._turn:
            if self._loop is not None:
                self._loop.run_until_complete(self._leave())
                self._end_loop()

    def _hand_over(self, sender: str, to: str, content: bytes) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        try:
            self._loop.run_until_complete(self._deliver(sender, to, content))
        except aiosmtplib.SMTPRecipientsRefused as refused:
            answers = refused.recipients
            said = "; ".join(f"{each.code} {each.message}" for each in answers)
            _give_up(f"the mail server refuses {to}: {said}", [each.code for each in answers])
        except aiosmtplib.SMTPAuthenticationError as refused:
            raise Temporary(_log_in_refused(self._host, refused.code)) from None
        except aiosmtplib.SMTPResponseException as answered:
            said = f"the mail server answers {answered.code} {answered.message}"
            _give_up(said, [answered.code])
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as broken:
            self._loop.run_until_complete(self._leave())
            raise Temporary(_broken(self._host, broken)) from broken
        finally:
            if self._server is None:
                self._end_loop()

    def _end_loop(self) -> None:
        """It lives as long as its connection."""
        if self._loop is not None:
            self._loop.close()
        self._loop = None

    async def _deliver(self, sender: str, to: str, content: bytes) -> None:
        server = await self._connected()
        try:
            await server.sendmail(sender, [to], content)
        except aiosmtplib.SMTPResponseException:
            with suppress(aiosmtplib.SMTPException, OSError):
                await server.rset()
            raise

    async def _connected(self) -> aiosmtplib.SMTP:
        """The open connection; one that the server has closed meanwhile is made anew, before
        anything is said on it."""
        if self._server is not None and self._server.is_connected:
            try:
                await self._server.noop()
                return self._server
            except (aiosmtplib.SMTPException, OSError):
                pass
        await self._leave()
        account = self._account
        server = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=TIMEOUT_SECONDS,
            local_hostname=account.domain,
            use_tls=account.tls == "tls",
            start_tls={"never": False, "if_offered": None, "starttls": True}.get(account.tls),
            tls_context=trusting(account.ca),
        )
        await server.connect()
        self._server = server
        if account.user:
            try:
                await server.login(account.user, account.password)
            except BaseException:
                await self._leave()
                raise
        return server

    async def _leave(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        transport = server.transport  # it is forgotten when goodbye is said
        if server.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await server.quit()
        server.close()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()  # all was said; TLS would wait for the server's last word
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)


def _log_in_refused(host: str, code: int) -> str:
    return (
        f"smtp.user, smtp.password_file: {host} refuses the log-in ({code}); correct them in the "
        f"file that RELEVO_MAIL_FILE names, and {_START_AGAIN}"
    )


def _broken(host: str, broken: Exception) -> str:
    """What broke; where a setting of ours is to blame, its name and what to write."""
    if isinstance(broken, aiosmtplib.SMTPNotSupported):
        return f"smtp.tls: {host} does not offer what it asks for ({broken}); {_START_AGAIN}"
    cause: BaseException | None = broken
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"smtp.ca_file: the certificate of {host} is not trusted ({cause.verify_message});"
                " name who signed it, or correct RELEVO_SMTP_HOST to the name in it, and "
                + _START_AGAIN
            )
        cause = cause.__cause__ or cause.__context__
    return f"{host}: {type(broken).__name__}: {broken}"


def _give_up(reason: str, codes: list[int]) -> None:
    if codes and all(code in _FOR_GOOD and code not in _OURS for code in codes):
        raise Permanent(reason)
    raise Temporary(reason)
