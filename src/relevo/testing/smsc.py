"""An SMS centre as a process of its own, with a store that outlives it, and with faults.

Its PDUs are read and made by a library, not by our codec: a mistake in ours must not cancel out.
Like a real centre it stores before it answers, and delivers again what was not acknowledged. What
phones got and what it knows lies in SQLite, where a test looks; commands come by standard input,
one JSON object a line:

* ``{"say": {"source": ..., "destination": ..., "content": hex, ...}}``: a phone sends a message;
* ``{"fault": name, "count": n, "value": v}``: what goes wrong from now on, ``n`` times; ``speak``
  ends a silence;
* ``{"hang_up": true}``: every connection breaks.

Run: ``python -m relevo.testing.smsc STORE`` prints the port and serves on loopback until killed.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import struct
import sys
from typing import Any

import smpp34

from relevo.engine.clock import SystemClock

_HEADER = struct.Struct("!IIII")
_RESPONSE = 0x80000000
_BIND, _UNBIND, _ENQUIRE, _QUERY, _SUBMIT, _DELIVER = 0x09, 0x06, 0x15, 0x03, 0x04, 0x05
_AGAIN_AFTER_S = 0.05  # what was refused for now is delivered again
_RECEIPTED_ID, _REFERENCE, _PAYLOAD, _STATE = 0x1E, 0x0204, 0x0424, 0x0427  # TLVs
_STATES = {"ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "REJECTD": 8}
_SCHEMA = """
create table if not exists setting (name text primary key, value text);
create table if not exists message (
    id integer primary key, source text, destination text, coding integer, esm_class integer,
    content blob, payload blob, reference integer, state text, sender_ton integer,
    registered integer, is_told integer not null default 0);
create table if not exists outgoing (
    id integer primary key, source text, destination text, coding integer, esm_class integer,
    content blob, options text, ton integer, acknowledged integer not null default 0,
    deliveries integer not null default 0);
"""


class Store:
    """What the centre knows. It survives the centre, not the machine."""

    def __init__(self, path: str) -> None:
        self.rows = sqlite3.connect(path, isolation_level=None)
        self.rows.execute("pragma journal_mode=wal")
        self.rows.execute("pragma synchronous=off")
        self.rows.executescript(_SCHEMA)

    def port(self) -> int:
        """The port of an earlier life; 0 at first."""
        row = self.rows.execute("select value from setting where name = 'port'").fetchone()
        return int(row[0]) if row else 0

    def keep_port(self, port: int) -> None:
        """The same one next time."""
        self.rows.execute("insert or replace into setting values ('port', ?)", (str(port),))

    def take(self, submit: smpp34.SubmitSm, state: str) -> int:
        """Store a message; its id."""
        options = {tlv.tag: tlv for tlv in submit.tlvs}
        reference = options.get(_REFERENCE)
        payload = options.get(_PAYLOAD)
        row = (
            submit.source_addr,
            submit.destination_addr,
            submit.data_coding,
            submit.esm_class,
            submit.short_message,
            payload.value if payload else None,
            reference.as_int() if reference else None,
            state,
            submit.source_addr_ton,
            submit.registered_delivery,
        )
        made = self.rows.execute(
            "insert into message (source, destination, coding, esm_class, content, payload,"
            " reference, state, sender_ton, registered) values (?,?,?,?,?,?,?,?,?,?)",
            row,
        )
        return int(made.lastrowid or 0)

    def put(self, spoken: dict[str, Any]) -> None:
        """Something to be delivered to the ESME."""
        options = json.dumps(spoken.get("options", {}))
        self.rows.execute(
            "insert into outgoing (source, destination, coding, esm_class, content, options, ton)"
            " values (?,?,?,?,?,?,?)",
            (
                spoken["source"],
                spoken["destination"],
                spoken.get("coding", 0),
                spoken.get("esm_class", 0),
                bytes.fromhex(spoken.get("content", "")),
                options,
                spoken.get("ton", 1),
            ),
        )

    def tell(self, number: int, receipts: list[dict[str, Any]]) -> None:
        """What came of a message, for our side: all of it, or (if killed) nothing yet."""
        self.rows.execute("begin")
        self.rows.execute("update message set is_told = 1 where id = ?", (number,))
        for each in receipts:
            self.put(each)
        self.rows.execute("commit")

    def waiting(self) -> list[tuple[Any, ...]]:
        """What was not acknowledged."""
        return self.rows.execute(
            "select id, source, destination, coding, esm_class, content, options, ton"
            " from outgoing where not acknowledged order by id"
        ).fetchall()


class Centre:
    """The server. ``faults`` maps a name to how often it still happens, and its value."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._faults: dict[str, list[Any]] = {}
        self._sessions: list[_Session] = []

    def command(self, line: str) -> None:
        """What a test wants."""
        order = json.loads(line)
        if "say" in order:
            self._store.put(order["say"])
        if order.get("fault") == "speak":
            for each in self._sessions:
                each.speak()
        elif "fault" in order:
            value = order.get("value")
            self._faults[order["fault"]] = [order.get("count", 1 << 30), value]
        if order.get("hang_up"):
            for each in self._sessions:
                each.abort()
        self.deliver()

    def goes_wrong(self, fault: str) -> Any:
        """Whether this fault happens now: its value, or True; None when it does not."""
        left = self._faults.get(fault)
        if not left or left[0] <= 0:
            return None
        left[0] -= 1
        return True if left[1] is None else left[1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One ESME, until it goes."""
        session = _Session(self, self._store, writer)
        self._sessions.append(session)
        try:
            while True:
                head = await reader.readexactly(_HEADER.size)
                length, command, status, sequence = _HEADER.unpack(head)
                body = await reader.readexactly(length - _HEADER.size)
                session.take(command, status, sequence, head + body)
        except (asyncio.IncompleteReadError, OSError, smpp34.SmppError):
            pass
        finally:
            self._sessions.remove(session)
            writer.close()

    def go_on(self) -> None:
        """After a life that ended between taking a message and saying what came of it."""
        rows = self._store.rows.execute("select id from message where not is_told").fetchall()
        for (number,) in rows:
            self.receipt(number)

    def deliver(self) -> None:
        """Give what waits to the first ESME that is bound."""
        session = next((each for each in self._sessions if each.is_bound), None)
        if session is not None:
            session.deliver()

    def receipt(self, number: int) -> None:
        """Say what came of a message."""
        row = self._store.rows.execute(
            "select source, destination, state, reference, registered from message where id = ?",
            (number,),
        ).fetchone()
        source, destination, state, reference, registered = row
        if not registered & 1 or self.goes_wrong("no_receipt"):
            return
        written = str(number) if self.goes_wrong("decimal_receipts") else _name(number)
        now = SystemClock().now().strftime("%y%m%d%H%M")
        text = (
            f"id:{written} sub:001 dlvrd:001 submit date:{now} done date:{now} "
            f"stat:{state} err:000 text:"
        )
        options: dict[str, str] = {}
        if not self.goes_wrong("text_only"):
            options[str(_RECEIPTED_ID)] = (written.encode() + b"\0").hex()
            options[str(_STATE)] = bytes((_STATES[state],)).hex()
            if reference is not None:
                options[str(_REFERENCE)] = reference.to_bytes(2).hex()
        said = {"source": destination, "destination": source, "esm_class": 4, "options": options}
        said["content"] = text.encode().hex()
        copies = 2 if self.goes_wrong("double_receipt") else 1
        self._store.tell(number, [said] * copies)


class _Session:
    """One connection."""

    def __init__(self, centre: Centre, store: Store, writer: asyncio.StreamWriter) -> None:
        self.is_bound = False
        self._centre = centre
        self._store = store
        self._writer = writer
        self._sequence = 0
        self._sent: dict[int, int] = {}
        self._held_back: list[tuple[int, bytes]] = []

    def abort(self) -> None:
        """Gone without a word."""
        transport = self._writer.transport
        transport.abort()
        self.is_bound = False

    def speak(self) -> None:
        """Give the answers that were held back."""
        for sequence, answer in self._held_back:
            self._answer(_SUBMIT, sequence, 0, answer)
        self._held_back.clear()

    def take(self, command: int, status: int, sequence: int, pdu: bytes) -> None:
        """One PDU of the ESME."""
        if command & _RESPONSE:
            self._taken(sequence, status)
        elif command == _BIND:
            self._bind(sequence)
        elif command == _SUBMIT:
            self._submit(sequence, pdu)
        elif command == _QUERY:
            self._query(sequence, pdu)
        elif command == _ENQUIRE:
            if not self._centre.goes_wrong("deaf"):
                self._answer(_ENQUIRE, sequence)
        elif command == _UNBIND:
            self._answer(_UNBIND, sequence)
            self.is_bound = False
            self._writer.close()

    def deliver(self) -> None:
        """Everything that waits and is not under way."""
        under_way = set(self._sent.values())
        for (
            number,
            source,
            destination,
            coding,
            esm_class,
            content,
            options,
            ton,
        ) in self._store.waiting():
            if number in under_way:
                continue
            self._sequence += 1
            self._sent[self._sequence] = number
            self._store.rows.execute(
                "update outgoing set deliveries = deliveries + 1 where id = ?", (number,)
            )
            pdu = smpp34.DeliverSm(
                source,
                destination,
                content,
                source_addr_ton=ton,
                source_addr_npi=1,
                esm_class=esm_class,
                data_coding=coding,
                tlvs=[
                    smpp34.Tlv(int(tag), bytes.fromhex(value))
                    for tag, value in json.loads(options).items()
                ],
                sequence_number=self._sequence,
            )
            self._writer.write(pdu.encode())

    def _taken(self, sequence: int, status: int) -> None:
        number = self._sent.pop(sequence, None)
        if status:
            asyncio.get_running_loop().call_later(_AGAIN_AFTER_S, self.deliver)
        elif self._centre.goes_wrong("unheard"):
            self.abort()
        elif number is not None:
            self._store.rows.execute("update outgoing set acknowledged = 1 where id = ?", (number,))

    def _bind(self, sequence: int) -> None:
        status = self._centre.goes_wrong("refuse_bind") or 0
        self._answer(_BIND, sequence, status, b"" if status else b"SMSC\0")
        if status:
            self._writer.close()
            return
        self.is_bound = True
        self.deliver()

    def _submit(self, sequence: int, pdu: bytes) -> None:
        centre = self._centre
        if centre.goes_wrong("lose"):  # it dies before it has stored anything
            self.abort()
            return
        if status := centre.goes_wrong("refuse"):
            self._answer(_SUBMIT, sequence, int(status))
            return
        submit = smpp34.decode(pdu)
        assert isinstance(submit, smpp34.SubmitSm), "the command says so"
        number = self._store.take(submit, str(centre.goes_wrong("state") or "DELIVRD"))
        if centre.goes_wrong("drop"):  # it has the message, and the answer is never heard
            centre.receipt(number)
            self.abort()
            return
        is_early = centre.goes_wrong("early_receipt")
        if is_early:
            centre.receipt(number)
            centre.deliver()
        answer = _name(number).encode() + b"\0"
        if centre.goes_wrong("silent"):
            self._held_back.append((sequence, answer))
        else:
            self._answer(_SUBMIT, sequence, 0, answer)
        if not is_early:
            centre.receipt(number)
            centre.deliver()

    def _query(self, sequence: int, pdu: bytes) -> None:
        written = pdu[_HEADER.size :].partition(b"\0")[0].decode()
        row = self._store.rows.execute(
            "select state from message where id = ?", (int(written, 16),)
        ).fetchone()
        if row is None:
            self._answer(_QUERY, sequence, 0x67)
        else:
            body = written.encode() + b"\0\0" + bytes((_STATES[row[0]], 0))
            self._answer(_QUERY, sequence, 0, body)

    def _answer(self, command: int, sequence: int, status: int = 0, body: bytes = b"") -> None:
        length = _HEADER.size + len(body)
        self._writer.write(_HEADER.pack(length, command | _RESPONSE, status, sequence) + body)


def _name(number: int) -> str:
    return f"{number:08X}"


async def _main(path: str) -> None:
    store = Store(path)
    centre = Centre(store)
    centre.go_on()
    server = await asyncio.start_server(centre.serve, "127.0.0.1", store.port())
    store.keep_port(server.sockets[0].getsockname()[1])
    sys.stdout.write(f"{store.port()}\n")
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        centre.command(line.decode())


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
