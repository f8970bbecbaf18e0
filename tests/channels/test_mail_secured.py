"""Mail over TLS with a log-in, against the real servers: what is not right is said by its name."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from relevo.adapters.channel_email.account import ImapBox, MailAccount, WrongMailAccount
from relevo.adapters.channel_email.client import SmtpEmail
from relevo.adapters.mail_inbox.filing import MailFiling
from relevo.adapters.mail_inbox.imap import ImapIntake
from relevo.engine.clock import SystemClock
from relevo.engine.engine import Engine
from relevo.engine.performer import Temporary
from relevo.notices.voice.messages import SendMessage
from relevo.testing.certificates import certificate_of
from relevo.testing.debian import NotInstalled
from relevo.testing.mail_servers import (
    LOOPBACK,
    PASSWORD,
    PostOffice,
    post_office,
)
from relevo.testing.patience import until
from relevo.testing.ports import free_port
from relevo.testing.spoken_orders import spoken_orders

pytestmark = pytest.mark.service

WRONG = "not the password 8472"
STRANGER = certificate_of(LOOPBACK)[0]


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    try:
        with post_office(free_port()) as opened:
            yield opened
    except NotInstalled as missing:
        pytest.skip(str(missing))


def account(office: PostOffice, **given: Any) -> MailAccount:
    agreed = {"tls": "starttls", "user": "relevo", "password": PASSWORD, "ca": office.certificate}
    return MailAccount(domain="brisa.test", **(agreed | given))


def sent(office: PostOffice, account: MailAccount, key: str) -> str:
    """What became of one mail."""
    message = SendMessage(
        channel="email",
        to="berta@customer.test",
        subject=key,
        text="Hola",
        message_key=key,
        sender="brisa",
    )
    email = SmtpEmail(LOOPBACK, office.submission, account)
    try:
        email.send(message)
    except Temporary as again:
        return again.reason
    finally:
        email.close()
    return "sent"


def test_mail_goes_out_over_starttls_with_a_log_in(office: PostOffice) -> None:
    assert sent(office, account(office), "R-1") == "sent"
    until(lambda: any(m["Subject"] == "R-1" for m in office.mails("berta")), "it arrives")


def test_a_wrong_password_names_the_setting_and_the_remedy_and_is_in_no_log(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        reason = sent(office, account(office, password=WRONG), "R-2")
    assert reason == (
        "smtp.user, smtp.password_file: 127.0.0.1 refuses the log-in (535); correct them in the "
        "file that RELEVO_MAIL_FILE names, and start the workers again"
    )
    assert WRONG not in reason + caplog.text + repr(account(office, password=WRONG))


def test_a_server_with_another_certificate_gets_neither_mail_nor_password(
    office: PostOffice,
) -> None:
    reason = sent(office, account(office, ca=STRANGER), "R-3")
    assert reason.startswith("smtp.ca_file: the certificate of 127.0.0.1 is not trusted (")
    assert "start the workers again" in reason
    assert sent(office, account(office, ca=""), "R-4").startswith("smtp.ca_file: ")
    assert not [each for each in office.mails("berta") if each["Subject"] in ("R-3", "R-4")]


def test_a_file_that_is_no_certificate_is_refused_by_its_name(office: PostOffice) -> None:
    with pytest.raises(WrongMailAccount, match=r"smtp.ca_file holds no certificate"):
        account(office, ca="no certificate")


@pytest.fixture
def filing(dsn: str) -> Iterator[MailFiling]:
    given = MailAccount(domain="brisa.test")
    engine = Engine(dsn=dsn, catalogue=spoken_orders(), clock=SystemClock(), performers={})
    yield MailFiling(engine, dsn, given)
    engine.close()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": WRONG}, "imap.user, imap.password_file: the log-in is refused"),
        ({"ca": STRANGER}, "imap.ca_file: its certificate is not trusted"),
        ({"ca": ""}, "imap.ca_file: its certificate is not trusted"),
    ],
)
def test_a_mailbox_is_read_over_tls_only_where_the_certificate_and_the_log_in_are_right(
    office: PostOffice,
    filing: MailFiling,
    caplog: pytest.LogCaptureFixture,
    changed: dict[str, str],
    said: str,
) -> None:
    right = ImapBox(
        host=LOOPBACK,
        port=office.imaps,
        user="desk@customer.test",
        password=PASSWORD,
        ca=office.certificate,
    )
    intake = ImapIntake(replace(right, **changed), filing)  # type: ignore[arg-type]
    intake.poll()
    until(lambda: said in caplog.text, "it is said")
    intake.close()
    assert WRONG not in caplog.text
