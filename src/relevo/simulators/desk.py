"""The desks where people of two operators write to one another.

Answered by people: 10 to 90 minutes after, within office hours. A number cut without an order of
its holder is served again 1 to 6 working hours after a justified request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from relevo.simulators.exchange import Exchange
from relevo.simulators.feed import Answers, Feed
from relevo.simulators.http import Answer, Asked, BadRequest, Route, not_found
from relevo.simulators.operators import ORIGINS
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

TOPICS = ("reactivate", "holder_check", "status")
SLOWEST_REPAIR = 360  # working minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message from one desk to another. ``grounds`` says why it is justified."""

    key: str
    sender: str
    topic: str
    number: str
    order: str = ""
    grounds: str | tuple[str, ...] | dict[str, Any] | None = None
    text: str = ""


class Desks:
    """The desk of every operator, and our own inbox."""

    def __init__(self, stage: Stage, exchange: Exchange) -> None:
        self._stage = stage
        self._exchange = exchange
        self._inboxes: dict[str, Feed] = {}
        self._answers: Answers[Answer] = Answers()

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        return [
            Route(self._stage, "POST", "/desk/{operator}/messages", self._take),
            Route(self._stage, "GET", "/desk/{operator}/inbox", self._list_inbox),
        ]

    def _take(self, asked: Asked) -> Answer:
        operator = asked.path["operator"]
        letter = asked.read(Letter)
        if operator not in ORIGINS:
            return not_found("the operator")
        if letter.topic not in TOPICS:
            raise BadRequest(f"topic: write one of {', '.join(TOPICS)}")
        return self._answers.once(
            f"{operator} {letter.key}", lambda: self._receive(operator, letter)
        )

    def _receive(self, operator: str, letter: Letter) -> Answer:
        now = self._stage.now()
        names = ("desk", operator, letter.number, letter.key)
        minutes = self._stage.between(10, 90, *names, of=letter.number)
        due = self._stage.hours.add_working_minutes(now, minutes)
        name = f"desk {operator} {letter.key}"
        self._stage.later(due, name, lambda: self._reply(operator, letter, now))
        return Answer(202, {"received_at": now})

    def _reply(self, operator: str, letter: Letter, received_at: Moment) -> None:
        served = self._exchange.lines.get(letter.number)
        if served is None or served.donor != operator:
            self._write(operator, letter, "refused", text="El número no consta aquí.")
        elif letter.topic != "reactivate":
            self._write(operator, letter, "as_given", ceased_at=served.cut_at)
        elif served.is_at_donor or self._exchange.has_moved(letter.number):
            self._write(operator, letter, "as_given", text="El número está en servicio.")
        elif not letter.grounds:
            self._write(operator, letter, "refused", text="Falta la justificación.")
        else:
            self._accept(operator, letter, received_at)

    def _accept(self, operator: str, letter: Letter, received_at: Moment) -> None:
        cut_at = self._exchange.lines[letter.number].cut_at
        hours = self._stage.hours
        expected_by = hours.add_working_minutes(received_at, SLOWEST_REPAIR)
        names = ("repair", operator, letter.number, letter.key)
        minutes = self._stage.between(60, SLOWEST_REPAIR - 5, *names, of=letter.number)
        earliest = self._stage.now() + timedelta(minutes=1)
        due = max(hours.add_working_minutes(received_at, minutes), earliest)
        self._write(operator, letter, "accepted", ceased_at=cut_at, expected_by=expected_by)
        name = f"desk {operator} repairs {letter.number}"
        self._stage.later(due, name, lambda: self._repair(operator, letter))

    def _repair(self, operator: str, letter: Letter) -> None:
        served = self._exchange.lines[letter.number]
        cut_at = served.cut_at
        if not served.is_at_donor and not self._exchange.has_moved(letter.number):
            self._exchange.serve_again(letter.number)
        now = self._stage.now()
        self._write(operator, letter, "done", ceased_at=cut_at, served_again_at=now)

    def _write(
        self, operator: str, letter: Letter, verdict: str, *, text: str = "", **known: Moment | None
    ) -> None:
        inbox = self._inboxes.setdefault(letter.sender, Feed())
        blank = {"ceased_at": None, "expected_by": None, "served_again_at": None}
        inbox.add(
            {
                "at": self._stage.now(),
                "sender": operator,
                "in_reply_to": letter.key,
                "topic": letter.topic,
                "number": letter.number,
                "verdict": verdict,
                **blank,
                **known,
                "text": text,
            }
        )
        self._stage.changed("desk")

    def _list_inbox(self, asked: Asked) -> Answer:
        feed = self._inboxes.get(asked.path["operator"], Feed())
        return Answer(200, {"messages": feed.after(asked.after())})
