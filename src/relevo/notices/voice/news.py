"""What the voice learns from a fact: of lines, of promises, and what to look at soon."""

from __future__ import annotations

from relevo.activation.activation.messages import CardRegistered, LineProvisioned
from relevo.engine.process import Heard, Timer, wire_name
from relevo.notices.model import PromiseSeen
from relevo.notices.register import changed_lines
from relevo.notices.say import happenings
from relevo.notices.voice import speech
from relevo.notices.voice.messages import NewsTaken, PromisesNoted
from relevo.notices.voice.model import Voice
from relevo.orders.order.messages import OrderClosed, OrderWithdrawn
from relevo.promises.promise.messages import (
    PromiseBroken,
    PromiseKept,
    PromiseKeptLate,
    PromiseMade,
    PromiseMoved,
    PromiseReleased,
)
from relevo.values.moment import Moment, Span

PROVING_TAKES = Span(hours=2)
"""After the card is in, a line that does not do everything by then is told to be partial."""


def taken(voice: Voice, heard: Heard, at: Moment) -> tuple[NewsTaken, ...]:
    assert voice.knowledge is not None, "only a voice that knows hears news"
    lines = changed_lines(voice.knowledge, heard.source, heard.fact, at)
    if isinstance(heard.fact, OrderWithdrawn):
        lines = speech.all_out(voice.knowledge)
    steps = happenings(heard.source, heard.fact, at)
    closed_at = at if isinstance(heard.fact, OrderClosed) else None
    if not (lines or steps or closed_at):
        return ()
    what = wire_name(heard.fact)
    return (NewsTaken(what=what, lines=lines, history=steps, closed_at=closed_at),)


def promises(voice: Voice, heard: Heard) -> tuple[PromisesNoted, ...]:
    assert voice.knowledge is not None, "only a voice that knows hears promises"
    known = {each.id: each for each in voice.knowledge.promises}
    match heard.fact:
        case PromiseMade() as made:
            known[heard.source] = PromiseSeen(
                id=heard.source, what=made.what, due=made.due, owner=made.owner
            )
        case PromiseMoved() as moved:
            owner = known[heard.source].owner if heard.source in known else ""
            known[heard.source] = PromiseSeen(
                id=heard.source, what=moved.what, due=moved.due, owner=owner
            )
        case PromiseKept() | PromiseKeptLate() | PromiseReleased() | PromiseBroken():
            known.pop(heard.source, None)
        case _:
            return ()
    now = tuple(known[key] for key in sorted(known))
    return () if now == voice.knowledge.promises else (PromisesNoted(promises=now),)


def proving_timer(voice: Voice, heard: Heard, at: Moment) -> tuple[Timer, ...]:
    if not isinstance(heard.fact, CardRegistered | LineProvisioned):
        return ()
    return (Timer(name="proving", due=at + PROVING_TAKES),)
