"""A stolen number is not ported while it is looked into what happened (porting-es 3.9.7)."""

from __future__ import annotations

from dataclasses import replace

from relevo.engine.process import Decision, Refusal, Timer
from relevo.porting.profile import PortingProfile
from relevo.porting.undue_port.messages import (
    BlockEnded,
    ExtendBlock,
    NumberBlocked,
    SettleTheft,
    UnduePortDropped,
)
from relevo.porting.undue_port.model import Matter, UnduePort, UndueRefusal
from relevo.porting.undue_port.returning import go_back
from relevo.porting.undue_port.timing import BLOCK_ENDS
from relevo.values.moment import Moment


def block(matter: Matter, until: Moment, by: str, *, extended: bool = False) -> Decision:
    """From now on it is ported to nobody but to whom it was taken from."""
    blocked = NumberBlocked(
        number=matter.number,
        until=until,
        goes_back_to=matter.goes_back_to,
        by=by,
        extended=extended,
    )
    return Decision(facts=(blocked,), timers=(Timer(name=BLOCK_ENDS, due=until),))


def extend(
    rules: PortingProfile, undue: UnduePort, matter: Matter, word: ExtendBlock, at: Moment
) -> Decision | Refusal:
    """Once more days, counted from when it was blocked: the profile says how many in all."""
    first = rules.theft_block_until(matter.hub, at, extended=False)
    longest = rules.theft_block_until(matter.hub, at, extended=True)
    until = undue.blocked_until
    if undue.is_extended or first is None or longest is None or until is None:
        return Refusal(reason=UndueRefusal.NOT_NOW, detail="it was extended already")
    return block(matter, until + (longest - first), word.by, extended=True)


def settle(undue: UnduePort, matter: Matter, word: SettleTheft, at: Moment) -> Decision:
    """It is clear what happened: the number goes back, or stays where it is."""
    ended = BlockEnded(number=matter.number, settled=True, by=word.by, why=word.why)
    off = Timer(name=BLOCK_ENDS, due=None)
    if not word.was_undue:
        stays = UnduePortDropped(number=matter.number, by=word.by, why=word.why)
        return Decision(facts=(ended, stays), timers=(off,))
    follows = go_back(undue, matter, word.by, at)
    return replace(follows, facts=(ended, *follows.facts), timers=(*follows.timers, off))


def lapse(matter: Matter) -> Decision:
    """The days of the law are over, and nobody has said what it was: it is free, and a task."""
    return Decision(facts=(BlockEnded(number=matter.number, settled=False),))
