"""What follows from what test calls saw: life signs and capabilities, pure.

Only here does a line become dead, alive or able to do something. At the donor one look is not
enough (a change-over that nobody told us of looks the same for some seconds); on our own network
the first look already puts the record back.
"""

from __future__ import annotations

from typing import Any

from relevo.activation.activation import provisioning, rhythm
from relevo.activation.activation.messages import (
    CapabilityLost,
    CapabilityProven,
    CardRegistered,
    LifeSignBack,
    LifeSignLost,
    LineDoubted,
    LineProbed,
    LineWorks,
)
from relevo.activation.activation.model import Activation, Phase
from relevo.activation.ladder import RUNGS, Capability, Life, Sight, read_probe
from relevo.engine.process import NOTHING, Decision, Timer
from relevo.values.moment import Moment


def at_donor(state: Activation, probe: LineProbed, at: Moment) -> Decision:
    """A probe of a number that the donor ought to serve."""
    match read_probe(probe.calls_in, probe.works).life:
        case Life.ALIVE:
            return _alive_at_donor(state, probe, at)
        case Life.DEAD:
            return _dead_at_donor(state, probe, at)
        case Life.UNCLEAR:
            return NOTHING


def while_moving(state: Activation, probe: LineProbed, at: Moment) -> Decision:
    """A probe between the change-over and the registry's answer: a short gap is expected."""
    life = read_probe(probe.calls_in, probe.works).life
    if life is Life.ALIVE and state.outage is not None:
        return Decision(facts=(_back(state, probe),))
    since = state.moving_since
    is_expected = since is not None and at < since + rhythm.GRACE
    if life is not Life.DEAD or state.outage is not None or is_expected:
        return NOTHING
    return Decision(
        facts=(_lost(state, probe, at),),
        effects=rhythm.look(state.subject, rhythm.DEAD_MINUTES),
    )


def on_our_network(state: Activation, probe: LineProbed, at: Moment) -> Decision:
    """A probe of a line that our network serves."""
    sight = read_probe(probe.calls_in, probe.works)
    match sight.life:
        case Life.DEAD:
            return _dead_at_ours(state, probe, at)
        case Life.ALIVE:
            return _alive_at_ours(state, probe, sight, at)
        case Life.UNCLEAR:
            return NOTHING


def _alive_at_donor(state: Activation, probe: LineProbed, at: Moment) -> Decision:
    calm = rhythm.look(state.subject, rhythm.AT_DONOR_MINUTES)
    if state.outage is not None:
        return Decision(facts=(_back(state, probe),), effects=calm)
    return Decision(effects=calm) if _is_doubted(state, at) else NOTHING


def _dead_at_donor(state: Activation, probe: LineProbed, at: Moment) -> Decision:
    if state.outage is not None:
        return NOTHING
    opens, closes = state.move_opens, state.move_closes
    if opens is not None and closes is not None and opens <= at < closes:
        # It has left its donor, whether the hub has told us or not: nobody else will serve it.
        left_at = max(opens, probe.last_good_at or opens)
        return provisioning.serve(state, state.iccid, left_at, at)
    if state.doubted_at is not None and probe.at <= state.doubted_at:
        return NOTHING  # the same look, told twice: a doubt is not confirmed by itself
    if not _is_doubted(state, at):
        doubted = LineDoubted(subject=state.subject, line=state.line, at=at)
        return Decision(
            facts=(doubted,), effects=rhythm.look(state.subject, rhythm.IN_DOUBT_MINUTES)
        )
    return Decision(
        facts=(_lost(state, probe, at),),
        effects=rhythm.look(state.subject, rhythm.DEAD_MINUTES),
    )


def _dead_at_ours(state: Activation, probe: LineProbed, at: Moment) -> Decision:
    if state.outage is not None:
        return NOTHING
    again = provisioning.ask_again(state, at)
    is_asked = state.asked_at is not None
    return Decision(
        facts=(_lost(state, probe, at), *(() if is_asked else again.facts)),
        effects=(
            *provisioning.read(state),
            *(() if is_asked else again.effects),
            *rhythm.look(state.subject, rhythm.DEAD_MINUTES),
        ),
        timers=(*_back_to_proof(state, at), *(() if is_asked else again.timers)),
    )


def _alive_at_ours(state: Activation, probe: LineProbed, sight: Sight, at: Moment) -> Decision:
    life = (_back(state, probe),) if state.outage is not None else ()
    card = _card(state, probe, at)
    changes = _changes(state, probe, sight, at)
    is_lost = any(isinstance(each, CapabilityLost) for each in changes)
    proven = {each.capability for each in changes if isinstance(each, CapabilityProven)}
    is_whole = not is_lost and set(state.capabilities) <= proven | set(state.proven)
    if is_whole and state.phase is Phase.PROVING:
        works = LineWorks(subject=state.subject, line=state.line, at=at)
        return Decision(
            facts=(*life, *card, *changes, works),
            effects=rhythm.look(state.subject, rhythm.LIVE_MINUTES),
            timers=(
                rhythm.on("watch_ends", at + rhythm.LIVE_WATCH),
                rhythm.on("proof_due", None),
            ),
        )
    is_worse = is_lost and state.phase is Phase.LIVE
    look = rhythm.look_for_proof(state.subject, has_phone=state.has_phone or bool(card))
    return Decision(
        facts=(*life, *card, *changes),
        effects=look if life or card or is_worse else (),
        timers=_back_to_proof(state, at) if is_worse else (),
    )


def _card(state: Activation, probe: LineProbed, at: Moment) -> tuple[CardRegistered, ...]:
    if state.iccid is None or state.is_registered or not probe.registered:
        return ()
    return (CardRegistered(subject=state.subject, line=state.line, at=at),)


def _changes(
    state: Activation, probe: LineProbed, sight: Sight, at: Moment
) -> tuple[CapabilityProven | CapabilityLost, ...]:
    known = {loss.capability: loss.except_from for loss in state.lost}
    is_in_phone = probe.registered or state.iccid is None
    found: list[Any] = []
    for capability in RUNGS:
        if capability not in state.capabilities:
            continue
        works: bool | None
        if capability is Capability.CALLS_IN:
            works = _is_reached(state, probe, sight)
            gap = sight.nowhere
        else:
            works = probe.works.get(capability)
            gap = ()
        is_missing = bool(gap) or (works is False and is_in_phone)
        if works and capability not in state.proven:
            found.append(_proven(state, capability, at))
        elif is_missing and known.get(capability) != gap:
            found.append(_missing(state, capability, gap, at))
    return tuple(found)


def _is_reached(state: Activation, probe: LineProbed, sight: Sight) -> bool | None:
    """None: it rings nowhere, and there was no phone yet that could have rung."""
    if sight.is_reached_by_all:
        return True
    has_phone = probe.registered and state.is_registered
    return False if has_phone and sight.rings_nowhere else None


def _proven(state: Activation, capability: Capability, at: Moment) -> CapabilityProven:
    return CapabilityProven(subject=state.subject, line=state.line, capability=capability, at=at)


def _missing(
    state: Activation, capability: Capability, gap: tuple[str, ...], at: Moment
) -> CapabilityLost:
    return CapabilityLost(
        subject=state.subject, line=state.line, capability=capability, except_from=gap, at=at
    )


def _lost(state: Activation, probe: LineProbed, at: Moment) -> LifeSignLost:
    # Never seen alive: dead, for all we know, since it was to be served by us, or watched at all.
    good = probe.last_good_at or state.moved_at or state.watched_at or at
    if state.moved_at is not None:
        # Until then it was the donor's to serve, and was served.
        good = min(at, max(good, state.moved_at))
    return LifeSignLost(
        subject=state.subject,
        line=state.line,
        serving=state.serving,
        at_donor=state.phase is Phase.WATCHED,
        last_good_at=good,
        at=at,
    )


def _back(state: Activation, probe: LineProbed) -> LifeSignBack:
    """Exact ends from the registry's log where it has them, else from the probes."""
    outage = state.outage
    if outage is None:
        raise AssertionError("a number comes back only after it was lost")
    start = outage.since
    vanished_at = None if outage.at_donor else state.vanished_at
    if vanished_at is not None and outage.since <= vanished_at <= probe.at:
        start = vanished_at
    end = probe.at
    if state.served_at is not None and start <= state.served_at <= probe.at:
        end = state.served_at
    return LifeSignBack(
        subject=state.subject,
        line=state.line,
        serving=state.serving,
        at_donor=outage.at_donor,
        dead_from=start,
        dead_until=end,
        except_from=read_probe(probe.calls_in, probe.works).nowhere,
        moved_at=state.moved_at if outage.at_donor else None,
    )


def _back_to_proof(state: Activation, at: Moment) -> tuple[Timer, ...]:
    if state.phase is not Phase.LIVE:
        return ()
    return (rhythm.on("watch_ends", None), rhythm.on("proof_due", at + rhythm.PROOF_WITHIN))


def _is_doubted(state: Activation, at: Moment) -> bool:
    return state.doubted_at is not None and at - state.doubted_at <= rhythm.DOUBT_LASTS
