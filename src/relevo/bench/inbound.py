"""How fast customers' mails are filed without a person: over LMTP, to the voice of the right order.

Senders in processes of their own hand real mails, with quoted text, to the LMTP server of one
worker: half of them answer a mail of ours, half are new ones that only their sender's address
leads to an order. First at the pace that is asked for, then as fast as they are taken. What a case
does with a message is not part of it.
"""

from __future__ import annotations

import multiprocessing
import os
import smtplib
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from typing import Any

from relevo.adapters.channel_email.account import LmtpAddress, MailAccount
from relevo.adapters.channel_email.writing import marks_of
from relevo.adapters.mail_inbox.intakes import mail_intakes
from relevo.adapters.postgres.embedded import Server
from relevo.bench.ground import fresh_database, machine, own_cpu_s, usage
from relevo.engine.clock import SystemClock, elapsed_seconds
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.testing.mail_servers import LOOPBACK
from relevo.testing.patience import until
from relevo.testing.ports import free_port
from relevo.testing.spoken_orders import answered_by_mail, placed, spoken_orders

CUSTOMERS = 500
SENDERS = 4
FLOOD = 3000
_SPAWN = multiprocessing.get_context("spawn")
_SECRET = os.urandom(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One measurement."""

    messages: int
    wanted_per_minute: float  # 0: as fast as they are taken
    per_minute: float
    filed: int
    strays: int
    worker_cpu_ms: float  # of a message: reading, filing, and the voice that hears it
    postgres_cpu_ms: float

    def figures(self) -> dict[str, Any]:
        return asdict(self)


def measure_inbound(
    server: Server, *, per_minute: int, say: Callable[[str], object]
) -> dict[str, Any]:
    """At that pace for a minute, and as fast as it goes."""
    dsn = fresh_database(server, "inbound")
    account = MailAccount(domain="brisa.test", secret=_SECRET, lmtp=LmtpAddress(port=free_port()))
    engine = Engine(dsn=dsn, catalogue=spoken_orders(), clock=SystemClock(), performers={})
    now = engine.clock.now()
    for nth in range(CUSTOMERS):
        order = placed(
            email=f"c{nth}@customer.test",
            contact=f"+34976{nth:06}",
            number=f"+34600{nth:06}",
            at=now,
        )
        engine.tell("orders.order", f"R{nth:05}", order, key="placed")
    engine.run_until_quiet()
    (intake,) = mail_intakes(account, engine, dsn, None)
    intake.poll()
    stop = threading.Event()
    thread = threading.Thread(target=engine.run, args=(stop,), name="engine")
    thread.start()
    found = {}
    try:
        with connect(dsn, autocommit=True) as look:
            for name, count, pace in (("paced", per_minute, per_minute), ("flood", FLOOD, 0)):
                found[name] = _measure(dsn, look, account, name, count, pace)
                say(_told(name, found[name]))
    finally:
        stop.set()
        thread.join()
        intake.close()
        engine.close()
    return {"machine": machine(dsn), **{name: each.figures() for name, each in found.items()}}


def _measure(
    dsn: str, look: Connection, account: MailAccount, name: str, count: int, pace: int
) -> Filed:
    before, strays, used, cpu = _filed(look), _strays(look), usage(dsn).cpu_s, own_cpu_s()
    assert account.lmtp is not None, "it was made with one"
    senders = [
        _SPAWN.Process(
            target=_send,
            args=(account.lmtp.port, account.secret, name, range(nth, count, SENDERS), pace),
            daemon=True,
        )
        for nth in range(SENDERS)
    ]
    for each in senders:
        each.start()
    until(lambda: _filed(look) > before, "the first mail is filed", 60)
    began = elapsed_seconds()
    until(lambda: _is_all(look, senders, before + count), "all are filed", 600)
    took = elapsed_seconds() - began
    filed = _filed(look) - before
    return Filed(
        messages=count,
        wanted_per_minute=pace,
        per_minute=60 * filed / took,
        filed=filed,
        strays=_strays(look) - strays,
        worker_cpu_ms=1000 * (own_cpu_s() - cpu) / count,
        postgres_cpu_ms=1000 * (usage(dsn).cpu_s - used) / count,
    )


def _is_all(look: Connection, senders: list[Any], wanted: int) -> bool:
    """Asked seldom, so that asking is no part of what is measured."""
    for each in senders:
        each.join(timeout=0.2)
    return not any(each.is_alive() for each in senders) and _filed(look) >= wanted


def _send(port: int, secret: bytes, run: str, numbers: range, pace: int) -> None:
    """One sender: its share of the mails, each at its moment."""
    marks = marks_of(MailAccount(domain="brisa.test", secret=secret))
    began, pause = elapsed_seconds(), threading.Event()
    with smtplib.LMTP(LOOPBACK, port, timeout=60) as line:
        for nth in numbers:
            if pace:
                left = began + 60 * nth / pace - elapsed_seconds()
                pause.wait(max(left, 0))
            customer = nth % CUSTOMERS
            key = f"R{customer:05}-1" if nth % 2 else ""
            to = marks.answer_address(key) if key else "answers@brisa.test"
            line.sendmail(f"c{customer}@customer.test", [to], _mail(run, nth, customer, to))


def _mail(run: str, nth: int, customer: int, to: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Ana <c{customer}@customer.test>", to
    mail["Subject"], mail["Message-ID"] = "Re: Tu pedido", f"<{run}-{nth}@customer.test>"
    mail.set_content(answered_by_mail(nth))
    return mail.as_bytes()


def _filed(look: Connection) -> int:
    row = look.execute("select count(*) from journal where name = 'notices.customer_said'")
    return int((row.fetchone() or (0,))[0])


def _strays(look: Connection) -> int:
    return int((look.execute("select count(*) from notice_stray").fetchone() or (0,))[0])


def _told(name: str, filed: Filed) -> str:
    return (
        f"{name}: {filed.filed} of {filed.messages} mails filed, {filed.per_minute:,.0f} a minute, "
        f"{filed.strays} strays; CPU of a mail: worker {filed.worker_cpu_ms:.1f} ms, "
        f"PostgreSQL {filed.postgres_cpu_ms:.1f} ms"
    )
