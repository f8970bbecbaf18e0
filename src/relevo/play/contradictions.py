"""Messages that said what was not so, by plain comparison with the world at that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from relevo.engine.process import wire_name
from relevo.play.plain_reading import (
    Saying,
    asks_for,
    days_in,
    folded,
    is_negated,
    sayings,
    says,
    states_now,
    tells_the_past,
)
from relevo.play.witnessed import Arrived, Witnessed
from relevo.porting.profile import Window
from relevo.simulators.plan import CAPABILITIES
from relevo.values.moment import Moment

RECOVERED_LATELY = timedelta(minutes=60)
"""A message written while a number was dead may arrive a little after it came back."""

_ABILITY_WORDS = {
    "calls_in": ("recib", "te llam", "entrante", "incoming", "calls in", "called"),
    "calls_out": ("llamar", "llamadas", "saliente", "outgoing", "calls out", "calls"),
    "sms_in": ("sms",),
    "sms_out": ("sms",),
    "data": ("datos", "internet", "data"),
}
"""A sentence that names an ability is held against that ability only."""


@dataclass(frozen=True, slots=True)
class _Background:
    """What the sentences of one message are held against."""

    message: Arrived
    numbers: tuple[str, ...]
    recipient: str
    windows: dict[str, set[date]]  # number -> days that were ever told
    died: dict[str, list[tuple[Moment, Moment]]]
    today: date


def contradictions(seen: Witnessed) -> tuple[str, ...]:
    """One sentence about each message of ours that contradicts."""
    found = []
    wrong_texts = [
        folded(fault.plan.text) for fault in seen.struck if fault.plan.text and fault.struck_at
    ]
    for message in seen.arrived:
        if not message.is_ours or says(folded(message.text), "correction"):
            continue
        why = _verbatim(message, wrong_texts) or _contradicts(_background(message, seen))
        if why:
            found.append(f"{message.at:%Y-%m-%d %H:%M} {message.channel}: {why}")
    return tuple(found)


def requests_for_held(seen: Witnessed) -> int:
    """How many times a message of ours asked the customer for what the operator holds."""
    return sum(len(asks_for(each.text)) for each in seen.arrived if each.is_ours)


def _verbatim(message: Arrived, wrong_texts: Iterable[str]) -> str:
    text = folded(message.text)
    return next((f"the wrong answer went out: {one}" for one in wrong_texts if one in text), "")


def _background(message: Arrived, seen: Witnessed) -> _Background:
    world = seen.scenario.world
    zone = ZoneInfo(seen.zone)
    numbers = {line.id: line.number for line in world.lines if line.number}
    died = {
        number: [(a, b or seen.ended_at) for a, b in seen.lines[line].dead]
        for line, number in numbers.items()
        if line in seen.lines
    }
    return _Background(
        message=message,
        numbers=tuple(numbers.values()),
        recipient=world.recipient,
        windows=_days_told(seen, numbers, zone),
        died=died,
        today=message.at.astimezone(zone).date(),
    )


def _days_told(seen: Witnessed, numbers: dict[str, str], zone: ZoneInfo) -> dict[str, set[date]]:
    """The days that the plan ever gave each number; what is said must be one of them."""
    days: dict[str, set[date]] = {number: set() for number in numbers.values()}
    for recorded in seen.facts:
        if wire_name(recorded.fact) in {"orders.window_chosen", "orders.group_redated"}:
            windows: dict[str, Window] = recorded.fact.windows
            for line, window in windows.items():
                if line in numbers:
                    days[numbers[line]].add(window.opens.astimezone(zone).date())
    return days


def _contradicts(told: _Background) -> str:
    for saying in sayings(told.message.text, told.numbers):
        for check in _CHECKS:
            if why := check(saying, told):
                return f"{why}: {saying.text[:90]}"
    return ""


def _says_it_works(saying: Saying, told: _Background) -> str:
    if not says(saying.text, "works") or is_negated(saying) or not states_now(saying):
        return ""
    for number in saying.numbers or told.numbers:
        lacks = set(told.message.lacking.get(number, ()))
        named = {
            ability
            for ability, said in _ABILITY_WORDS.items()
            if any(w in saying.text for w in said)
        }
        if lacks & named or (lacks and not named):
            return f"says that {number} works, and it lacks {', '.join(sorted(lacks))}"
    return ""


def _says_it_is_dead(saying: Saying, told: _Background) -> str:
    is_claim = says(saying.text, "dead") and states_now(saying) and not tells_the_past(saying)
    if not is_claim or not saying.numbers:
        return ""
    now = told.message.at
    for number in saying.numbers:
        was_dead = any(a <= now <= b + RECOVERED_LATELY for a, b in told.died.get(number, ()))
        if not was_dead and not told.message.lacking.get(number):
            return f"says that {number} does not work, and it does"
    return ""


def _says_it_moved(saying: Saying, told: _Background) -> str:
    if not says(saying.text, "moved") or is_negated(saying) or not states_now(saying):
        return ""
    for number in saying.numbers:
        if told.message.served_by.get(number) not in (told.recipient, "", None):
            return f"says that {number} has moved, and {told.message.served_by[number]} serves it"
    return ""


def _denies_the_line(saying: Saying, told: _Background) -> str:
    if says(saying.text, "unknown") and "?" not in saying.text:
        return f"denies a line that the order names ({len(told.numbers)} numbers)"
    return ""


def _names_another_day(saying: Saying, told: _Background) -> str:
    if not says(saying.text, "date") or says(saying.text, "date", "elsewhere"):
        return ""
    days = days_in(saying, told.today)
    for number in saying.numbers:
        known = told.windows.get(number, set())
        if days and not days & known:
            return f"names a day for {number} on which nothing is planned"
    return ""


_CHECKS: tuple[Callable[[Saying, _Background], str], ...] = (
    _says_it_works,
    _says_it_is_dead,
    _says_it_moved,
    _denies_the_line,
    _names_another_day,
)

assert set(_ABILITY_WORDS) == {name for each in CAPABILITIES.values() for name in each}
