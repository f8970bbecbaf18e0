"""What machines write: bounces, absence notes, and our own mails that came back to us.

By headers first (RFC 3464, RFC 3834), then by the words that servers and mail programs use in
Spanish, Catalan, English and Portuguese, for those that send no headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from relevo.notices.inbound import Came
from relevo.notices.mail.parts import header, words

HOPS_MAX = 50
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY_CODE = re.compile(r"\b([45])\d\d[ -]")
_ABSENT = re.compile(
    r"^\W*(?:respuesta autom.{1,2}tica|autorespuesta|auto-?reply|automatic reply|"
    r"out of (?:the )?office|fuera de (?:la )?oficina|resposta autom.{1,2}tica|"
    r"ausencia|estoy de vacaciones|abwesenheit|i am out of|away from)\b",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"undeliver|delivery (?:status|failure|failed|has failed|problem)|mail delivery|"
    r"returned mail|failure notice|no se (?:puede|pudo|ha podido) entregar|no entregado|"
    r"error (?:de|en la) entrega|devuelto|delayed mail|retrasad|no s'ha pogut lliurar",
    re.IGNORECASE,
)
_LATE = re.compile(r"delay|retras|will (?:retry|keep trying)|seguir.{1,2} intent", re.IGNORECASE)
_DAEMONS = ("mailer-daemon@", "postmaster@", "mail-daemon@")
_MESSAGE_ID = re.compile(r"^\W*message-id:\s*(<[^>\s]+>)", re.IGNORECASE | re.MULTILINE)
_REASON_MAX = 300


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server says of a mail of ours."""

    came: Came
    reason: str
    message_id: str  # of our mail, if it says so


def bounce_of(mail: Message) -> Bounce | None:
    """The bounce that this mail is, if it is one."""
    if mail.get_content_type() == "multipart/report" and _is_of_delivery(mail):
        return _report(mail)
    sender = header(mail, "From").lower()
    is_daemon = any(each in sender for each in _DAEMONS) or sender.startswith("mailer-daemon")
    is_null = header(mail, "Return-Path") in ("<>", "")
    if is_daemon and (is_null or is_automatic(mail)) and _RETURNED.search(header(mail, "Subject")):
        return _plain(mail)
    return None


def is_automatic(mail: Message) -> bool:
    """Whether a machine wrote it (RFC 3834)."""
    said = header(mail, "Auto-Submitted").lower()
    if said and said.partition(";")[0].strip() != "no":
        return True
    if any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")):
        return True
    if header(mail, "Precedence").lower() in ("auto_reply", "bulk", "junk", "list"):
        return True
    return header(mail, "Return-Path") == "<>" or bool(_ABSENT.match(header(mail, "Subject")))


def is_ours(mail: Message, domain: str) -> bool:
    """Whether it is a mail of our own that was sent back to us, or goes round and round."""
    marks = (header(mail, "List-Id").lower(), header(mail, "X-Loop").lower())
    hops = len(mail.get_all("Received") or ())
    return hops > HOPS_MAX or any(mark and domain.lower() in mark for mark in marks)


def _is_of_delivery(mail: Message) -> bool:
    kind = str(mail.get_param("report-type", "")).lower()
    return kind == "delivery-status" or any(
        part.get_content_type() == "message/delivery-status" for part in mail.walk()
    )


def _report(mail: Message) -> Bounce:
    fields: dict[str, str] = {}
    message_id = ""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for group in part.get_payload():
                if isinstance(group, Message):
                    fields |= {name.lower(): header(group, name) for name, _ in group.items()}
        elif kind == "message/rfc822":
            inner = next(iter(part.get_payload()), None)
            message_id = header(inner, "Message-ID") if isinstance(inner, Message) else ""
        elif kind == "text/rfc822-headers":
            message_id = _named_id(str(part.get_payload()))
    status = fields.get("status", "")
    action = fields.get("action", "").lower()
    reason = fields.get("diagnostic-code", "") or words(mail)
    return Bounce(_came(action, status), f"{status} {reason}".strip()[:_REASON_MAX], message_id)


def _came(action: str, status: str) -> Came:
    if action == "delayed":
        return Came.DELAYED
    if action in ("delivered", "relayed", "expanded") or (not action and status.startswith("2")):
        return Came.DELIVERED
    if not action and status.startswith("4"):
        return Came.DELAYED
    return Came.UNDELIVERABLE


def _plain(mail: Message) -> Bounce:
    said = words(mail)
    status = _STATUS.search(said)
    code = status or _REPLY_CODE.search(said)
    is_late = bool(code and code.group(1) == "4") or bool(_LATE.search(header(mail, "Subject")))
    reason = f"{status.group(0) if status else ''} {' '.join(said.split())}".strip()
    came = Came.DELAYED if is_late else Came.UNDELIVERABLE
    return Bounce(came, reason[:_REASON_MAX], _named_id(said))


def _named_id(said: str) -> str:
    """The Message-ID among headers that are told as text."""
    found = _MESSAGE_ID.search(said)
    return found.group(1) if found else ""
