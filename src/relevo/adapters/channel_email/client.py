"""Hands an e-mail to an SMTP server. The Message-ID is made from the key: a double is one mail."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

from relevo.engine.performer import Permanent, Temporary
from relevo.notices.voice.messages import SendMessage

TIMEOUT_SECONDS = 20.0
_FOR_GOOD = range(500, 600)  # SMTP replies that will not change


class SmtpEmail:
    """An ``OutgoingChannel`` for e-mail."""

    def __init__(self, host: str, port: int, *, domain: str = "relevo.example") -> None:
        self._host = host
        self._port = port
        self._domain = domain

    def send(self, message: SendMessage) -> None:
        """Hand it over."""
        mail = composed(message, domain=self._domain)
        try:
            with smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS) as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            _give_up(f"the mail server refuses {message.to}: {refused}", codes)
        except smtplib.SMTPResponseException as answered:
            _give_up(f"the mail server answers {answered.smtp_code}", [answered.smtp_code])
        except (smtplib.SMTPException, OSError) as broken:
            raise Temporary(f"{self._host}: {type(broken).__name__}: {broken}") from broken


def composed(message: SendMessage, *, domain: str) -> EmailMessage:
    """The e-mail, as plain text."""
    mail = EmailMessage()
    mail["From"] = f"{message.sender.capitalize()} <{message.sender}@{domain}>"
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Message-ID"] = f"<{message.message_key}@{domain}>"
    mail.set_content(message.text)
    return mail


def _give_up(reason: str, codes: list[int]) -> None:
    if codes and all(code in _FOR_GOOD for code in codes):
        raise Permanent(reason)
    raise Temporary(reason)
