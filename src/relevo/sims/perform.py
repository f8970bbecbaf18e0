"""Carries out what a dispatch or an eSIM's process decided."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.engine.performer import Errand, Performer
from relevo.sims.dispatch.messages import MendParcel, OrderParcel
from relevo.sims.esim.messages import OrderEsim
from relevo.sims.gateway import Courier, ProfileServer


def performers(courier: Courier, profile_server: ProfileServer) -> dict[type, Performer]:
    """Who carries out which effect of ``sims.dispatch`` and ``sims.esim``."""

    def order(parcel: OrderParcel, _: Errand) -> Sequence[object]:
        return (courier.order(parcel),)

    def mend(wanted: MendParcel, errand: Errand) -> Sequence[object]:
        courier.mend(wanted, key=errand.effect_id)
        return ()

    def issue(wanted: OrderEsim, errand: Errand) -> Sequence[object]:
        return (profile_server.issue(wanted, key=errand.effect_id),)

    return {OrderParcel: order, MendParcel: mend, OrderEsim: issue}
