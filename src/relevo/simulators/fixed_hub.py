"""The fixed hub: it takes files of records and hands out files (porting-es 5).

Times as in profiles/es/README.md: open on working days 08:00 to 20:00, the donor answers within
six hours of opening time, the change is made 10:00 to 13:00 of the second working day or at the
preferred hour later, a cancellation is taken until the hub's last open moment a day before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial

from relevo.simulators.donors import Claimed, Donors
from relevo.simulators.exchange import Exchange
from relevo.simulators.faults import Fault, late_by
from relevo.simulators.feed import Answers, Feed
from relevo.simulators.fixed_records import (
    PortRequest,
    WrongField,
    read_records,
    read_request,
    to_minute,
    to_second,
    write_record,
)
from relevo.simulators.hours import CLOSES, at, local
from relevo.simulators.http import Answer, Asked, BadRequest, Route
from relevo.simulators.operators import OPERATORS, named, with_fixed_code
from relevo.simulators.outage import Outage
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

WINDOW_OPENS = time(10)
WINDOW_LENGTH = timedelta(hours=3)
REPLY_MINUTES = 360
LATEST_WINDOW = timedelta(days=30)
CAUSES = {
    # The donor's reasons in the mobile hub's words -> the fixed hub's four digits.
    "RECH_IDENT": "0003",
    "RECH_ICCID": "0003",
    "RECH_BNUME": "0017",
    "RECH_PERDI": "0017",
    "RECH_FMAYO": "0020",
}
TEXTS = {
    "0002": "Número desconocido",
    "0003": "El titular no coincide",
    "0017": "El número está en baja",
    "0020": "Fuerza mayor declarada",
    "0021": "Existe otra solicitud para el número",
}


@dataclass(slots=True)
class FixedPort:
    """One request: `asked`, `accepted`, `denied`, `cancelled`, `ported`."""

    request: PortRequest
    number: str  # E.164
    donor: str
    state: str = "asked"
    window: Moment | None = None


class FixedHub:
    """Answers each record with records in files that the operators fetch."""

    def __init__(self, stage: Stage, exchange: Exchange, donors: Donors, outage: Outage) -> None:
        self._stage = stage
        self._exchange = exchange
        self._donors = donors
        self._outage = outage
        self._uploads: Answers[Answer] = Answers()
        self._downloads: dict[str, Feed] = {}
        self.ports: dict[str, FixedPort] = {}
        self._by_number: dict[str, list[FixedPort]] = {}
        self._answered: dict[str, list[str]] = {}

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        return [
            Route(self._stage, "POST", "/er/upload", self._upload),
            Route(self._stage, "GET", "/er/download", self._download),
        ]

    def holder(self, number: str) -> str:
        """Who holds the number in the hub's books."""
        for port in self._by_number.get(number, []):
            if port.state == "ported":
                found = with_fixed_code(port.request.recipient_code)
                return found.name if found else self._stage.recipient
        return self._exchange.lines[number].donor

    def _upload(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503)
        operator, name = asked.headers.get("x-operator"), asked.headers.get("x-file-name")
        if not operator or not name or with_fixed_code(operator) is None:
            raise BadRequest("X-Operator, X-File-Name: send your fixed code and the file's name")
        return self._uploads.once(f"{operator} {name}", lambda: self._take(operator, asked.body))

    def _take(self, operator: str, body: bytes) -> Answer:
        records = read_records(body.decode("utf-8", "replace"))
        received_at = self._stage.now()
        due = self._stage.hours.next_opening(received_at) + timedelta(seconds=30)
        for n, fields in enumerate(records):
            key = f"fixed hub {n:04d} {';'.join(fields[:2])}"
            self._stage.later(due, key, partial(self._read, operator, fields, received_at))
        return Answer(200, f"ACK;{len(records)}\n".encode(), "text/plain")

    def _download(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503)
        feed = self._downloads.get(asked.query.get("operator", ""), Feed())
        return Answer(200, {"files": feed.after(asked.after())})

    def _read(self, operator: str, fields: list[str], received_at: Moment) -> None:
        process = fields[1] if len(fields) > 1 else ""
        if fields[0] == "SP":
            request = read_request(fields)
            if isinstance(request, WrongField):
                place = str(request.place)
                self._publish(operator, write_record("FERROR", process, place, request.why))
            elif process in self._answered:
                for record in self._answered[process]:
                    self._publish(operator, record)
            elif process not in self.ports:
                self._check(request)
        elif fields[0] == "CNC":
            self._cancel(operator, process, received_at)
        else:
            self._publish(operator, write_record("FERROR", process, "1", "Mensaje desconocido"))

    def _check(self, request: PortRequest) -> None:
        """The hub's own consistency check: `DSP1`, `QSP`, or on to the donor."""
        number = f"+34{request.number}"
        served = self._exchange.lines.get(number)
        recipient = with_fixed_code(request.recipient_code)
        if served is None:
            self._deny("DSP1", request, "0002")
        elif recipient is None or recipient.nrn_fixed != request.nrn:
            self._deny("DSP1", request, "0010")
        elif any(p.state in ("asked", "accepted") for p in self._by_number.get(number, [])):
            self._deny("DSP1", request, "0021")
        else:
            if self._stage.strike("hub", "wrong_donor", number=number):
                self._exchange.rehome(number, "duna" if served.donor == "cantil" else "cantil")
            port = FixedPort(request, number, self.holder(number))
            self.ports[request.process] = port
            self._by_number.setdefault(number, []).append(port)
            self._queue(port)

    def _queue(self, port: FixedPort) -> None:
        """Fault `quota`: the request waits until the next working day, and its sender is told."""
        now = self._stage.now()
        if not self._stage.strike("hub", "quota", number=port.number):
            self._ask_donor(port, now)
            return
        day = self._stage.hours.working_day_after(local(now).date())
        self._answer(port.request, "QSP", f"{day:%Y%m%d}", "")
        due = self._stage.hours.next_opening(at(day, time(8)))
        name = f"fixed hub {port.request.process} leaves the queue"
        self._stage.later(due, name, lambda: self._ask_donor(port, self._stage.now()))

    def _ask_donor(self, port: FixedPort, asked_at: Moment) -> None:
        process = port.request.process
        names = ("fixed donor", port.number, process)
        minutes = self._stage.between(5, REPLY_MINUTES - 5, *names, of=port.number)
        due = self._stage.hours.add_working_minutes(asked_at, minutes)
        name = f"fixed donor {process} answers"
        self._stage.later(due, name, lambda: self._turn_to(port, asked_at))

    def _turn_to(self, port: FixedPort, asked_at: Moment) -> None:
        """The donor's moment for this request has come; he may sleep through it."""
        number = port.number
        if port.state != "asked" or self._stage.strike("donor", "silent", number=number):
            return
        late = self._stage.strike("donor", "late", number=number)
        if late is None:
            self._judge(port, asked_at)
            return
        limit = self._stage.hours.add_working_minutes(asked_at, REPLY_MINUTES)
        due = limit + late_by(late, timedelta(hours=1))
        name = f"fixed donor {port.request.process} late"
        self._stage.later(due, name, lambda: self._judge(port, asked_at))

    def _judge(self, port: FixedPort, asked_at: Moment) -> None:
        if port.state != "asked":
            return
        claimed = Claimed(number=port.number, document=(None, port.request.document))
        cause = self._donors.judge(claimed)
        if cause is not None:
            port.state = "denied"
            self._deny("DSP2", port.request, CAUSES.get(cause, cause))
            return
        port.state, port.window = "accepted", self._window(port.request.preferred, asked_at)
        closes = port.window + WINDOW_LENGTH
        self._answer(port.request, "ASP", to_minute(port.window), to_minute(closes), "")
        name = f"fixed hub {port.request.process} window"
        self._stage.later(port.window, name, lambda: self._switch(port))
        self._donors.plan_cuts(port.number, port.window, partial(_is_accepted, port))

    def plan_cuts(self, _fault: Fault) -> None:
        """Fault `cut_early` was armed: it may hit what is accepted already."""
        for port in self.ports.values():
            if port.state == "accepted" and port.window is not None:
                is_due = partial(_is_accepted, port)
                self._donors.plan_cuts(port.number, port.window, is_due)

    def _window(self, preferred: Moment | None, asked_at: Moment) -> Moment:
        """The preferred hour if it is allowed, else 10:00 of the second working day."""
        hours = self._stage.hours
        default = at(hours.working_day_after(local(asked_at).date(), 2), WINDOW_OPENS)
        if default <= self._stage.now():  # a late answer; the first day is gone
            default = at(hours.working_day_after(local(self._stage.now()).date()), WINDOW_OPENS)
        if preferred is None or not default <= preferred <= default + LATEST_WINDOW:
            return default
        return preferred if hours.is_working_day(local(preferred).date()) else default

    def _switch(self, port: FixedPort) -> None:
        if port.state != "accepted" or port.window is None:
            return
        port.state = "ported"
        request, donor = port.request, named(port.donor).fixed_code
        moved = (request.nrn, request.number, request.number)
        effective = to_minute(port.window)
        record = write_record(
            "CP", request.process, request.recipient_code, donor, effective, *moved
        )
        self._answered.setdefault(request.process, []).append(record)
        for operator in OPERATORS:  # a confirmation goes to everybody
            self._publish(operator.fixed_code, record)
        self._donors.port(port.number)

    def _cancel(self, operator: str, process: str, received_at: Moment) -> None:
        port = self.ports.get(process)
        now = self._stage.now()
        if port is None:
            self._publish(operator, write_record("DCNC", process, "0002", "Proceso desconocido"))
        elif port.state == "cancelled":
            self._publish(operator, write_record("STCC", process, "01", to_second(now)))
        elif port.state == "asked" or (
            port.state == "accepted" and received_at < self._last_call(port)
        ):
            port.state = "cancelled"
            self._publish(operator, write_record("STCC", process, "01", to_second(now)))
        else:
            self._publish(operator, write_record("DCNC", process, "0021", "Fuera de plazo"))

    def _last_call(self, port: FixedPort) -> Moment:
        """24 hours before the window; if the hub is shut then, when it last shut."""
        limit = (port.window or self._stage.now()) - timedelta(hours=24)
        if self._stage.hours.is_open(limit):
            return limit
        here = local(limit)
        closed_today = self._stage.hours.is_working_day(here.date()) and here.time() >= CLOSES
        day = here.date() if closed_today else self._stage.hours.working_day_before(here.date())
        return at(day, CLOSES)

    def _deny(self, kind: str, request: PortRequest, cause: str) -> None:
        self._answer(request, kind, cause, TEXTS.get(cause, ""), "", "", "", "")

    def _answer(self, request: PortRequest, kind: str, *rest: str) -> None:
        record = write_record(kind, request.process, *rest)
        self._answered.setdefault(request.process, []).append(record)
        self._publish(request.recipient_code, record)

    def _publish(self, operator: str, record: str) -> None:
        """A file with one record, for this operator to fetch."""
        feed = self._downloads.setdefault(operator, Feed())
        now = self._stage.now()
        name = f"ER_{operator}_{to_second(now)}_{len(feed) + 1:04d}.txt"
        feed.add({"name": name, "published_at": now, "content": record + "\n"})
        self._stage.changed("hub")


def _is_accepted(port: FixedPort) -> bool:
    return port.state == "accepted"
