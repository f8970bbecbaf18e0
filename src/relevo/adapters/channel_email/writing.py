"""A message as a mail: the same message is the same mail, byte by byte but for its date.

It is plain text with a simple HTML form made from that very text, so that both claim the same. The
Message-ID names the message; answers and bounces come back to addresses of this one message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape

import dkim

from relevo.adapters.channel_email.account import MailAccount
from relevo.adapters.channel_email.marks import Marks
from relevo.notices.voice.messages import SendMessage
from relevo.values.moment import Moment

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)]")
_SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to",
    b"references", b"list-id", b"mime-version", b"content-type",
)  # fmt: skip
_PAGE = (
    '<html><body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;'
    'max-width:40em">{paragraphs}</body></html>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str  # "application/pdf"
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The customer's own mail that a message answers."""

    answers: str = ""  # its Message-ID
    references: tuple[str, ...] = ()  # those before it, the first one first


def composed(
    message: SendMessage,
    attachments: Sequence[Attachment] = (),
    *,
    account: MailAccount,
    at: Moment,
    conversation: Conversation | None = None,
) -> EmailMessage:
    """The mail, not signed yet."""
    mail = EmailMessage(policy=SMTP)
    marks = marks_of(account)
    brand = message.sender
    mail["From"] = Address(brand.capitalize(), brand, account.domain)
    mail["To"] = message.to
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = marks.message_id(message.message_key)
    if account.secret:
        mail["Reply-To"] = Address(
            brand.capitalize(), addr_spec=marks.answer_address(message.message_key)
        )
    if conversation and conversation.answers:
        mail["In-Reply-To"] = conversation.answers
        mail["References"] = " ".join((*conversation.references, conversation.answers))
    mail["List-Id"] = f"{brand.capitalize()} <customers.{brand}.{account.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(as_html(message.text), subtype="html", cte="quoted-printable")
    for each in attachments:
        kind, _, subkind = each.media_type.partition("/")
        mail.add_attachment(each.content, maintype=kind, subtype=subkind, filename=each.name)
    _fix_boundaries(mail, message.message_key)
    return mail


def as_html(text: str) -> str:
    """The same words: paragraphs, lines and links, and nothing else."""
    paragraphs = (each.strip("\n") for each in re.split(r"\n\s*\n", text) if each.strip())
    return _PAGE.format(paragraphs="".join(f"<p>{_lines(each)}</p>" for each in paragraphs))


def signed(mail: EmailMessage, account: MailAccount) -> bytes:
    """The mail as it goes over the wire, with our DKIM signature where there is a key."""
    content = mail.as_bytes()
    if not account.dkim_key:
        return content
    include = [name for name in _SIGNED if mail.get(name.decode()) is not None]
    signature = dkim.sign(
        content,
        account.dkim_selector.encode(),
        account.domain.encode(),
        account.dkim_key,
        include_headers=include,
    )
    return bytes(signature) + content


def marks_of(account: MailAccount) -> Marks:
    """How this site marks its mails."""
    return Marks(account.domain, account.secret, account.answers_to, account.bounces_to)


def _lines(paragraph: str) -> str:
    escaped = escape(paragraph, quote=False)
    linked = _LINK.sub(lambda each: f'<a href="{each.group()}">{each.group()}</a>', escaped)
    return linked.replace("\n", "<br>\n")


def _fix_boundaries(mail: EmailMessage, key: str) -> None:
    """Boundaries are drawn by lot otherwise, and the same message would be another mail."""
    for nth, part in enumerate(each for each in mail.walk() if each.is_multipart()):
        part.set_boundary(sha256(f"{key} {nth}".encode()).hexdigest())
