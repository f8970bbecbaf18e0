"""What a text is filled with, and the texts that say one thing of their own. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from relevo.notices.model import LineSeen, Thing
from relevo.notices.render import Slots
from relevo.notices.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """The slots of one message."""

    slots: Slots
    lists: Mapping[str, Sequence[Slots]] = field(default_factory=dict)
    lines: tuple[LineSeen, ...] = ()


def lines_of(setting: Setting, things: Sequence[Thing]) -> tuple[LineSeen, ...]:
    found = (setting.known.line(thing.line) for thing in things)
    return tuple(line for line in found if line)


def withdrawn(setting: Setting, things: Sequence[Thing]) -> Filling:
    slots = {"when": setting.moment(setting.at)}
    return Filling(slots=slots, lines=setting.known.lines)


def fault(setting: Setting, things: Sequence[Thing]) -> Filling:
    """The words of all; what this one is promised next."""
    seen = next((f for f in setting.known.faults if f.id == things[0].line), None)
    following = seen.next_update if seen else None
    if following is not None and following <= setting.at:
        following = None
    return Filling(
        slots={"text": things[0].note, "fault_update": setting.deadline(following)},
        lines=(),
    )


def visit(setting: Setting, things: Sequence[Thing]) -> Filling:
    """The newest appointment: what was agreed before it means nothing any more."""
    opens, _, closes = things[-1].note.partition("|")
    return Filling(
        slots={
            "opens": setting.moment(datetime.fromisoformat(opens)),
            "closes": setting.moment(datetime.fromisoformat(closes)),
        },
        lines=lines_of(setting, things),
    )
