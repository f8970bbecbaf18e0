"""Through here every request goes to a hub: once it said no for a day, it is not asked again.

A hub that answers "the quota for this donor is used up" means all requests to that donor, not the
one that it was asked about (porting-es 3.7, 3.9.4). What it said is kept in a row for donor and
day, and whoever comes next gets the very same answer without a call. So no process needs to know
of another one: each sleeps until the morning by its own timer, the most urgent wakes first, and
what the journal holds does not depend on which of them was the one that the hub heard.

The row is written by the performer, outside the engine's transaction, and after the hub's answer.
A worker that dies in between costs one more call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time

from relevo.engine.clock import Clock
from relevo.engine.connection import Lane
from relevo.engine.sql import statements
from relevo.porting.multiple.messages import SendMultipleRequest
from relevo.porting.port_in.messages import HubDeclined, SendPortRequest
from relevo.porting.profile import PortingProfile, Reaction
from relevo.values.moment import Moment

_SQL = statements("relevo.porting.quota", "quota")
OUR_QUOTA = "OURS QUOTA"
"""In the form of a hub's code, so that the profile says what follows from it (``answers.csv``)."""

Request = SendPortRequest | SendMultipleRequest


class QuotaGate:
    """What was refused for today. For several threads: each look is one short statement."""

    def __init__(self, dsn: str, book: Callable[[str], PortingProfile], clock: Clock) -> None:
        self._lane = Lane(dsn, name="relevo quotas", autocommit=True, by_key=True)
        self._book = book
        self._clock = clock

    def through(self, asked: Request, ask: Callable[[], Sequence[object]]) -> Sequence[object]:
        """The hub's answers, or the one that it gave for the rest of the day."""
        now, rules = self._clock.now(), self._book(asked.rules)
        known = self._refused(asked, now)
        if known is not None:
            return [known]
        if not self._may_use_one(rules, asked, now):
            return [HubDeclined(code=OUR_QUOTA, text="our own quota of today", of="request")]
        answers = ask()
        for answer in answers:
            if isinstance(answer, HubDeclined) and _is_for_all(rules, answer):
                self._keep(rules, asked, answer, now)
        return answers

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()

    def _refused(self, asked: Request, now: Moment) -> HubDeclined | None:
        key = (asked.hub.value, asked.recipient, asked.donor, now)
        row = self._lane.connection().execute(_SQL["refusal"], key).fetchone()
        return None if row is None else HubDeclined(code=row[0], text=row[1], of="request")

    def _keep(self, rules: PortingProfile, asked: Request, said: HubDeclined, now: Moment) -> None:
        calendar = rules.calendar(asked.hub)
        tomorrow = calendar.working_day_after(calendar.local(now).date())
        row = (
            asked.hub.value,
            asked.recipient,
            asked.donor,
            said.code,
            said.text,
            calendar.at(tomorrow, time()),
        )
        self._lane.connection().execute(_SQL["refuse"], row)

    def _may_use_one(self, rules: PortingProfile, asked: Request, now: Moment) -> bool:
        """Whether our own quota has room; a request that is repeated counts once.

        Two workers at the very same moment may overshoot by one, which the hub then says.
        """
        most = rules.recipient(asked.hub).requests_per_day
        if not most:
            return True
        wanted = {
            "hub": asked.hub.value,
            "recipient": asked.recipient,
            "day": rules.calendar(asked.hub).local(now).date(),
            "contract": asked.contract_code,
            "most": most,
        }
        connection = self._lane.connection()
        gone = (wanted["hub"], wanted["recipient"], wanted["day"])
        connection.execute(_SQL["forget_uses"], gone)
        if connection.execute(_SQL["use"], wanted).rowcount:
            return True
        row = connection.execute(_SQL["is_used"], wanted).fetchone()
        return row is not None and bool(row[0])


def _is_for_all(rules: PortingProfile, said: HubDeclined) -> bool:
    return rules.hub_answer(said.code).reaction is Reaction.PARK_DONOR_UNTIL_TOMORROW
