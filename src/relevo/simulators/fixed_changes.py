"""Changes of operator at the fixed hub (porting-es 5.1): from SP to CP, or to a no.

Times as in docs/explanation/fixed-lines.md: the donor answers within six hours of opening time,
the change is made 10:00 to 13:00 of the second working day or at the preferred hour later, a
cancellation is taken until the hub's last open moment a day before. Donors that nobody plays
answer in-process; an operator that has sent a file itself, and we, answer over the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import partial

from relevo.simulators.donors import Claimed, Donors
from relevo.simulators.exchange import Exchange
from relevo.simulators.faults import Fault, late_by
from relevo.simulators.fixed_books import FixedBooks
from relevo.simulators.fixed_post import FixedPost
from relevo.simulators.fixed_records import (
    Message,
    day_in,
    moment_in,
    to_minute,
    to_second,
    written,
)
from relevo.simulators.hours import CLOSES, at, local
from relevo.simulators.operators import named, somebody_else, with_fixed_code
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
LIVE = frozenset({"asked", "accepted"})


@dataclass(slots=True)
class FixedPort:
    """One request: `asked`, `accepted`, `denied`, `cancelled`, `aborted`, `ported`, `undone`."""

    request: Message
    numbers: list[str]  # those of this world, E.164
    donor: str
    recipient: str
    state: str = "asked"
    window: Moment | None = None
    is_confirmed: bool = False  # everybody was told when it moves

    @property
    def process(self) -> str:
        return self.request.process

    @property
    def number(self) -> str:
        """The first one."""
        return self.numbers[0]


@dataclass(frozen=True, slots=True)
class Floor:
    """What all parts of the fixed hub stand on."""

    stage: Stage
    exchange: Exchange
    books: FixedBooks
    post: FixedPost
    is_played: Callable[[str], bool]
    moved: list[Callable[[FixedPort], None]] = field(default_factory=list)


class FixedChanges:
    """All requests, and who answers them."""

    def __init__(self, floor: Floor, donors: Donors) -> None:
        self._floor = floor
        self._stage = floor.stage
        self._books = floor.books
        self._post = floor.post
        self._donors = donors
        self.ports: dict[str, FixedPort] = {}
        self._by_number: dict[str, list[FixedPort]] = {}

    def is_live(self, number: str) -> bool:
        """Whether a request for the number is under way."""
        return any(port.state in LIVE for port in self._by_number.get(number, ()))

    def ask(self, operator: str, asked: Message) -> None:
        """An SP: the same process again is answered like the first time."""
        if self._post.has_answered(operator, asked.process):
            self._post.repeat(operator, asked.process)
        elif asked.process not in self.ports:
            self._check(operator, asked)

    def answer(self, operator: str, said: Message) -> None:
        """ASP, DSP2 or RP of a donor that somebody plays."""
        port = self.ports.get(said.process)
        if port is None or named(port.donor).fixed_code != operator:
            self._wrong(operator, said, 2, "Proceso desconocido")
        elif said.kind == "RP":
            self.reject_late(port, said.field(2))
        elif port.state != "asked":
            self._wrong(operator, said, 1, "El proceso no espera respuesta")
        elif said.kind == "DSP2":
            self._refuse(port, said.field(2), said.field(3), *said.fields[4:8])
        else:
            opens, closes = moment_in(said.field(2)), moment_in(said.field(3))
            if opens is None or closes is None or not self._stage.now() < opens < closes:
                self._wrong(operator, said, 3, "Ventana no válida")
            else:
                self._accept(port, opens, closes)

    def cancel(self, operator: str, asked: Message, received_at: Moment) -> None:
        """A CNC: taken until the last call, and told to both sides."""
        port, process = self.ports.get(asked.process), asked.process
        numbers = port.numbers if port else ()
        if port is None or named(port.recipient).fixed_code != operator:
            self._post.tell(operator, numbers, "DCNC", process, "0002", "Proceso desconocido")
            return
        in_time = port.state == "accepted" and received_at < self._last_call(port)
        if port.state not in {"asked", "cancelled"} and not in_time:
            self._post.tell(operator, numbers, "DCNC", process, "0021", "Fuera de plazo")
            return
        is_news = port.state != "cancelled"
        port.state = "cancelled"
        told = {operator} | ({named(port.donor).fixed_code} if is_news else set())
        for each in sorted(told):
            self._post.tell(each, numbers, "STCC", process, "01", to_second(self._stage.now()))

    def abort(self, operator: str, asked: Message) -> bool:
        """A W for a change: it ends, unless the donor has accepted; nothing is said to it."""
        port = self.ports.get(asked.process)
        if port is None or named(port.recipient).fixed_code != operator:
            return False
        if port.state == "asked":
            port.state = "aborted"
        return True

    def reject_late(self, port: FixedPort, cause: str) -> None:
        """An RP: after the confirmation it is not going to happen, or is undone."""
        if port.state not in {"accepted", "ported"}:
            return
        if port.state == "ported":
            self._move(port, port.donor, "undone")
        port.state = "undone"
        for operator in (port.recipient, port.donor):
            fields = ("RP", port.process, cause, TEXTS.get(cause, ""))
            self._post.tell(named(operator).fixed_code, port.numbers, *fields)

    def plan_cuts(self, _fault: Fault) -> None:
        """Fault `cut_early` was armed: it may hit what is accepted already."""
        for port in self.ports.values():
            if port.state == "accepted":
                self._plan_cuts(port)

    def _check(self, operator: str, asked: Message) -> None:
        """The hub's own consistency check: `DSP1`, `QSP`, or on to the donor."""
        recipient, numbers = with_fixed_code(asked.field(3)), self._books.known(asked.spans)
        if recipient is None or recipient.fixed_code != operator:
            self._wrong(operator, asked, 4, "Operador receptor no válido")
            return
        holders = {self._books.holder(number) for number in numbers}
        refused = self._stage.strike_one_of("hub", "refuse", numbers)
        if refused is not None:
            self._refuse_as_planned(operator, asked, refused.plan.cause or "0021")
        elif len(holders) != 1 or recipient.name in holders:
            self._deny(operator, asked, "0002")
        elif any(span.nrn != recipient.nrn_fixed for span in asked.spans):
            self._deny(operator, asked, "0010")
        elif any(map(self.is_live, numbers)):
            self._deny(operator, asked, "0021")
        else:
            self._take(asked, numbers, holders.pop(), recipient.name)

    def _take(self, asked: Message, numbers: list[str], holder: str, recipient: str) -> None:
        if self._stage.strike_one_of("hub", "wrong_donor", numbers):
            right = somebody_else(holder, recipient)
            for number in numbers:
                self._floor.exchange.rehome(number, right)
            holder = right
        port = FixedPort(asked, numbers, holder, recipient)
        self.ports[port.process] = port
        for number in numbers:
            self._by_number.setdefault(number, []).append(port)
        self._queue(port)

    def _queue(self, port: FixedPort) -> None:
        """Fault `quota`, or a launch date: the request waits, and its sender is told until when."""
        now, launch = self._stage.now(), day_in(port.request.field(2))
        if self._stage.strike_one_of("hub", "quota", port.numbers):
            day = self._stage.hours.working_day_after(local(now).date())
        elif launch is not None and launch > local(now).date():
            day = launch
        else:
            self._ask_donor(port, now)
            return
        recipient = port.request.field(3)
        self._post.tell(recipient, port.numbers, "QSP", port.process, f"{day:%Y%m%d}", "")
        due = self._stage.hours.next_opening(at(day, time(8)))
        name = f"fixed hub {port.process} leaves the queue"
        self._stage.later(due, name, lambda: self._ask_donor(port, self._stage.now()))

    def _ask_donor(self, port: FixedPort, asked_at: Moment) -> None:
        if port.state != "asked":
            return
        if self._floor.is_played(port.donor):
            self._post.tell(named(port.donor).fixed_code, port.numbers, *port.request.fields)
            return
        process = port.process
        names = ("fixed donor", port.number, process)
        minutes = self._stage.between(5, REPLY_MINUTES - 5, *names, of=port.number)
        due = self._stage.hours.add_working_minutes(asked_at, minutes)
        name = f"fixed donor {process} answers"
        self._stage.later(due, name, lambda: self._turn_to(port, asked_at))

    def _turn_to(self, port: FixedPort, asked_at: Moment) -> None:
        """The donor's moment for this request has come; he may sleep through it."""
        if port.state != "asked" or self._stage.strike_one_of("donor", "silent", port.numbers):
            return
        late = self._stage.strike_one_of("donor", "late", port.numbers)
        if late is None:
            self._judge(port, asked_at)
            return
        limit = self._stage.hours.add_working_minutes(asked_at, REPLY_MINUTES)
        due = limit + late_by(late, timedelta(hours=1))
        name = f"fixed donor {port.process} late"
        self._stage.later(due, name, lambda: self._judge(port, asked_at))

    def _judge(self, port: FixedPort, asked_at: Moment) -> None:
        """A fixed donor knows no partial yes: one wrong number is a no to all."""
        if port.state != "asked":
            return
        document = (None, port.request.field(8))
        for number in port.numbers:
            cause = self._donors.judge(Claimed(number=number, document=document))
            if cause is not None:
                code = CAUSES.get(cause, cause)
                self._refuse(port, code, TEXTS.get(code, ""))
                return
        opens = self._window(moment_in(port.request.field(14)), asked_at)
        self._accept(port, opens, opens + WINDOW_LENGTH)

    def _accept(self, port: FixedPort, opens: Moment, closes: Moment) -> None:
        port.state, port.window = "accepted", opens
        fields = ("ASP", port.process, to_minute(opens), to_minute(closes), "")
        self._post.tell(port.request.field(3), port.numbers, *fields)
        name = f"fixed hub {port.process} window"
        self._stage.later(opens, name, lambda: self._switch(port))
        early = self._stage.strike_one_of("hub", "announce", port.numbers)
        if early is not None:
            due = max(opens - late_by(early, timedelta(hours=12)), self._stage.now())
            name = f"fixed hub {port.process} announces"
            self._stage.later(due, name, lambda: self._confirm(port))
        self._plan_cuts(port)

    def _refuse(self, port: FixedPort, cause: str, text: str, *contact: str) -> None:
        port.state = "denied"
        fields = ("DSP2", port.process, cause, text, *(contact or ("", "", "", "")))
        self._post.tell(port.request.field(3), port.numbers, *fields)

    def _deny(self, operator: str, asked: Message, cause: str) -> None:
        numbers = self._books.known(asked.spans)
        fields = ("DSP1", asked.process, cause, TEXTS.get(cause, ""), "", "", "", "")
        self._post.tell(operator, numbers, *fields)

    def _refuse_as_planned(self, operator: str, asked: Message, cause: str) -> None:
        if cause == "FERROR":  # no cause of a denial: a record of its own
            self._wrong(operator, asked, 3, "Formato erróneo")
        else:
            self._deny(operator, asked, cause)

    def _wrong(self, operator: str, said: Message, place: int, why: str) -> None:
        self._post.tell(operator, (), "FERROR", said.process, str(place), why)

    def _switch(self, port: FixedPort) -> None:
        if port.state == "accepted":
            self._confirm(port)
            self._move(port, port.recipient, "ported")

    def _confirm(self, port: FixedPort) -> None:
        """The confirmation goes to everybody, once."""
        if port.state != "accepted" or port.window is None or port.is_confirmed:
            return
        port.is_confirmed = True
        codes = [named(name).fixed_code for name in (port.recipient, port.donor)]
        head = ("CP", port.process, *codes, to_minute(port.window))
        self._post.tell_all(port.numbers, *head, *written(port.request.spans))

    def _move(self, port: FixedPort, operator: str, state: str) -> None:
        """The networks follow the hub's books."""
        port.state = state
        nrn = named(operator).nrn_fixed
        spans = [type(span)(nrn, span.first, span.last) for span in port.request.spans]
        self._books.move(operator, self._stage.now(), spans)
        for number in port.numbers:
            if operator == self._stage.recipient:
                self._donors.port(number)
            else:
                self._donors.take_over(number, operator)
        for tell in self._floor.moved:
            tell(port)

    def _window(self, preferred: Moment | None, asked_at: Moment) -> Moment:
        """The preferred hour if it is allowed, else 10:00 of the second working day."""
        hours = self._stage.hours
        default = at(hours.working_day_after(local(asked_at).date(), 2), WINDOW_OPENS)
        if default <= self._stage.now():  # a late answer; the first day is gone
            default = at(hours.working_day_after(local(self._stage.now()).date()), WINDOW_OPENS)
        if preferred is None or not default <= preferred <= default + LATEST_WINDOW:
            return default
        return preferred if hours.is_working_day(local(preferred).date()) else default

    def _last_call(self, port: FixedPort) -> Moment:
        """24 hours before the window; if the hub is shut then, when it last shut."""
        limit = (port.window or self._stage.now()) - timedelta(hours=24)
        if self._stage.hours.is_open(limit):
            return limit
        here = local(limit)
        closed_today = self._stage.hours.is_working_day(here.date()) and here.time() >= CLOSES
        day = here.date() if closed_today else self._stage.hours.working_day_before(here.date())
        return at(day, CLOSES)

    def _plan_cuts(self, port: FixedPort) -> None:
        if port.window is not None and not self._floor.is_played(port.donor):
            for number in port.numbers:
                self._donors.plan_cuts(number, port.window, partial(_is_accepted, port))


def _is_accepted(port: FixedPort) -> bool:
    return port.state == "accepted"
