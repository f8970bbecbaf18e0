"""When a fact changes what a customer was told, he hears it first: a law over all facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from relevo.engine.process import Heard, Step, advance, wire_name
from relevo.notices.model import Topic
from relevo.notices.register import CHANGES
from relevo.notices.snapshot import snapshot_of
from relevo.orders.line.messages import LineConfirmed
from relevo.orders.order.messages import OrderStuck, WindowChosen
from relevo.porting.profile import Window
from relevo.profiles.book import load_book
from relevo.sims.dispatch.messages import CardTied, ParcelOrdered
from relevo.testing.vocabulary.heard import sample
from relevo.values.msisdn import Msisdn

Begin = Callable[[str], Any]
M2 = Msisdn("+34600000102")
TOLD = frozenset({"port_window", "expected"})
"""What the welcome letter says of the days to come."""

SAYS_ITSELF = {
    "orders.line_taken_out": "the customer took it out, or the order is withdrawn: that is said",
    "orders.line_moved": "its day has come",
}
"""Facts that change what was told, and are known to him otherwise."""


@pytest.fixture
def told(story: Begin) -> Any:
    begun = story("es")
    begun.begin()
    begun.hear("/card/M2/1", sample(CardTied, line="M2", pin="4817"))
    begun.hear("/card/M2/1", parcel("RA1", date(2019, 1, 15)))
    begun.dated()
    return begun


def parcel(code: str, on: date) -> ParcelOrdered:
    return sample(ParcelOrdered, number=M2, tracking_code=code, expected_on=on)


def days_of(told: Any, state: Any) -> dict[tuple[str, str], object]:
    rules = load_book().pinned(state.knowledge.rules)
    facts = snapshot_of(state.knowledge, rules, told.at).facts
    return {(f.subject, f.predicate): f.value for f in facts if f.predicate in TOLD}


def changing(told: Any) -> Iterator[tuple[Any, Step[Any]]]:
    """Every fact that the voice knows of, as it changes a day that was told."""
    before = days_of(told, told.state)
    for fact in CHANGES:
        word = sample(fact)
        source = f"{told.state.knowledge.order}/card/M2"
        if isinstance(word, WindowChosen | OrderStuck) or hasattr(word, "windows"):
            source = told.state.knowledge.order
        step = advance(told.process, told.state, Heard(source=source, fact=word), told.at)
        assert isinstance(step, Step)
        if any(days_of(told, step.state).get(key) != value for key, value in before.items()):
            yield word, step


def test_every_fact_that_changes_a_told_day_makes_something_to_say(told: Any) -> None:
    silent, heard = [], []
    for word, step in changing(told):
        new = [thing for thing in step.state.waiting if thing not in told.state.waiting]
        heard.append(wire_name(word))
        if not new and wire_name(word) not in SAYS_ITSELF:
            silent.append(wire_name(word))
    assert silent == []
    assert len(heard) >= 5, f"the law was held against {heard}"


def test_a_day_that_is_confirmed_otherwise_than_it_was_told_is_said_with_the_old_one(
    told: Any,
) -> None:
    line = told.known.line("M2")
    later = Window(line.window.opens + timedelta(days=3), line.window.closes + timedelta(days=3))
    told.hear("/line/M2", sample(LineConfirmed, line="M2", window=later))
    told.wait(hours=14)
    (message,) = told.texts(Topic.REDATED)
    assert "18 de enero" in message
    assert "21 de enero" in message


def test_a_confirmation_of_the_day_that_was_told_is_nobodys_news(told: Any) -> None:
    line = told.known.line("M2")
    told.hear("/line/M2", sample(LineConfirmed, line="M2", window=line.window))
    told.wait(hours=14)
    assert told.texts(Topic.REDATED) == []


def test_a_card_that_comes_another_day_is_said_once(told: Any) -> None:
    told.hear("/card/M2/1", parcel("RA1", date(2019, 1, 17)))
    told.hear("/card/M2/1", parcel("RA1", date(2019, 1, 17)))
    told.wait(hours=14)
    (message,) = told.texts(Topic.PARCEL)
    assert "17 de enero" in message
    assert "4817" in message
