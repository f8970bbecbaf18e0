"""Every charge names its number; a credit prints its date, duration and calculation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from relevo.billing.lines import charges, total
from relevo.billing.model import BillLine, OutageCredit, ServedLine
from relevo.billing.queries import bill_from
from relevo.compensation.claim.messages import CompensationCredited
from relevo.engine.recorded import Recorded
from relevo.orders.order.messages import OrderAccepted
from relevo.testing.vocabulary.heard import sample
from relevo.values.money import eur
from relevo.values.msisdn import Msisdn

M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")
T0 = datetime(2019, 1, 14, 13, 6, tzinfo=UTC)

LINES = (
    ServedLine(id="M1", kind="mobile", number=M1, monthly_fee=eur("20")),
    ServedLine(id="M2", kind="mobile", number=M2, monthly_fee=eur("5"), depends_on=M1),
)
CREDIT = OutageCredit(
    number=M1,
    amount=eur("0.73"),
    dead_from=T0,
    dead_until=T0 + timedelta(minutes=1312),
    minutes=1312,
    rule="ES.voice.outage",
    calculation="max(21.50, 5 x 5.00) x 1312/44640 = 0.73 EUR",
)


def test_a_dependent_line_is_charged_under_its_own_number() -> None:
    bill = charges(LINES, ())
    assert [(line.number, line.what) for line in bill] == [
        (M1, "monthly_fee"),
        (M2, "dependent_fee"),
    ]
    assert bill[1].belongs_to == M1


def test_a_credit_stands_below_the_fee_of_its_number() -> None:
    bill = charges(LINES, (CREDIT,))
    assert [line.what for line in bill] == ["monthly_fee", "outage_credit", "dependent_fee"]
    assert bill[1].minutes == 1312
    assert total(bill) == eur("24.27")


def test_a_credit_without_its_calculation_cannot_be_printed() -> None:
    with pytest.raises(AssertionError, match="prints its date"):
        BillLine(number=M1, what="outage_credit", amount=-eur("1"))


def _recorded(fact: object) -> Recorded:
    return Recorded(process_id="R7", kind="orders.order", version=1, at=T0, fact=fact, seq=1)


def test_the_next_bill_is_read_from_the_facts_and_names_the_number_of_each_charge() -> None:
    order = sample(OrderAccepted)
    held = replace(order.lines[0], id="M1", number=M1, monthly_fee_eur_cents=2000, depends_on="")
    second = replace(held, id="M2", number=M2, monthly_fee_eur_cents=500, depends_on="M1")
    order = replace(order, lines=(held, second), moving=("M1", "M2"))
    credit = CompensationCredited(
        line="M2",
        number=M2,
        amount_eur_cents=108,
        total_eur_cents=108,
        minutes=1922,
        dead_from=T0,
        dead_until=T0 + timedelta(minutes=1922),
        rule="ES.voice.outage",
        calculation="max(21.50, 5 x 5.00) x 1922/44640",
    )
    bill = bill_from([_recorded(order), _recorded(credit)])
    assert [(line.number, line.what, line.amount) for line in bill] == [
        (M1, "monthly_fee", eur("20")),
        (M2, "dependent_fee", eur("5")),
        (M2, "outage_credit", -eur("1.08")),
    ]


def test_what_stays_with_the_donor_is_not_on_our_bill() -> None:
    order = sample(OrderAccepted)
    order = replace(order, lines=(replace(order.lines[0], id="M1", number=M1),), moving=())
    assert bill_from([_recorded(order)]) == ()
