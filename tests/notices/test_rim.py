"""Channels and inbox over their real wire, and what becomes of an unknown sender."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest

from relevo.adapters.channel_email.client import SmtpEmail
from relevo.adapters.channel_sms.client import RestSms
from relevo.adapters.http import client
from relevo.adapters.mail_inbox.client import RestInbox
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.catalogue import Catalogue, Route
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.process import Decision, ProcessType, state
from relevo.notices.actions import propose_reply
from relevo.notices.gateway import Inbound
from relevo.notices.intake import MailIntake
from relevo.notices.perform import performers
from relevo.notices.projections import senders
from relevo.notices.queries import read_texts
from relevo.notices.voice.decider import voice_process
from relevo.notices.voice.messages import DraftStopped, MessageAccepted, MessageSent, SendMessage
from relevo.orders.order.messages import (
    DecideNumber,
    HeldLine,
    LineKind,
    NumberDecided,
    NumberUndecided,
    OrderAccepted,
    Party,
    PlaceOrder,
    SimKind,
)
from relevo.profiles.book import load_book
from relevo.simulators.plan import AddressPlan, CustomerPlan, LinePlan, WorldPlan
from relevo.simulators.plan import LineKind as PlanKind
from relevo.simulators.world import World
from relevo.testing.postgres import clone, wipe
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

pytestmark = pytest.mark.service

STARTS = instant("2019-01-14T09:00:00+01:00")
ORDER = "R7K2M9QX"
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")
LINES = (
    HeldLine(id="M1", kind=LineKind.MOBILE, number=M1, donor="altamar"),
    HeldLine(id="M2", kind=LineKind.MOBILE, number=M2, donor="altamar", depends_on="M1"),
)
PLACED = PlaceOrder(
    customer=Party(
        holder=Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), True),
        language="es",
        email="hola@cierzo.example",
        contact=Msisdn("+34976000100"),
        address=Address("Calle de Alfonso I 17", "50003", "Zaragoza", "Zaragoza"),
    ),
    recipient="brisa",
    lines=LINES,
    moving=("M1",),
    sim=SimKind.CARD,
    wish=None,
    rules="es@2012-06-01",
    consent_at=STARTS,
)


@state("notices.test_order")
class Book:
    """An order that only asks what becomes of M2."""

    id: str
    phase: str = "open"


def order_process() -> ProcessType[Any]:
    """As much of an order as a voice needs to speak and to be answered."""

    def decide(book: Book, message: Any, at: Any) -> Decision:
        match message:
            case PlaceOrder():
                given = {field.name: getattr(message, field.name) for field in fields(message)}
                asked = NumberUndecided(line="M2", number=M2, depends_on="M1")
                return Decision(facts=(OrderAccepted(**given), asked))
            case DecideNumber():
                decided = NumberDecided(
                    line=message.line,
                    choice=message.choice,
                    by=message.by,
                    channel=message.channel,
                )
                return Decision(facts=(decided,))
            case _:
                return Decision()

    return ProcessType(
        kind="orders.order",
        version=1,
        blank=lambda process_id: Book(id=process_id),
        decide=decide,
        evolve=lambda book, fact: book,
        lifecycle={"open": frozenset({"shut"}), "shut": frozenset()},
        state=Book,
        messages=(PlaceOrder, DecideNumber),
        facts=(OrderAccepted, NumberUndecided, NumberDecided),
    )


class Rim:
    """The voice against a customer who reads and answers."""

    def __init__(self, dsn: str) -> None:
        self.clock = VirtualClock(STARTS)
        self.world = World(
            WorldPlan(
                starts=STARTS,
                customer=CustomerPlan(
                    name="Taller Cierzo S.L.",
                    document_type="CIF",
                    document_number="B99286320",
                    email="hola@cierzo.example",
                    contact="+34976000100",
                    address=AddressPlan(
                        street="Calle de Alfonso I 17",
                        postcode="50003",
                        city="Zaragoza",
                        province="Zaragoza",
                    ),
                    decides=(("M2", "port"),),
                ),
                lines=tuple(
                    LinePlan(id=name, kind=PlanKind.MOBILE, donor="altamar", number=number)
                    for name, number in (("M1", M1), ("M2", M2))
                ),
                recipient="brisa",
            ),
            self.clock,
        )
        where = self.world.start()
        http = client(where.http)
        kinds = (order_process(), voice_process(read_texts(), load_book().pinned))
        self.email = SmtpEmail(where.smtp_host, where.smtp_port)
        self.engine = Engine(
            dsn=dsn,
            catalogue=Catalogue(
                kinds,
                [
                    Route(fact, "notices.voice", lambda source, _: f"{source}/voice")
                    for fact in (OrderAccepted, NumberUndecided, NumberDecided)
                ],
                [senders()],
            ),
            clock=self.clock,
            performers=performers(RestSms(http), self.email),
        )
        self.intake = MailIntake(self.engine, dsn, RestInbox(http))
        self.connection = connect(dsn, autocommit=True)
        self.http = http

    def go_on(self, until: str) -> None:
        """Let the world and the product go on, one due thing after the other."""
        end = instant(until)
        while True:
            self.engine.run_until_quiet()
            if self.intake.poll():
                continue
            dues = [due for due in (self.engine.next_due(), self.world.next_due()) if due]
            due = min(dues, default=end)
            if due > end:
                self.clock.advance_to(end)
                return
            self.clock.advance_to(max(due, self.clock.now()))
            self.world.fire_due()
            if due == end:
                return

    def facts(self, kind: type) -> list[Any]:
        return [
            each.fact for each in facts_of(self.connection, ORDER) if isinstance(each.fact, kind)
        ]

    def close(self) -> None:
        self.email.close()
        self.intake.close()
        self.engine.close()
        self.connection.close()
        self.http.close()
        self.world.stop()


@pytest.fixture(scope="module")
def rim_database(postgres: Server) -> str:
    dsn = clone(postgres, "notices_rim")
    migrate(dsn, ("relevo.engine", "relevo.notices"))
    return dsn


@pytest.fixture
def rim(rim_database: str) -> Iterator[Rim]:
    made = Rim(rim_database)
    made.engine.tell("orders.order", ORDER, PLACED, key="1")
    yield made
    made.close()
    wipe(rim_database)


def test_a_question_goes_out_by_sms_and_its_answer_comes_back_to_the_order(rim: Rim) -> None:
    rim.go_on("2019-01-14T20:00:00+01:00")
    topics = [sent.topic for sent in rim.facts(MessageSent)]
    assert topics == ["ask_number", "welcome"]
    (decided,) = rim.facts(NumberDecided)
    assert (decided.line, decided.choice, decided.channel) == ("M2", "port", "sms")


def test_every_message_has_a_receipt_of_its_channel(rim: Rim) -> None:
    rim.go_on("2019-01-14T12:00:00+01:00")
    sent = {each.message_key: each.channel for each in rim.facts(MessageSent)}
    taken = {each.message_key: each.channel for each in rim.facts(MessageAccepted)}
    assert sent == taken
    assert set(sent.values()) == {"sms", "email"}


def test_a_doubled_hand_over_is_one_message(rim: Rim) -> None:
    message = SendMessage(
        channel="email",
        to="hola@cierzo.example",
        subject="Hola",
        text="¿Qué tal? · 0,73 €",
        message_key="K-1",
        sender="brisa",
    )
    rim.email.send(message)
    rim.email.send(message)
    (mail,) = [each for each in rim.world.chronicle.mailbox() if each.subject == "Hola"]
    assert mail.text == message.text
    assert "brisa@" in mail.sender


def test_an_address_that_nobody_has_is_given_up_and_a_server_that_is_away_is_not(
    rim: Rim,
) -> None:
    message = SendMessage(
        channel="email", to="x@nobody.example", subject="", text="", message_key="K", sender="brisa"
    )
    with pytest.raises(Permanent):
        rim.email.send(message)
    with pytest.raises(Temporary):
        SmtpEmail("127.0.0.1", 1).send(message)


def test_a_reply_is_judged_once_however_often_it_is_proposed(rim: Rim) -> None:
    rim.go_on("2019-01-14T12:00:00+01:00")
    for _ in range(2):
        propose_reply(
            rim.engine,
            ORDER,
            channel="email",
            text="No nos consta esa segunda línea.",
            by="Sergio",
            draft_id="d1",
        )
        rim.engine.run_until_quiet()
    (stopped,) = rim.facts(DraftStopped)
    assert stopped.kind == "contradiction"


@dataclass
class Letterbox:
    """An inbox with these messages."""

    messages: list[Inbound]
    away: bool = False

    def after(self, place: int) -> Sequence[Inbound]:
        if self.away:
            raise Temporary("no answer")
        return [each for each in self.messages if each.seq > place]


def test_a_stranger_is_kept_for_a_person_and_nothing_is_read_twice(
    rim: Rim, rim_database: str
) -> None:
    rim.engine.run_until_quiet()
    known = Inbound(
        source="inbox",
        external_id="1",
        seq=1,
        at=STARTS,
        channel="email",
        sender="Hola@Cierzo.example",
        text="Hola",
    )
    stranger = replace(
        known, external_id="2", seq=2, sender="who@else.example", text="¿Hay alguien?"
    )
    inbox = Letterbox([known, stranger], away=True)
    intake = MailIntake(rim.engine, rim_database, inbox)
    assert intake.poll() == 0
    assert intake.next_due() is not None
    inbox.away = False
    assert intake.poll() == 1
    assert intake.poll() == 0
    intake.close()
    rows = rim.connection.execute("select message_id, said from notice_stray").fetchall()
    assert rows == [("inbox:2", "¿Hay alguien?")]
