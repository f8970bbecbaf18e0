"""What arrives at customers, and what they send: SMS over HTTP, e-mail over SMTP, calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256

from relevo.simulators.exchange import Exchange
from relevo.simulators.feed import Answers, Feed
from relevo.simulators.http import Answer, Asked, Route
from relevo.simulators.stage import Part, Stage
from relevo.values.moment import Moment


@dataclass(slots=True)
class Delivered:
    """One message in the customer's hands."""

    at: Moment
    channel: str  # sms | email
    to: str
    sender: str
    subject: str
    text: str
    is_ours: bool  # from the recipient; the donor writes, too
    read_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsOrder:
    """An SMS to be delivered."""

    key: str
    sender: str
    to: str
    text: str


class Mailboxes:
    """Everything written and said between the customers and the operators."""

    def __init__(self, stage: Stage, exchange: Exchange) -> None:
        self._stage = stage
        self._exchange = exchange
        self.delivered: tuple[list[Delivered], ...] = tuple([] for _ in stage.parts)
        self.arrived: list[Callable[[Part, Delivered], None]] = []
        self._owners = {part.plan.customer.email.lower(): part for part in stage.parts}
        self._contacts = {_digits(part.plan.customer.contact): part for part in stage.parts}
        self._inbound = Feed()
        self._sms_answers: Answers[Answer] = Answers()
        self._email_keys: set[str] = set()

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        return [
            Route(self._stage, "POST", "/mail/sms", self._take_sms),
            Route(self._stage, "GET", "/mail/inbound", self._list_inbound),
        ]

    def donor_writes(self, brand: str, to: str, text: str) -> None:
        """A donor sends the customer an SMS."""
        self._deliver_sms(brand, to, text, is_ours=False)

    def take_email(self, raw: bytes, recipients: list[str]) -> bool:
        """An e-mail came in by SMTP; False if nobody here has that address."""
        wanted = next((each for each in map(str.lower, recipients) if each in self._owners), None)
        if wanted is None:
            return False
        parsed = message_from_bytes(raw, policy=policy.default)
        key = str(parsed["Message-ID"] or sha256(raw).hexdigest()).strip()
        if key in self._email_keys:
            return True
        self._email_keys.add(key)
        sender, subject = str(parsed["From"] or ""), str(parsed["Subject"] or "")
        email = Delivered(
            self._stage.now(), "email", wanted, sender, subject, _text_of(parsed), is_ours=True
        )
        self._arrive(self._owners[wanted], email)
        return True

    def customer_says(
        self, part: Part, channel: str, text: str, *, minutes: int | None = None
    ) -> None:
        """A customer writes to us, or calls the hotline, where it is written down."""
        customer = part.plan.customer
        sender = customer.email if channel == "email" else customer.contact
        self._inbound.add(
            {
                "at": self._stage.now(),
                "channel": channel,
                "from": sender,
                "text": text,
                "minutes": minutes,
            }
        )
        self._stage.changed("mail")

    def _take_sms(self, asked: Asked) -> Answer:
        order = asked.read(SmsOrder)
        return self._sms_answers.once(order.key, lambda: self._send(order))

    def _send(self, order: SmsOrder) -> Answer:
        self._deliver_sms(order.sender, order.to, order.text, is_ours=True)
        return Answer(202, {"id": sha256(order.key.encode()).hexdigest()[:16]})

    def _deliver_sms(self, sender: str, to: str, text: str, *, is_ours: bool) -> None:
        """An SMS to a number that is dead, or that is not the customer's, arrives nowhere."""
        number = _digits(to)
        owner = self._contacts.get(number)
        served = self._exchange.lines.get(number)
        if owner is None and served is not None and self._exchange.can(number, "sms_in"):
            owner = served.part
        if owner is not None:
            sms = Delivered(self._stage.now(), "sms", number, sender, "", text, is_ours=is_ours)
            self._arrive(owner, sms)

    def _arrive(self, owner: Part, message: Delivered) -> None:
        self.delivered[owner.place].append(message)
        self._stage.touch(owner)
        for arrive in self.arrived:
            arrive(owner, message)

    def _list_inbound(self, asked: Asked) -> Answer:
        return Answer(200, {"messages": self._inbound.after(asked.after())})


def _digits(number: str) -> str:
    return re.sub(r"[^\d+]", "", number)


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    return str(body.get_content()).strip() if body is not None else ""
