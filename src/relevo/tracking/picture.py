"""What an order looks like at one moment: a small picture made of its processes' states.

Pages show this and not the states, so that today and any moment of the past look the same
(``replay.py`` makes the states of either), and so that a process may change its insides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from relevo.activation.activation.model import Activation
from relevo.activation.activation.model import Phase as Life
from relevo.activation.ladder import Capability
from relevo.care.case.model import Case
from relevo.compensation.claim.model import Claim
from relevo.notices.voice.model import Voice
from relevo.orders.held import HeldLine, Party
from relevo.orders.order.model import Order
from relevo.orders.view import LineView
from relevo.orders.waits import GroupSeen, Wait, groups_seen, waits_of
from relevo.porting.port_in.model import PortIn
from relevo.porting.profile import PortingProfile
from relevo.porting.recovery.model import Recovery
from relevo.promises.promise.model import Phase as PromisePhase
from relevo.promises.promise.model import Promise
from relevo.sims.dispatch.model import Dispatch
from relevo.sims.esim.model import Esim
from relevo.values.moment import Moment
from relevo.values.simcard import Iccid

States = Mapping[str, Any]


class Works(StrEnum):
    """What is known of one capability of a line. Not to know is not the same as to have lost."""

    PROVEN = "proven"
    PARTIAL = "partial"  # from some networks only
    LOST = "lost"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One capability of a line as probes saw it; ``except_from`` names who does not get through."""

    capability: Capability
    works: Works
    except_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSeen:
    """The card of a line and how it comes. ``process_id`` is empty before there is one."""

    process_id: str
    iccid: Iccid | None
    phase: str
    tracking_code: str
    trouble: str
    is_esim: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePicture:
    """One line: where it stands, what it can do, and what it waits for."""

    line: HeldLine
    view: LineView
    life: str  # as the activation has it; "" while nobody watches it
    dead_since: Moment | None
    proven_at_all: bool
    sights: tuple[Sight, ...]
    cards: tuple[CardSeen, ...]  # the newest last
    port: PortIn | None  # the last request for it
    recovery: Recovery | None
    waits: tuple[Wait, ...]

    @property
    def id(self) -> str:
        """Its name within the order."""
        return self.line.id

    @property
    def card(self) -> CardSeen | None:
        """The card that it is to be served on."""
        return self.cards[-1] if self.cards else None

    @property
    def mood(self) -> str:
        """How it is to be read at a glance."""
        if self.dead_since or self.view.given_up or self.view.stuck:
            return "trouble"
        if any(sight.works in {Works.LOST, Works.PARTIAL} for sight in self.sights):
            return "trouble"
        if self.view.standing == "live":
            return "good"
        return "plain" if self.view.standing in {"staying", "out"} else "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An order at one moment."""

    order: Order
    lines: tuple[LinePicture, ...]
    groups: tuple[GroupSeen, ...]
    promises: tuple[Promise, ...]  # by their due time
    case: Case | None
    voice: Voice | None
    claims: tuple[Claim, ...]

    @property
    def customer(self) -> Party | None:
        """Who ordered."""
        return self.order.customer

    @property
    def open_promises(self) -> tuple[Promise, ...]:
        """Those that somebody still has to keep."""
        standing = {PromisePhase.MADE, PromisePhase.AT_RISK, PromisePhase.BROKEN}
        return tuple(each for each in self.promises if each.phase in standing)

    @property
    def owed_eur_cents(self) -> int:
        """What was found so far, credited or not."""
        return sum(each.found_eur_cents for each in self.claims)

    def line(self, name: str) -> LinePicture | None:
        """The line of that name."""
        return next((line for line in self.lines if line.id == name), None)


def picture_of(key: str, states: States, rules: PortingProfile) -> Picture | None:
    """The picture of an order; None while there is none under that key."""
    order = states.get(key)
    if not isinstance(order, Order) or not order.lines:
        return None
    waits = waits_of(order.views, rules)
    lines = tuple(
        _line_of(key, line, view, states, tuple(wait for wait in waits if wait.line == line.id))
        for line in order.lines
        for view in order.views
        if view.id == line.id
    )
    promises = [state for state in states.values() if isinstance(state, Promise) and state.due]
    case, voice = states.get(f"{key}/case"), states.get(f"{key}/voice")
    return Picture(
        order=order,
        lines=lines,
        groups=groups_seen(order.views, rules),
        promises=tuple(sorted(promises, key=lambda each: (each.due, each.process_id))),
        case=case if isinstance(case, Case) and case.key else None,
        voice=voice if isinstance(voice, Voice) else None,
        claims=tuple(state for state in states.values() if isinstance(state, Claim)),
    )


def _line_of(
    key: str, line: HeldLine, view: LineView, states: States, waits: tuple[Wait, ...]
) -> LinePicture:
    activation = states.get(f"{key}/activation/{line.id}")
    if not isinstance(activation, Activation):
        activation = None
    ports = _numbered(key, "port", line.id, states, PortIn)
    recoveries = _numbered(key, "recovery", line.id, states, Recovery)
    return LinePicture(
        line=line,
        view=view,
        life=str(activation.phase) if activation else "",
        dead_since=activation.outage.since if activation and activation.outage else None,
        proven_at_all=bool(activation and activation.proven),
        sights=sights_of(activation) if activation else (),
        cards=_cards(key, line.id, states),
        port=ports[-1] if ports else None,
        recovery=recoveries[-1] if recoveries else None,
        waits=waits,
    )


def sights_of(activation: Activation) -> tuple[Sight, ...]:
    """What is known of each capability that the line must have."""
    lost = {loss.capability: loss for loss in activation.lost}
    found = []
    for capability in activation.capabilities:
        loss = lost.get(capability)
        origins = loss.except_from if loss is not None else ()
        if activation.outage is not None:
            works, origins = Works.LOST, ()
        elif loss is not None:
            works = Works.PARTIAL if origins else Works.LOST
        else:
            works = Works.PROVEN if capability in activation.proven else Works.UNKNOWN
        found.append(Sight(capability=capability, works=works, except_from=origins))
    return tuple(found)


def is_ours(activation: Activation) -> bool:
    """Whether our network is to serve the line by now; before, only its life is looked at."""
    return activation.phase in {Life.MOVING, Life.PROVING, Life.LIVE}


def _cards(key: str, line: str, states: States) -> tuple[CardSeen, ...]:
    dispatches = [
        CardSeen(
            process_id=state.id,
            iccid=state.iccid,
            phase=str(state.phase),
            tracking_code=state.tracking_code,
            trouble=state.trouble,
            is_esim=False,
        )
        for state in _numbered(key, "card", line, states, Dispatch)
    ]
    esims = [
        CardSeen(
            process_id=state.id,
            iccid=state.iccid,
            phase=str(state.phase),
            tracking_code="",
            trouble=state.why if state.phase == "failed" else "",
            is_esim=True,
        )
        for state in _numbered(key, "esim", line, states, Esim)
    ]
    return (*dispatches, *esims)


def _numbered(key: str, what: str, line: str, states: States, kind: type[Any]) -> list[Any]:
    """The processes of one line that are counted (``R7/port/M2/1``, ``…/2``), in their order."""
    prefix = f"{key}/{what}/{line}/"
    found = [
        (int(name.removeprefix(prefix)), state)
        for name, state in states.items()
        if name.startswith(prefix)
        and name.removeprefix(prefix).isdecimal()
        and isinstance(state, kind)
    ]
    return [state for _, state in sorted(found, key=lambda each: each[0])]
