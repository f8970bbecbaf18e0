"""Carries out what an activation decided."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.activation.actions import Watchlist
from relevo.activation.activation.messages import (
    ArmWatch,
    DisarmWatch,
    DropSubscription,
    PutSubscription,
    ReadSubscription,
)
from relevo.activation.fleet import perform as fleet_perform
from relevo.activation.gateway import Prober, Registry
from relevo.engine.performer import Errand, Performer


def performers(registry: Registry, prober: Prober, watchlist: Watchlist) -> dict[type, Performer]:
    """Who carries out which effect of this capability."""

    def put(wanted: PutSubscription, errand: Errand) -> Sequence[object]:
        registry.put(wanted, key=errand.effect_id)
        return ()

    def drop(wanted: DropSubscription, errand: Errand) -> Sequence[object]:
        registry.drop(wanted.subject, key=errand.effect_id)
        return ()

    def read(wanted: ReadSubscription, errand: Errand) -> Sequence[object]:
        return (registry.read(wanted.subject, at=errand.at),)

    def arm(wanted: ArmWatch, errand: Errand) -> Sequence[object]:
        watchlist.arm(wanted, errand)
        return ()

    def disarm(_: DisarmWatch, errand: Errand) -> Sequence[object]:
        watchlist.disarm(errand.process_id)
        return ()

    return {
        PutSubscription: put,
        DropSubscription: drop,
        ReadSubscription: read,
        ArmWatch: arm,
        DisarmWatch: disarm,
        **fleet_perform.performers(registry, prober),
    }
