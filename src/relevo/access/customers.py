"""The door of the customers: the link of their order, and a one-time code.

The code goes to the contact of the order, which never is one of the numbers that move: not to an
address that somebody types in. It is sent past the outbox, straight to the channel, so that no
journal, queue or log ever holds it; what is kept is a hash that only this site can make.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from relevo.access.audit import CUSTOMER, note_at_the_door
from relevo.access.guessing import (
    CODE_ASKED,
    CODE_ASKED_FROM,
    CODE_TRIED,
    CODE_TRIED_FROM,
    LINK_FROM,
    Acting,
    forgive,
    give_back,
    take_tries,
)
from relevo.access.links import Channel, LinkNotYet, NoSuchLink, check_link
from relevo.access.masking import Personal, partly
from relevo.access.secret import SiteSecret
from relevo.access.sign_in import Caller, NotAdmitted
from relevo.access.tickets import end_ticket, open_customer_ticket, random_text
from relevo.engine.clock import Clock
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements
from relevo.notices.voice.messages import SendMessage
from relevo.values.msisdn import Msisdn, number_kind

_SQL = statements("relevo.access", "links")
CODE_LASTS = timedelta(minutes=10)
TRIES_OF_A_CODE = 5
_DIGITS = 6
_SALT_BYTES = 16
_SMS, _EMAIL = "sms", "email"


class CodeNotSent(Exception):
    """No channel took the code; another one may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to reach the customer, as a stranger may read it."""

    channel: str
    address_shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contact:
    addresses: Mapping[str, str]  # channel -> address
    language: str
    sender: str
    brand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDoor:
    """Lets customers in, each to his order.

    ``clock`` is that by which orders live, for when a link ends; a story that was played has its
    own. Codes and tries go by the caller's.
    """

    acting: Acting
    secret: SiteSecret
    clock: Clock
    channels: Mapping[str, Channel]  # those of this site: "sms", "email"

    def knock(self, order_key: str, token: str, caller: Caller) -> tuple[Way, ...]:
        """He came by a link: the ways on which a code can go to him.

        Raises NoSuchLink, LinkNotYet, LinkEnded and TooManyTries.
        """
        try:
            with self.acting() as connection:
                check_link(connection, self.secret, order_key, token, self.clock.now())
        except LinkNotYet:
            raise
        except NoSuchLink:
            take_tries(self.acting, ((LINK_FROM, caller.address),), caller.at)
            raise
        contact = self._contact(order_key)
        shows = {_SMS: Personal.PHONE, _EMAIL: Personal.EMAIL}
        return tuple(
            Way(channel=channel, address_shown=partly(address, shows[channel]))
            for channel, address in contact.addresses.items()
        )

    def send_code(self, order_key: str, token: str, channel: str, caller: Caller) -> None:
        """Send a code on this way; the one before is worth nothing from now on.

        Raises NoSuchLink, LinkEnded, TooManyTries and CodeNotSent.
        """
        self.knock(order_key, token, caller)
        contact = self._contact(order_key)
        if channel not in contact.addresses:
            raise CodeNotSent(f"there is no way {channel!r} to this customer")
        asked = ((CODE_ASKED, order_key), (CODE_ASKED_FROM, caller.address))
        take_tries(self.acting, asked, caller.at)
        code, salt = _new_code(), os.urandom(_SALT_BYTES)
        kept = {
            "order": order_key,
            "salt": salt,
            "mac": self.secret.made("code", order_key, salt, code),
            "at": caller.at,
            "until": caller.at + CODE_LASTS,
        }
        with self.acting() as connection:
            connection.execute(_SQL["keep_code"], kept)
        try:
            self.channels[channel].send(_message(contact, channel, code))
        except (Temporary, Permanent):
            with self.acting() as connection:
                connection.execute(_SQL["drop_code"], (order_key, salt))
            # What the channel said is left out: it may repeat what it was sent.
            raise CodeNotSent(f"the {channel} channel did not take it") from None

    def by_code(self, order_key: str, token: str, code: str, caller: Caller) -> str:
        """The ticket that opens this order.

        Raises NoSuchLink, LinkEnded, TooManyTries and NotAdmitted.
        """
        self.knock(order_key, token, caller)
        tried = ((CODE_TRIED, order_key), (CODE_TRIED_FROM, caller.address))
        take_tries(self.acting, tried, caller.at)
        given = "".join(each for each in code if each.isascii() and each.isdigit())
        asked = {"order": order_key, "at": caller.at, "tries": TRIES_OF_A_CODE}
        with self.acting() as connection:
            row = connection.execute(_SQL["try_code"], asked).fetchone()
        salt, mac = (b"", b"") if row is None else (bytes(row[0]), bytes(row[1]))
        right = self.secret.recognises(mac, "code", order_key, salt, given)
        with self.acting() as connection:
            used = (caller.at, order_key, salt)
            if not right or connection.execute(_SQL["use_code"], used).rowcount != 1:
                verb, ticket = "code_refused", ""
            else:
                verb = "signed_in"
                forgive(connection, CODE_TRIED, order_key)
                forgive(connection, CODE_ASKED, order_key)
                give_back(connection, CODE_TRIED_FROM, caller.address)
                end_ticket(connection, caller.ticket)
                ticket = open_customer_ticket(connection, order_key)
            note_at_the_door(connection, verb, at=caller.at, who=CUSTOMER, family=order_key)
        if not ticket:
            raise NotAdmitted
        return ticket

    def _contact(self, order_key: str) -> _Contact:
        with self.acting() as connection:
            row = connection.execute(_SQL["contact"], (order_key,)).fetchone()
        if row is None:
            raise NoSuchLink
        number, email, language, sender, brand = row
        can_read = number and number_kind(Msisdn(number)) != "fixed"
        found = {_SMS: number if can_read else "", _EMAIL: email}
        return _Contact(
            addresses={
                channel: address
                for channel, address in found.items()
                if address and channel in self.channels
            },
            language=language,
            sender=sender,
            brand=brand,
        )


def _new_code() -> str:
    """Each of a million as likely as any other, as far as anybody could ever tell."""
    return f"{int.from_bytes(os.urandom(16), 'big') % 10**_DIGITS:0{_DIGITS}d}"


def _message(contact: _Contact, channel: str, code: str) -> SendMessage:
    words = _texts(contact.language)
    return SendMessage(
        channel=channel,
        to=contact.addresses[channel],
        subject=words["subject"].format(brand=contact.brand),
        text=words["text"].format(brand=contact.brand, code=code),
        message_key=f"code-{random_text(12)}",
        sender=contact.sender,
    )


@cache
def _texts(language: str) -> Mapping[str, Any]:
    folder = files("relevo.access").joinpath("texts", language)
    return tomllib.loads(folder.joinpath("code.toml").read_text(encoding="utf-8"))
