"""What the fixed hub says of numbers (porting-es 5.1): routing numbers, data, incoherences.

An operator may give its ported numbers another routing number (MN), ask for all that moved (SNP),
have its own data compared (VNP), and report what does not fit (DIN). Whoever has the number by the
hub's books is asked; operators that nobody plays answer by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from relevo.simulators.fixed_books import Move
from relevo.simulators.fixed_changes import Floor
from relevo.simulators.fixed_records import (
    Message,
    Span,
    day_in,
    moment_in,
    to_minute,
    to_second,
    written,
)
from relevo.simulators.hours import local
from relevo.simulators.operators import OPERATORS, named, with_fixed_code
from relevo.values.moment import Moment

THEIRS, LOOKED_AT = "01", "03"
ANSWER_MINUTES = 90


@dataclass(slots=True)
class Rerouting:
    """One MN: `taken`, `cancelled`, `rejected` by another operator, or `done`."""

    asked: Message
    operator: str
    state: str = "taken"


@dataclass(slots=True)
class Doubt:
    """One DIN: who reported it, and who was asked."""

    asked: Message
    operator: str
    holder: str
    state: str = "open"


class FixedNumbers:
    """Routing numbers and questions about them."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._stage = floor.stage
        self._books = floor.books
        self._post = floor.post
        self.reroutings: dict[str, Rerouting] = {}
        self.doubts: dict[str, Doubt] = {}

    # ---- routing numbers

    def reroute(self, operator: str, asked: Message) -> None:
        """An MN: confirmed to its sender, forwarded to all others, in force when it says."""
        numbers, process = self._books.known(asked.spans), asked.process
        due = moment_in(asked.field(3))
        if due is None or due <= self._stage.now():
            self._wrong(operator, process, 4, "Fecha no válida")
        elif not numbers or any(self._code_of(number) != operator for number in numbers):
            self._post.tell(operator, numbers, "DMN", process, "0002", "Número desconocido")
        else:
            rerouting = Rerouting(asked, operator)
            self.reroutings[process] = rerouting
            self._post.tell(operator, numbers, "CMN", process, to_second(self._stage.now()))
            for other in OPERATORS:
                if other.fixed_code != operator:
                    self._post.tell(other.fixed_code, numbers, *asked.fields)
            name = f"fixed hub {process} reroutes"
            self._stage.later(due, name, lambda: self._rerouted(rerouting, due))

    def reject_rerouting(self, operator: str, said: Message) -> None:
        """An RMN of another operator: told to whoever asked, and it does not come about."""
        rerouting = self.reroutings.get(said.process)
        if rerouting is None or rerouting.state != "taken" or rerouting.operator == operator:
            self._wrong(operator, said.process, 2, "Proceso desconocido")
            return
        rerouting.state = "rejected"
        self._post.tell(rerouting.operator, (), "RMN", said.process, said.field(2), said.field(3))

    def unroute(self, operator: str, asked: Message) -> None:
        """A CNM: taken until the change is in force."""
        rerouting, process = self.reroutings.get(asked.process), asked.process
        if rerouting is None or rerouting.operator != operator or rerouting.state != "taken":
            self._post.tell(operator, (), "DCNM", process, "0002", "Fuera de plazo")
            return
        rerouting.state = "cancelled"
        at = to_second(self._stage.now())
        self._post.tell(operator, (), "ACNM", process, at)
        for other in OPERATORS:
            if other.fixed_code != operator:
                self._post.tell(other.fixed_code, (), "STCM", process, "01", at)

    def _rerouted(self, rerouting: Rerouting, at: Moment) -> None:
        if rerouting.state == "taken":
            rerouting.state = "done"
            name = with_fixed_code(rerouting.operator)
            assert name is not None, "it was looked up when the file came"
            self._books.move(name.name, at, rerouting.asked.spans)
            process = rerouting.asked.process
            self._post.tell(rerouting.operator, (), "STM", process, "01", to_second(at))

    # ---- data

    def list_moves(self, operator: str, asked: Message) -> None:
        """An SNP: one RNP for each move, the last one marked; without moves an empty one."""
        process, moves = asked.process, [m for m in self._books.moves if _fits(m, asked)]
        for place, move in enumerate(moves, start=1):
            is_last = "1" if place == len(moves) else "0"
            head = ("RNP", process, named(move.operator).fixed_code, to_minute(move.at), is_last)
            self._post.tell(operator, (), *head, *written(move.spans))
        if not moves:
            self._post.tell(operator, (), "RNP", process, "", "", "1")

    def verify(self, operator: str, asked: Message) -> None:
        """A VNP: whether the numbers are routed as the sender has it."""
        have = self._books.as_known(asked.spans)
        wanted = {number: span.nrn for span in asked.spans for number in self._books.known([span])}
        agrees = bool(have) and all(wanted[f"+34{each.first}"] == each.nrn for each in have)
        state, lines = ("01", asked.spans) if agrees else ("02", have or asked.spans)
        self._post.tell(operator, (), "RVNP", asked.process, state, "", *written(lines))

    # ---- incoherences

    def doubt(self, operator: str, asked: Message) -> None:
        """A DIN: whoever has the numbers by the books is asked; nobody's are looked at."""
        numbers = self._books.known(asked.spans)
        holder = self._books.holder(numbers[0]) if numbers else ""
        if not holder or named(holder).fixed_code == operator:
            fields = ("RDIN", asked.process, operator, LOOKED_AT, "Lo mira la entidad")
            self._post.tell(operator, numbers, *fields)
            return
        doubt = Doubt(asked, operator, holder)
        self.doubts[asked.process] = doubt
        self._post.tell(named(holder).fixed_code, numbers, *asked.fields)
        if not self._floor.is_played(holder):
            minutes = self._stage.between(10, ANSWER_MINUTES, "incoherence", asked.process)
            due = self._stage.hours.add_working_minutes(self._stage.now(), minutes)
            name = f"fixed donor {asked.process} looks"
            self._stage.later(due, name, lambda: self._settle(doubt, THEIRS, ""))

    def settle(self, operator: str, said: Message) -> None:
        """An RDIN of whoever was asked."""
        doubt = self.doubts.get(said.process)
        if doubt is None or named(doubt.holder).fixed_code != operator:
            self._wrong(operator, said.process, 2, "Proceso desconocido")
        else:
            self._settle(doubt, said.field(3), said.field(4))

    def _settle(self, doubt: Doubt, state: str, text: str) -> None:
        """The answer goes to whoever reported it; with a clear one the hub closes the matter."""
        process, holder = doubt.asked.process, named(doubt.holder).fixed_code
        if doubt.state != "open":
            return
        self._post.tell(doubt.operator, (), "RDIN", process, holder, state, text)
        if state != LOOKED_AT:
            doubt.state = "closed"
            verdict = "01" if state == THEIRS else "02"
            for operator in (doubt.operator, holder):
                now = to_second(self._stage.now())
                self._post.tell(operator, (), "RIN", process, verdict, now, "")

    def _code_of(self, number: str) -> str:
        return named(self._books.holder(number)).fixed_code

    def _wrong(self, operator: str, process: str, place: int, why: str) -> None:
        self._post.tell(operator, (), "FERROR", process, str(place), why)


def _fits(move: Move, asked: Message) -> bool:
    scope, moved_on = asked.field(3), local(move.at).date()
    if scope == "02":
        since, until = day_in(asked.field(4)), day_in(asked.field(5))
        return (since or date.min) <= moved_on <= (until or date.max)
    if scope == "03":
        first, last = asked.field(6), asked.field(7) or asked.field(6)
        return any(_meet(span, first, last) for span in move.spans)
    return True


def _meet(span: Span, first: str, last: str) -> bool:
    return span.first <= last and first <= span.last
