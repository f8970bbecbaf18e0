"""The fixed hub: it takes files of records and hands out files (porting-es 5).

Every operator may bring every record of the table, under its own code; what it brings in the
night is read in the morning. Once an operator has brought a file it is played by a peer, and
answers requests for its numbers itself, as we always do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from relevo.simulators.donors import Donors
from relevo.simulators.exchange import Exchange
from relevo.simulators.faults import Fault
from relevo.simulators.feed import Answers
from relevo.simulators.fixed_books import FixedBooks
from relevo.simulators.fixed_changes import FixedChanges, FixedPort, Floor
from relevo.simulators.fixed_numbers import FixedNumbers
from relevo.simulators.fixed_post import FixedPost
from relevo.simulators.fixed_records import Message, WrongField, read_message, read_records
from relevo.simulators.fixed_returns import FixedReturns
from relevo.simulators.http import Answer, Asked, BadRequest, Route
from relevo.simulators.operators import with_fixed_code
from relevo.simulators.outage import Outage
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

DISCONNECTION = "03"


class FixedHub:
    """Answers each record with records in files that the operators fetch."""

    def __init__(self, stage: Stage, exchange: Exchange, donors: Donors, outage: Outage) -> None:
        self._stage = stage
        self._outage = outage
        self._uploads: Answers[Answer] = Answers()
        self._played = {stage.recipient}
        self._post = FixedPost(stage)
        floor = Floor(stage, exchange, FixedBooks(exchange), self._post, self._played.__contains__)
        self.books = floor.books
        self.changes = FixedChanges(floor, donors)
        self.returns = FixedReturns(floor)
        self.numbers = FixedNumbers(floor)
        self._read_by: dict[str, Callable[[str, Message], None]] = {
            "SP": self.changes.ask,
            "ASP": self.changes.answer,
            "DSP2": self.changes.answer,
            "RP": self.changes.answer,
            "NB": self._notify,
            "XNB": self.returns.keep,
            "MN": self.numbers.reroute,
            "RMN": self.numbers.reject_rerouting,
            "CNM": self.numbers.unroute,
            "SNP": self.numbers.list_moves,
            "VNP": self.numbers.verify,
            "DIN": self.numbers.doubt,
            "RDIN": self.numbers.settle,
            "REPM": self._resend,
            "W": self._abort,
        }

    @property
    def ports(self) -> dict[str, FixedPort]:
        """All requests, by their processes."""
        return self.changes.ports

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        return [
            Route(self._stage, "POST", "/er/upload", self._upload),
            Route(self._stage, "GET", "/er/download", self._download),
        ]

    def holder(self, number: str) -> str:
        """Who holds the number in the hub's books."""
        return self.books.holder(number)

    def plan_cuts(self, fault: Fault) -> None:
        """Fault `cut_early` was armed: it may hit what is accepted already."""
        self.changes.plan_cuts(fault)

    def take(self, operator: str, fields: list[str], received_at: Moment) -> None:
        """A record of an operator (its fixed code), as if it had come in a file."""
        said = read_message(fields)
        if isinstance(said, WrongField):
            process = fields[1] if len(fields) > 1 else ""
            self._post.tell(operator, (), "FERROR", process, str(said.place), said.why)
        elif said.kind == "CNC":
            self.changes.cancel(operator, said, received_at)
        else:
            self._read_by[said.kind](operator, said)

    def _upload(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503)
        code, name = asked.headers.get("x-operator"), asked.headers.get("x-file-name")
        operator = with_fixed_code(code or "")
        if operator is None or not name:
            raise BadRequest("X-Operator, X-File-Name: send your fixed code and the file's name")
        self._played.add(operator.name)
        code = operator.fixed_code
        return self._uploads.once(f"{code} {name}", lambda: self._file(code, asked.body))

    def _file(self, operator: str, body: bytes) -> Answer:
        records = read_records(body.decode("utf-8", "replace"))
        received_at = self._stage.now()
        due = self._stage.hours.next_opening(received_at) + timedelta(seconds=30)
        for n, fields in enumerate(records):
            key = f"fixed hub {n:04d} {';'.join(fields[:2])}"
            self._stage.later(due, key, partial(self.take, operator, fields, received_at))
        return Answer(200, f"ACK;{len(records)}\n".encode(), "text/plain")

    def _download(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503)
        files = self._post.after(asked.query.get("operator", ""), asked.after())
        return Answer(200, {"files": files})

    def _notify(self, operator: str, asked: Message) -> None:
        numbers = self.books.known(asked.spans)
        is_asked_for = any(map(self.changes.is_live, numbers))
        self.returns.notify(operator, asked, is_asked_for=is_asked_for)

    def _resend(self, operator: str, asked: Message) -> None:
        """A REPM: the messages of a process, or files that were lost."""
        about, first, last = asked.field(3), asked.field(4), asked.field(5)
        if about:
            self._post.repeat(operator, about)
        elif first.isdecimal() and last.isdecimal():
            self._post.repeat_lost(operator, int(first), int(last))

    def _abort(self, operator: str, asked: Message) -> None:
        """A W for a change, or for a disconnection."""
        of = self.returns if asked.field(2) == DISCONNECTION else self.changes
        if not of.abort(operator, asked):
            self._post.tell(operator, (), "FERROR", asked.process, "2", "Proceso desconocido")
