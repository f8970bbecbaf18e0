"""What the centre delivers finds its place: receipts in the ledger, words at the intake.

Everything here is done by one thread and is durable before it is answered. A centre that gets a
temporary refusal delivers again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from relevo.adapters.sms_smpp import statuses
from relevo.adapters.sms_smpp.account import Account
from relevo.adapters.sms_smpp.hearing import Hearing
from relevo.adapters.sms_smpp.ledger import Ledger, Outcome
from relevo.adapters.sms_smpp.link import Heard
from relevo.adapters.sms_smpp.parts import Received, read_part
from relevo.adapters.sms_smpp.pdu import (
    Command,
    Malformed,
    Pdu,
    ShortMessage,
    read_carried,
    read_query_response,
    read_short_message,
)
from relevo.adapters.sms_smpp.receipts import Receipt, came_of, is_receipt, known_id, read_receipt
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection

_LOG = logging.getLogger(__name__)

Report = Callable[[Connection, Outcome], object]
"""Tells the voice what came of a message; told twice is told once."""


class Filing:
    """Reads, stores and passes on; never raises."""

    def __init__(
        self, account: Account, ledger: Ledger, hearing: Hearing, report: Report, clock: Clock
    ) -> None:
        self._account = account
        self._ledger = ledger
        self._hearing = hearing
        self._report = report
        self._clock = clock

    def file(self, heard: Sequence[Heard]) -> list[int]:
        """File what came; the status of each answer."""
        try:
            found = self._file(heard)
        except Exception as failed:
            if len(heard) > 1:  # one of them may be at fault; the others need not wait for it
                return [status for each in heard for status in self.file([each])]
            kind = type(failed).__name__
            _LOG.warning("an SMS could not be filed (%s); the centre will deliver it again", kind)
            return [statuses.RECEIVER_TEMPORARY]
        self.tell()
        return found

    def tell(self) -> None:
        """Report what came of messages and was not reported yet."""
        try:
            outcomes = self._ledger.untold()
            for each in outcomes:
                self._report(self._hearing.connection(), each)
            if outcomes:
                self._ledger.told([each.message_key for each in outcomes])
        except Exception:
            _LOG.exception("what came of SMS could not be told; it is told again")

    def acknowledge(self, session: str, seconds_ago: float) -> None:
        """The centre is known to have our answers that are older than that."""
        try:
            before = self._clock.now() - timedelta(seconds=seconds_ago)
            self._hearing.acknowledge(session, before)
        except Exception:
            _LOG.exception("what the centre knows could not be noted")

    def sweep(self) -> list[tuple[str, str]]:
        """What a crash or a lost part left behind; the messages to ask the centre about."""
        try:
            self._ledger.match()
            self._hearing.file_ready()
            self._ledger.forget()
            silent = self._ledger.silent()
        except Exception:
            _LOG.exception("SMS could not be looked through; it is done again")
            return []
        self.tell()
        return silent

    def answered(self, smsc_id: str, recipient: str, answer: Pdu) -> None:
        """What the centre said when it was asked about a message."""
        if answer.status != statuses.OK:
            return
        try:
            queried = read_query_response(answer.body)
        except Malformed:
            return
        word, came = came_of(queried.state)
        receipt = Receipt(smsc_id, came, f"{word}, asked", recipient)
        try:
            self._ledger.receipts([receipt])
        except Exception:
            _LOG.exception("an answer about an SMS could not be noted; it is asked again")
        self.tell()

    def close(self) -> None:
        """Give the connection back."""
        self._hearing.close()

    def _file(self, heard: Sequence[Heard]) -> list[int]:
        receipts: list[Receipt] = []
        words: dict[str, list[Received]] = {}
        found = []
        for each in heard:
            try:
                message = _read(each.pdu)
            except Malformed as wrong:
                _LOG.warning("the centre delivered what is no message: %s", wrong)
                found.append(statuses.RECEIVER_PERMANENT)
                continue
            found.append(statuses.OK)
            if not is_receipt(message):
                words.setdefault(each.session, []).append(read_part(message, self._account))
            elif receipt := read_receipt(message, self._account.receipt_ids):
                receipts.append(receipt)
            else:
                _LOG.warning("a receipt names no message; it is put aside")
        if receipts:
            self._ledger.receipts(receipts)
        for session, received in words.items():
            self._hearing.hear(received, session)
        return found


def read_accepted_id(written: str, account: Account) -> str:
    """The id in the answer to a submit, in the form in which receipts are compared."""
    return known_id(written, account.response_ids)


def _read(pdu: Pdu) -> ShortMessage:
    if pdu.command == Command.DATA_SM:
        return read_carried(pdu.body)
    return read_short_message(pdu.body)
