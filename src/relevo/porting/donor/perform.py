"""Carrying out what the donor's processes decide: looks into our books, the hub, our network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relevo.customers.queries import dependants_of, served_lines
from relevo.customers.served import ServedLine
from relevo.engine.connection import Lane
from relevo.engine.performer import Errand, Performer, Permanent, Temporary
from relevo.porting.cease.messages import (
    LookUpTies,
    ReadService,
    RestoreService,
    ServiceRead,
    StopService,
    TiesFound,
)
from relevo.porting.cease.model import Stance, Tie, TieKind
from relevo.porting.donor.gateway import LineNetwork, OrderTies
from relevo.porting.donor.queries import open_requests_for
from relevo.porting.gateway import DonorHouse
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    LookUpServed,
    PortOutUnreached,
    QueryPortOut,
    RejectPortOut,
    ServedFound,
)
from relevo.porting.profile import HubKind
from relevo.porting.undue_port.queries import ways_back
from relevo.values.msisdn import Msisdn


class ServedBooks:
    """Looks into what we serve, on a connection of its own that only reads.

    With several performer threads each look is one short statement behind a lock of the driver.
    """

    def __init__(self, dsn: str, order_ties: OrderTies) -> None:
        self._lane = Lane(dsn, name="relevo served", autocommit=True, by_key=True)
        self._order_ties = order_ties

    def found(self, asked: LookUpServed) -> ServedFound:
        """Our lines among these numbers, and what lives on their cards."""
        connection = self._lane.connection()
        return ServedFound(
            lines=served_lines(connection, asked.numbers),
            dependants=dependants_of(connection, asked.numbers),
            ways_back=ways_back(connection, asked.numbers),
        )

    def line(self, number: Msisdn) -> ServedLine | None:
        """What we know of one number."""
        return next(iter(served_lines(self._lane.connection(), [number])), None)

    def ties(self, asked: LookUpTies) -> TiesFound:
        """What the number is tied to."""
        connection = self._lane.connection()
        requests = (
            Tie(kind=TieKind.PORT_OUT, name=reference, stance=Stance.MOVING)
            for reference in open_requests_for(connection, asked.number)
        )
        hanging = (
            Tie(kind=TieKind.DEPENDANT, name=each.number, stance=Stance.UNDECIDED)
            for each in dependants_of(connection, [asked.number])
        )
        orders = self._order_ties(connection, asked.number)
        return TiesFound(served=self.line(asked.number), ties=(*orders, *requests, *hanging))

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()


def performers(
    houses: Mapping[HubKind, DonorHouse], network: LineNetwork, books: ServedBooks
) -> dict[type, Performer]:
    """Who carries out which effect of the donor's processes."""
    return {**_answers(houses), **_looks(books), **_services(network, books)}


def _answers(houses: Mapping[HubKind, DonorHouse]) -> dict[type, Performer]:
    """An answer that does not reach the hub is told so to the process, which knows the limit: it
    brings it again in its own rhythm, and nothing of it waits behind an older try."""

    def confirm(effect: ConfirmPortOut, errand: Errand) -> Sequence[object]:
        try:
            return _house(houses, effect.hub).confirm(effect, key=errand.effect_id)
        except Temporary as away:
            return (PortOutUnreached(reference=effect.reference, reason=away.reason),)

    def reject(effect: RejectPortOut, errand: Errand) -> Sequence[object]:
        try:
            return _house(houses, effect.hub).reject(effect, key=errand.effect_id)
        except Temporary as away:
            return (PortOutUnreached(reference=effect.reference, reason=away.reason),)

    def query(effect: QueryPortOut, _errand: Errand) -> Sequence[object]:
        try:
            return _house(houses, effect.hub).query_out(effect)
        except Temporary:
            return ()  # a look that fails says nothing: the process looks again in its own rhythm

    return {ConfirmPortOut: confirm, RejectPortOut: reject, QueryPortOut: query}


def _looks(books: ServedBooks) -> dict[type, Performer]:
    def look_up_served(effect: LookUpServed, _errand: Errand) -> Sequence[object]:
        return (books.found(effect),)

    def look_up_ties(effect: LookUpTies, _errand: Errand) -> Sequence[object]:
        return (books.ties(effect),)

    return {LookUpServed: look_up_served, LookUpTies: look_up_ties}


def _services(network: LineNetwork, books: ServedBooks) -> dict[type, Performer]:
    def stop(effect: StopService, errand: Errand) -> Sequence[object]:
        network.stop(effect.number, key=errand.effect_id)
        return ()

    def restore(effect: RestoreService, errand: Errand) -> Sequence[object]:
        wanted = effect
        if effect.iccid is None:  # the request was never checked: the books know the card
            line = books.line(effect.number)
            card = line.iccid if line is not None else None
            wanted = RestoreService(hub=effect.hub, number=effect.number, iccid=card)
        network.restore(wanted, key=errand.effect_id)
        return ()

    def read(effect: ReadService, errand: Errand) -> Sequence[object]:
        try:
            is_served = network.serves(effect.number, at=errand.at)
        except Temporary:
            return ()  # the process looks again in its own rhythm
        return (ServiceRead(number=effect.number, is_served=is_served, at=errand.at),)

    return {StopService: stop, RestoreService: restore, ReadService: read}


def _house(houses: Mapping[HubKind, DonorHouse], hub: HubKind) -> DonorHouse:
    try:
        return houses[hub]
    except KeyError:
        raise Permanent(f"no clearing house is set up for {hub} numbers") from None
