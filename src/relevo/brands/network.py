"""One network, several brands: what one brand lets go of, the other may be serving by then.

Brands of a group often share a network, and then one record of the registry is both the line that
left and the line that came. Letting go of a number that went to a sister would cut her customer
off on the day he arrives. So it is not done, and the old record serves him until hers takes its
place. What a brand ceases of its own is let go of as ever.
"""

from __future__ import annotations

from relevo.engine.connection import Lane
from relevo.engine.sql import statements
from relevo.porting.cease.messages import RestoreService
from relevo.porting.donor.gateway import LineNetwork
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.brands", "brands")


class SharedNetwork:
    """A ``LineNetwork`` that leaves alone what has just gone to another brand of ours."""

    def __init__(self, network: LineNetwork, dsn: str) -> None:
        self._network = network
        self._books = Lane(dsn, name="relevo sisters", autocommit=True, by_key=True)

    def stop(self, number: Msisdn, *, key: str) -> None:
        """Let go of it, unless its record is a sister's by now."""
        if not self._went_to_sister(number):
            self._network.stop(number, key=key)

    def restore(self, wanted: RestoreService, *, key: str) -> None:
        """Serve it again: the hub took the port back, and custody with it."""
        self._network.restore(wanted, key=key)

    def serves(self, number: Msisdn, *, at: Moment) -> bool:
        """Whether it is served for who asks; what went to a sister is served for her."""
        return not self._went_to_sister(number) and self._network.serves(number, at=at)

    def close(self) -> None:
        """Give the connection back."""
        self._books.close()

    def _went_to_sister(self, number: Msisdn) -> bool:
        row = self._books.connection().execute(_SQL["went_to_sister"], {"number": number})
        return row.fetchone() == (True,)
