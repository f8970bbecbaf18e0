"""Workers of one site with a real HLR, without the rest of a worker, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from relevo.activation.activation.messages import PutSubscription
from relevo.activation.gateway import NetworkNews
from relevo.activation.ladder import RUNGS
from relevo.adapters.registry_osmocom.client import OsmocomRegistry
from relevo.adapters.registry_osmocom.ctrl import Ctrl
from relevo.adapters.registry_osmocom.hands import Hands
from relevo.adapters.registry_osmocom.records import Row, by_msisdn
from relevo.adapters.registry_osmocom.vty import Vty
from relevo.adapters.registry_osmocom.wishes import Wishes
from relevo.engine.clock import Clock
from relevo.testing.osmo_hlr import CTRL, OsmoHlr
from relevo.values.simcard import Iccid

SCHEMA = ("relevo.engine", "relevo.activation")
"""Packages with the tables that the registry needs."""

_ICCID, _IMSI = "8934071", "21499"


def iccid_of(nth: int) -> Iccid:
    """A card."""
    return Iccid(f"{_ICCID}{nth:012d}")


def imsi_of(iccid: str) -> str | None:
    """Every card with our digits in front is in stock."""
    return f"{_IMSI}{iccid[-10:]}" if iccid.startswith(_ICCID) else None


def number_of(nth: int) -> str:
    """A mobile number."""
    return f"+346{nth:08d}"


def wanted(
    number: str, card: int, state: str = "active", capabilities: Sequence[str] = RUNGS
) -> PutSubscription:
    """The order to hold a line."""
    able = tuple(each for each in RUNGS if each in capabilities)
    return PutSubscription(subject=number, iccid=iccid_of(card), state=state, capabilities=able)


class HlrSite:
    """Several workers on one database and one HLR."""

    def __init__(self, dsn: str, hlr: OsmoHlr, clock: Clock) -> None:
        self.dsn, self.hlr, self.clock = dsn, hlr, clock
        self._stack = ExitStack()
        self._eyes = Ctrl(hlr.host)
        self._stack.callback(self._eyes.close)

    def worker(
        self, place: tuple[str, int] | None = None, *, within_s: float = 5.0
    ) -> OsmocomRegistry:
        """A worker starts; ``place``: its way to the control port."""
        host, port = place or (self.hlr.host, CTRL)
        hands = Hands(Ctrl(host, port, within_s=within_s), Vty(self.hlr.host, within_s=within_s))
        registry = OsmocomRegistry(hands, Wishes(self.dsn), imsi_of, self.clock)
        self._stack.callback(registry.close)
        return registry

    def held(self, *numbers: str) -> list[Row | None]:
        """What the HLR itself holds."""
        hands = Hands(self._eyes, Vty(self.hlr.host))
        return hands.rows([by_msisdn(each.removeprefix("+")) for each in numbers])

    def news(self) -> list[NetworkNews]:
        """All that a reader gets who begins now."""
        wishes = Wishes(self.dsn)
        try:
            return wishes.news(0)
        finally:
            wishes.close()

    def close(self) -> None:
        """Everybody goes home."""
        self._stack.close()
