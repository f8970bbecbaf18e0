"""The link of an order: an address that nobody guesses, made from the site's secret when needed.

Nothing of it is stored (decision 16). Whoever writes a notice leaves ``[[link]]`` in its text; it
is filled in on the way out, so that the journal holds no address that opens a door. It can be made
anew, which ends the old one, and it ends by itself some time after the order.
"""

from __future__ import annotations

import hmac
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from relevo.access.secret import SiteSecret, read_secret
from relevo.access.tickets import end_tickets_for
from relevo.engine.connection import Connection, connect
from relevo.engine.sql import statements
from relevo.notices.render import PLACE_OF_LINK, without_link
from relevo.notices.voice.messages import SendMessage
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.access", "links")
LASTS_AFTER_CLOSING = timedelta(days=30)
_TOKEN_BYTES = 20  # 160 bits
_TOKEN = re.compile(r"[A-Za-z0-9_-]{27}")


class NoSuchLink(Exception):
    """It opens nothing, and never tells whether there is such an order."""


class LinkNotYet(NoSuchLink):
    """It is right, and its order is on its way: a worker takes it up in a moment."""


class LinkEnded(Exception):
    """It was right, and the order is over for longer than it lasts."""


def customer_path(secret: SiteSecret, order_key: str, generation: int = 1) -> str:
    """The address of the customer's page of an order, below that of the site."""
    return f"/o/{order_key}/{_token(secret.made('link', order_key, str(generation)))}"


def customer_link(connection: Connection, secret: SiteSecret, order_key: str) -> str:
    """The address that opens the order now."""
    row = connection.execute(_SQL["generation"], (order_key,)).fetchone()
    return customer_path(secret, order_key, 1 if row is None else int(row[0]))


def check_link(
    connection: Connection, secret: SiteSecret, order_key: str, token: str, at: Moment
) -> None:
    """Whether this is the order's link. Raises NoSuchLink, LinkNotYet and LinkEnded."""
    row = connection.execute(_SQL["order_of_link"], (order_key,)).fetchone()
    generation, closed_at = (1, None) if row is None else row
    given = _bytes(token)
    made = secret.candidates("link", order_key, str(generation))
    right = any(hmac.compare_digest(each[:_TOKEN_BYTES], given) for each in made)
    if not right:
        raise NoSuchLink
    if row is None:
        raise LinkNotYet
    if closed_at is not None and at > utc(closed_at) + LASTS_AFTER_CLOSING:
        raise LinkEnded


def renew_link(connection: Connection, order_key: str, at: Moment) -> None:
    """Make the order's link anew: the old one opens nothing, and who came by it is out."""
    connection.execute(_SQL["renew"], {"order": order_key, "at": at})
    end_tickets_for(connection, order_key)


class Channel(Protocol):
    """Takes a message for a customer, as the channels of the voice do."""

    def send(self, message: SendMessage) -> None:
        """Hand it over."""


@dataclass(frozen=True, slots=True)
class LinkingChannel:
    """A channel that fills the order's link into what goes out.

    Whose link it is follows from the message itself and from nothing in its text: a text can ask
    for the link of its reader, and for nobody else's.
    """

    channel: Channel
    link_of: Callable[[str], str]  # an order's key -> its address; "" on a site without pages

    def send(self, message: SendMessage) -> None:
        """Hand it over."""
        if PLACE_OF_LINK in message.text:
            link = self.link_of(message.message_key.rpartition("-")[0])
            said = message.text.replace(PLACE_OF_LINK, link) if link else without_link(message.text)
            message = replace(message, text=said)
        self.channel.send(message)


def links_of_site(dsn: str, environment: Mapping[str, str] = os.environ) -> Callable[[str], str]:
    """How this site makes the link of an order: ``RELEVO_PAGES_URL`` is where customers reach its
    pages, and ``RELEVO_SECRET_FILE`` the secret that the pages have, too.

    Raises NoSecret for an address without a secret.
    """
    address = environment.get("RELEVO_PAGES_URL", "").rstrip("/")
    if not address:
        return lambda _: ""
    secret = read_secret(Path(environment.get("RELEVO_SECRET_FILE", "site.secret")))

    def link_of(order_key: str) -> str:
        with connect(dsn, name="relevo links") as connection:
            return address + customer_link(connection, secret, order_key)

    return link_of


def _token(made: bytes) -> str:
    return urlsafe_b64encode(made[:_TOKEN_BYTES]).rstrip(b"=").decode()


def _bytes(token: str) -> bytes:
    return urlsafe_b64decode(token + "=") if _TOKEN.fullmatch(token) else b""
