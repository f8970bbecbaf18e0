"""E-mails that carry a letter: made when the mail goes out, from the facts of its order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from relevo.adapters.channel_email.client import SmtpEmail
from relevo.adapters.channel_email.writing import Attachment
from relevo.adapters.letter_typst.pdf import welcome_pdf
from relevo.engine.connection import connect
from relevo.notices.voice.messages import SendMessage
from relevo.notices.welcome.queries import letter_of_order
from relevo.porting.profile import PortingProfile


@dataclass(frozen=True, slots=True)
class LetterCarrier:
    """An ``OutgoingChannel`` that puts the welcome letter into the mail that announces it."""

    email: SmtpEmail
    letter_of: Callable[[str], Attachment | None]  # an order's key -> its letter

    def send(self, message: SendMessage) -> None:
        """Hand it over."""
        order = message.message_key.rpartition("-")[0]
        letter = self.letter_of(order) if message.with_letter else None
        self.email.send(message, () if letter is None else (letter,))


def letters_of_site(
    dsn: str, rules: Callable[[str], PortingProfile], link_of: Callable[[str], str]
) -> Callable[[str], Attachment | None]:
    """How this site makes the letter of an order, with its link."""

    def letter_of(order: str) -> Attachment | None:
        with connect(dsn, name="relevo letters") as connection:
            letter = letter_of_order(connection, order, rules, link=link_of(order))
        if letter is None:
            return None
        content = welcome_pdf(letter)
        return Attachment(name=f"{order}.pdf", media_type="application/pdf", content=content)

    return letter_of
