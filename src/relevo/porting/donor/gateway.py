"""What the donor's side needs besides a hub: our network, and what orders say of a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from relevo.engine.connection import Connection
from relevo.porting.cease.messages import RestoreService
from relevo.porting.cease.model import Tie
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class LineNetwork(Protocol):
    """Our network, which serves a number or does not. Raises Temporary or Permanent."""

    def stop(self, number: Msisdn, *, key: str) -> None:
        """Let go of the number; whether it did is seen by asking."""

    def restore(self, wanted: RestoreService, *, key: str) -> None:
        """Serve the number again; whether it does is seen by asking."""

    def serves(self, number: Msisdn, *, at: Moment) -> bool:
        """Whether it serves the number."""


OrderTies = Callable[[Connection, Msisdn], Sequence[Tie]]
"""What the orders of this installation say of a number."""
