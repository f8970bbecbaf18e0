"""No word breaks a process: in any order, and also those that were never meant for it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.engine.process import (
    EffectParked,
    Heard,
    ProcessType,
    Refusal,
    TimerFired,
    advance,
    replay,
)
from relevo.testing.explore import explore
from relevo.testing.vocabulary.cast import AT
from relevo.testing.vocabulary.heard import heard, sample
from relevo.testing.vocabulary.kinds import SPEECHES
from relevo.values.moment import Moment
from relevo.wiring import processes

KINDS: dict[str, ProcessType[Any]] = {each.kind: each for each in processes()}
EVERY_KIND = pytest.mark.parametrize("kind", sorted(SPEECHES))

STATES_HEARD = 150
"""So many states are asked what is worth trying; the words of later ones are the same again."""

Spoken = tuple[object, Moment]


@cache
def vocabulary_of(kind: str) -> tuple[Spoken, ...]:
    """The words of the first states, each once."""
    speech = SPEECHES[kind]
    found: dict[str, Spoken] = {}

    def words(state: Any) -> list[Spoken]:
        offered = list(speech.words(state))
        found.update((f"{message!r}{at}", (message, at)) for message, at in offered)
        return offered

    explore(KINDS[kind], words, process_id=speech.process_id, states_max=STATES_HEARD)
    return tuple(found.values())


@cache
def every_word() -> tuple[object, ...]:
    """Each message and each fact of the program, and the engine's own words."""
    messages: list[object] = [sample(word) for each in KINDS.values() for word in each.messages]
    facts = [heard("line/M2", sample(fact)) for each in KINDS.values() for fact in each.facts]
    fired = [TimerFired(name=name) for each in KINDS.values() for name in each.timers]
    return (*messages, *facts, *fired, EffectParked(effect_id="e", effect="x", reason="no"))


@EVERY_KIND
@settings(max_examples=40, deadline=None, derandomize=True)
@given(talk=st.data())
def test_words_in_any_order_never_raise_and_the_facts_add_up(
    kind: str, talk: st.DataObject
) -> None:
    process, speech = KINDS[kind], SPEECHES[kind]
    words = vocabulary_of(kind)
    spoken = talk.draw(st.lists(st.integers(0, len(words) - 1), max_size=25))
    state = process.blank(speech.process_id)
    facts: list[object] = []
    for index in spoken:
        message, at = words[index]
        step = advance(process, state, message, at)
        if not isinstance(step, Refusal):
            state = step.state
            facts += step.decision.facts
    assert replay(process, speech.process_id, tuple(facts)) == state


@EVERY_KIND
def test_a_word_that_was_never_meant_for_it_is_refused_or_ignored(kind: str) -> None:
    process, speech = KINDS[kind], SPEECHES[kind]
    walk = explore(process, speech.words, process_id=speech.process_id, states_max=STATES_HEARD)
    understood = {*process.messages, TimerFired, EffectParked}
    for state in walk.phases.values():
        for word in every_word():
            step = advance(process, state, word, AT)
            known = type(word) in understood or (
                isinstance(word, Heard) and type(word.fact) in process.hears
            )
            assert known or isinstance(step, Refusal) or not step.decision.facts, word
