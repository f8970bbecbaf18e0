"""The reminder in the morning of the day before a line moves (porting-es 3.9.1).

It comes while the move can still be stopped, and only for what the donor has confirmed: a day that
may still change is nobody's to be reminded of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from relevo.engine.process import Timer
from relevo.notices.model import Knowledge, LineSeen, Thing, Topic
from relevo.notices.profile import VoiceRules
from relevo.notices.snapshot import hub_of
from relevo.notices.voice.speech import times_told
from relevo.orders.order.messages import GroupRedated, WindowChosen
from relevo.values.moment import Moment, utc

DAY_BEFORE = "day_before"
PUT_IN_TOLD_MAX = 3


def day_before_timer(
    known: Knowledge, rules: VoiceRules, fact: Any, at: Moment
) -> tuple[Timer, ...]:
    """When to remind next, once lines have got a day or another one."""
    return _next(known, rules, at) if isinstance(fact, WindowChosen | GroupRedated) else ()


def reminded(
    known: Knowledge, rules: VoiceRules, at: Moment
) -> tuple[tuple[Thing, ...], tuple[Timer, ...]]:
    """What is said this morning, and when to look again."""
    things = tuple(
        Thing(topic=Topic.REMINDER, line=line.id, due=at)
        for line, due in _mornings(known, rules)
        if due <= at and line.window is not None and at < line.window.opens and line.confirmed_at
    )
    return things, _next(known, rules, at)


def _next(known: Knowledge, rules: VoiceRules, at: Moment) -> tuple[Timer, ...]:
    ahead = [due for _, due in _mornings(known, rules) if due > at]
    return (Timer(name=DAY_BEFORE, due=min(ahead, default=None)),)


def _mornings(known: Knowledge, rules: VoiceRules) -> Iterator[tuple[LineSeen, Moment]]:
    zone = ZoneInfo(rules.zone)
    for line in known.lines:
        if line.window is None or line.moved_at is not None or line.out:
            continue
        eve = line.window.opens.astimezone(zone).date() - timedelta(days=1)
        remind_at = rules.recipient(hub_of(line)).remind_at
        yield line, utc(datetime.combine(eve, remind_at, tzinfo=zone))


def not_put_in(known: Knowledge) -> list[LineSeen]:
    """Lines whose holder was told to put the card in, and has not."""
    return [
        line
        for line in known.lines
        if line.told_put_in
        and line.registered_at is None
        and line.works_at is None
        and times_told(known, Topic.PUT_IN, line.id) < PUT_IN_TOLD_MAX
    ]
