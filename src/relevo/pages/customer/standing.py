"""How one line stands, in one sentence, what comes next, and what of it works: pure.

The sentences are codes with slots; the words are in ``texts/``. A sentence is chosen by what was
seen, never by a record: "it works" is said when probes saw it, "dead" when no network knows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from relevo.activation.activation.messages import (
    CapabilityLost,
    CapabilityProven,
    LineSelfTested,
)
from relevo.activation.activation.model import Activation, Phase
from relevo.activation.ladder import Capability
from relevo.activation.queries import LastLook
from relevo.engine.recorded import Recorded
from relevo.notices.model import LineSeen
from relevo.orders.held import Choice, HeldLine, LineKind
from relevo.orders.line.model import Line
from relevo.orders.view import LineView, Standing
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A sentence of the page: its code among the texts, and what is filled in."""

    code: str
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """One thing that the line can do, or cannot, or of which nobody knows yet."""

    capability: str
    standing: str  # works | lost | partial | dead | unseen | donor
    at: Moment | None = None  # when that was seen
    except_from: tuple[str, ...] = ()
    said: bool | None = None  # what the customer found last, when he tried it
    said_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMatter:
    """All that is known of one line, wherever it is kept."""

    key: str
    held: HeldLine
    view: LineView
    line: Line | None
    activation: Activation | None
    heard: LineSeen | None  # what the voice may say of it
    choice: Choice | None
    recipient: str
    look: LastLook | None
    records: tuple[Recorded, ...]  # the facts of its activation

    @property
    def is_dead(self) -> bool:
        return self.activation is not None and self.activation.outage is not None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What was looked for and not found on our network."""
        if self.activation is None or self.activation.phase is Phase.WATCHED:
            return ()
        return tuple(str(loss.capability) for loss in self.activation.lost)

    @property
    def is_ours(self) -> bool:
        served = {Phase.MOVING, Phase.PROVING, Phase.LIVE, Phase.RELEASED}
        return self.activation is not None and self.activation.phase in served


def mood_of(matter: LineMatter, now: Moment) -> str:
    """good | wait | trouble | plain: how the whole line is to be read."""
    if matter.is_dead or matter.lacks:
        return "trouble"
    match headline(matter, now).code:
        case "live":
            return "good"
        case "undecided" | "put_in" | "needs_you":
            return "wait"
        case _:
            return "plain"


def headline(matter: LineMatter, now: Moment) -> Saying:
    """How it stands now."""
    known = {"donor": matter.held.donor, "recipient": matter.recipient}
    outage = matter.activation.outage if matter.activation else None
    if outage is not None:
        code = "dead_at_donor" if outage.at_donor else "dead"
        return Saying(code=code, slots={**known, "since": outage.since})
    match matter.view.standing:
        case Standing.UNDECIDED:
            return Saying(code="undecided", slots=known)
        case Standing.STAYING:
            code = "ceases" if matter.choice is Choice.CEASE else "stays"
            return Saying(code=code, slots=known)
        case Standing.OUT:
            return Saying(code="out", slots=known)
        case _ if matter.is_ours:
            return _on_our_network(matter, known)
        case _ if matter.line is not None and "customer" in _waits_for(matter):
            return Saying(code="needs_you", slots=known)
        case _:
            return Saying(code="at_donor", slots=known)


def upcoming(matter: LineMatter, now: Moment) -> Saying | None:
    """What comes next, and when."""
    if matter.is_dead:
        return _back(matter)
    match matter.view.standing:
        case Standing.UNDECIDED:
            return Saying(code="your_answer")
        case Standing.STAYING | Standing.OUT:
            return None
        case _ if matter.is_ours:
            return _after_the_move(matter)
        case _:
            return _before_the_move(matter, now)


def works_of(matter: LineMatter) -> tuple[Works, ...]:
    """What the line can do, capability by capability, as it was seen; with the age of the proof."""
    activation = matter.activation
    if activation is None or matter.view.standing is Standing.OUT:
        return ()
    test = _self_test(matter)
    tried = {} if test is None else test.works
    return tuple(
        replace(
            _works(matter, activation, each),
            said=tried.get(str(each)),
            said_at=test.at if test else None,
        )
        for each in activation.capabilities
    )


def looked_at(matter: LineMatter) -> Moment | None:
    """When it was tried last."""
    return matter.look.looked_at if matter.look else None


def _works(matter: LineMatter, activation: Activation, capability: Capability) -> Works:
    name = str(capability)
    if activation.outage is not None:
        return Works(capability=name, standing="dead", at=activation.outage.noticed_at)
    for loss in activation.lost:
        if loss.capability is capability:
            standing = "partial" if loss.except_from else "lost"
            at = _seen(matter, CapabilityLost, capability)
            return Works(capability=name, standing=standing, at=at, except_from=loss.except_from)
    if capability in activation.proven:
        proven = _seen(matter, CapabilityProven, capability)
        return Works(capability=name, standing="works", at=_freshest(proven, looked_at(matter)))
    if activation.phase is not Phase.WATCHED:
        return Works(capability=name, standing="unseen")
    lives = matter.look is not None and bool(matter.look.is_alive)
    if lives and capability is _seen_at_donor(matter):
        return Works(capability=name, standing="works", at=looked_at(matter))
    return Works(capability=name, standing="donor")


def _seen_at_donor(matter: LineMatter) -> Capability:
    """What a life sign at the donor shows: calls come in; of a line without calls, data flow."""
    return Capability.DATA if matter.held.kind is LineKind.FIBRE else Capability.CALLS_IN


def _freshest(one: Moment | None, other: Moment | None) -> Moment | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _seen(
    matter: LineMatter, kind: type[CapabilityLost | CapabilityProven], capability: Capability
) -> Moment | None:
    facts = (each.fact for each in reversed(matter.records) if isinstance(each.fact, kind))
    return next((fact.at for fact in facts if fact.capability == capability), None)


def _self_test(matter: LineMatter) -> LineSelfTested | None:
    """His last test, unless the line has moved since: then it was another network's."""
    facts = (each.fact for each in reversed(matter.records))
    test = next((fact for fact in facts if isinstance(fact, LineSelfTested)), None)
    moved_at = matter.activation.moved_at if matter.activation else None
    return None if test and moved_at and test.at < moved_at else test


def _on_our_network(matter: LineMatter, known: dict[str, Any]) -> Saying:
    activation = matter.activation
    assert activation is not None, "a line of ours is watched"
    if activation.phase is Phase.MOVING:
        return Saying(code="moving", slots=known)
    if activation.lost:
        return Saying(code="partial", slots={**known, "lacks": matter.lacks})
    if activation.phase in {Phase.LIVE, Phase.RELEASED}:
        return Saying(code="live", slots=known)
    return Saying(code="proving" if activation.has_phone else "put_in", slots=known)


def _after_the_move(matter: LineMatter) -> Saying | None:
    activation = matter.activation
    assert activation is not None, "a line of ours is watched"
    if activation.lost:
        return Saying(code="mending")
    match activation.phase:
        case Phase.MOVING:
            return Saying(code="soon_served")
        case Phase.PROVING if activation.has_phone:
            return Saying(code="being_tried")
        case Phase.PROVING:
            return Saying(code="tried_when_in")
        case Phase.LIVE:
            return Saying(code="watched_on")
        case _:
            return None


def _before_the_move(matter: LineMatter, now: Moment) -> Saying:
    view, window = matter.view, matter.view.window
    if "customer" in _waits_for(matter):
        return Saying(code="waits_for_you", slots={"donor": matter.held.donor})
    if view.stuck or view.given_up:
        return Saying(code="with_a_person")
    if window is None:
        return Saying(code="no_day_yet")
    if window.opens <= now < window.closes:
        return Saying(code="window_now", slots={"window": window})
    is_sure = view.standing in {Standing.CONFIRMED, Standing.BOUND}
    code = "moves" if is_sure else "moves_if_confirmed"
    return Saying(code=code, slots={"window": window, "donor": matter.held.donor})


def _back(matter: LineMatter) -> Saying:
    by = matter.heard.back_by if matter.heard else None
    if by is not None:
        return Saying(code="back_by", slots={"donor": matter.held.donor, "by": by})
    asked = matter.activation is not None and matter.activation.phase is Phase.WATCHED
    return Saying(
        code="asked_back" if asked else "being_mended", slots={"donor": matter.held.donor}
    )


def _waits_for(matter: LineMatter) -> tuple[str, ...]:
    """Who has to act before this line goes on: the customer, when he was asked for something."""
    stuck = matter.line is not None and bool(matter.line.against) and bool(matter.line.papers)
    return ("customer",) if stuck and matter.view.standing is Standing.WAITING else ()
