"""What a fact makes worth saying: one table, fact to topic. What is not here is not said.

Every message costs the customer a minute. A rejection that we mend without moving the day, or a
parcel that travels well, is nobody's news.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from relevo.activation.activation.messages import (
    CapabilityLost,
    LifeSignBack,
    LifeSignLost,
    LineProvisioned,
    LineWorks,
)
from relevo.notices.model import Happening, Knowledge, LineSeen, Thing, Topic
from relevo.notices.register import line_of
from relevo.orders.line.messages import (
    LineConfirmed,
    LineMoved,
    LineNotTakenBack,
    LineStuck,
    LineVisitAgreed,
)
from relevo.orders.order.messages import (
    GroupRedated,
    LineKind,
    NumberUndecided,
    OrderClosed,
    OrderStuck,
    OrderWithdrawn,
    WindowChosen,
)
from relevo.promises.promise.messages import PromiseBroken, PromiseMoved
from relevo.sims.dispatch.messages import DeliveryChanged, ParcelOrdered, ParcelTroubled
from relevo.sims.esim.messages import EsimOffered
from relevo.values.moment import Moment, Span

GATHER = Span(minutes=1)
"""So long things are gathered, so that several lines make one message."""

SETTLE = Span(minutes=10)
"""Capabilities come and go by the minute; what is told of them has lasted that long."""

WELCOME_WAITS = Span(minutes=15)
"""The welcome letter waits so long for the windows of all lines."""

URGENT = frozenset({Topic.NUMBER_DEAD, Topic.UPDATE})
"""Said at once, at night too: a dead number, and what was promised for that minute."""

NEWEST_ONLY = frozenset({Topic.VISIT, Topic.FAULT})
"""An appointment moves, and a fault has newer words: what was not said yet is not said any more."""

HELD_AS: Mapping[str, str] = {"last_invoice": "bill", "card_photo": "sim_photo"}
"""How papers that a line wants from the customer are called in the vault of what we hold."""

Said = Callable[[Knowledge, str, Any, Moment], tuple[Thing, ...]]


def things_to_say(knowledge: Knowledge, source: str, fact: Any, at: Moment) -> tuple[Thing, ...]:
    """What this fact makes worth saying; ``knowledge`` is what is known after it."""
    rule = SAY.get(type(fact))
    return rule(knowledge, source, fact, at) if rule else ()


def gathered(waiting: tuple[Thing, ...], new: tuple[Thing, ...]) -> tuple[Thing, ...]:
    """All that waits. The same topic of the same line is one thing: said when the first is due."""
    things = {(each.topic, each.line): each for each in waiting}
    for thing in new:
        key = (thing.topic, thing.line)
        old = things.get(key)
        kept = thing if old is None or thing.topic in NEWEST_ONLY else old
        things[key] = replace(kept, due=min(old.due, thing.due)) if old else thing
    return tuple(sorted(things.values(), key=lambda each: (each.due, each.topic, each.line)))


def is_still_so(knowledge: Knowledge, thing: Thing) -> bool:
    """Whether a gathered thing is still worth saying when its moment has come."""
    if thing.topic is Topic.DONE:
        return _all_work(knowledge)
    line = knowledge.line(thing.line)
    return line is None or _is_so_of(line, thing.topic)


def _is_so_of(line: LineSeen, topic: Topic) -> bool:
    match topic:
        case Topic.NUMBER_DEAD:
            return line.dead_since is not None and not line.told_dead
        case Topic.NUMBER_BACK:
            return line.dead_since is None and line.told_dead
        case Topic.PARCEL:
            return line.told_parcel != line.parcel_now and not line.in_hand and not line.out
        case Topic.PUT_IN:
            return line.registered_at is None and line.works_at is None and not line.out
        case Topic.ESIM:
            return not line.in_hand and line.live_at is None and not line.out
        case Topic.PARTIAL:
            return not line.told_partial and is_partial(line)
        case Topic.WORKS_AGAIN:
            return line.told_partial and not is_partial(line) and line.dead_since is None
        case Topic.ASK_NUMBER:
            return line.undecided
        case Topic.UNDATED:
            return line.moved_at is None and line.window is None and not line.out
        case Topic.DATED | Topic.REDATED | Topic.REMINDER:
            return line.moved_at is None and line.window is not None and not line.out
        case _:
            return True


def _all_work(knowledge: Knowledge) -> bool:
    """Whether every line that was seen to work still does."""
    live = [line for line in knowledge.lines if line.live_at is not None]
    return not any(line.dead_since is not None or is_partial(line) for line in live)


def is_partial(line: LineSeen) -> bool:
    """Whether the number can be reached, and something of it does not work (or not yet)."""
    if line.dead_since is not None or line.moved_at is None:
        return False
    return bool(line.lacking)


ABSORBED_BY_DONE = frozenset(
    {
        Topic.NUMBER_BACK,
        Topic.WORKS_AGAIN,
        Topic.UPDATE,
        Topic.PARTIAL,
        Topic.PUT_IN,
        Topic.DATED,
        Topic.REDATED,
        Topic.REMINDER,
        Topic.PROMISE_MOVED,
        Topic.ESIM,
    }
)


def without_echoes(things: tuple[Thing, ...]) -> tuple[Thing, ...]:
    """What is said by another thing of the same moment is not said twice."""
    topics = {each.topic for each in things}
    dropped: set[Topic] = set()
    if Topic.DONE in topics:
        dropped |= ABSORBED_BY_DONE
    if Topic.REDATED in topics:
        dropped |= {Topic.PROMISE_MOVED, Topic.REMINDER}
    if Topic.WELCOME in topics:
        dropped |= {Topic.DATED, Topic.REDATED, Topic.PROMISE_MOVED}
    if Topic.NUMBER_DEAD in topics:
        dropped |= {Topic.UPDATE}
    if Topic.PROMISE_BROKEN in topics:
        dropped |= {Topic.UPDATE}
    return tuple(each for each in things if each.topic not in dropped)


def _thing(topic: Topic, line: str, due: Moment, note: str = "") -> tuple[Thing, ...]:
    return (Thing(topic=topic, line=line, due=due, note=note),)


def _window_chosen(
    knowledge: Knowledge, source: str, fact: WindowChosen, at: Moment
) -> tuple[Thing, ...]:
    if any(told.topic == Topic.WELCOME for told in knowledge.said):
        return tuple(
            Thing(topic=Topic.DATED, line=line, due=at + GATHER) for line in sorted(fact.windows)
        )
    waiting = [line for line in knowledge.lines if line.moving and line.window is None]
    return () if waiting else _thing(Topic.WELCOME, "", at + GATHER)


def _redated(
    knowledge: Knowledge, source: str, fact: GroupRedated, at: Moment
) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            topic=Topic.REDATED,
            line=line,
            due=at + GATHER,
            note=f"{fact.was[line].opens.isoformat()}|{fact.why}"
            if line in fact.was
            else f"|{fact.why}",
        )
        for line in sorted(fact.windows)
    )


def _confirmed(
    knowledge: Knowledge, source: str, fact: LineConfirmed, at: Moment
) -> tuple[Thing, ...]:
    """It was confirmed for another day than he was told: he hears it before it comes."""
    line = knowledge.line(line_of(source, fact))
    if line is None or line.told_opens in {None, fact.window.opens}:
        return ()
    assert line.told_opens is not None, "what he was told is compared"
    note = f"{line.told_opens.isoformat()}|other"
    return _thing(Topic.REDATED, line.id, at + GATHER, note)


def _parcel(knowledge: Knowledge, source: str, fact: Any, at: Moment) -> tuple[Thing, ...]:
    """Its card comes otherwise than he was told."""
    line = knowledge.line(line_of(source, fact))
    if line is None or not line.told_parcel or line.told_parcel == line.parcel_now:
        return ()
    return _thing(Topic.PARCEL, line.id, at + GATHER)


def _undated(knowledge: Knowledge, source: str, fact: OrderStuck, at: Moment) -> tuple[Thing, ...]:
    return tuple(
        Thing(topic=Topic.UNDATED, line=line.id, due=at + GATHER)
        for line in knowledge.lines
        if line.id in fact.undated and line.moving and line.moved_at is None and not line.out
    )


def _dead(knowledge: Knowledge, source: str, fact: LifeSignLost, at: Moment) -> tuple[Thing, ...]:
    return _thing(Topic.NUMBER_DEAD, line_of(source, fact), at + GATHER)


def _back(knowledge: Knowledge, source: str, fact: LifeSignBack, at: Moment) -> tuple[Thing, ...]:
    return _thing(Topic.NUMBER_BACK, line_of(source, fact), at + GATHER)


def _put_in(knowledge: Knowledge, source: str, fact: Any, at: Moment) -> tuple[Thing, ...]:
    line = knowledge.line(line_of(source, fact))
    if line is None or line.kind is not LineKind.MOBILE or line.told_put_in:
        return ()
    if line.moved_at is None or line.provisioned_at is None:
        return ()
    return _thing(Topic.PUT_IN, line.id, at + GATHER)


def _partial(
    knowledge: Knowledge, source: str, fact: CapabilityLost, at: Moment
) -> tuple[Thing, ...]:
    line = knowledge.line(line_of(source, fact))
    if line is None or line.moved_at is None:
        return ()
    if line.kind is LineKind.MOBILE and line.registered_at is None:
        return ()  # the card is not in the phone yet
    return _thing(Topic.PARTIAL, line.id, at + SETTLE)


def _works(knowledge: Knowledge, source: str, fact: LineWorks, at: Moment) -> tuple[Thing, ...]:
    line = knowledge.line(line_of(source, fact))
    again = line is not None and line.told_partial
    works = _thing(Topic.WORKS_AGAIN, line_of(source, fact), at + SETTLE) if again else ()
    is_told = any(told.topic == Topic.DONE for told in knowledge.said)
    if knowledge.closed_at is None or is_told or not _all_work(knowledge):
        return works
    # Something died between the closing and the letter that was to say it: it is said now.
    return (*works, *_thing(Topic.DONE, "", at + 2 * GATHER))


def _stuck(knowledge: Knowledge, source: str, fact: LineStuck, at: Moment) -> tuple[Thing, ...]:
    if fact.who != "customer":
        return ()
    if any(held.item == HELD_AS.get(fact.why) for held in knowledge.held):
        return ()  # whoever looks after the line finds it in the vault: he is not asked for it
    return _thing(Topic.ACTION_NEEDED, line_of(source, fact), at + GATHER, fact.why)


def _not_cancelled(
    knowledge: Knowledge, source: str, fact: LineNotTakenBack, at: Moment
) -> tuple[Thing, ...]:
    if fact.why != "customer":  # we wanted another day for it: what follows is said by itself
        return ()
    return _thing(Topic.CANCELLED_LATE, fact.line, at + GATHER)


def _esim(knowledge: Knowledge, source: str, fact: EsimOffered, at: Moment) -> tuple[Thing, ...]:
    return _thing(Topic.ESIM, line_of(source, fact), at + GATHER, fact.why)


def _moved(knowledge: Knowledge, source: str, fact: PromiseMoved, at: Moment) -> tuple[Thing, ...]:
    if fact.what != "bundle_works":
        return ()
    return _thing(Topic.PROMISE_MOVED, "", at + GATHER, fact.was_due.isoformat())


def _broken(
    knowledge: Knowledge, source: str, fact: PromiseBroken, at: Moment
) -> tuple[Thing, ...]:
    note = f"{fact.what}|{fact.due.isoformat()}"
    return _thing(Topic.PROMISE_BROKEN, source.rpartition("/promise/")[2], at + GATHER, note)


def _visit(
    knowledge: Knowledge, source: str, fact: LineVisitAgreed, at: Moment
) -> tuple[Thing, ...]:
    note = f"{fact.opens.isoformat()}|{fact.closes.isoformat()}"
    return _thing(Topic.VISIT, fact.line, at + GATHER, note)


SAY: Mapping[type, Said] = {
    LineVisitAgreed: _visit,
    WindowChosen: _window_chosen,
    GroupRedated: _redated,
    LineConfirmed: _confirmed,
    ParcelOrdered: _parcel,
    DeliveryChanged: _parcel,
    OrderStuck: _undated,
    NumberUndecided: lambda known, source, fact, at: _thing(
        Topic.ASK_NUMBER, fact.line, at + GATHER
    ),
    EsimOffered: _esim,
    LineMoved: _put_in,
    LineProvisioned: _put_in,
    LifeSignLost: _dead,
    LifeSignBack: _back,
    CapabilityLost: _partial,
    LineWorks: _works,
    LineStuck: _stuck,
    LineNotTakenBack: _not_cancelled,
    PromiseMoved: _moved,
    PromiseBroken: _broken,
    OrderClosed: lambda known, source, fact, at: _thing(Topic.DONE, "", at + 2 * GATHER),
    OrderWithdrawn: lambda known, source, fact, at: _thing(Topic.WITHDRAWN, "", at + GATHER),
}

_STORY: Mapping[type, str] = {
    LifeSignLost: "number_dead",
    LifeSignBack: "number_back",
    ParcelTroubled: "parcel_troubled",
    GroupRedated: "redated",
    LineMoved: "moved",
}


def happenings(source: str, fact: Any, at: Moment) -> tuple[Happening, ...]:
    """The fact as a step of the short history in the final letter."""
    what = _STORY.get(type(fact))
    if what is None:
        return ()
    moment = getattr(fact, "at", None) or getattr(fact, "dead_until", None) or at
    lines = sorted(fact.windows) if isinstance(fact, GroupRedated) else [line_of(source, fact)]
    return tuple(Happening(what=what, line=line, at=moment) for line in lines)
