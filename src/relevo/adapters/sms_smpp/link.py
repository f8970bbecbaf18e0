"""One bound transceiver: it binds, keeps the line alive, and comes back when it breaks.

What it knows for certain and what it does not is told apart by the errors: ``NotHanded`` means
that not one byte of the message was written, ``NoAnswer`` that it may have gone out. A refused bind
is an alarm and a long pause, never a loop; a broken line is pauses that grow.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from relevo.adapters.sms_smpp import statuses
from relevo.adapters.sms_smpp.account import Account, WrongAccount
from relevo.adapters.sms_smpp.pdu import (
    RESPONSE,
    Address,
    Command,
    Malformed,
    Pdu,
    bind_body,
    query_body,
    read_length,
    read_pdu,
)

_LOG = logging.getLogger(__name__)
_CONNECT_WITHIN_S = 10.0
_GOODBYE_WITHIN_S = 2.0
_INBOUND_MAX = 2000
_BATCH_MAX = 200
_SLOWEST_S = 60.0
_WAIT_FOR_TURN_S = 5.0
_SEQUENCE_MAX = 0x7FFFFFFF
_LOST = (OSError, EOFError, TimeoutError, Malformed)


class LinkState(StrEnum):
    DOWN = "down"
    BOUND = "bound"
    REFUSED = "refused"  # by the centre, for who we say we are


class NotHanded(Exception):
    """Nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoAnswer(Exception):
    """It was written, at least in part, and nobody knows what became of it."""


class BindRefused(Exception):
    """The centre does not let us in; the status says why."""

    def __init__(self, status: int) -> None:
        super().__init__(statuses.named(status))
        self.status = status


@dataclass(frozen=True, slots=True)
class Heard:
    """What the centre delivers, to be answered with a status."""

    pdu: Pdu
    session: str


Hear = Callable[[Sequence[Heard]], Awaitable[Sequence[int]]]
"""Files what was delivered; gives the status of each answer."""
Proven = Callable[[str, float], Awaitable[None]]
"""The centre has all our answers in this session that are older than so many seconds."""
Late = Callable[[Pdu], None]
"""An answer that came after we had given up waiting for it."""


class Link:
    """The line to one centre. Lives in one event loop."""

    def __init__(self, account: Account, hear: Hear, proven: Proven) -> None:
        self.state = LinkState.DOWN
        self.reason = "not connected yet"
        self._account = account
        self._hear = hear
        self._proven = proven
        self._stop = asyncio.Event()
        self._session: _Session | None = None
        self._window = asyncio.Semaphore(account.window)
        self._slower_s = 0.0
        self._not_before = 0.0
        self._next_turn = 0.0

    async def run(self) -> None:
        """Until ``stop``."""
        pause = self._account.first_pause_s
        while not self._stop.is_set():
            try:
                await self._serve()
                pause = self._account.first_pause_s
                is_ours = self._stop.is_set()
                self._is(LinkState.DOWN, "ended" if is_ours else "the centre ended the session")
            except BindRefused as refused:
                state = LinkState.REFUSED if statuses.refuses_us(refused.status) else LinkState.DOWN
                self._is(state, f"the bind was refused: {refused}")
            except _LOST as lost:
                if self.state is LinkState.BOUND:
                    pause = self._account.first_pause_s
                self._is(LinkState.DOWN, f"{type(lost).__name__}: {lost}".rstrip(": "))
            except WrongAccount as wrong:
                self._is(LinkState.REFUSED, str(wrong))
            except Exception:
                _LOG.exception("SMS centre: a fault of ours; the line is made anew")
                self._is(LinkState.DOWN, "a fault of ours")
            is_refused = self.state is LinkState.REFUSED
            await self._wait(self._account.refused_pause_s if is_refused else pause)
            pause = min(pause * 2, self._account.longest_pause_s)

    @property
    def is_ended(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Say goodbye and end."""
        self._stop.set()
        if self._session is not None:
            self._session.end.set()

    async def submit(self, body: bytes, late: Late) -> Pdu:
        """The centre's answer to a ``submit_sm``. Raises NotHanded and NoAnswer."""
        try:
            async with asyncio.timeout(_WAIT_FOR_TURN_S):
                await self._window.acquire()
        except TimeoutError:
            raise NotHanded("too many submits wait for their answer") from None
        try:
            session = await self._turn()
            answer = await session.ask(Command.SUBMIT_SM, body, self._account.answer_within_s, late)
        finally:
            self._window.release()
        if statuses.is_slow_down(answer.status):
            self._slower_s = min(max(1.0, self._slower_s * 2), _SLOWEST_S)
            self._not_before = self._now() + self._slower_s
        else:
            self._slower_s = 0.0
        return answer

    async def query(self, message_id: str, source: Address) -> Pdu:
        """The centre's answer to a ``query_sm``. Raises NotHanded and NoAnswer."""
        session = await self._turn()
        body = query_body(message_id, source)
        return await session.ask(Command.QUERY_SM, body, self._account.answer_within_s, None)

    async def _turn(self) -> _Session:
        """Wait until one more may be written, at the pace that was agreed."""
        now = self._now()
        if self._not_before > now:
            raise NotHanded("the centre asked for less")
        if self._account.per_second > 0:
            turn = max(now, self._next_turn)
            self._next_turn = turn + 1 / self._account.per_second
            await self._wait(turn - now)
        session = self._session
        if session is None or self.is_ended:
            raise NotHanded(f"no session with the SMS centre: {self.reason}")
        return session

    async def _serve(self) -> None:
        """One session from its beginning to its end."""
        account = self._account
        async with asyncio.timeout(_CONNECT_WITHIN_S):
            reader, writer = await asyncio.open_connection(
                account.host, account.port, ssl=account.tls or None
            )
        session = _Session(reader, writer, f"{account.system_id}:{id(writer):x}:{self._now()}")
        hearing = [asyncio.ensure_future(each) for each in (session.read(), self._listen(session))]
        try:
            body = bind_body(account.system_id, account.password(), account.system_type)
            answer = await session.ask(Command.BIND_TRANSCEIVER, body, _CONNECT_WITHIN_S, None)
            if answer.status != statuses.OK:
                raise BindRefused(answer.status)
            self._session = session
            self._is(LinkState.BOUND, "")
            keeping = asyncio.ensure_future(self._keep_alive(session))
            hearing.append(keeping)
            await asyncio.wait(hearing, return_when=asyncio.FIRST_COMPLETED)
            for each in hearing:
                if each.done():
                    each.result()
        except (NoAnswer, NotHanded) as silent:
            raise TimeoutError(f"no answer to the bind ({silent})") from silent
        finally:
            self._session = None
            await session.close()
            for each in hearing:
                each.cancel()
            await asyncio.gather(*hearing, return_exceptions=True)

    async def _keep_alive(self, session: _Session) -> None:
        """Ask whether the centre is there, as long as it is; say goodbye when we are to end."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._account.enquire_every_s):
                    await session.end.wait()
                break
            asked = min(self._now(), session.filing_since or self._now())
            try:
                await session.ask(Command.ENQUIRE_LINK, b"", self._account.enquire_within_s, None)
            except NoAnswer:
                raise TimeoutError("the centre does not answer enquire_link") from None
            await self._proven(session.name, self._now() - asked)
        await session.settled(_GOODBYE_WITHIN_S)
        with suppress(NoAnswer, NotHanded):
            await session.ask(Command.UNBIND, b"", _GOODBYE_WITHIN_S, None)

    async def _listen(self, session: _Session) -> None:
        """Have filed what the centre delivers, as much at once as there is; then answer."""
        while True:
            batch = [await session.delivered.get()]
            while len(batch) < _BATCH_MAX and not session.delivered.empty():
                batch.append(session.delivered.get_nowait())
            session.filing_since = self._now()
            found = await self._hear([Heard(pdu, session.name) for pdu in batch])
            for pdu, status in zip(batch, found, strict=True):
                session.answer(pdu, status)
            session.filing_since = None

    def _is(self, state: LinkState, reason: str) -> None:
        """Log a change once, not once a try."""
        if (state, reason) != (self.state, self.reason) and not self._stop.is_set():
            where = f"{self._account.host}:{self._account.port}"
            level = logging.INFO if state is LinkState.BOUND else logging.WARNING
            level = logging.ERROR if state is LinkState.REFUSED else level
            _LOG.log(level, "SMS centre %s: %s", where, reason or "bound")
        self.state, self.reason = state, reason

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._stop.wait()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


class _Session:
    """One connection: requests and their answers by number, and what the centre asks of us."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str
    ) -> None:
        self.name = name
        self.end = asyncio.Event()
        self.filing_since: float | None = None  # what was delivered and is not answered yet
        self.delivered: asyncio.Queue[Pdu] = asyncio.Queue(_INBOUND_MAX)
        self._reader = reader
        self._writer = writer
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._is_over = False

    async def ask(self, command: Command, body: bytes, within_s: float, late: Late | None) -> Pdu:
        """The answer to a request. Raises NotHanded and NoAnswer."""
        if self._is_over or self._writer.is_closing():
            raise NotHanded("the session is over")
        self._sequence = self._sequence % _SEQUENCE_MAX + 1
        number = self._sequence
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._writer.write(Pdu(command, number, body=body).encode())
        await asyncio.wait([answer], timeout=within_s)
        if not answer.done():
            if late is None:
                self._waiting.pop(number, None)
            else:
                answer.add_done_callback(lambda done: _came_late(done, late))
            raise NoAnswer(f"no answer within {within_s:g} s")
        return answer.result()

    async def settled(self, within_s: float) -> None:
        """Wait for the answers that are under way."""
        if self._waiting:
            await asyncio.wait(list(self._waiting.values()), timeout=within_s)

    def answer(self, pdu: Pdu, status: int) -> None:
        """Answer what the centre asked; a message id is never given."""
        body = b"\0" if pdu.command in (Command.DELIVER_SM, Command.DATA_SM) else b""
        if not self._writer.is_closing():
            self._writer.write(Pdu(pdu.command | RESPONSE, pdu.sequence, status, body).encode())

    async def read(self) -> None:
        """Take in what comes, until the line ends. Raises what ended it."""
        try:
            while True:
                head = await self._reader.readexactly(4)
                pdu = read_pdu(head + await self._reader.readexactly(read_length(head) - 4))
                if pdu.command == Command.UNBIND:
                    self.answer(pdu, statuses.OK)
                    return
                self._take(pdu)
        finally:
            self._is_over = True
            for each in self._waiting.values():
                if not each.done():
                    each.set_exception(NoAnswer("the connection was lost"))
            self._waiting.clear()

    async def close(self) -> None:
        self._is_over = True
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_WITHIN_S):
                await self._writer.wait_closed()

    def _take(self, pdu: Pdu) -> None:
        if pdu.command & RESPONSE:
            answer = self._waiting.pop(pdu.sequence, None)
            if answer is not None and not answer.done():
                answer.set_result(pdu)
        elif pdu.command in (Command.DELIVER_SM, Command.DATA_SM):
            if self.delivered.full():
                self.answer(pdu, statuses.QUEUE_FULL)
            else:
                self.delivered.put_nowait(pdu)
        elif pdu.command == Command.ENQUIRE_LINK:
            self.answer(pdu, statuses.OK)
        else:
            nack = Pdu(Command.GENERIC_NACK, pdu.sequence, statuses.UNKNOWN_COMMAND)
            self._writer.write(nack.encode())


def _came_late(done: asyncio.Future[Pdu], late: Late) -> None:
    if not done.cancelled() and done.exception() is None:
        late(done.result())
