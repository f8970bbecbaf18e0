"""Our LMTP server and a mail server that is gone in mid-conversation."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from relevo.adapters.channel_email.account import LmtpAddress, MailAccount
from relevo.adapters.channel_email.writing import marks_of
from relevo.adapters.mail_inbox.filing import MailFiling
from relevo.adapters.mail_inbox.lmtp import LmtpIntake
from relevo.engine.clock import SystemClock
from relevo.engine.engine import Engine
from relevo.testing.patience import until
from relevo.testing.ports import free_port
from relevo.testing.spoken_orders import spoken_orders


@pytest.fixture
def intake(dsn: str) -> Iterator[LmtpIntake]:
    account = MailAccount(domain="brisa.test")
    engine = Engine(dsn=dsn, catalogue=spoken_orders(), clock=SystemClock(), performers={})
    intake = LmtpIntake(
        LmtpAddress(port=free_port()), marks_of(account), MailFiling(engine, dsn, account)
    )
    intake.poll()
    yield intake
    intake.close()
    engine.close()


def called(intake: LmtpIntake) -> socket.socket:
    return socket.create_connection(("127.0.0.1", intake._address.port), timeout=10)


@pytest.mark.service
def test_a_mail_server_that_is_killed_at_once_leaves_no_open_line_behind(
    intake: LmtpIntake,
) -> None:
    with called(intake) as line:
        line.shutdown(socket.SHUT_WR)  # what the system does for who is killed
        while line.recv(1000):  # until our end has hung up, too
            pass


@pytest.mark.service
@pytest.mark.filterwarnings("error::ResourceWarning")
def test_who_is_let_in_at_the_moment_we_end_is_hung_up_on(intake: LmtpIntake) -> None:
    may_go_on = threading.Event()
    loop = intake._loop
    assert loop is not None, "it listens"
    loop.call_soon_threadsafe(may_go_on.wait)  # the server's thread does nothing until then
    with called(intake) as line, ThreadPoolExecutor(1) as beside:
        ending = beside.submit(intake.close)
        until(lambda: intake._loop is None, "it is told to end")
        may_go_on.set()
        ending.result()
        gc.collect()
        with suppress(ConnectionResetError):
            while line.recv(100):  # a greeting perhaps, and then the end
                pass
