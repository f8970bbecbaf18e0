"""Carrying out what the porting processes decide: each effect is one call of a gateway."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from relevo.engine.performer import Errand, Performer, Permanent, Temporary
from relevo.porting.gateway import ClearingHouse, DonorDesk, MoversHouse, MultipleHouse
from relevo.porting.multiple.messages import (
    AgreeToReduced,
    QueryMultiple,
    SendMultipleRequest,
)
from relevo.porting.port_in.messages import (
    PerformPort,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
)
from relevo.porting.profile import HubKind
from relevo.porting.recovery.messages import AskDonorDesk

Through = Callable[[SendPortRequest | SendMultipleRequest, Callable[[], Sequence[object]]], Any]
"""Answers for the hub when it has said no for the day (``quota.perform``)."""


def performers(
    houses: Mapping[HubKind, ClearingHouse], desk: DonorDesk, through: Through | None = None
) -> dict[type, Performer]:
    """Who carries out which effect of this capability."""

    def send_request(effect: SendPortRequest, errand: Errand) -> Sequence[object]:
        ask = partial(_house(houses, effect.hub).request, effect, at=errand.at)
        answers: Sequence[object] = through(effect, ask) if through else ask()
        return answers

    def send_cancellation(effect: SendPortCancellation, errand: Errand) -> Sequence[object]:
        return _house(houses, effect.hub).cancel(effect, key=errand.effect_id)

    def perform(effect: PerformPort, errand: Errand) -> Sequence[object]:
        house = _house(houses, effect.hub)
        if not isinstance(house, MoversHouse):
            raise Permanent(f"the hub of {effect.hub} numbers moves them itself")
        return house.perform(effect, at=errand.at)

    def query(effect: QueryPort, _errand: Errand) -> Sequence[object]:
        try:
            return _house(houses, effect.hub).query(effect)
        except Temporary:
            return ()  # a look that fails says nothing: the process looks again in its own rhythm

    def ask_desk(effect: AskDonorDesk, errand: Errand) -> Sequence[object]:
        desk.ask(effect, key=errand.effect_id)
        return ()

    return {
        SendPortRequest: send_request,
        SendPortCancellation: send_cancellation,
        PerformPort: perform,
        QueryPort: query,
        AskDonorDesk: ask_desk,
        **multiple_performers(houses, through),
    }


def _house(houses: Mapping[HubKind, ClearingHouse], hub: HubKind) -> ClearingHouse:
    try:
        return houses[hub]
    except KeyError:
        raise Permanent(f"no clearing house is set up for {hub} numbers") from None


def multiple_performers(
    houses: Mapping[HubKind, ClearingHouse], through: Through | None = None
) -> dict[type, Performer]:
    """Who carries out which effect of a request for several numbers, beside those of a port-in."""

    def request(effect: SendMultipleRequest, errand: Errand) -> Sequence[object]:
        ask = partial(_multiple_house(houses, effect.hub).request_multiple, effect, at=errand.at)
        answers: Sequence[object] = through(effect, ask) if through else ask()
        return answers

    def agree(effect: AgreeToReduced, errand: Errand) -> Sequence[object]:
        return _multiple_house(houses, effect.hub).agree(effect, key=errand.effect_id)

    def query(effect: QueryMultiple, _errand: Errand) -> Sequence[object]:
        try:
            return _multiple_house(houses, effect.hub).query_multiple(effect)
        except Temporary:
            return ()  # a look that fails says nothing: the process looks again in its own rhythm

    return {SendMultipleRequest: request, AgreeToReduced: agree, QueryMultiple: query}


def _multiple_house(houses: Mapping[HubKind, ClearingHouse], hub: HubKind) -> MultipleHouse:
    house = _house(houses, hub)
    if not isinstance(house, MultipleHouse):
        raise Permanent(f"the hub of {hub} numbers takes no request for several of them")
    return house
