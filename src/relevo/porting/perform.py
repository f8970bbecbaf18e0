"""Carrying out what the porting processes decide: each effect is one call of a gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relevo.engine.performer import Errand, Performer, Permanent, Temporary
from relevo.porting.gateway import ClearingHouse, DonorDesk
from relevo.porting.port_in.messages import QueryPort, SendPortCancellation, SendPortRequest
from relevo.porting.profile import HubKind
from relevo.porting.recovery.messages import AskDonorDesk


def performers(houses: Mapping[HubKind, ClearingHouse], desk: DonorDesk) -> dict[type, Performer]:
    """Who carries out which effect of this capability."""

    def send_request(effect: SendPortRequest, errand: Errand) -> Sequence[object]:
        return _house(houses, effect.hub).request(effect, at=errand.at)

    def send_cancellation(effect: SendPortCancellation, errand: Errand) -> Sequence[object]:
        return _house(houses, effect.hub).cancel(effect, key=errand.effect_id)

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
        QueryPort: query,
        AskDonorDesk: ask_desk,
    }


def _house(houses: Mapping[HubKind, ClearingHouse], hub: HubKind) -> ClearingHouse:
    try:
        return houses[hub]
    except KeyError:
        raise Permanent(f"no clearing house is set up for {hub} numbers") from None
