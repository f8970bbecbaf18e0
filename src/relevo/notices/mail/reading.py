"""A mail as bytes, read: who wrote it, to which address, what he says, what it answers.

Never raises. What is so broken that nothing can be said of it is a mail whose text is its bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from hashlib import sha256

from relevo.notices.inbound import Attachment
from relevo.notices.mail import machines, parts
from relevo.notices.mail.machines import Bounce
from relevo.notices.mail.quoted import own_text

_PARSER = BytesParser(policy=policy.compat32)
_ID = re.compile(r"<[^<>\s]{1,400}>")
_REPLY = re.compile(r"^\W*(?:re|rv|fwd?|resp?|aw|sv|tr|enc)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_REFUSED = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)
_BROKEN_MAX = 20_000
_REFERENCES_MAX = 50
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What is known of a mail."""

    digest: str  # the same for the same mail, whatever way it came
    message_id: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""  # his own words
    answers: tuple[str, ...] = ()  # Message-IDs, the one that it answers first
    files: tuple[Attachment, ...] = ()
    bounce: Bounce | None = None
    is_automatic: bool = False
    is_ours: bool = False
    is_doubtful: bool = False

    @property
    def thread(self) -> str:
        """The Message-ID with which the conversation began."""
        return self.answers[-1] if self.answers else self.message_id


def read_mail(raw: bytes, *, domain: str, mail_server: str = "") -> Mail:
    """Read it. ``domain`` is ours; ``mail_server``: whose verdict on the sender is believed."""
    try:
        return _read(_PARSER.parsebytes(raw), raw, domain, mail_server)
    except Exception:  # whatever is wrong with it: it is kept, and a person reads it
        text = raw[:_BROKEN_MAX].decode("utf-8", "replace")
        return Mail(digest=sha256(raw).hexdigest(), text=text)


def _read(mail: Message, raw: bytes, domain: str, mail_server: str) -> Mail:
    bounce = machines.bounce_of(mail)
    subject = parts.header(mail, "Subject")
    answers = _answers(mail)
    own = own_text(parts.words(mail))
    if subject and not answers and not _REPLY.match(subject) and subject not in own:
        own = f"{subject}\n\n{own}".strip()
    return Mail(
        digest=_digest(mail, raw),
        message_id=_first_id(parts.header(mail, "Message-ID")),
        sender=_sender(mail),
        recipients=_recipients(mail),
        subject=subject,
        text=own,
        answers=answers,
        files=parts.files(mail) if bounce is None else (),
        bounce=bounce,
        is_automatic=machines.is_automatic(mail),
        is_ours=machines.is_ours(mail, domain),
        is_doubtful=_is_doubtful(mail, mail_server),
    )


def _digest(mail: Message, raw: bytes) -> str:
    """By what its writer made; servers on its way add headers of their own."""
    said = "\n".join(parts.header(mail, name) for name in ("Message-ID", "From", "Date", "Subject"))
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1].replace(b"\r\n", b"\n").rstrip()
    return sha256(said.encode() + b"\n" + body).hexdigest()


def _sender(mail: Message) -> str:
    """The address after From; of several, the first."""
    for name in ("From", "Sender", "Return-Path"):
        found = getaddresses([parts.header(mail, name)])
        if found and "@" in found[0][1]:
            return found[0][1].strip().lower()
    return ""


def _recipients(mail: Message) -> tuple[str, ...]:
    said = [parts.header(mail, name) for name in _TO]
    return tuple(dict.fromkeys(address for _, address in getaddresses(said) if "@" in address))


def _answers(mail: Message) -> tuple[str, ...]:
    """In-Reply-To, and then the references from the latest to the first."""
    replied = _ID.findall(parts.header(mail, "In-Reply-To"))
    references = _ID.findall(parts.header(mail, "References"))[-_REFERENCES_MAX:]
    return tuple(dict.fromkeys([*replied, *reversed(references)]))


def _first_id(text: str) -> str:
    found = _ID.search(text)
    return found.group(0) if found else ""


def _is_doubtful(mail: Message, mail_server: str) -> bool:
    """What our own server found out about the sender (RFC 8601); what others say is not asked."""
    verdicts = mail.get_all("Authentication-Results") or ()
    return bool(mail_server) and any(
        str(each).strip().lower().startswith(mail_server.lower()) and _REFUSED.search(str(each))
        for each in verdicts
    )
