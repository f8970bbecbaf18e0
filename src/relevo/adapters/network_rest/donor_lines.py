"""Our network as the donor sees it: lines that are let go, and served again.

It is the same registry in which an activation keeps its lines; only the words are others.
"""

from __future__ import annotations

from relevo.activation.activation.messages import Capability, PutSubscription
from relevo.adapters.network_rest.client import RestNetwork
from relevo.porting.cease.messages import RestoreService
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_CAN_DO = {
    HubKind.MOBILE: tuple(Capability),
    HubKind.FIXED: (Capability.CALLS_OUT, Capability.CALLS_IN),
}


class DonorLines:
    """A ``LineNetwork`` on the registry of the network."""

    def __init__(self, network: RestNetwork) -> None:
        self._network = network

    def stop(self, number: Msisdn, *, key: str) -> None:
        """Have the registry forget the line."""
        self._network.drop(number, key=key)

    def restore(self, wanted: RestoreService, *, key: str) -> None:
        """Have the registry hold the line again."""
        record = PutSubscription(
            subject=wanted.number,
            iccid=wanted.iccid,
            state="active",
            capabilities=_CAN_DO[wanted.hub],
        )
        self._network.put(record, key=key)

    def serves(self, number: Msisdn, *, at: Moment) -> bool:
        """Whether the registry holds the line as active."""
        record = self._network.read(number, at=at)
        return record.present and record.state != "reserved"
