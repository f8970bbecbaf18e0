"""What a line has to be able to do, in the order in which it is proven, and how a probe is read.

The rungs are those of the fact sheet (rights-care 5.1, levels 4 to 7) and the codes those of 5.2:
404 (cause 1) means that the caller's network knows no such number, 480 (cause 20) that the number
is served and its phone is not there. Only the first one is a dead line; neither is a proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Capability(StrEnum):
    """One thing that a customer does with a line."""

    CALLS_OUT = "calls_out"
    CALLS_IN = "calls_in"
    SMS_OUT = "sms_out"
    SMS_IN = "sms_in"
    DATA = "data"


RUNGS: tuple[Capability, ...] = (
    Capability.CALLS_OUT,
    Capability.CALLS_IN,
    Capability.SMS_OUT,
    Capability.SMS_IN,
    Capability.DATA,
)
"""The order of proof: what fails early explains what fails later (rights-care 5.1)."""

NEEDED: Mapping[str, tuple[Capability, ...]] = {
    "mobile": RUNGS,
    "fixed": (Capability.CALLS_OUT, Capability.CALLS_IN),
    "fibre": (Capability.DATA,),
}


def capabilities_of(kind: str) -> tuple[Capability, ...]:
    """What a line of this kind has to be able to do: ``mobile``, ``fixed`` or ``fibre``."""
    return NEEDED[kind]


class Reach(StrEnum):
    """What the status of one test call says of the number, for that caller."""

    REACHED = "reached"
    ABSENT = "absent"  # served, and no phone answers to it
    NOWHERE = "nowhere"  # the caller hears that the number does not exist
    UNREADABLE = "unreadable"  # says nothing about the number: look again


_REACH: Mapping[int, Reach] = {
    200: Reach.REACHED,
    180: Reach.REACHED,  # it rang until the test call was ended
    486: Reach.REACHED,  # busy: it rang through to the phone
    480: Reach.ABSENT,
    408: Reach.ABSENT,
    404: Reach.NOWHERE,
    604: Reach.NOWHERE,  # RFC 3261 21.6.3: does not exist anywhere
}


def reach(status: int) -> Reach:
    """Read the SIP status of a test call (rights-care 5.2)."""
    return _REACH.get(status, Reach.UNREADABLE)


class Life(StrEnum):
    """Whether a line is there at all."""

    ALIVE = "alive"
    DEAD = "dead"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A probe, read."""

    life: Life
    nowhere: tuple[str, ...]  # origin networks whose callers hear that the number does not exist
    is_reached_by_all: bool
    rings_nowhere: bool = False  # every network knows the number, and none gets through to it


def read_probe(calls_in: Mapping[str, int], works: Mapping[str, bool]) -> Sight:
    """Read the test calls of one probe; a line without calls lives as long as its data do."""
    if not calls_in:
        data = works.get(Capability.DATA)
        life = Life.UNCLEAR if data is None else Life.ALIVE if data else Life.DEAD
        return Sight(life=life, nowhere=(), is_reached_by_all=False)
    seen = {origin: reach(status) for origin, status in sorted(calls_in.items())}
    if any(each in {Reach.REACHED, Reach.ABSENT} for each in seen.values()):
        life = Life.ALIVE
    elif all(each is Reach.NOWHERE for each in seen.values()):
        life = Life.DEAD
    else:
        life = Life.UNCLEAR
    return Sight(
        life=life,
        nowhere=tuple(origin for origin, each in seen.items() if each is Reach.NOWHERE),
        is_reached_by_all=all(each is Reach.REACHED for each in seen.values()),
        rings_nowhere=all(each is Reach.ABSENT for each in seen.values()),
    )
