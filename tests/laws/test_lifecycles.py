"""The laws that hold in every state of every process, walked by the explorer."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
import pytest

from relevo.engine.process import (
    WORDS,
    Heard,
    ProcessType,
    Refusal,
    advance,
    family,
    wire_name,
)
from relevo.engine.wire import decode, encode
from relevo.testing.explore import Taken, Walk
from relevo.testing.vocabulary.kinds import SPEECHES
from relevo.wiring import processes

KINDS: dict[str, ProcessType[Any]] = {each.kind: each for each in processes()}
EVERY_KIND = pytest.mark.parametrize("kind", sorted(SPEECHES))


@dataclass(slots=True)
class Findings:
    """What was seen to break a law, each kind of breach once, with an example."""

    doubled: dict[str, str] = field(default_factory=dict)
    counted: set[tuple[str, type]] = field(default_factory=set)
    changed_on_the_wire: dict[str, str] = field(default_factory=dict)
    told_in_vain: dict[str, str] = field(default_factory=dict)
    on_the_wire: set[bytes] = field(default_factory=set)

    def doubles(self, process: ProcessType[Any], taken: Taken) -> None:
        """A reply that comes twice states nothing more."""
        if type(taken.message) not in SPEECHES[process.kind].replies:
            return
        again = advance(process, taken.after, taken.message, taken.at)
        if isinstance(again, Refusal):
            return
        counted = SPEECHES[process.kind].counted
        said = {(str(taken.before.phase), type(fact)) for fact in again.decision.facts}
        self.counted |= said & set(counted)
        names = ", ".join(sorted(wire_name(fact) for _, fact in said - set(counted)))
        if not names:
            return
        what = f"{wire_name(taken.message)} in {taken.before.phase} states {names} again"
        self.doubled.setdefault(what, repr(taken.message))

    def wire(self, process: ProcessType[Any], taken: Taken) -> None:
        """Whatever is stored comes back as it was, and in the same bytes."""
        told = (tell.message for tell in taken.decision.tells)
        state = (taken.after,) if taken.decision.facts else ()
        said = (*taken.decision.facts, *taken.decision.effects, *told)
        for word in (taken.message, *state, *said):
            seen = wire_name(word).encode() + msgspec.json.encode(_plain(word))
            if seen in self.on_the_wire:
                continue
            self.on_the_wire.add(seen)
            written = encode(word)
            back = decode(wire_name(word), written)
            if back != word or encode(back) != written:
                self.changed_on_the_wire.setdefault(wire_name(word), repr(word))
        for timer in taken.decision.timers:
            assert timer.due is None or timer.due.tzinfo is not None

    def tells(self, process: ProcessType[Any], taken: Taken) -> None:
        """Whoever is told understands the word, and belongs to the same order."""
        for tell in taken.decision.tells:
            target = KINDS.get(tell.kind)
            understood = target is not None and type(tell.message) in target.messages
            speaker = SPEECHES[process.kind].process_id
            if not understood or family(tell.to) != family(speaker):
                name = f"{wire_name(tell.message)} to {tell.kind}"
                self.told_in_vain.setdefault(name, tell.to)


def _plain(word: object) -> object:
    return (word.source, wire_name(word.fact), word.fact) if isinstance(word, Heard) else word


@cache
def walked(kind: str) -> tuple[Walk, Findings]:
    """One walk for each kind, with all laws held on the way."""
    findings = Findings()
    laws = (findings.doubles, findings.wire, findings.tells)
    return SPEECHES[kind].walk(KINDS[kind], *laws), findings


def test_every_kind_of_process_has_a_vocabulary() -> None:
    assert set(KINDS) == set(SPEECHES)


@EVERY_KIND
def test_every_edge_fact_effect_timer_and_message_turns_up(kind: str) -> None:
    walk, _ = walked(kind)
    edges = "\n  ".join(f"{before} -> {after}" for before, after in sorted(walk.edges))
    assert walk.unwalked(KINDS[kind]) == [], f"walked were:\n  {edges}"


@EVERY_KIND
def test_the_walk_runs_dry(kind: str) -> None:
    walk, _ = walked(kind)
    assert not walk.cut_short, f"{walk.states} states: say less in the vocabulary of {kind}"


@EVERY_KIND
def test_every_phase_is_reached_and_every_end_holds(kind: str) -> None:
    walk, _ = walked(kind)
    process = KINDS[kind]
    assert set(walk.phases) == {str(phase) for phase in process.lifecycle}
    for end in process.final:
        state = walk.phases[str(end)]
        for message, at in SPEECHES[kind].words(state):
            step = advance(process, state, message, at)
            assert not isinstance(step, Refusal)
            assert step.state == state


@EVERY_KIND
def test_every_wait_has_a_limit(kind: str) -> None:
    walk, _ = walked(kind)
    rests = SPEECHES[kind].rests
    without = {phase: way for phase, way in walk.untimed.items() if phase not in rests}
    said = "\n".join(f"{phase}, reached by\n  " + "\n  ".join(w) for phase, w in without.items())
    assert without == {}, f"no timer is armed in {said}"


@EVERY_KIND
def test_who_rests_without_a_limit_really_does(kind: str) -> None:
    walk, _ = walked(kind)
    assert set(SPEECHES[kind].rests) <= set(walk.untimed), "take it out of the vocabulary's rests"


@EVERY_KIND
def test_a_doubled_reply_does_nothing_new(kind: str) -> None:
    _, findings = walked(kind)
    assert findings.doubled == {}
    assert findings.counted == set(SPEECHES[kind].counted), "take it out of the counted ones"


@EVERY_KIND
def test_whatever_is_stored_survives_the_wire(kind: str) -> None:
    _, findings = walked(kind)
    assert findings.changed_on_the_wire == {}


@EVERY_KIND
def test_whoever_is_told_understands(kind: str) -> None:
    _, findings = walked(kind)
    assert findings.told_in_vain == {}


@EVERY_KIND
def test_whatever_is_heard_is_stated_by_somebody(kind: str) -> None:
    stated = {fact for process in KINDS.values() for fact in process.facts}
    unstated = [wire_name(fact) for fact in KINDS[kind].hears if fact not in stated]
    assert unstated == []


@EVERY_KIND
def test_every_word_has_its_role_and_its_name(kind: str) -> None:
    process = KINDS[kind]
    roles = {
        "message": process.messages,
        "fact": (*process.facts, *process.hears),
        "effect": process.effects,
        "state": (process.state,),
    }
    for role, words in roles.items():
        for word in words:
            assert WORDS[wire_name(word)].role == role
            assert WORDS[wire_name(word)].type is word
