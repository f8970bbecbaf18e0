"""What a batch of messages of one bucket adds up to, in memory: nothing here touches the database.

A message is run to completion: what it causes at once in its family (tells, routed facts, timers
that are due already) is handled right behind it, first come, first served, before the next message
of the family. So the outcome does not depend on where one batch ends and the next begins, and none
of it passes through the mailbox. Which processes that takes is not known before; ``work_through``
asks for them in rounds, for all families of the batch at once.

A message that cannot be applied leaves no trace but its parking: everything that follows from it
is worked out first, and only then added.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from relevo.engine import tracing
from relevo.engine.acts import OperatorAct, OperatorActed, Verb
from relevo.engine.buckets import bucket_of
from relevo.engine.catalogue import Catalogue
from relevo.engine.mail import FactRow, Firing, Mail, Outgoing
from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Heard,
    Misstep,
    ProcessType,
    Refusal,
    Step,
    Tell,
    TimerFired,
    advance,
    family,
    wire_name,
)
from relevo.engine.recorded import Recorded
from relevo.engine.wire import decode, encode_normal, in_utc
from relevo.values.moment import Moment

_OF_THE_ENGINE = frozenset({Heard, TimerFired, EffectParked})


class Unreadable(ValueError):
    """The stored state of a process does not fit this program."""


@dataclass(slots=True)
class Live:
    """A process while a batch works on it."""

    type: ProcessType[Any]
    process_id: str
    state: Any
    version: int = 0
    emitted: int = 0
    paused: bool = False
    changed_at: Moment | None = None  # None: nothing to store
    stored: tuple[int, int] | None = None  # version and emitted as they were read; None: it is new


Load = Callable[[set[str]], "Mapping[str, Live | Exception]"]
"""Reads the stored processes among these ids; where one cannot be read, the reason stands."""

AT_ONCE_MOST = 1000
"""Messages that one message may cause at once in its own transaction. What goes beyond (two
processes that answer each other for ever) takes the way through the mailbox, and can be seen."""


@dataclass(slots=True)
class Sprout:
    """What one message adds; merged into the harvest only when it is complete."""

    state: Any
    version: int
    emitted: int
    facts: list[tuple[FactRow, Any]] = field(default_factory=list)
    effects: list[Outgoing] = field(default_factory=list)
    mail: list[Mail] = field(default_factory=list)
    timers: dict[str, tuple[Moment, int, bool] | None] = field(default_factory=dict)


@dataclass(slots=True)
class Harvest:
    """The sum of a batch, ready to be written in one transaction."""

    catalogue: Catalogue
    bucket: int
    now: Moment
    armed: dict[tuple[str, str], int]  # the stored timers of those who get a TimerFired
    at_once_most: int = AT_ONCE_MOST
    lives: dict[str, Live | Exception] = field(default_factory=dict)
    facts: list[tuple[FactRow, Any]] = field(default_factory=list)
    effects: list[Outgoing] = field(default_factory=list)
    mail: list[Mail] = field(default_factory=list)  # what was caused, and is not handled at once
    timers: dict[tuple[str, str], tuple[Moment, int, bool] | None] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    refusals: list[tuple[Mail, Refusal]] = field(default_factory=list)
    parked: list[tuple[Mail, str]] = field(default_factory=list)
    held: list[Mail] = field(default_factory=list)
    acts: list[tuple[str, OperatorAct]] = field(default_factory=list)
    handled: int = 0
    _sought: set[str] = field(default_factory=set)

    def work_through(self, mails: Sequence[Mail], load: Load) -> None:
        """Apply the messages, each with all that it causes at once."""
        families: dict[str, list[Mail]] = {}
        for mail in mails:
            families.setdefault(family(mail.process_id), []).append(mail)
        missing = {mail.process_id for mail in mails}
        waiting = [self._run(of_one) for of_one in families.values()]
        while missing:
            self._sought |= missing
            self.lives.update(load(missing))
            missing, stalled = set(), []
            for runner in waiting:
                needed = next(runner, None)
                if needed is not None:
                    missing.update(needed)
                    stalled.append(runner)
            waiting = stalled

    def recorded(self, seq: int) -> list[Recorded]:
        """The facts, numbered in their bucket behind ``seq``."""
        return [
            Recorded(
                process_id=row.process_id,
                kind=row.kind,
                version=row.version,
                at=row.at,
                fact=fact,
                seq=number,
            )
            for number, (row, fact) in enumerate(self.facts, start=seq + 1)
        ]

    def worked_on(self) -> list[Live]:
        """The processes that could be read."""
        return [live for live in self.lives.values() if isinstance(live, Live)]

    def kind_of(self, process_id: str) -> str:
        """The kind of a process that this batch has worked on."""
        live = self.lives[process_id]
        assert isinstance(live, Live)
        return live.type.kind

    def _run(self, mails: Sequence[Mail]) -> Iterator[set[str]]:
        """The messages of one family; yields the processes that must be read before it goes on."""
        for mail in mails:
            queue = deque([mail])
            done = 0
            while queue:
                if done > self.at_once_most:
                    self.mail += queue
                    break
                if queue[0].process_id not in self._sought:
                    yield {each.process_id for each in queue} - self._sought
                queue += self._take(queue.popleft())
                done += 1

    def _take(self, mail: Mail) -> Sequence[Mail]:
        """Apply one message, or park it with the reason; returns what it causes at once."""
        self.handled += 1
        try:
            with tracing.handling(mail):
                return self._deliver(mail, tracing.current(mail.trace))
        except Exception as fault:  # a decider may fail in any way; only its message stops
            self.parked.append((mail, f"{type(fault).__name__}: {fault}"))
            return ()

    def _deliver(self, mail: Mail, trace: str) -> Sequence[Mail]:
        word = decode(mail.name, mail.body) if mail.word is None else mail.word
        live = self._live(mail)
        if live.paused and not isinstance(word, OperatorAct):
            self.held.append(mail)
            return ()
        if trace != mail.trace:
            mail = msgspec.structs.replace(mail, trace=trace)
        if isinstance(word, OperatorAct):
            return self._operate(live, mail, word)
        return self._step(live, mail, word)

    def _live(self, mail: Mail) -> Live:
        live = self.lives.get(mail.process_id)
        if isinstance(live, Exception):
            raise Unreadable(f"the process cannot be read: {live}")
        if live is None:
            process = self.catalogue.process(mail.kind)
            live = Live(process, mail.process_id, in_utc(process.blank(mail.process_id)))
            self.lives[mail.process_id] = live
        elif live.type.kind != mail.kind:
            raise Misstep(f"{mail.process_id} is a {live.type.kind}, not a {mail.kind}")
        return live

    def _operate(self, live: Live, mail: Mail, act: OperatorAct) -> Sequence[Mail]:
        acted = OperatorActed(verb=act.verb, who=act.who, reason=act.reason, target=act.target)
        sprout = Sprout(live.state, live.version, live.emitted)
        self._add_fact(sprout, live, mail, acted)
        if act.verb is Verb.ANSWER:
            answer = Mail(
                message_id=f"{mail.message_id}:answer",
                process_id=live.process_id,
                bucket=mail.bucket,
                kind=mail.kind,
                name=act.target,
                body=act.answer,
                at=mail.at,
                wave=mail.wave,
                trace=mail.trace,
            )
            sprout.mail.append(answer)
        self._merge(live, mail, sprout)
        if act.verb in {Verb.PAUSE, Verb.RESUME}:
            live.paused = act.verb is Verb.PAUSE
        self.acts.append((live.process_id, act))
        return sprout.mail

    def _step(self, live: Live, mail: Mail, word: Any) -> Sequence[Mail]:
        self._check_addressee(live, word)
        if isinstance(word, TimerFired) and not self._still_armed(mail, word):
            return ()
        verdict = advance(live.type, live.state, word, mail.at)
        if isinstance(verdict, Refusal):
            self.refusals.append((mail, verdict))
            if isinstance(word, TimerFired):
                self.timers[live.process_id, word.name] = None
            return ()
        if verdict.decision == NOTHING and not isinstance(word, TimerFired):
            return ()
        sprout = self._grow(live, mail, word, verdict)
        self._merge(live, mail, sprout)
        return sprout.mail

    def _grow(self, live: Live, mail: Mail, word: Any, step: Step[Any]) -> Sprout:
        decision: Decision = step.decision
        sprout = Sprout(step.state, live.version, live.emitted)
        if isinstance(word, TimerFired):
            sprout.timers[word.name] = None
        for fact in decision.facts:
            self._add_fact(sprout, live, mail, fact)
        for effect in decision.effects:
            sprout.emitted += 1
            sprout.effects.append(
                Outgoing(
                    effect_id=f"{live.process_id}#{sprout.version}.{sprout.emitted}",
                    process_id=live.process_id,
                    bucket=mail.bucket,
                    kind=mail.kind,
                    name=wire_name(effect),
                    body=encode_normal(effect),
                    at=mail.at,
                    wave=mail.wave,
                    trace=mail.trace,
                )
            )
        for tell in decision.tells:
            self._add_mail(sprout, mail, tell)
        for fact in decision.facts:
            for route in self.catalogue.routes.get(type(fact), ()):
                target = route.to(live.process_id, fact)
                if target is not None:
                    heard = Heard(source=live.process_id, fact=fact)
                    self._add_mail(sprout, mail, Tell(kind=route.kind, to=target, message=heard))
        for timer in decision.timers:
            sprout.emitted += 1
            if timer.due is None:
                sprout.timers[timer.name] = None
            else:
                self._arm(sprout, mail, timer.name, timer.due)
        return sprout

    def _arm(self, sprout: Sprout, mail: Mail, name: str, due: Moment) -> None:
        """A timer that is due already is fired on the spot, which keeps it in its wave."""
        at_once = due <= mail.at
        sprout.timers[name] = (due, sprout.emitted, at_once)
        if at_once:
            firing = Firing(
                process_id=mail.process_id,
                name=name,
                bucket=mail.bucket,
                kind=mail.kind,
                due=due,
                armed=sprout.emitted,
            )
            sprout.mail.append(firing.mail(at=self.now, wave=mail.wave))

    def _add_fact(self, sprout: Sprout, live: Live, mail: Mail, fact: Any) -> None:
        sprout.version += 1
        row = FactRow(
            process_id=live.process_id,
            bucket=mail.bucket,
            version=sprout.version,
            kind=live.type.kind,
            kind_version=live.type.version,
            at=mail.at,
            name=wire_name(fact),
            body=encode_normal(fact),
            caused_by=mail.message_id,
        )
        sprout.facts.append((row, fact))

    def _add_mail(self, sprout: Sprout, mail: Mail, tell: Tell) -> None:
        if family(tell.to) != family(mail.process_id):
            raise Misstep(f"{mail.process_id} may not tell {tell.to}, which is of another family")
        self.catalogue.process(tell.kind)
        sprout.emitted += 1
        sprout.mail.append(
            Mail(
                message_id=f"{mail.process_id}>{sprout.version}.{sprout.emitted}",
                process_id=tell.to,
                bucket=bucket_of(tell.to),
                kind=tell.kind,
                name=wire_name(tell.message),
                body="",
                at=self.now,
                wave=mail.wave,
                trace=mail.trace,
                word=tell.message,
            )
        )

    def _merge(self, live: Live, mail: Mail, sprout: Sprout) -> None:
        live.state, live.version, live.emitted = sprout.state, sprout.version, sprout.emitted
        live.changed_at = mail.at
        self.facts += sprout.facts
        self.effects += sprout.effects
        for name, timer in sprout.timers.items():
            self.timers[live.process_id, name] = timer
        if live.state.phase in live.type.final:
            self.ended.add(live.process_id)

    def _still_armed(self, mail: Mail, fired: TimerFired) -> bool:
        """Whether the timer was neither moved nor disarmed after it fired."""
        key = (mail.process_id, fired.name)
        if key in self.timers:
            overlaid = self.timers[key]
            armed = None if overlaid is None else overlaid[1]
        else:
            armed = self.armed.get(key)
        return armed is not None and armed == mail.arming

    def _check_addressee(self, live: Live, word: Any) -> None:
        if isinstance(word, Heard):
            if type(word.fact) not in live.type.hears:
                raise Misstep(f"{live.type.kind} does not hear {wire_name(word.fact)}")
        elif type(word) not in live.type.messages and type(word) not in _OF_THE_ENGINE:
            raise Misstep(f"{live.type.kind} does not take the message {wire_name(word)}")


def storable(mail: Mail) -> Mail:
    """The message with its body written out, for the ones that must lie in a table after all."""
    return (
        mail
        if mail.body or mail.word is None
        else msgspec.structs.replace(mail, body=encode_normal(mail.word))
    )
