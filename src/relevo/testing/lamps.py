"""An invented family of processes for the tests of the engine and for the bench.

A house switches its lamps on; each lamp asks for power, is lit, is noted, and burns out after an
hour; when all are out the house is dark and over. It has everything that the engine offers: tells,
routes, effects with replies, timers that are moved and disarmed, refusals, and two bugs on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from relevo.engine.catalogue import Catalogue, Listener, Projection, Route
from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Heard,
    ProcessType,
    Refusal,
    Tell,
    Timer,
    TimerFired,
    effect,
    fact,
    message,
    state,
)
from relevo.values.moment import Moment

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class HousePhase(StrEnum):
    SHUT = "shut"
    OPEN = "open"
    DARK = "dark"


class LampPhase(StrEnum):
    UNLIT = "unlit"
    ORDERED = "ordered"
    LIT = "lit"
    OUT = "out"


@message("lamps.open_house")
class OpenHouse:
    lamps: int
    watts: int


@message("lamps.switch_on")
class SwitchOn:
    watts: int


@message("lamps.dim")
class Dim:
    watts: int


@message("lamps.power_came")
class PowerCame:
    watts: int


@message("lamps.note_read")
class NoteRead:
    pass


@message("lamps.short_circuit")
class ShortCircuit:
    """The decider raises."""


@message("lamps.relight")
class Relight:
    """The decider moves outside its table."""


@fact("lamps.house_opened")
class HouseOpened:
    lamps: int


@fact("lamps.lamp_counted")
class LampCounted:
    lamp: str
    lit: bool


@fact("lamps.house_darkened")
class HouseDarkened:
    pass


@fact("lamps.power_wanted")
class PowerWanted:
    watts: int


@fact("lamps.lamp_lit")
class LampLit:
    watts: int
    until: Moment


@fact("lamps.note_seen")
class NoteSeen:
    pass


@fact("lamps.lamp_dimmed")
class LampDimmed:
    watts: int


@fact("lamps.lamp_went_out")
class LampWentOut:
    reason: str = ""


@effect("lamps.send_power")
class SendPower:
    watts: int


@effect("lamps.send_note")
class SendNote:
    text: str


@state("lamps.house")
class House:
    house_id: str
    phase: HousePhase = HousePhase.SHUT
    lamps: int = 0
    lit: tuple[str, ...] = ()
    out: int = 0


@state("lamps.lamp")
class Lamp:
    lamp_id: str
    phase: LampPhase = LampPhase.UNLIT
    watts: int = 0
    until: Moment | None = None
    noted: bool = False


def decide_house(house: House, message_: object, at: Moment) -> Decision | Refusal:
    """The house hears of its lamps and counts."""
    del at
    match house.phase, message_:
        case HousePhase.SHUT, OpenHouse():
            tells = tuple(
                Tell(
                    kind="lamps.lamp",
                    to=f"{house.house_id}/lamp-{number}",
                    message=SwitchOn(watts=message_.watts),
                )
                for number in range(message_.lamps)
            )
            return Decision(facts=(HouseOpened(lamps=message_.lamps),), tells=tells)
        case HousePhase.OPEN, OpenHouse():
            return Refusal(reason="the house is open already")
        case HousePhase.OPEN, Heard(source=lamp, fact=LampLit()):
            return Decision(facts=(LampCounted(lamp=lamp, lit=True),))
        case HousePhase.OPEN, Heard(source=lamp, fact=LampWentOut()):
            counted = LampCounted(lamp=lamp, lit=False)
            last = house.out + 1 == house.lamps
            return Decision(facts=(counted, HouseDarkened()) if last else (counted,))
        case _:
            return NOTHING


def evolve_house(house: House, fact_: object) -> House:
    """Fold a fact of the house."""
    match fact_:
        case HouseOpened():
            return replace(house, phase=HousePhase.OPEN, lamps=fact_.lamps)
        case LampCounted(lit=True):
            return replace(house, lit=(*house.lit, fact_.lamp))
        case LampCounted():
            return replace(house, out=house.out + 1)
        case HouseDarkened():
            return replace(house, phase=HousePhase.DARK)
        case _:
            return house


def decide_lamp(lamp: Lamp, message_: object, at: Moment) -> Decision | Refusal:
    """A lamp, phase by phase."""
    if isinstance(message_, ShortCircuit):
        raise RuntimeError("the lamp is wired wrongly")
    match lamp.phase:
        case LampPhase.UNLIT:
            return _when_unlit(message_, at)
        case LampPhase.ORDERED:
            return _when_ordered(message_, at)
        case LampPhase.LIT:
            return _when_lit(lamp, message_, at)
        case _:
            return NOTHING


def _when_unlit(message_: object, at: Moment) -> Decision | Refusal:
    if isinstance(message_, SwitchOn):
        return Decision(
            facts=(PowerWanted(watts=message_.watts),),
            effects=(SendPower(watts=message_.watts),),
            timers=(Timer(name="reply_due", due=at + DAY),),
        )
    return Refusal(reason="the lamp is unlit")


def _when_ordered(message_: object, at: Moment) -> Decision | Refusal:
    match message_:
        case PowerCame():
            until = at + HOUR
            return Decision(
                facts=(LampLit(watts=message_.watts, until=until),),
                effects=(SendNote(text="lit"),),
                timers=(Timer(name="reply_due", due=None), Timer(name="burnt", due=until)),
            )
        case EffectParked():
            return Decision(facts=(LampWentOut(reason=message_.reason),))
        case TimerFired(name="reply_due"):
            return Decision(facts=(LampWentOut(reason="no power"),))
        case SwitchOn():
            return Refusal(reason="power is ordered", detail="wait for it")
        case _:
            return NOTHING


def _when_lit(lamp: Lamp, message_: object, at: Moment) -> Decision | Refusal:
    match message_:
        case NoteRead() if not lamp.noted:
            return Decision(facts=(NoteSeen(),))
        case Dim(watts=watts) if watts >= lamp.watts:
            return Refusal(reason="a lamp can only be made darker")
        case Dim():
            return Decision(
                facts=(LampDimmed(watts=message_.watts),),
                timers=(Timer(name="burnt", due=at + 2 * HOUR),),
            )
        case TimerFired(name="burnt"):
            return Decision(facts=(LampWentOut(),))
        case Relight():
            return Decision(facts=(PowerWanted(watts=1),))
        case _:
            return NOTHING


def evolve_lamp(lamp: Lamp, fact_: object) -> Lamp:
    """Fold a fact of a lamp."""
    match fact_:
        case PowerWanted():
            return replace(lamp, phase=LampPhase.ORDERED, watts=fact_.watts)
        case LampLit():
            return replace(lamp, phase=LampPhase.LIT, watts=fact_.watts, until=fact_.until)
        case NoteSeen():
            return replace(lamp, noted=True)
        case LampDimmed():
            return replace(lamp, watts=fact_.watts)
        case LampWentOut():
            return replace(lamp, phase=LampPhase.OUT)
        case _:
            return lamp


HOUSE_LIFECYCLE: Mapping[HousePhase, frozenset[HousePhase]] = {
    HousePhase.SHUT: frozenset({HousePhase.OPEN}),
    HousePhase.OPEN: frozenset({HousePhase.DARK}),
    HousePhase.DARK: frozenset(),
}
LAMP_LIFECYCLE: Mapping[LampPhase, frozenset[LampPhase]] = {
    LampPhase.UNLIT: frozenset({LampPhase.ORDERED}),
    LampPhase.ORDERED: frozenset({LampPhase.LIT, LampPhase.OUT}),
    LampPhase.LIT: frozenset({LampPhase.OUT}),
    LampPhase.OUT: frozenset(),
}

HOUSE: ProcessType[House] = ProcessType(
    kind="lamps.house",
    version=1,
    blank=lambda house_id: House(house_id=house_id),
    decide=decide_house,
    evolve=evolve_house,
    lifecycle=HOUSE_LIFECYCLE,
    state=House,
    messages=(OpenHouse,),
    facts=(HouseOpened, LampCounted, HouseDarkened),
    hears=(LampLit, LampWentOut),
)
LAMP: ProcessType[Lamp] = ProcessType(
    kind="lamps.lamp",
    version=1,
    blank=lambda lamp_id: Lamp(lamp_id=lamp_id),
    decide=decide_lamp,
    evolve=evolve_lamp,
    lifecycle=LAMP_LIFECYCLE,
    state=Lamp,
    messages=(SwitchOn, Dim, PowerCame, NoteRead, ShortCircuit, Relight),
    facts=(PowerWanted, LampLit, NoteSeen, LampDimmed, LampWentOut),
    effects=(SendPower, SendNote),
    timers=frozenset({"reply_due", "burnt"}),
)


def house_of(lamp_id: str, fact_: object) -> str | None:
    """Lamps in a house are heard there; a lamp of its own is heard by nobody."""
    del fact_
    house, stroke, _ = lamp_id.partition("/")
    return house if stroke else None


def lamps(
    projections: tuple[Projection, ...] = (), listeners: tuple[Listener, ...] = ()
) -> Catalogue:
    """The catalogue of houses and lamps."""
    routes = [Route(LampLit, HOUSE.kind, house_of), Route(LampWentOut, HOUSE.kind, house_of)]
    return Catalogue([HOUSE, LAMP], routes, projections, listeners)
