"""SMS out and in over one bound transceiver, for the threads of a worker.

The line lives in an event loop of its own, in a thread of its own; a performer's thread hands a
message over and waits for the centre's answer. What cannot be known is not guessed: a segment whose
outcome is unknown is never sent again. The late answer or a receipt decides; when neither comes
within ``receipt_decides_within_s`` the message is given up on this channel, and the voice says the
same by another one. The customer may then read it twice in two ways, and never not at all.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

from relevo.adapters.sms_smpp import statuses
from relevo.adapters.sms_smpp.account import Account, sender_address
from relevo.adapters.sms_smpp.filing import Filing, Report, read_accepted_id
from relevo.adapters.sms_smpp.hearing import Hearing, Take, Whole
from relevo.adapters.sms_smpp.ledger import Ledger, Outcome, SegmentRow, SegmentState
from relevo.adapters.sms_smpp.link import Link, LinkState, NoAnswer, NotHanded
from relevo.adapters.sms_smpp.pdu import Address, Pdu, ShortMessage, Tag, read_message_id
from relevo.adapters.sms_smpp.segments import UDH_INDICATOR, Segment, TooLong, cut
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.notices.gateway import Came, Delivery, Inbound
from relevo.notices.intake import report, take
from relevo.notices.model import Channel
from relevo.notices.voice.messages import SendMessage

T = TypeVar("T")
_LOOK_AGAIN = timedelta(minutes=3)
_RECEIPT_WANTED = 1
_DONE = (SegmentState.ACCEPTED, SegmentState.DELIVERED)
_END_WITHIN_S = 10.0
_GOODBYE_WITHIN_S = 2.0


class SmppSms:
    """An ``OutgoingChannel`` for SMS, and the ear for what comes back."""

    def __init__(self, account: Account, dsn: str, clock: Clock) -> None:
        self._account = account
        self._dsn = dsn
        self._clock = clock
        self._ledger = Ledger(dsn, account, clock)
        self._filing: Filing | None = None
        self._filer = ThreadPoolExecutor(1, "sms filing")
        self._loop = asyncio.new_event_loop()
        self._link: Link | None = None
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._live, name="sms", daemon=True)

    def start(self, hear: Take, tell: Report) -> None:
        """Bind, and stay bound; what comes in goes to these two."""
        hearing = Hearing(self._dsn, self._account, self._clock, hear)
        self._filing = Filing(self._account, self._ledger, hearing, tell, self._clock)
        self._thread.start()
        self._is_up.wait()

    def listen(self, engine: Engine) -> None:
        """Start, for the voices of this engine."""

        def hear(connection: Connection, wholes: Sequence[Whole]) -> None:
            take(connection, engine, map(_inbound, wholes))

        def tell(connection: Connection, outcome: Outcome) -> None:
            report(connection, engine, outcome.message_key, _delivery(outcome))

        self.start(hear, tell)

    @property
    def state(self) -> tuple[LinkState, str]:
        """How the line is, and why."""
        link = self._link
        return (LinkState.DOWN, "not started") if link is None else (link.state, link.reason)

    def send(self, message: SendMessage) -> None:
        """Hand it over, every segment once. Raises Temporary and Permanent."""
        account = self._account
        recipient = message.to.removeprefix("+")
        try:
            count = len(cut(message.text, account).segments)
        except TooLong as wrong:
            raise Permanent(str(wrong)) from None
        rows = self._ledger.prepared(message.message_key, recipient, count)
        if any(row.state is SegmentState.HANDED for row in rows):
            rows = self._decided(message.message_key, recipient, count)
        segments = cut(message.text, account, rows[0].reference).segments
        for row, segment in zip(rows, segments, strict=True):
            if row.state in (SegmentState.REFUSED, SegmentState.UNDELIVERABLE):
                raise Permanent(row.reason)
            if row.state not in _DONE:
                self._hand_over(message, row, self._body(message, row, segment))

    def close(self) -> None:
        """Say goodbye to the centre, and give everything back."""
        if self._link is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._link.stop)
            self._thread.join(_END_WITHIN_S)
        self._filer.shutdown(wait=True, cancel_futures=True)
        self._ledger.close()
        if self._filing is not None:
            self._filing.close()

    def _decided(self, key: str, recipient: str, count: int) -> list[SegmentRow]:
        """Something was handed over, and nobody knows. Raises Temporary while it may become known,
        and Permanent when it will not."""
        self._ledger.match()
        rows = self._ledger.prepared(key, recipient, count)
        unknown = [row for row in rows if row.state is SegmentState.HANDED]
        if not unknown:
            return rows
        patience = timedelta(seconds=self._account.receipt_decides_within_s)
        left = min(row.handed_at for row in unknown) + patience - self._clock.now()
        if left > timedelta(0):
            reason = "the centre has not said whether it took the message; it is not sent twice"
            raise Temporary(reason, after=min(left, _LOOK_AGAIN))
        reason = f"no answer and no receipt within {patience}: whether it was sent is not known"
        for row in unknown:
            self._ledger.refused(key, row.number, reason)
        raise Permanent(reason)

    def _hand_over(self, message: SendMessage, row: SegmentRow, body: bytes) -> None:
        key, number = message.message_key, row.number
        link = self._link
        if link is None or link.is_ended:
            raise Temporary("the line to the SMS centre is not up")
        if not self._ledger.claim(key, number):
            raise Temporary("another worker hands this message over")
        submit = link.submit(body, partial(self._came_late, key, number))
        try:
            answer = asyncio.run_coroutine_threadsafe(submit, self._loop).result()
        except NotHanded as not_now:
            self._ledger.give_back(key, number)
            raise Temporary(not_now.reason) from None
        except NoAnswer as silence:
            reason = f"{silence}; a receipt will tell whether the message was sent"
            raise Temporary(reason, after=_LOOK_AGAIN) from None
        self._settle(key, number, answer)

    def _settle(self, key: str, number: int, answer: Pdu) -> None:
        """Note the centre's answer. Raises Temporary and Permanent when it is a refusal."""
        if answer.status == statuses.OK:
            written = read_message_id(answer.body)
            self._ledger.accepted(key, number, read_accepted_id(written, self._account))
            return
        said = f"the SMS centre answers {statuses.named(answer.status)}"
        if statuses.is_for_good(answer.status):
            self._ledger.refused(key, number, said)
            raise Permanent(said)
        self._ledger.give_back(key, number)
        raise Temporary(said)

    def _came_late(self, key: str, number: int, answer: Pdu) -> None:
        """In the loop: the answer came after all. Noting it is work for the other thread."""

        def note() -> None:
            with suppress(Temporary, Permanent):
                self._settle(key, number, answer)

        self._loop.run_in_executor(self._filer, note)

    def _body(self, message: SendMessage, row: SegmentRow, segment: Segment) -> bytes:
        account = self._account
        hours = account.validity_hours
        options: dict[int, bytes] = {Tag.USER_MESSAGE_REFERENCE: row.reference.to_bytes(2, "big")}
        if segment.is_payload:
            options[Tag.MESSAGE_PAYLOAD] = segment.content
        return ShortMessage(
            source=Address(*sender_address(account, message.sender)),
            destination=Address(message.to.removeprefix("+")),
            content=b"" if segment.is_payload else segment.content,
            esm_class=UDH_INDICATOR if segment.has_header else 0,
            data_coding=segment.data_coding,
            registered_delivery=_RECEIPT_WANTED,
            validity=f"0000{hours // 24:02}{hours % 24:02}0000000R" if hours else "",
            options=options,
        ).encode()

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._lead())

    async def _lead(self) -> None:
        assert self._filing is not None, "it was started"
        filing = self._filing
        link = Link(
            self._account,
            hear=lambda heard: self._filed(partial(filing.file, heard)),
            proven=lambda session, ago: self._filed(partial(filing.acknowledge, session, ago)),
        )
        self._link = link
        self._is_up.set()
        sweeping = asyncio.ensure_future(self._sweep(link, filing))
        await link.run()
        sweeping.cancel()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        if rest:
            await asyncio.wait(rest, timeout=_GOODBYE_WITHIN_S)

    async def _sweep(self, link: Link, filing: Filing) -> None:
        pause = asyncio.Event()  # never set: it only waits
        while True:
            for smsc_id, recipient in await self._filed(filing.sweep):
                with suppress(NotHanded, NoAnswer):
                    answer = await link.query(smsc_id, Address("", 0, 0))
                    await self._filed(partial(filing.answered, smsc_id, recipient, answer))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._account.sweep_every_s):
                    await pause.wait()

    async def _filed(self, work: Callable[[], T]) -> T:
        """Done by the thread that may wait for the database."""
        return await asyncio.get_running_loop().run_in_executor(self._filer, work)


def _inbound(whole: Whole) -> Inbound:
    return Inbound(
        source="smsc",
        external_id=whole.external_id,
        channel=Channel.SMS,
        sender=whole.sender,
        text=whole.text,
        at=whole.at,
    )


def _delivery(outcome: Outcome) -> Delivery:
    came = Came.DELIVERED if outcome.is_delivered else Came.UNDELIVERABLE
    return Delivery(came=came, channel=Channel.SMS, reason=outcome.reason, at=outcome.at)
