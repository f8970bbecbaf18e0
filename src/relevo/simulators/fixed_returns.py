"""Disconnections at the fixed hub (porting-es 5.1): NB, and a month later the number goes back.

The operator that has a ported number says that it is not used any more. It stays where it is for a
month, in which somebody may still port it; then everybody is told (CFC) that it is its range
holder's again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from relevo.simulators.fixed_changes import FixedPort, Floor
from relevo.simulators.fixed_records import Message, day_in, to_minute, to_second, written
from relevo.simulators.hours import at
from relevo.simulators.operators import named, with_fixed_code

HOLD_DAYS = 31  # a month, never less
WINDOW_OPENS = time(10)
WINDOW_LENGTH = timedelta(hours=3)
ANNOUNCED_BEFORE = timedelta(days=1)


@dataclass(slots=True)
class Disconnection:
    """One notice: `pending`, `kept`, `aborted`, `overtaken` by a port, or `returned`."""

    asked: Message
    numbers: list[str]
    operator: str
    state: str = "pending"


class FixedReturns:
    """All notices."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._stage = floor.stage
        self._post = floor.post
        self.notices: dict[str, Disconnection] = {}
        floor.moved.append(self._ported)

    def notify(self, operator: str, asked: Message, *, is_asked_for: bool) -> None:
        """An NB; denied for a number that is not the sender's, or that somebody asks for."""
        books, process = self._floor.books, asked.process
        if self._post.has_answered(operator, process):
            self._post.repeat(operator, process)
            return
        numbers, ceased = books.known(asked.spans), day_in(asked.field(3))
        name = getattr(with_fixed_code(operator), "name", "")
        if not numbers or {books.holder(number) for number in numbers} != {name}:
            self._deny(operator, asked, numbers, "0002")
        elif is_asked_for or any(map(self._is_pending, numbers)):
            self._deny(operator, asked, numbers, "0021")
        elif ceased is None:
            why = "Fecha de baja no válida"
            self._post.tell(operator, numbers, "FERROR", process, "4", why)
        else:
            notice = Disconnection(asked, numbers, operator)
            self.notices[process] = notice
            taken_at = to_second(self._stage.now())
            self._post.tell(operator, numbers, "NBACK", process, taken_at, "")
            self._plan_end(notice, ceased)

    def keep(self, operator: str, asked: Message) -> None:
        """An XNB: taken while the number has not gone back."""
        notice, process = self.notices.get(asked.process), asked.process
        if notice is None or notice.operator != operator:
            self._post.tell(operator, (), "DXNB", process, "0002", "Proceso desconocido")
        elif notice.state in {"pending", "kept"}:
            notice.state = "kept"
            kept_at = to_second(self._stage.now())
            self._post.tell(operator, notice.numbers, "AXNB", process, kept_at)
        else:
            fields = ("DXNB", process, "0021", "El número ya no está en baja")
            self._post.tell(operator, notice.numbers, *fields)

    def abort(self, operator: str, asked: Message) -> bool:
        """A W for a disconnection; nothing is said to it."""
        notice = self.notices.get(asked.process)
        if notice is None or notice.operator != operator:
            return False
        if notice.state == "pending":
            notice.state = "aborted"
        return True

    def _is_pending(self, number: str) -> bool:
        return any(n.state == "pending" and number in n.numbers for n in self.notices.values())

    def _deny(self, operator: str, asked: Message, numbers: list[str], cause: str) -> None:
        fields = ("DNB1", asked.process, cause, "Baja no admitida", "", "", "", "")
        self._post.tell(operator, numbers, *fields)

    def _plan_end(self, notice: Disconnection, ceased: date) -> None:
        hours = self._stage.hours
        opens = at(hours.working_day_after(ceased + timedelta(days=HOLD_DAYS)), WINDOW_OPENS)
        told_at = hours.next_opening(max(opens - ANNOUNCED_BEFORE, self._stage.now()))
        process = notice.asked.process

        def announce() -> None:
            if notice.state == "pending":
                holder = self._range_holder(notice)
                window = (to_minute(opens), to_minute(opens + WINDOW_LENGTH))
                head = ("CFC", process, named(holder).fixed_code, *window)
                self._post.tell_all(notice.numbers, *head, *written(notice.asked.spans))

        def end() -> None:
            if notice.state == "pending":
                notice.state = "returned"
                holder = self._range_holder(notice)
                self._floor.books.move(holder, opens, notice.asked.spans)

        self._stage.later(told_at, f"fixed hub {process} announces its return", announce)
        self._stage.later(max(opens, told_at), f"fixed hub {process} returns", end)

    def _range_holder(self, notice: Disconnection) -> str:
        return self._floor.exchange.lines[notice.numbers[0]].range_holder

    def _ported(self, port: FixedPort) -> None:
        """Somebody ported the number out of its hold: the return does not come about."""
        for notice in self.notices.values():
            if notice.state == "pending" and set(notice.numbers) & set(port.numbers):
                notice.state = "overtaken"
                kept_at = to_second(self._stage.now())
                fields = ("AXNB", notice.asked.process, kept_at)
                self._post.tell(notice.operator, notice.numbers, *fields)
