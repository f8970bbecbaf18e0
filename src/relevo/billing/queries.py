"""Reading the next bill of an order's customer from the facts."""

from __future__ import annotations

from collections.abc import Iterable

from relevo.billing.lines import charges
from relevo.billing.model import BillLine, OutageCredit, ServedLine
from relevo.compensation.claim.messages import CompensationCredited
from relevo.engine.connection import Connection
from relevo.engine.history import facts_of
from relevo.engine.recorded import Recorded
from relevo.orders.held import HeldLine
from relevo.orders.order.messages import OrderAccepted
from relevo.values.money import Money
from relevo.values.msisdn import Msisdn

CURRENCY = "EUR"  # amounts of orders and of compensation are euro cents by their field names


def next_bill(connection: Connection, order: str) -> tuple[BillLine, ...]:
    """What the next bill charges and credits, each line with its number."""
    return bill_from(facts_of(connection, order))


def bill_from(history: Iterable[Recorded]) -> tuple[BillLine, ...]:
    """The same, from facts that are at hand."""
    served: tuple[ServedLine, ...] = ()
    owed: list[OutageCredit] = []
    for recorded in history:
        match recorded.fact:
            case OrderAccepted():
                served = _served(recorded.fact)
            case CompensationCredited(number=number) if number is not None:
                owed.append(_credit(recorded.fact, number))
            case _:
                pass
    return charges(served, owed)


def _served(order: OrderAccepted) -> tuple[ServedLine, ...]:
    numbers = {line.id: line.number for line in order.lines}
    served = []
    for line in order.lines:
        number = line.number or _number_it_serves(line, numbers)
        if number is not None and line.id in order.moving:
            served.append(
                ServedLine(
                    id=line.id,
                    kind=line.kind,
                    number=number,
                    monthly_fee=Money(line.monthly_fee_eur_cents, CURRENCY),
                    depends_on=numbers.get(line.depends_on),
                )
            )
    return tuple(served)


def _number_it_serves(line: HeldLine, numbers: dict[str, Msisdn | None]) -> Msisdn | None:
    """A fibre has no number of its own; its charge names the line that it moves with."""
    return numbers.get(line.moves_with) or next(filter(None, numbers.values()), None)


def _credit(fact: CompensationCredited, number: Msisdn) -> OutageCredit:
    return OutageCredit(
        number=number,
        amount=Money(fact.amount_eur_cents, CURRENCY),
        dead_from=fact.dead_from,
        dead_until=fact.dead_until,
        minutes=fact.minutes,
        rule=fact.rule,
        calculation=fact.calculation,
    )
