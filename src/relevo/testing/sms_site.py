"""One worker's line to an SMS centre without the rest of a worker, for tests: what is sent, what
came of it, and what customers wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

import psycopg

from relevo.adapters.sms_smpp.account import Account
from relevo.adapters.sms_smpp.client import SmppSms
from relevo.adapters.sms_smpp.hearing import Whole
from relevo.adapters.sms_smpp.ledger import Outcome
from relevo.adapters.sms_smpp.link import LinkState
from relevo.engine.clock import SystemClock
from relevo.engine.connection import Connection
from relevo.engine.performer import Permanent, Temporary
from relevo.notices.voice.messages import SendMessage
from relevo.testing.patience import until
from relevo.testing.smsc_process import SmscProcess

PHONE = "34600000101"
SCHEMA = ("relevo.engine", "relevo.notices")
"""Packages with the tables that the line needs."""


class SmsSite:
    """One worker's line, and what our side got to know by it."""

    def __init__(self, dsn: str, smsc: SmscProcess) -> None:
        self.dsn = dsn
        self.smsc = smsc
        self.heard: list[Whole] = []
        self.told: list[Outcome] = []
        self.refuses: int = 0
        self._stack = ExitStack()

    def open(self, **agreed: object) -> SmppSms:
        """A worker starts; ``agreed`` are fields of the account."""
        given: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.smsc.port,
            "system_id": "relevo",
            "first_pause_s": 0.05,
            "longest_pause_s": 0.2,
            "enquire_every_s": 0.1,
            "sweep_every_s": 0.05,
        }
        account = Account(**(given | agreed))  # type: ignore[arg-type]
        sms = SmppSms(account, self.dsn, SystemClock())
        self._stack.callback(sms.close)
        sms.start(self._take, self._report)
        return sms

    def bound(self, **agreed: object) -> SmppSms:
        """A worker starts, and is let in."""
        sms = self.open(**agreed)
        until(lambda: sms.state[0] is LinkState.BOUND, "the line is bound")
        return sms

    def close(self) -> None:
        """All workers stop."""
        self._stack.close()

    def texts(self) -> list[str]:
        """What customers wrote, in the order in which it was filed."""
        return [each.text for each in self.heard]

    def _take(self, _: Connection, wholes: Sequence[Whole]) -> None:
        if self.refuses:
            self.refuses -= 1
            raise psycopg.OperationalError("the database is away")
        known = {each.external_id for each in self.heard}
        self.heard += [each for each in wholes if each.external_id not in known]

    def _report(self, _: Connection, outcome: Outcome) -> None:
        self.told.append(outcome)


def sms(key: str, text: str = "Tu SIM va de camino.", to: str = f"+{PHONE}") -> SendMessage:
    """What a voice wants to be said."""
    return SendMessage(channel="sms", to=to, subject="", text=text, message_key=key, sender="brisa")


def tried(send: Callable[[], None]) -> str:
    """What one try of the outbox comes to."""
    try:
        send()
    except Temporary as again:
        return f"again: {again.reason}"
    except Permanent as never:
        return f"never: {never.reason}"
    return "sent"
