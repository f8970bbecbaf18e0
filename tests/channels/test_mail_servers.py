"""E-mail with a real Postfix and a real Dovecot: out, answered, bounced, and killed on the way."""

from __future__ import annotations

import smtplib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from email.message import EmailMessage, Message
from email.utils import make_msgid
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from typing_extensions import override

from relevo.adapters.channel_email.account import ImapBox, LmtpAddress, MailAccount
from relevo.adapters.channel_email.client import SmtpEmail
from relevo.adapters.channel_email.conversations import Conversations
from relevo.adapters.mail_inbox.filing import MailFiling
from relevo.adapters.mail_inbox.imap import ImapIntake
from relevo.adapters.mail_inbox.intakes import mail_intakes
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import SystemClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.engine.performer import Permanent, Temporary
from relevo.notices.actions import propose_reply
from relevo.notices.perform import performers
from relevo.notices.voice.messages import (
    CustomerSaid,
    MessageArrived,
    MessageRerouted,
    MessageUndeliverable,
    SendMessage,
)
from relevo.testing.debian import NotInstalled
from relevo.testing.mail_servers import (
    LOOPBACK,
    PASSWORD,
    PostOffice,
    post_office,
)
from relevo.testing.patience import until
from relevo.testing.ports import free_port
from relevo.testing.postgres import clone, wipe
from relevo.testing.spoken_orders import placed, spoken_orders

pytestmark = pytest.mark.service

SECRET = b"a secret of a test that is long enough"
FIRST, SECOND = "R7K2M9QX", "R8L3N4RY"
DOMAIN = "brisa.test"
QUOTING = "El dom, 22 nov 2026 a las 10:00, Brisa <{address}>\nescribió:\n\n> {said}\n"


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    try:
        with post_office(free_port(), DOMAIN) as opened:
            yield opened
    except NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    dsn = clone(postgres, "channels_mail")
    migrate(dsn, ("relevo.engine", "relevo.notices"))
    return dsn


class Sms:
    """Where messages go when e-mail fails."""

    def __init__(self) -> None:
        self.sent: list[SendMessage] = []

    def send(self, message: SendMessage) -> None:
        self.sent.append(message)


class Site:
    """A worker of ours beside the servers."""

    def __init__(self, dsn: str, office: PostOffice, account: MailAccount) -> None:
        self.account = account
        self.office = office
        self.sms = Sms()
        self.conversations = Conversations(dsn)
        self.email = SmtpEmail(
            LOOPBACK, office.smtp, account, conversation_of=self.conversations.of
        )
        self.engine = Engine(
            dsn=dsn,
            catalogue=spoken_orders(),
            clock=SystemClock(),
            performers=performers(self.sms, self.email),
        )
        self.intakes = mail_intakes(account, self.engine, dsn, None)
        self.look = connect(dsn, autocommit=True)
        now = self.engine.clock.now()
        for place, (order, who) in enumerate(((FIRST, "ana"), (SECOND, "nobody"))):
            wanted = placed(
                email=f"{who}@{'customer' if who == 'ana' else 'nowhere'}.test",
                contact=f"+3497600010{place}",
                number=f"+3460000010{place}",
                at=now,
            )
            self.engine.tell("orders.order", order, wanted, key=order)
        self.engine.run_until_quiet()
        for each in self.intakes:
            each.poll()

    def facts(self, order: str, kind: type) -> list[Any]:
        self.engine.run_until_quiet()
        return [each.fact for each in facts_of(self.look, order) if isinstance(each.fact, kind)]

    def strays(self) -> int:
        row = self.look.execute("select count(*) from notice_stray").fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        for each in (*self.intakes, self.email, self.conversations, self.engine, self.look):
            each.close()


@pytest.fixture
def site(database: str, office: PostOffice) -> Iterator[Site]:
    opened = Site(database, office, account_of(office))
    yield opened
    opened.close()
    wipe(database)


def account_of(office: PostOffice, **given: Any) -> MailAccount:
    lmtp = LmtpAddress(port=office.our_lmtp)
    return MailAccount(domain=DOMAIN, tls="never", secret=SECRET, lmtp=lmtp, **given)


def message(nth: int, *, order: str = FIRST, to: str = "ana@customer.test") -> SendMessage:
    return SendMessage(
        channel="email",
        to=to,
        subject=f"Tu pedido {order}",
        text=f"Mensaje {nth}: tu línea se mueve el 18 de enero.",
        message_key=f"{order}-{nth}",
        sender="brisa",
    )


def answer(to: Message, said: str) -> EmailMessage:
    """As Gmail writes it in Spanish."""
    mail = EmailMessage()
    mail["From"] = "Ana <ana@customer.test>"
    mail["To"] = to["Reply-To"]
    mail["Subject"] = f"Re: {to['Subject']}"
    mail["Message-ID"] = make_msgid(domain="customer.test")
    mail["In-Reply-To"] = to["Message-ID"]
    mail["References"] = to["Message-ID"]
    quoted = QUOTING.format(address=to["From"], said="Tu línea se mueve el 18 de enero.")
    mail.set_content(f"{said}\n\n{quoted}")
    return mail


def post(office: PostOffice, mail: EmailMessage) -> None:
    with smtplib.SMTP(LOOPBACK, office.smtp, timeout=10) as server:
        server.send_message(mail, from_addr="ana@customer.test")


def insist(send: Any, what: str) -> None:
    """As an outbox does: again and again while it is temporary."""

    def went() -> bool:
        try:
            send()
        except (Temporary, OSError, smtplib.SMTPException):
            return False
        return True

    until(went, what)


def with_key(office: PostOffice, key: str) -> list[Message]:
    return [each for each in office.mails("ana") if f"<{key}." in each["Message-ID"]]


def test_a_customer_answers_a_mail_and_his_own_words_are_with_his_order(
    site: Site, office: PostOffice
) -> None:
    site.email.send(message(71))
    until(lambda: len(with_key(office, f"{FIRST}-71")) == 1, "the mail is delivered")
    (mail,) = with_key(office, f"{FIRST}-71")
    assert mail["Auto-Submitted"] == "auto-generated"
    reply = answer(mail, "Me parece bien. ¿Puede ser el 19?")
    post(office, reply)
    until(lambda: bool(site.facts(FIRST, CustomerSaid)), "the answer is filed")
    (said,) = site.facts(FIRST, CustomerSaid)
    assert (said.text, said.channel) == ("Me parece bien. ¿Puede ser el 19?", "email")
    assert said.filed_by == "proof"
    assert site.strays() == 0
    site.email.send(message(72))
    until(lambda: len(with_key(office, f"{FIRST}-72")) == 1, "the next one is delivered")
    (after,) = with_key(office, f"{FIRST}-72")
    assert after["In-Reply-To"] == reply["Message-ID"]


def test_a_bounce_comes_back_and_the_same_words_go_by_sms(site: Site) -> None:
    propose_reply(
        site.engine,
        SECOND,
        channel="email",
        text="Gracias por escribirnos.",
        by="Ana",
        draft_id="1",
    )
    until(lambda: bool(site.facts(SECOND, MessageRerouted)), "the bounce is told to the voice")
    (gone_on,) = site.facts(SECOND, MessageRerouted)
    assert (gone_on.channel_was, gone_on.channel) == ("email", "sms")
    assert "5.1.2" in gone_on.why
    assert [each.text for each in site.sms.sent] == ["Gracias por escribirnos."]
    assert site.facts(SECOND, MessageUndeliverable) == site.facts(SECOND, MessageArrived) == []


def test_a_mailbox_elsewhere_is_read_by_idle_and_survives_the_death_of_its_server(
    site: Site, office: PostOffice, database: str
) -> None:
    site.close()
    box = ImapBox(
        host=LOOPBACK, port=office.imap, user="desk@customer.test", password=PASSWORD, tls=False
    )
    imap = MailAccount(domain=DOMAIN, tls="never", secret=SECRET, imap=box)
    reader = Site(database, office, imap)
    try:
        for nth in range(4):
            mail = EmailMessage()
            mail["From"], mail["To"] = "ana@customer.test", "desk@customer.test"
            mail["Subject"], mail["Message-ID"] = "Re: Hola", f"<{nth}@customer.test>"
            mail.set_content(f"Carta {nth}.")
            insist(lambda mail=mail: post(office, mail), "the mail goes out")
            if nth == 1:
                office.kill("dovecot")
                office.start_dovecot()
        until(lambda: len(reader.facts(FIRST, CustomerSaid)) == 4, "all are filed")
        said = sorted(each.text for each in reader.facts(FIRST, CustomerSaid))
        assert said == [f"Carta {nth}." for nth in range(4)]
    finally:
        reader.close()
    again = Site(database, office, imap)
    until(lambda: not office.raw_mails("desk", "UNSEEN"), "what was stored is marked as seen")
    assert len(again.facts(FIRST, CustomerSaid)) == 4
    again.close()


class BusyFiling(MailFiling):
    """Files the first mail at the moment at which the next one comes."""

    def __init__(self, office: PostOffice, engine: Engine, dsn: str, account: MailAccount) -> None:
        super().__init__(engine, dsn, account)
        self.office = office
        self.seen: list[bytes] = []

    @override
    def file(self, raw: bytes, recipients: Sequence[str] = ()) -> None:
        self.seen.append(raw)
        if len(self.seen) == 1:
            post(self.office, letter(2, to="berta@customer.test"))
            until(lambda: len(self.office.raw_mails("berta")) == 2, "the next one is there")


def letter(nth: int, *, to: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "ana@customer.test", to
    mail["Subject"], mail["Message-ID"] = "Hola", f"<{nth}.{to}>"
    mail.set_content(f"Carta {nth}.")
    return mail


def test_a_mail_that_comes_while_another_is_read_does_not_wait_for_the_next_look(
    site: Site, office: PostOffice, database: str
) -> None:
    box = ImapBox(
        host=LOOPBACK, port=office.imap, user="berta@customer.test", password=PASSWORD, tls=False
    )
    filing = BusyFiling(office, site.engine, database, site.account)
    intake = ImapIntake(box, filing)
    post(office, letter(1, to="berta@customer.test"))
    intake.poll()
    try:
        until(lambda: len(filing.seen) == 2, "both are read")
    finally:
        intake.close()


def test_our_signature_stands_when_the_mail_has_arrived(
    database: str, office: PostOffice, site: Site
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    account = account_of(office, dkim_key=pem, dkim_selector="s1")
    email = SmtpEmail(LOOPBACK, office.smtp, account)
    email.send(message(81))
    until(lambda: len(with_key(office, f"{FIRST}-81")) == 1, "the mail is delivered")
    email.close()
    raw = next(each for each in office.raw_mails("ana") if b"-81." in each)
    record = b"v=DKIM1; k=rsa; p=" + b64encode(public)
    assert dkim.verify(raw, dnsfunc=lambda *_, **__: record)
    assert not dkim.verify(raw.replace(b"enero", b"marzo"), dnsfunc=lambda *_, **__: record)


def test_an_unknown_mailbox_is_given_up_at_once(site: Site) -> None:
    with pytest.raises(Permanent):
        site.email.send(message(91, to="stranger@customer.test"))
    site.email.send(message(92))
