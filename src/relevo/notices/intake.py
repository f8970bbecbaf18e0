"""The one door for whatever comes in: what customers say, and what became of our messages.

``take`` is for every wire, whether it is asked (an inbox) or pushes (a mail server, an SMS centre,
a webhook, the page): when it returns, all is stored for good and may be acknowledged outside.
The same ``external_id`` from the same source is taken once, whoever brings it again and when.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from relevo.engine.connection import Connection, Cursor, connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements
from relevo.notices.belonging import Belonging, By, Candidate, belonging, keys_in, order_of
from relevo.notices.gateway import Attachment, Delivery, Inbound, Inbox
from relevo.notices.voice.messages import CustomerWrote, DeliveryReported, filed_by_person
from relevo.values.moment import Moment

_LOG = logging.getLogger(__name__)
_SQL = statements("relevo.notices", "notices")
_AGAIN_AFTER = timedelta(minutes=2)
SAID_MAX = 20_000
"""Characters of a text that a voice hears; a longer one is kept whole beside it."""
_VOICE = "notices.voice"
_INBOX = "inbox"
_WORD_MAX = 500
_ID_MAX = 200

Vault = Callable[[Connection, Engine, str, Inbound, Attachment], str]
"""Puts a file into the vault of an order, in the caller's transaction; why not, or nothing."""


def take(
    connection: Connection, engine: Engine, inbounds: Iterable[Inbound], vault: Vault | None = None
) -> int:
    """File what came in; how many messages voices got by it.

    Each message is a transaction of its own (of the caller's, where he has begun one). When it
    fails in the middle, all may be brought again.
    """
    given = [_storable(each) for each in inbounds]
    if not given:
        return 0
    looks = _Looks(connection, given)
    return sum(
        _file(connection, engine, each, looks.belonging(each), vault)
        for each in given
        if not looks.is_known(each)
    )


def report(connection: Connection, engine: Engine, message_key: str, delivery: Delivery) -> bool:
    """Tell the voice what became of a message; False when it is none of a voice's.

    In the caller's transaction where he has begun one. Told again, it is the same.
    """
    order = order_of(message_key)
    if not order:
        _LOG.info("nobody waits for news of message %s", message_key)
        return False
    reported = DeliveryReported(
        message_key=message_key,
        channel=delivery.channel,
        came=str(delivery.came),
        reason=_clean(delivery.reason)[:_WORD_MAX],
        at=delivery.at,
    )
    key = f"report:{delivery.channel}:{delivery.came}:{message_key}"
    with connection.transaction(), connection.cursor() as cursor:
        known = cursor.execute(_SQL["is_known_order"], (order,)).fetchone()
        if known is None:
            return False
        engine.tell_within(cursor, _VOICE, f"{order}/voice", reported, key=key)
    return True


def order_of_sender(connection: Connection, inbound: Inbound) -> str:
    """With which order a message would be filed; "" when it would be a stray."""
    asked = _storable(inbound)
    return _Looks(connection, [asked]).belonging(asked).order


def last_reference(connection: Connection, order: str, source: str) -> tuple[str, str] | None:
    """How the outside calls the last message of this order's customer, and its conversation."""
    row = connection.execute(_SQL["last_reference"], (order, source)).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


def settle_stray(
    connection: Connection, engine: Engine, message_id: str, *, order: str, by: str
) -> bool:
    """A person says whose it is: the voice of that order hears it. False if it was settled
    before, or there is no such message."""
    with connection.transaction(), connection.cursor() as cursor:
        now = engine.clock.now()
        row = cursor.execute(_SQL["settle_stray"], (now, by, message_id)).fetchone()
        if row is None:
            return False
        channel, said, sent_at, minutes = row
        wrote = CustomerWrote(
            message_id=message_id,
            channel=channel,
            text=said,
            at=sent_at,
            minutes=minutes,
            filed_by=filed_by_person(by),
        )
        engine.tell_within(cursor, _VOICE, f"{order}/voice", wrote, key=message_id)
    return True


def place_of(connection: Connection, source: str) -> int:
    """How far an inbox was read."""
    row = connection.execute(_SQL["place"], (source,)).fetchone()
    return 0 if row is None else int(row[0])


def move_place(connection: Connection, source: str, place: int) -> None:
    """It was read up to here, and never back."""
    connection.execute(_SQL["move_place"], (source, place))


class MailIntake:
    """An inbox that is asked, and read by place."""

    source = "mail"  # what a play calls its news

    def __init__(
        self, engine: Engine, dsn: str, inbox: Inbox, *, vault: Vault | None = None
    ) -> None:
        self._engine = engine
        self._dsn = dsn
        self._inbox = inbox
        self._vault = vault
        self._opened: Connection | None = None
        self._again: Moment | None = None

    def poll(self) -> int:
        """Fetch everything that is new; how many messages voices got."""
        connection = self._connection()
        try:
            inbound = self._inbox.after(place_of(connection, _INBOX))
        except (Temporary, Permanent) as away:
            _LOG.warning("%s: %s", _INBOX, away.reason)
            self._again = self._engine.clock.now() + _AGAIN_AFTER
            return 0
        self._again = None
        if not inbound:
            return 0
        told = take(connection, self._engine, inbound, self._vault)
        move_place(connection, _INBOX, max(each.seq for each in inbound))
        return told

    def next_due(self) -> Moment | None:
        """When to ask an inbox again that was away."""
        return self._again

    def close(self) -> None:
        """Close the connection."""
        if self._opened is not None:
            self._opened.close()

    def _connection(self) -> Connection:
        if self._opened is None or self._opened.closed:
            self._opened = connect(self._dsn, name="relevo inbox", autocommit=True)
        return self._opened


class _Looks:
    """What is known of the senders, threads and keys of a batch; asked once for all of it."""

    def __init__(self, connection: Connection, given: Sequence[Inbound]) -> None:
        ids = [each.source for each in given], [each.external_id for each in given]
        threads = [each.source for each in given], [each.thread for each in given]
        keys = {spelt for each in given for key in keys_in(each) for spelt in (key, key.upper())}
        with connection.transaction():
            known = connection.execute(_SQL["known_inbound"], ids).fetchall()
            rows = connection.execute(
                _SQL["orders_of_senders"], ([each.sender for each in given],)
            ).fetchall()
            filed = connection.execute(_SQL["orders_of_threads"], threads).fetchall()
            named = connection.execute(_SQL["orders_named"], {"keys": sorted(keys)}).fetchall()
        self._known = {(str(source), str(external_id)) for source, external_id in known}
        self._threads = {(str(source), str(thread)): str(order) for source, thread, order in filed}
        self._named = {str(key): str(order) for key, order in named}
        self._candidates: dict[str, list[Candidate]] = {}
        for address, order, accepted_at, case_key, case_is_open, is_closed in rows:
            candidate = Candidate(
                order=order,
                accepted_at=accepted_at,
                case_key=case_key,
                case_is_open=case_is_open,
                is_closed=is_closed,
            )
            self._candidates.setdefault(str(address), []).append(candidate)

    def is_known(self, each: Inbound) -> bool:
        return (each.source, each.external_id) in self._known

    def belonging(self, each: Inbound) -> Belonging:
        spelt = (self._named.get(key) or self._named.get(key.upper()) for key in keys_in(each))
        return belonging(
            each,
            self._candidates.get(each.sender, ()),
            self._threads.get((each.source, each.thread), "") if each.thread else "",
            next(filter(None, spelt), ""),
        )


def _file(
    connection: Connection, engine: Engine, each: Inbound, where: Belonging, vault: Vault | None
) -> int:
    """One message, in one transaction, in one bucket; 1 if a voice got it."""
    now = engine.clock.now()
    with connection.transaction(), connection.cursor() as cursor:
        row = (
            each.source,
            each.external_id,
            each.channel,
            each.sender,
            each.thread,
            each.reference,
            where.order or None,
            str(where.by),
            now,
        )
        cursor.execute(_SQL["take_inbound"], row)
        if cursor.rowcount == 0:
            return 0  # another worker was faster
        left = _left_over(connection, engine, each, where, vault)
        rows = [
            (_message_id(each), nth, file.name, file.media_type, file.content, why, now)
            for nth, (file, why) in enumerate(left)
        ]
        if rows:
            cursor.executemany(_SQL["keep_attachment"], rows)
        if not where.order:
            _keep_stray(cursor, each, where, now)
            return 0
        message_id = _message_id(each)
        wrote = _wrote(each, where)
        engine.tell_within(cursor, _VOICE, f"{where.order}/voice", wrote, key=message_id)
    return 1


def _left_over(
    connection: Connection, engine: Engine, each: Inbound, where: Belonging, vault: Vault | None
) -> list[tuple[Attachment, str]]:
    """Files that are to be kept with the message and not in the vault, and why."""
    left: list[tuple[Attachment, str]] = []
    if len(each.text) > SAID_MAX:
        whole = each.text.encode("utf-8")
        left.append((Attachment(name="text.txt", media_type="text/plain", content=whole), "long"))
    for file in each.attachments:
        if file.is_original:
            left.append((file, "original"))
        elif not where.order:
            left.append((file, "stray"))
        else:
            why = vault(connection, engine, where.order, each, file) if vault else "no_vault"
            if why:
                left.append((file, why))
    return left


def _keep_stray(cursor: Cursor, each: Inbound, where: Belonging, now: Moment) -> None:
    is_settled = where.by is By.AUTOMATIC
    row: tuple[Any, ...] = (
        _message_id(each),
        each.channel,
        each.sender,
        each.text[:SAID_MAX],
        each.at,
        each.minutes,
        now,
        each.source,
        each.thread,
        each.subject,
        str(where.by),
        where.guess,
        now if is_settled else None,
        "",
    )
    cursor.execute(_SQL["keep_stray"], row)


def _message_id(each: Inbound) -> str:
    return f"{each.source}:{each.external_id}"


def _wrote(each: Inbound, where: Belonging) -> CustomerWrote:
    return CustomerWrote(
        message_id=_message_id(each),
        channel=each.channel,
        text=each.text[:SAID_MAX],
        at=each.at,
        minutes=each.minutes,
        filed_by=filed_by_person(each.noted_by) if each.noted_by else str(where.by),
        attachments=tuple(file.name for file in each.attachments if not file.is_original),
    )


def _storable(each: Inbound) -> Inbound:
    """As a database can hold it: no NUL, no half characters, keys of a bounded length."""
    return replace(
        each,
        external_id=_bounded(_clean(each.external_id)),
        sender=_address(each),
        text=_clean(each.text),
        thread=_bounded(_clean(each.thread)),
        reference=_clean(each.reference)[:_WORD_MAX],
        replies_to=_clean(each.replies_to),
        subject=_clean(each.subject)[:_WORD_MAX],
        attachments=tuple(
            replace(
                file,
                name=_clean(file.name)[:_ID_MAX],
                media_type=_clean(file.media_type)[:_ID_MAX],
            )
            for file in each.attachments
        ),
    )


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _bounded(key: str) -> str:
    return key if len(key) <= _ID_MAX else "sha256-" + sha256(key.encode()).hexdigest()


def _address(each: Inbound) -> str:
    """As ``notice_sender`` writes it: small letters; numbers with + and their country."""
    address = _clean(each.sender).strip().lower()[:_WORD_MAX]
    bare = "".join(address.split())
    if bare.startswith("00") and bare.isdecimal():
        return "+" + bare[2:]
    return bare if bare.startswith("+") else address
