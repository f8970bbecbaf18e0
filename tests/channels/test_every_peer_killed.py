"""A whole worker, a mail server, a mailbox, an SMS centre: each is killed at its worst moment.

The worker is ``relevo work`` as a process, on a database of its own. Mails are counted by their
Message-ID *and* one by one: the mailbox puts what came twice under one id into a folder of its own.
"""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

import pytest

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import SystemClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.engine.process import wire_name
from relevo.notices.actions import propose_reply, voice_id
from relevo.notices.mail.parts import words
from relevo.notices.voice.messages import (
    CustomerSaid,
    MessageAccepted,
    MessageSent,
    SendMessage,
)
from relevo.testing.debian import NotInstalled
from relevo.testing.held_line import HeldLine, Side
from relevo.testing.mail_servers import (
    LOOPBACK,
    PASSWORD,
    TWICE,
    post_office,
)
from relevo.testing.patience import until
from relevo.testing.ports import free_port
from relevo.testing.postgres import clone
from relevo.testing.smsc_process import SmscProcess
from relevo.testing.spoken_orders import placed
from relevo.testing.worker_process import WorkerProcess

pytestmark = pytest.mark.service

DOMAIN = "brisa.test"
ORDERS = {"R7K2M9QX": "ana", "R8L3N4RY": "berta"}
FIRST, SECOND = ORDERS
PHONES = {FIRST: "34600000101", SECOND: "34600000102"}
ENDS_MAIL = b"\r\n.\r\n"
TAKEN = b"queued as"  # Postfix's words
STORED = b"250 2.0.0 stored"  # ours
SAVED = b"Saved"  # Dovecot's
MAIL = """\
domain = "{domain}"
secret_file = "mail.secret"
[smtp]
tls = "never"
[lmtp]
port = {lmtp}
[imap]
host = "127.0.0.1"
port = {imap}
tls = false
user = "desk@customer.test"
password_file = "imap.password"
"""
SMSC = """\
host = "127.0.0.1"
port = {port}
system_id = "brisa"
country_prefix = "+34"
first_pause_s = 0.1
longest_pause_s = 0.5
enquire_every_s = 0.5
sweep_every_s = 0.2
answer_within_s = 2.0
receipt_decides_within_s = 20.0
"""


class Whole:
    """A worker, everybody it speaks with, and the lines between them."""

    def __init__(self, dsn: str, folder: Path, stack: ExitStack) -> None:
        self.dsn = dsn
        our_lmtp = free_port()
        self.to_us, self.to_mailbox, self.to_server = (HeldLine(0) for _ in range(3))
        for each in (self.to_us, self.to_mailbox, self.to_server):
            stack.callback(each.close)
        office = post_office(self.to_us.port, DOMAIN, self.to_mailbox.port)
        self.office = stack.enter_context(office)
        self.to_us.target, self.to_mailbox.target = our_lmtp, self.office.lmtp
        self.to_server.target = self.office.smtp
        self.smsc = SmscProcess(folder)
        stack.callback(self.smsc.kill)
        texts = {
            "mail.toml": MAIL.format(domain=DOMAIN, lmtp=our_lmtp, imap=self.office.imap),
            "mail.secret": "a secret of a test that is long enough",
            "imap.password": PASSWORD,
            "smsc.toml": SMSC.format(port=self.smsc.port),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        outside = {
            "RELEVO_MAIL_FILE": str(folder / "mail.toml"),
            "RELEVO_SMSC_FILE": str(folder / "smsc.toml"),
            "RELEVO_SMTP_HOST": LOOPBACK,
            "RELEVO_SMTP_PORT": str(self.to_server.port),
        }
        self.worker = WorkerProcess(dsn, folder / "worker.log", outside)
        stack.callback(self.worker.kill)
        self.desk = Engine(
            dsn=dsn, catalogue=wiring.catalogue(), clock=SystemClock(), performers={}
        )
        stack.callback(self.desk.close)
        self.look = stack.enter_context(connect(dsn, autocommit=True))
        self._place_orders()

    def _place_orders(self) -> None:
        """Each customer has one order."""
        for order, who in ORDERS.items():
            phone, email = f"+{PHONES[order]}", f"{who}@customer.test"
            wanted = placed(email=email, contact=phone, number=phone, at=self.desk.clock.now())
            self.desk.tell("orders.order", order, wanted, key=order)

    def reply(self, order: str, channel: str, text: str) -> None:
        """A member of staff answers a customer."""
        propose_reply(self.desk, order, channel=channel, text=text, by="Eva", draft_id=text)

    def write(self, order: str, to: str, text: str) -> None:
        """A customer writes a mail; his program keeps it until the server has it."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"{ORDERS[order]}@customer.test", to, "Re: Hola"
        mail["Date"] = format_datetime(self.desk.clock.now())
        mail["Message-ID"] = make_msgid(domain="customer.test")
        mail.set_content(text)

        def went() -> bool:
            try:
                with smtplib.SMTP(LOOPBACK, self.office.smtp, timeout=10) as server:
                    server.send_message(mail)
            except (OSError, smtplib.SMTPException):
                return False
            return True

        until(went, "the server has the customer's mail")

    def type(self, order: str, text: str) -> None:
        """A customer writes an SMS; his phone knows that the centre has it."""
        self.smsc.say(text.encode(), source=PHONES[order])
        until(lambda: self.smsc.has_taken(text.encode()), "the centre has it")

    def said(self, order: str) -> Counter[str]:
        """What customers said, as it was filed, each as often as it was."""
        found = facts_of(self.look, voice_id(order))
        return Counter(each.fact.text for each in found if isinstance(each.fact, CustomerSaid))

    def mails(self, order: str, folder: str = "INBOX") -> Counter[str]:
        """Texts of ours in the customer's mailbox."""
        found = self.office.mails(ORDERS[order], folder)
        ours = [each for each in found if each["Subject"] == order]
        return Counter(words(each).strip() for each in ours)

    def sms(self) -> Counter[str]:
        """Texts of ours at phones."""
        return Counter(each.content.decode("utf-8", "replace") for each in self.smsc.arrived())

    def is_sent(self, order: str, text: str) -> bool:
        """Whether the voice knows that its message was taken by the channel."""
        facts = [each.fact for each in facts_of(self.look, voice_id(order))]
        keys = {f.message_key for f in facts if isinstance(f, MessageSent) and f.text == text}
        return any(isinstance(f, MessageAccepted) and f.message_key in keys for f in facts)

    def postfix_dies(self) -> None:
        self.office.kill("postfix")
        self.office.start_postfix()

    def dovecot_dies(self) -> None:
        self.office.kill("dovecot")
        self.office.start_dovecot()

    def centre_dies(self) -> None:
        self.smsc.kill()
        self.smsc.start()

    def worker_dies(self) -> None:
        self.worker.kill()
        self.worker.start()

    def hurry(self) -> None:
        """The half minute passes after which the worker tries again."""
        self.look.execute(
            "update outbox set due = now() where due > now() and name = %s",
            (wire_name(SendMessage),),
        )

    def soon(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait for it, without the worker's pauses."""

        def looked() -> bool:
            self.hurry()
            return is_so()

        until(looked, what)


@pytest.fixture(scope="module")
def whole(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    dsn = clone(postgres, "every_peer")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    with ExitStack() as stack:
        try:
            made = Whole(dsn, tmp_path_factory.mktemp("whole"), stack)
        except NotInstalled as missing:
            pytest.skip(str(missing))
        made.worker.start()
        yield made


def test_a_mail_cut_off_by_the_death_of_its_server_goes_out_again_and_arrives_once(
    whole: Whole,
) -> None:
    text = "Gracias por escribirnos, te leemos."
    whole.to_server.trap(Side.CALLER, ENDS_MAIL)
    whole.reply(FIRST, "email", text)
    whole.to_server.caught()
    whole.office.kill("postfix")
    whole.to_server.let_go()
    whole.office.start_postfix()
    whole.soon(lambda: whole.mails(FIRST)[text] == 1, "it arrives")
    until(whole.office.is_idle, "nothing is under way")
    assert whole.mails(FIRST, TWICE)[text] == 0


def test_a_mail_whose_answer_was_lost_comes_twice_under_one_message_id_which_smtp_cannot_prevent(
    whole: Whole,
) -> None:
    text = "Gracias por escribirnos otra vez."
    whole.to_server.trap(Side.CALLED, TAKEN)
    whole.reply(FIRST, "email", text)
    whole.to_server.caught()
    whole.office.kill("postfix")
    whole.to_server.let_go()
    whole.office.start_postfix()
    whole.soon(lambda: whole.mails(FIRST, TWICE)[text] == 1, "it came again")
    until(whole.office.is_idle, "nothing is under way")
    assert (whole.mails(FIRST)[text], whole.mails(FIRST, TWICE)[text]) == (1, 1)


def test_a_mailbox_killed_in_mid_delivery_and_in_mid_idle_loses_nothing_and_files_nothing_twice(
    whole: Whole,
) -> None:
    text = "Gracias por la foto."
    whole.to_mailbox.trap(Side.CALLED, SAVED)
    whole.reply(FIRST, "email", text)
    whole.to_mailbox.caught()
    whole.write(FIRST, "desk@customer.test", "Antes de la caída.")
    until(lambda: whole.said(FIRST)["Antes de la caída."] == 1, "IDLE tells of it")
    whole.office.kill("dovecot")
    whole.to_mailbox.let_go()
    whole.write(FIRST, "desk@customer.test", "Durante la caída.")
    whole.office.start_dovecot()
    whole.soon(lambda: whole.said(FIRST)["Durante la caída."] == 1, "it is filed")
    until(whole.office.is_idle, "nothing is under way")
    assert whole.said(FIRST)["Antes de la caída."] == 1
    # Between the two servers of others the same holds as between us and one of them: once more.
    assert whole.mails(FIRST)[text] + whole.mails(FIRST, TWICE)[text] in (1, 2)


def test_an_sms_centre_killed_before_its_answer_sends_once_and_what_phones_write_is_filed_once(
    whole: Whole,
) -> None:
    text = "Gracias por llamarnos."
    whole.smsc.fault("silent")
    whole.reply(SECOND, "sms", text)
    until(lambda: whole.sms()[text] == 1, "the centre has it, and has not said so")
    whole.type(SECOND, "Sigo esperando.")
    whole.smsc.kill()
    whole.smsc.start()
    whole.soon(lambda: whole.said(SECOND)["Sigo esperando."] == 1, "it is filed")
    whole.soon(lambda: whole.is_sent(SECOND, text), "the receipt has decided")
    until(lambda: not whole.smsc.unacknowledged(), "the centre knows what we have")
    assert (whole.sms()[text], whole.said(SECOND)["Sigo esperando."]) == (1, 1)
    assert not whole.mails(SECOND)[text], "nothing had to go by another channel"


def test_our_own_worker_killed_with_all_of_it_on_the_wire_loses_nothing_and_repeats_no_sms(
    whole: Whole,
) -> None:
    by_mail, by_sms = "Gracias por tu paciencia.", "Gracias por esperar."
    whole.smsc.fault("silent")
    whole.reply(SECOND, "sms", by_sms)
    until(lambda: whole.sms()[by_sms] == 1, "the centre has it, and has not said so")
    whole.to_server.trap(Side.CALLED, TAKEN)
    whole.reply(FIRST, "email", by_mail)
    whole.to_server.caught()
    whole.to_us.trap(Side.CALLED, STORED)
    whole.write(FIRST, f"answers@{DOMAIN}", "Está guardada.")
    whole.to_us.caught()
    whole.to_us.trap(Side.CALLER, ENDS_MAIL)
    whole.write(SECOND, f"answers@{DOMAIN}", "Va por la mitad.")
    whole.to_us.caught()
    whole.worker.kill()
    for each in (whole.to_server, whole.to_us):
        each.let_go()
    whole.smsc.fault("speak")
    whole.worker.start()
    whole.soon(lambda: whole.mails(FIRST, TWICE)[by_mail] == 1, "the mail came again")
    whole.soon(lambda: whole.is_sent(SECOND, by_sms), "the receipt has decided")
    whole.soon(lambda: whole.said(SECOND)["Va por la mitad."] == 1, "it is filed")
    until(whole.office.is_idle, "the mail server was told that both are stored")
    assert (whole.said(FIRST)["Está guardada."], whole.said(SECOND)["Va por la mitad."]) == (1, 1)
    assert (whole.sms()[by_sms], whole.mails(FIRST)[by_mail]) == (1, 1)


def test_all_of_them_killed_in_turn_under_traffic_lose_nothing_and_file_nothing_twice(
    whole: Whole,
) -> None:
    deaths = [whole.postfix_dies, whole.dovecot_dies, whole.centre_dies, whole.worker_dies]
    rounds = range(8)
    for nth in rounds:
        for order, who in ORDERS.items():
            whole.reply(order, "email", f"Gracias, {who}: carta {nth}.")
            whole.reply(order, "sms", f"Gracias, {who}: mensaje {nth}.")
            whole.write(order, f"answers@{DOMAIN}", f"Soy {who} y escribo {nth}.")
            whole.type(order, f"Soy {who} y tecleo {nth}.")
        if nth % 2:
            deaths[nth // 2]()
    for order, who in ORDERS.items():
        came_through(whole, order, who, rounds)


def came_through(whole: Whole, order: str, who: str, rounds: range) -> None:
    """All that was said to this customer, and by him, is there, and nothing too often."""
    letters = {f"Gracias, {who}: carta {nth}." for nth in rounds}
    texts = {f"Gracias, {who}: mensaje {nth}." for nth in rounds}
    said = {f"Soy {who} y {how} {nth}." for nth in rounds for how in ("escribo", "tecleo")}
    whole.soon(lambda: said <= set(whole.said(order)), "all he wrote is filed")
    whole.soon(lambda: letters <= set(whole.mails(order)), "all letters are there")
    whole.soon(lambda: texts <= {*whole.sms(), *whole.mails(order)}, "all texts are there")
    until(whole.office.is_idle, "nothing is under way")
    assert {whole.said(order)[each] for each in said} == {1}
    assert {whole.mails(order)[each] for each in letters} == {1}
    assert {whole.sms()[each] for each in texts} <= {0, 1}
    again = whole.mails(order, TWICE)
    assert {again[each] for each in letters} <= {0, 1}, "once more for one lost answer"
