"""The upload and the download folder of the hub, as one operator sees them.

The hub numbers what it hands out; the number of the last file read is our place. A number that is
missing is a file that was lost on the way: the hub is asked to send its messages once more, which
come as new files. An uploaded file is named after what it brings, so that one sent twice is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from relevo.adapters.clearing_house_files.language import RecordLanguage
from relevo.adapters.clearing_house_files.settings import FileAccount
from relevo.adapters.http import call, client, read_json
from relevo.engine.clock import Clock, elapsed_seconds
from relevo.engine.performer import Permanent, Temporary
from relevo.porting.gateway import Exchange, WireLog
from relevo.porting.profile import HubKind, Operator, PortingProfile
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment, utc

T = TypeVar("T")

LOST, RETURN, INCOHERENCE = "M", "R", "D"
"""What stands behind our code in the id of a process that is no request."""

NAME_LENGTH = 10


class _File(msgspec.Struct):
    seq: int
    name: str
    published_at: Moment
    content: str


class _Listing(msgspec.Struct):
    files: list[_File]


@dataclass(frozen=True, slots=True)
class Received:
    """One record of the hub, and where it stood."""

    notice_id: str
    published_at: Moment
    record: Any


@dataclass(frozen=True, slots=True)
class Unread:
    """A line of the hub that could not be read; ``process_id`` is empty where it does not say."""

    notice_id: str
    why: str
    kind: str = ""
    process_id: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """All records after a place, and what could not be read."""

    received: tuple[Received, ...]
    unreadable: tuple[Unread, ...]
    place: str


class FolderLog:
    """Keeps each record as it went over the wire. All roles of an operator read the same files:
    what one of them has kept the others do not keep again."""

    def __init__(self, wire_log: WireLog, clock: Clock) -> None:
        self._wire_log = wire_log
        self._clock = clock
        self._kept_to = 0

    def sent(self, record: Any, content: bytes, begun: float, verdict: str) -> None:
        """A record of ours."""
        self._keep(record, self._clock.now(), content, b"", begun, verdict)

    def received(self, file: _File, records: Sequence[Any]) -> None:
        """What a file of the hub brought."""
        if file.seq <= self._kept_to:
            return
        self._kept_to = file.seq
        lines = file.content.splitlines()
        for record in records:
            said = next((line for line in lines if record.process_id in line), file.content)
            at, begun = utc(file.published_at), elapsed_seconds()
            self._keep(record, at, b"", said.encode(), begun, "")

    def _keep(
        self, record: Any, at: Moment, sent: bytes, received: bytes, begun: float, verdict: str
    ) -> None:
        self._wire_log.keep(
            Exchange(
                hub=HubKind.FIXED,
                operation=str(record.kind),
                key=record.process_id,
                at=at,
                took_ms=round((elapsed_seconds() - begun) * 1000),
                sent=sent,
                received=received,
                verdict=verdict,
            )
        )


class RecordFolder:
    """What all roles of an operator share: its code, its records, its way to the hub."""

    def __init__(
        self,
        account: FileAccount,
        language: RecordLanguage,
        rules: PortingProfile,
        log: FolderLog | None = None,
    ) -> None:
        self._log = log
        self.account = account
        self.language = language
        self.rules = rules
        self._http = client(account.url, account.timeout_s)
        self._place = 0

    def us(self) -> Operator:
        """Ourselves, as the hub knows us."""
        return self.named(self.account.operator)

    def named(self, operator: str) -> Operator:
        """An operator by our name for it. Raises Permanent when there is none."""
        found = self.rules.operator(operator)
        if found is None:
            raise Permanent(f"operator: {operator!r} is not known; check operators.toml")
        return found

    def name_of(self, code: str) -> str:
        """Our name for the operator with that code; the code itself when nobody has it."""
        found = self.rules.operator_coded(HubKind.FIXED, code)
        return code if found is None else found.name

    def is_ours(self, process_id: str, mark: str = "") -> bool:
        """Whether we began that process: a contract code begins with our code. What is no request
        has a mark behind the code, and a dash, which no contract code has."""
        begins = process_id.startswith(f"{self.us().mobile_code}{mark}")
        return begins and ("-" in process_id) == bool(mark)

    def process_id(self, mark: str, name: str) -> str:
        """An id for a process of ours that is no request."""
        return f"{self.us().mobile_code}{mark}{name}"

    def upload(self, name: str, record: Any) -> None:
        """Bring a record. Raises Permanent when it is nonsense."""
        try:
            content = self.language.encode(record)
        except ValueError as wrong:
            raise Permanent(f"we cannot send this: {wrong}") from wrong
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "X-Operator": self.us().fixed_code,
            "X-File-Name": name,
        }
        begun, verdict = elapsed_seconds(), "uploaded"
        try:
            call(self._http, "POST", f"{self.account.url}/upload", content=content, headers=headers)
        except (Temporary, Permanent) as away:
            verdict = away.reason
            raise
        finally:
            if self._log is not None:
                self._log.sent(record, content, begun, verdict)

    def read(self, after: str) -> Delivery:
        """All records after this place, oldest first."""
        params = {"operator": self.us().fixed_code, "after": after or "0"}
        response = call(self._http, "GET", f"{self.account.url}/download", params=params)
        files = sorted(read_json(response, _Listing).files, key=lambda file: file.seq)
        opened = [self._open(file) for file in files]
        self._ask_for_lost(int(after or 0), files)
        self._place = files[-1].seq if files else self._place
        return Delivery(
            received=tuple(each for received, _ in opened for each in received),
            unreadable=tuple(each for _, bad in opened for each in bad),
            place=str(files[-1].seq) if files else after,
        )

    def ask_again(self, process_id: str) -> None:
        """Ask the hub to say once more what it said of a process, unless it was asked since its
        last word. The question is a process of its own: a no to it says nothing of the other."""
        name = code(NAME_LENGTH, READABLE, process_id, str(self._place))
        self._resend(f"-{name}", {"about": process_id})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _ask_for_lost(self, after: int, files: Sequence[_File]) -> None:
        before = after
        for file in files:
            first, last = before + 1, file.seq - 1
            if first <= last:
                self._resend(f"{first}-{last}", {"first_file": first, "last_file": last})
            before = file.seq

    def _resend(self, name: str, what: dict[str, str | int]) -> None:
        words = self.language
        process_id = self.process_id(LOST, name)
        values = {"operator": self.us().fixed_code, **what}
        record = words.Record(kind=words.Kind.RESEND, process_id=process_id, values=values)
        self.upload(f"{words.Kind.RESEND}_{process_id}.txt", record)

    def _open(self, file: _File) -> tuple[list[Received], list[Unread]]:
        """The records in a file, and what of it cannot be read."""
        try:
            read = self.language.decode_records(file.content.encode())
        except ValueError as wrong:
            return [], [Unread(f"{file.seq}", f"{file.name}: {wrong}")]
        if self._log is not None:
            self._log.received(file, read.records)
        published_at = utc(file.published_at)
        received = [
            Received(f"{file.seq}.{line}", published_at, record)
            for line, record in enumerate(read.records, start=1)
        ]
        unread = [
            Unread(
                notice_id=f"{file.seq}.line{bad.line}",
                why=f"{file.name}, line {bad.line}: {bad.why}",
                kind=bad.kind,
                process_id=bad.process_id,
            )
            for bad in read.bad
        ]
        return received, unread


def ours(make: Callable[[], T]) -> T:
    """What we send; nonsense of ours will not become sense by repeating it."""
    try:
        return make()
    except ValueError as wrong:
        raise Permanent(f"we cannot send this: {wrong}") from wrong
