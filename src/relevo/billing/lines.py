"""From lines and credits to the lines of a bill: pure."""

from __future__ import annotations

from collections.abc import Iterable

from relevo.billing.model import BillLine, OutageCredit, ServedLine
from relevo.values.money import Money


def charges(lines: Iterable[ServedLine], owed: Iterable[OutageCredit]) -> tuple[BillLine, ...]:
    """What is charged and credited, number by number; a number's credits stand below its fee."""
    fees = [_fee(line) for line in lines]
    credited = [_credit(credit) for credit in owed]
    order = {fee.number: place for place, fee in reversed(list(enumerate(fees)))}
    both = [*((order[fee.number], 0, fee) for fee in fees)]
    both += [(order.get(each.number, len(fees)), 1, each) for each in credited]
    return tuple(line for _, _, line in sorted(both, key=lambda entry: entry[:2]))


def total(bill: Iterable[BillLine], currency: str = "EUR") -> Money:
    """The sum of a bill."""
    amount = Money(0, currency)
    for line in bill:
        amount += line.amount
    return amount


def _fee(line: ServedLine) -> BillLine:
    return BillLine(
        number=line.number,
        what="dependent_fee" if line.depends_on else "monthly_fee",
        amount=line.monthly_fee,
        belongs_to=line.depends_on,
    )


def _credit(credit: OutageCredit) -> BillLine:
    return BillLine(
        number=credit.number,
        what="outage_credit",
        amount=-credit.amount,
        dead_from=credit.dead_from,
        dead_until=credit.dead_until,
        minutes=credit.minutes,
        rule=credit.rule,
        calculation=credit.calculation,
    )
