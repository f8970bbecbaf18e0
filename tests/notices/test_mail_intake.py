"""The one door for what comes in: filed once, with the right order, and never with a stranger's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from relevo.adapters.channel_email.account import MailAccount
from relevo.adapters.channel_email.marks import Marks
from relevo.adapters.mail_inbox.filing import MailFiling
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.notices.actions import propose_reply
from relevo.notices.belonging import By, Candidate, belonging
from relevo.notices.gateway import Attachment, Came, Delivery, Inbound
from relevo.notices.intake import report, settle_stray, take
from relevo.notices.perform import performers
from relevo.notices.voice.messages import (
    CaseKnown,
    CustomerSaid,
    MessageArrived,
    MessageRerouted,
    MessageSent,
    MessageUndeliverable,
    SendMessage,
)
from relevo.testing.postgres import clone, wipe
from relevo.testing.spoken_orders import placed, spoken_orders
from relevo.values.moment import instant

pytestmark = pytest.mark.service

AT = instant("2019-01-14T09:00:00+01:00")
OLD, NEW, OTHER = "R7K2M9QX", "R8L3N4RY", "R9Z9Z9Z9"
SAID = Inbound(
    source="mail", external_id="1", channel="email", sender="Ana@X.test", text="Hola", at=AT
)


class Taken:
    """A channel that takes everything."""

    def __init__(self) -> None:
        self.sent: list[SendMessage] = []

    def send(self, message: SendMessage) -> None:
        self.sent.append(message)


class House:
    """Ana has two orders, Berta has one."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.clock = VirtualClock(AT)
        self.sms, self.email = Taken(), Taken()
        self.engine = Engine(
            dsn=dsn,
            catalogue=spoken_orders(),
            clock=self.clock,
            performers=performers(self.sms, self.email),
        )
        self.connection = connect(dsn, autocommit=True)
        for nth, (order, email) in enumerate(((OLD, "ana"), (OTHER, "berta"), (NEW, "ana"))):
            self.clock.advance_to(AT.replace(minute=nth))
            wanted = placed(
                email=f"{email}@x.test",
                contact=f"+3497600010{nth}",
                number=f"+3460000010{nth}",
                at=AT,
            )
            self.engine.tell("orders.order", order, wanted, key="1")
            self.engine.run_until_quiet()

    def take(self, *inbounds: Inbound) -> int:
        return take(self.connection, self.engine, inbounds)

    def facts(self, order: str, kind: type) -> list[Any]:
        self.engine.run_until_quiet()
        found = facts_of(self.connection, order)
        return [each.fact for each in found if isinstance(each.fact, kind)]

    def strays(self) -> list[tuple[Any, ...]]:
        rows = "select message_id, why, guess, settled_at is null from notice_stray order by 1"
        return self.connection.execute(rows).fetchall()

    def close(self) -> None:
        self.engine.close()
        self.connection.close()


@pytest.fixture(scope="module")
def intake_database(postgres: Server) -> str:
    dsn = clone(postgres, "notices_intake")
    migrate(dsn, ("relevo.engine", "relevo.notices"))
    return dsn


@pytest.fixture
def house(intake_database: str) -> Iterator[House]:
    opened = House(intake_database)
    yield opened
    opened.close()
    wipe(intake_database)


def test_what_is_brought_twice_is_filed_once_and_another_source_is_another_message(
    house: House,
) -> None:
    assert house.take(SAID, SAID) == 1
    assert house.take(SAID) == 0
    assert house.take(replace(SAID, source="chat")) == 1
    assert len(house.facts(NEW, CustomerSaid)) == 2


def test_a_key_in_a_strangers_text_opens_nothing_and_is_told_to_whoever_sorts_it(
    house: House,
) -> None:
    stranger = replace(SAID, sender="who@else.test", text=f"Soy titular de {OTHER.lower()}.")
    assert house.take(stranger, replace(stranger, external_id="2", replies_to=f"{OLD}-1")) == 0
    assert house.strays() == [
        ("mail:1", "unknown_sender", OTHER, True),
        ("mail:2", "unknown_sender", OLD, True),
    ]
    assert house.facts(OTHER, CustomerSaid) == []
    berta = replace(SAID, external_id="3", sender="berta@x.test", text=f"¿Y {NEW}?")
    assert house.take(berta) == 1
    assert house.facts(NEW, CustomerSaid) == []
    assert [each.filed_by for each in house.facts(OTHER, CustomerSaid)] == ["sender"]


def test_a_person_settles_a_stray_once(house: House) -> None:
    house.take(replace(SAID, sender="who@else.test"))
    for _ in range(2):
        settle_stray(house.connection, house.engine, "mail:1", order=OTHER, by="Marta")
    (said,) = house.facts(OTHER, CustomerSaid)
    assert (said.text, said.filed_by) == ("Hola", "person:Marta")
    assert not house.strays()[0][3]


def test_of_several_orders_it_is_the_one_that_is_answered_named_troubled_or_newest(
    house: House,
) -> None:
    case = CaseKnown(key="PT-4433", owner="Nuria", opened_at=AT, next_update=None)
    house.take(SAID)
    house.take(replace(SAID, external_id="2", replies_to=f"{OLD}-1", thread="t"))
    house.take(replace(SAID, external_id="3", thread="t"))
    house.take(replace(SAID, external_id="4", text=f"Lo de {OLD.lower()}, por favor"))
    house.engine.tell("notices.voice", f"{OLD}/voice", case, key="case")
    house.engine.run_until_quiet()
    house.take(replace(SAID, external_id="5"))
    house.take(replace(SAID, external_id="6", proven_order=NEW, sender="ana@work.test"))
    old = [each.filed_by for each in house.facts(OLD, CustomerSaid)]
    new = [each.filed_by for each in house.facts(NEW, CustomerSaid)]
    assert (old, new) == (["reply", "thread", "key", "open_case"], ["newest", "proof"])


def test_a_closed_order_comes_behind_one_that_goes_on() -> None:
    ends = Candidate(order=NEW, accepted_at=AT.replace(hour=20), is_closed=True)
    goes_on = Candidate(order=OLD, accepted_at=AT)
    assert belonging(SAID, [ends, goes_on], "", "").order == OLD
    assert belonging(SAID, [ends], "", "").by is By.SENDER


def test_what_no_database_can_hold_is_filed_all_the_same_and_a_long_text_is_kept_whole(
    house: House,
) -> None:
    odd = replace(SAID, text="a\0b\ud800" + "x" * 30_000, thread="t" * 900, subject="\0")
    original = Attachment(name="m\0.eml", media_type="x", content=b"\0", is_original=True)
    assert house.take(replace(odd, attachments=(original,))) == 1
    (said,) = house.facts(NEW, CustomerSaid)
    assert said.text.startswith("a\ufffdb?x")
    rows = house.connection.execute(
        "select why, octet_length(content) from notice_attachment order by nth"
    ).fetchall()
    assert [each[0] for each in rows] == ["long", "original"]
    assert rows[0][1] > 30_000


def sent(house: House) -> MessageSent:
    propose_reply(
        house.engine, NEW, channel="email", text="Gracias por escribirnos.", by="A", draft_id="1"
    )
    (found,) = house.facts(NEW, MessageSent)
    assert isinstance(found, MessageSent)
    return found


def told(came: Came, channel: str = "email") -> Delivery:
    return Delivery(came=came, channel=channel, reason="550 5.1.1 unknown", at=AT)


def test_a_bounce_sends_the_same_words_by_the_other_channel_once_and_then_calls_a_person(
    house: House,
) -> None:
    key = sent(house).message_key
    for _ in range(2):
        assert report(house.connection, house.engine, key, told(Came.UNDELIVERABLE))
        assert len(house.facts(NEW, MessageRerouted)) == 1
    assert [each.text for each in house.sms.sent] == ["Gracias por escribirnos."]
    report(house.connection, house.engine, key, told(Came.UNDELIVERABLE, "sms"))
    assert [each.channel for each in house.facts(NEW, MessageUndeliverable)] == ["sms"]


def test_a_receipt_is_noted_once_and_ends_the_matter(house: House) -> None:
    key = sent(house).message_key
    for came in (Came.DELIVERED, Came.DELIVERED, Came.UNDELIVERABLE):
        report(house.connection, house.engine, key, told(came))
    assert len(house.facts(NEW, MessageArrived)) == 1
    assert house.facts(NEW, MessageRerouted) == []
    assert not report(house.connection, house.engine, "R0000000-1", told(Came.DELIVERED))


@pytest.mark.parametrize("spelt", [str, str.lower, str.upper])
def test_our_marks_are_known_however_they_are_spelt_and_cannot_be_made_up(spelt: Any) -> None:
    marks = Marks("brisa.test", b"s" * 32)
    assert marks.answered(spelt(marks.answer_address(f"{NEW}-3"))) == f"{NEW}-3"
    assert marks.bounced(spelt(marks.bounce_address(f"{NEW}-3"))) == f"{NEW}-3"
    assert marks.named(marks.message_id("out-1/letter:0")) == ("out-1/letter:0", True)
    other = Marks("brisa.test", b"t" * 32)
    assert other.answered(marks.answer_address(f"{NEW}-3")) == ""
    assert marks.answered(marks.bounce_address(f"{NEW}-3").replace("bounces", "answers")) == ""
    assert other.named(marks.message_id(f"{NEW}-3")) == (f"{NEW}-3", False)
    assert len(marks.answer_address(f"{NEW}-333").partition("@")[0]) <= 64


@pytest.mark.parametrize(
    ("head", "why"),
    [("Auto-Submitted: auto-replied\r\n", "automatic"),
     ("List-Id: <customers.brisa.brisa.test>\r\n", "automatic"),
     ("Authentication-Results: mx; dmarc=fail\r\n", "doubtful_sender")],
)  # fmt: skip
def test_what_machines_and_forgers_write_is_kept_and_reaches_no_voice(
    house: House, head: str, why: str
) -> None:
    account = MailAccount(domain="brisa.test", secret=b"s" * 32, mail_server="mx")
    filing = MailFiling(house.engine, house.dsn, account)
    raw = f"From: ana@x.test\r\nSubject: Re: x\r\nMessage-ID: <1@x>\r\n{head}\r\nHola".encode()
    filing.file(raw)
    filing.file(raw)
    filing.close()
    ((_, said_why, _, is_open),) = house.strays()
    assert (said_why, is_open) == (why, why != "automatic")
    assert house.facts(NEW, CustomerSaid) == []
