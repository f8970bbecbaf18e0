"""An act on an order: what may be done, by whose hand, and the task of the desk that a case is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request

from relevo import wiring
from relevo.desk.acts import Clerk, Verb, act
from relevo.desk.model import Queue, Task
from relevo.engine.operator import Operator
from relevo.pages.console import Console
from relevo.pages.guard import field
from relevo.pages.orders.opened import Opened
from relevo.pages.tending import case_task
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment, utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that may be done now. ``of`` is the line, promise or trouble that it is about."""

    name: str
    of: str = ""
    detail: str = ""


class Unfit(ValueError):
    """The form does not say what the act needs; the text is a key of ``orders.unfit``."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One act of one person, and the form that asked for it."""

    request: Request
    console: Console
    opened: Opened
    act: Act
    reason: str

    @property
    def who(self) -> str:
        return self.opened.session.staff

    @property
    def at(self) -> Moment:
        return self.console.now()

    @property
    def key(self) -> str:
        """The same form, sent again, has the same key."""
        said = (
            self.say(name)
            for name in (
                "seen",
                "due",
                "choice",
                "minutes",
                "to",
                "into",
                "told",
                "call",
                "direction",
            )
        )
        told = (self.act.name, self.act.of, self.who, self.reason, *said)
        return f"page-{code(16, READABLE, *told)}"

    def say(self, name: str) -> str:
        return field(self.request, name)

    def tell(self, process_id: str, message: object) -> None:
        """Put it in by hand: the process keeps who and why in its history."""
        with self.console.acting() as connection, connection.cursor() as cursor:
            operator = Operator(cursor, wiring.catalogue(), self.who, self.at)
            operator.answer(process_id, message, reason=self.reason, key=self.key)


def _task(hand: Hand) -> Task:
    key = hand.opened.key
    return Task(
        id=case_task(key),
        queue=Queue.TROUBLE,
        kind="case",
        order=key,
        line="",
        number="",
        detail="",
        since=hand.at,
        due=None,
        who=hand.opened.looked_after_by,
    )


def at_the_desk(hand: Hand, verb: Verb, who: str, reason: str) -> None:
    clerk = Clerk(who=who, reason=reason, at=hand.at)
    with hand.console.acting() as connection:
        for done in act(connection, wiring.catalogue(), verb, [_task(hand)], clerk):
            if done.why_not:
                raise Unfit("over")


def local_moment(said: str, zone: str) -> Moment | None:
    """What an input for day and hour says, in the zone in which people read it."""
    try:
        return utc(datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(zone)))
    except ValueError:
        return None
