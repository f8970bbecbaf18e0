"""What was posted, whose account is whose, and what is still to be said: on our own tables."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.adapters.channel_social.codes import Proof
from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.adapters.channel_social", "ledger")


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the program itself says to an account, once."""

    account: str
    kind: str  # "prove" | "proven" | "spoilt"
    about: str
    reference: str  # of his post

    @property
    def key(self) -> str:
        """As if it were a message; no message of a voice looks like it."""
        return f"note/{self.kind}/{self.account}/{self.about}"


@dataclass(frozen=True, slots=True)
class Handed:
    """A post that was begun. Without ``reference`` nobody knows whether it came to be."""

    reference: str
    at: Moment


def place_of(connection: Connection, network: str) -> str:
    """How far the network was read."""
    row = connection.execute(_SQL["place"], (network,)).fetchone()
    return "" if row is None else str(row[0])


def move_place(connection: Connection, network: str, place: str) -> None:
    """It was read up to here."""
    connection.execute(_SQL["move_place"], (network, place))


def handed(connection: Connection, key: str, part: int) -> Handed | None:
    """Whether this post was begun."""
    row = connection.execute(_SQL["posted"], (key, part)).fetchone()
    return None if row is None else Handed(str(row[0]), utc(row[1]))


def hand(connection: Connection, key: str, part: int, network: str, now: Moment) -> None:
    """It is about to be posted."""
    connection.execute(_SQL["hand"], (key, part, network, now))


def give_back(connection: Connection, key: str, part: int) -> None:
    """It certainly was not posted."""
    connection.execute(_SQL["give_back"], (key, part))


def settle(connection: Connection, key: str, part: int, reference: str) -> None:
    """It was posted, under this name."""
    connection.execute(_SQL["settle"], (reference, key, part))


def key_of(connection: Connection, network: str, reference: str) -> str:
    """Which message of ours this post is; empty for none."""
    row = connection.execute(_SQL["key_of"], (network, reference)).fetchone()
    return "" if row is None or "/" in str(row[0]) else str(row[0])


def order_of_account(connection: Connection, account: str) -> str:
    """The order that was last proven to be this account's; empty for none."""
    row = connection.execute(_SQL["order_of_account"], (account,)).fetchone()
    return "" if row is None else str(row[0])


def account_of_order(connection: Connection, order: str) -> str:
    """The account that was last proven for this order; empty for none."""
    row = connection.execute(_SQL["account_of_order"], (order,)).fetchone()
    return "" if row is None else str(row[0])


def prove(connection: Connection, account: str, order: str, now: Moment) -> None:
    """The account is the order's customer's."""
    connection.execute(_SQL["prove"], (account, order, now))


def code_now(connection: Connection, order: str) -> int:
    """Which of the order's codes counts."""
    row = connection.execute(_SQL["code"], (order,)).fetchone()
    return 1 if row is None else int(row[0])


def spoil(connection: Connection, proof: Proof) -> None:
    """The code was read by everybody: the next one counts."""
    connection.execute(_SQL["spoil"], (proof.order, proof.nth + 1))


def last_of(connection: Connection, order: str, network: str, account: str) -> str:
    """His last post about this order; empty for none."""
    row = connection.execute(_SQL["last_of"], (order, network, account)).fetchone()
    return "" if row is None else str(row[0])


def note(connection: Connection, each: Note, network: str, now: Moment) -> None:
    """To be said; once for ever."""
    row = (each.account, each.kind, each.about, network, each.reference, now)
    connection.execute(_SQL["note"], row)


def notes_due(connection: Connection, network: str) -> list[Note]:
    """What is still to be said, the oldest first."""
    return [Note(*row) for row in connection.execute(_SQL["notes_due"], (network,)).fetchall()]


def note_done(connection: Connection, each: Note, now: Moment, problem: str = "") -> None:
    """It was said, or cannot be."""
    row = (now, problem, each.account, each.kind, each.about)
    connection.execute(_SQL["note_done"], row)


def named(connection: Connection, order: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who and what must not be named in the open: people of the order; its key and its case's."""
    row = connection.execute(_SQL["named"], (order,)).fetchone() or ("", "", "")
    people, case = tuple(filter(None, row[:2])), str(row[2] or "")
    return people, tuple(filter(None, (order, case)))
