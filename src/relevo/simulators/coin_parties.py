"""The other operators of the Netherlands: how they answer as donors and move as recipients.

They speak in the same letters as we do. When a donor answers and from when on a number may leave
is drawn, or said by the plan; the hours in which they work are theirs (no source says them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial

import holidays

from relevo.simulators.coin_words import ZONE, Letter, from_digits, to_digits
from relevo.simulators.faults import late_by
from relevo.simulators.plan import PortOutPlan
from relevo.simulators.stage import Stage
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment, utc

OPENS, CLOSES = time(8), time(18)
ANSWER_MINUTES = (5, 300)
REPLY_MINUTES = 600
NO_SAID_WITHOUT_MEANING = "99"
"""A blocking code of the examples of ``coin-sdk``; what it means is not said there."""

Post = Callable[[Letter], None]


@lru_cache(maxsize=16)
def _days_off(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=[year]))


def add_working_minutes(moment: Moment, minutes: int) -> Moment:
    """So many minutes of office hours later."""
    left, here = timedelta(minutes=minutes), moment.astimezone(ZONE)
    while True:
        opens = datetime.combine(here.date(), OPENS, ZONE)
        closes = datetime.combine(here.date(), CLOSES, ZONE)
        works = here.weekday() < 5 and here.date() not in _days_off(here.year)
        start = max(utc(here), utc(opens))
        if works and start + left <= utc(closes):
            return start + left
        if works and start < utc(closes):
            left -= utc(closes) - start
        here = datetime.combine(here.date() + timedelta(days=1), time(), ZONE)


class Parties:
    """All operators besides the consumers."""

    def __init__(
        self, stage: Stage, post: Post, first_possible: Mapping[str, Moment] | None = None
    ) -> None:
        self._stage = stage
        self._post = post
        self._first_possible = dict(first_possible or {})
        self._moves: dict[str, tuple[Letter, PortOutPlan]] = {}

    def plan_requests(self, code_of: Mapping[str, str], us: str) -> None:
        """Each request of the plan for numbers that we serve."""
        for part in self._stage.parts:
            for n, plan in enumerate(part.plan.port_outs):
                happen = partial(self._ask, plan, code_of[plan.recipient], us)
                self._stage.later(plan.due, f"coin asks {plan.recipient} {n}", happen)

    def hear(self, letter: Letter, number: str) -> None:
        """A letter that came to one of them."""
        if letter.kind == "portingrequest":
            self._consider(letter, number)
        elif letter.kind == "portingrequestanswer" and letter.dossier in self._moves:
            self._plan_move(letter)

    def _consider(self, asked: Letter, number: str) -> None:
        if self._stage.strike("donor", "silent", number=number):
            return
        name = f"coin donor {asked.dossier}"
        late = self._stage.strike("donor", "late", number=number)
        if late is None:
            minutes = self._stage.between(*ANSWER_MINUTES, "coin", asked.dossier, of=number)
            due = add_working_minutes(self._stage.now(), minutes)
            self._stage.later(due, name, lambda: self._answer(asked, number))
            return
        limit = add_working_minutes(self._stage.now(), REPLY_MINUTES)
        due = limit + late_by(late, timedelta(hours=1))
        self._stage.later(limit, f"{name} is late", lambda: self._delay(asked, due))
        self._stage.later(due, name, lambda: self._answer(asked, number))

    def _delay(self, asked: Letter, due: Moment) -> None:
        content = {
            "dossierid": asked.dossier,
            "donornetworkoperator": asked.receiver,
            "answerduedatetime": to_digits(due),
        }
        self._post(Letter("pradelayed", asked.receiver, asked.sender, content))

    def _answer(self, asked: Letter, number: str) -> None:
        fault = self._stage.strike("donor", "reject", number=number)
        seq: dict[str, object] = {
            "donornetworkoperator": asked.receiver,
            "firstpossibledate": to_digits(self._first_possible.get(number, self._stage.now())),
        }
        if fault is not None:
            seq["blockingcode"] = fault.plan.cause or NO_SAID_WITHOUT_MEANING
        content = {
            "dossierid": asked.dossier,
            "blocking": "N" if fault is None else "Y",
            "repeats": [
                {"seq": {"numberseries": each["seq"]["numberseries"], **seq}}
                for each in asked.content["repeats"]
            ],
        }
        self._post(Letter("portingrequestanswer", asked.receiver, asked.sender, content))

    def _ask(self, plan: PortOutPlan, recipient: str, us: str) -> None:
        rest = code(8, READABLE, *plan.numbers, plan.recipient)
        content = {
            "dossierid": f"{recipient}-{rest}",
            "recipientnetworkoperator": recipient,
            "donornetworkoperator": us,
            "repeats": [
                {"seq": {"numberseries": {"start": each, "end": each}}}
                for each in map(national, plan.numbers)
            ],
        }
        letter = Letter("portingrequest", recipient, us, content)
        self._moves[letter.dossier] = (letter, plan)
        self._post(letter)
        if plan.cancel_after is not None:
            cancel = Letter("cancel", recipient, us, {"dossierid": letter.dossier})
            due = self._stage.now() + plan.cancel_after
            self._stage.later(due, f"coin cancels {letter.dossier}", lambda: self._post(cancel))

    def _plan_move(self, answer: Letter) -> None:
        asked, plan = self._moves[answer.dossier]
        if answer.content["blocking"] == "Y":
            return
        from_when = max(
            from_digits(each["seq"]["firstpossibledate"]) for each in answer.content["repeats"]
        )
        due = max(from_when, self._stage.now())
        if plan.wish is not None:
            due = max(due, utc(datetime.combine(plan.wish, time(10), ZONE)))
        self._stage.later(due, f"coin moves {asked.dossier}", lambda: self._move(asked, due))

    def _move(self, asked: Letter, at: Moment) -> None:
        content = {
            "dossierid": asked.dossier,
            "recipientnetworkoperator": asked.sender,
            "donornetworkoperator": asked.receiver,
            "actualdatetime": to_digits(at),
            "repeats": asked.content["repeats"],
        }
        self._post(Letter("portingperformed", asked.sender, asked.receiver, content))


def national(number: str) -> str:
    """The number as the house writes it: a zero for the country code."""
    return "0" + number.removeprefix("+31")


def international(number: str) -> str:
    """The number with its country code."""
    return "+31" + number.removeprefix("0")
