"""Carrying out what a return decides: looks at the hub's bulletin and into our books, and calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from relevo.customers.queries import served_lines
from relevo.engine.connection import Connection, Lane
from relevo.engine.performer import Errand, Performer, Permanent, Temporary
from relevo.engine.sql import statements
from relevo.numbering.queries import holder_of
from relevo.porting.gateway import Bulletin, ReturnHouse
from relevo.porting.number_return.messages import (
    HoldingFound,
    LookUpHolding,
    LookUpStanding,
    QueryReturn,
    SendReturnCancellation,
    SendReturnNotice,
    StandingFound,
)
from relevo.porting.profile import HubKind
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.porting", "returns")
Uses = Callable[[Connection, Msisdn], Sequence[str]]
"""The open orders that name a number; they are above this layer."""


class ReturnBooks:
    """Looks into our books, on a connection of its own that only reads."""

    def __init__(self, dsn: str, uses: Uses) -> None:
        self._lane = Lane(dsn, name="relevo returns", autocommit=True, by_key=True)
        self._uses = uses

    def holding(self, asked: LookUpHolding) -> HoldingFound:
        """Who holds the number, and what of ours is tied to it."""
        connection = self._lane.connection()
        holder = holder_of(connection, asked.number) or ""
        return HoldingFound(
            holder=holder, uses=tuple(self._ties(connection, asked.number)), step=asked.step
        )

    def _ties(self, connection: Connection, number: Msisdn) -> Iterator[str]:
        for line in served_lines(connection, [number]):
            if line.is_in_service:
                yield f"in service at {line.operator}"
        for (name,) in connection.execute(_SQL["requests"], {"number": number}).fetchall():
            yield f"request {name}"
        yield from (f"order {key}" for key in self._uses(connection, number))

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()


def performers(
    houses: Mapping[HubKind, ReturnHouse], bulletins: Mapping[HubKind, Bulletin], books: ReturnBooks
) -> dict[type, Performer]:
    """Who carries out which effect of a return, beside those of our network."""

    def standing(effect: LookUpStanding, _errand: Errand) -> Sequence[object]:
        bulletin = bulletins.get(effect.hub)
        known = bulletin.standing_of(effect.number) if bulletin is not None else None
        if known is None:
            return (StandingFound(serving="", range_holder="", is_in_process=False),)
        return (
            StandingFound(
                serving=known.serving,
                range_holder=known.range_holder,
                is_in_process=known.is_in_process,
            ),
        )

    def holding(effect: LookUpHolding, _errand: Errand) -> Sequence[object]:
        return (books.holding(effect),)

    def notify(effect: SendReturnNotice, errand: Errand) -> Sequence[object]:
        return _house(houses, effect.hub).notify_return(effect, key=errand.effect_id)

    def cancel(effect: SendReturnCancellation, errand: Errand) -> Sequence[object]:
        return _house(houses, effect.hub).cancel_return(effect, key=errand.effect_id)

    def query(effect: QueryReturn, _errand: Errand) -> Sequence[object]:
        try:
            return _house(houses, effect.hub).query_return(effect)
        except Temporary:
            return ()  # a look that fails says nothing: the process looks again in its own rhythm

    return {
        LookUpStanding: standing,
        LookUpHolding: holding,
        SendReturnNotice: notify,
        SendReturnCancellation: cancel,
        QueryReturn: query,
    }


def _house(houses: Mapping[HubKind, ReturnHouse], hub: HubKind) -> ReturnHouse:
    try:
        return houses[hub]
    except KeyError:
        raise Permanent(f"no clearing house is set up for {hub} numbers") from None
