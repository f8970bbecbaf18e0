"""A mail that came, by whichever way, finds its place: with a customer, or with a message of ours.

It is stored for good when ``file`` returns, and the same mail is stored once, even when it comes
by two ways. What a machine wrote is kept, and said to nobody; a bounce is told to the voice whose
message it was.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from relevo.adapters.channel_email.account import MailAccount
from relevo.adapters.channel_email.writing import marks_of
from relevo.engine.connection import AWAY, Connection, Lane
from relevo.engine.engine import Engine
from relevo.notices.belonging import order_of
from relevo.notices.gateway import Attachment, Delivery, Inbound
from relevo.notices.intake import Vault, report, take
from relevo.notices.mail.reading import Mail, read_mail

_LOG = logging.getLogger(__name__)
SOURCE = "mail"
_TRIES = 2


class MailFiling:
    """Files mails, on a connection of its own; used by one thread."""

    def __init__(
        self, engine: Engine, dsn: str, account: MailAccount, vault: Vault | None = None
    ) -> None:
        self._engine = engine
        self._account = account
        self._marks = marks_of(account)
        self._vault = vault
        self._lane = Lane(dsn, name="relevo mail in", autocommit=True)
        self.filed = 0  # mails that voices got

    def file(self, raw: bytes, recipients: Sequence[str] = ()) -> None:
        """Store it for good. ``recipients``: to whom it was delivered, where that is known.

        Raises what the database raises; then it has to come again.
        """
        mail = read_mail(raw, domain=self._account.domain, mail_server=self._account.mail_server)
        for attempt in range(1, _TRIES + 1):
            try:
                self._store(self._lane.connection(), mail, raw, recipients)
                return
            except AWAY:
                self._lane.close()
                if attempt == _TRIES:
                    raise

    def connection(self) -> Connection:
        """Ours, opened when it is needed."""
        return self._lane.connection()

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()

    def _store(
        self, connection: Connection, mail: Mail, raw: bytes, recipients: Sequence[str]
    ) -> None:
        everyone = (*recipients, *mail.recipients)
        key = next(filter(None, map(self._marks.bounced, everyone)), "")
        if mail.bounce is not None and not key:
            named, is_proven = self._marks.named(mail.bounce.message_id)
            key = named if is_proven else ""
        if mail.bounce is not None and key:
            told = Delivery(
                came=mail.bounce.came,
                channel="email",
                reason=mail.bounce.reason,
                at=self._engine.clock.now(),
            )
            if report(connection, self._engine, key, told):
                return
        inbound = self._inbound(mail, raw, everyone, is_bounce=mail.bounce is not None)
        try:
            self.filed += take(connection, self._engine, [inbound], self._vault)
        except AWAY:
            raise
        except Exception:
            # Something in it cannot be stored as it should be; as it came, it always can.
            _LOG.exception("a mail is kept for a person, as it came")
            bare = replace(inbound, text="", subject="", attachments=inbound.attachments[-1:])
            take(connection, self._engine, [replace(bare, is_doubtful=True, proven_order="")])

    def _inbound(
        self, mail: Mail, raw: bytes, recipients: Sequence[str], *, is_bounce: bool
    ) -> Inbound:
        answered, is_proven = self._answered(mail, recipients)
        original = Attachment(
            name="mail.eml", media_type="message/rfc822", content=raw, is_original=True
        )
        return Inbound(
            source=SOURCE,
            external_id=mail.digest,
            channel="email",
            sender=mail.sender,
            text=mail.text,
            at=self._engine.clock.now(),
            thread=mail.thread,
            reference=mail.message_id,
            replies_to=answered,
            proven_order=order_of(answered) if is_proven else "",
            subject=mail.subject,
            attachments=(*mail.files, original),
            is_automatic=mail.is_automatic or mail.is_ours or is_bounce,
            is_doubtful=mail.is_doubtful,
        )

    def _answered(self, mail: Mail, recipients: Sequence[str]) -> tuple[str, bool]:
        """The message of ours that it answers, and whether that is proven."""
        by_address = next(filter(None, map(self._marks.answered, recipients)), "")
        if by_address:
            return by_address, True
        claimed = ""
        for reference in mail.answers:
            key, is_proven = self._marks.named(reference)
            if is_proven:
                return key, True
            claimed = claimed or key
        return claimed, False
