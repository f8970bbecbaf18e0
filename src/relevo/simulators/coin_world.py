"""A world with nothing in it but the Dutch clearing house and its operators, on one clock.

Like ``world.World`` as its host sees it. Network, courier and customers of that world do not care
for the country; they join when the house is one of its servers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relevo.engine.clock import Clock
from relevo.simulators.coin_hub import CoinHub
from relevo.simulators.coin_keys import Consumer
from relevo.simulators.coin_server import CoinServer
from relevo.simulators.plan import CompanyPlan, WorldPlan
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment


class CoinWorld:
    """The house and its server."""

    def __init__(
        self,
        plan: WorldPlan,
        clock: Clock,
        consumers: Iterable[Consumer],
        first_possible: Mapping[str, Moment] | None = None,
    ) -> None:
        self._stage = Stage(CompanyPlan((plan,)), clock)
        self.hub = CoinHub(self._stage, consumers, first_possible)
        self._server = CoinServer(self.hub.answer)
        self.hub.on_down = self._server.hang_up

    def start(self) -> str:
        """Open the door; returns its base address."""
        return self._server.start()

    def stop(self) -> None:
        """Close it."""
        self._server.stop()

    def hang_up(self) -> None:
        """Cut all connections; who wants to, comes again."""
        self._server.hang_up()

    @property
    def changes(self) -> int:
        """Grows whenever something is new that a consumer could hear."""
        with self._stage.lock:
            return sum(self._stage.news.values())

    def next_due(self) -> Moment | None:
        """When the next thing happens by itself."""
        with self._stage.lock:
            return self._stage.agenda.next_due()

    def fire_due(self) -> int:
        """Let everything happen that is due now; how many things that were."""
        with self._stage.lock:
            return self._stage.fire_due()
