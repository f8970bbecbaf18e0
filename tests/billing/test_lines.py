"""Every charge names its number; a credit prints its date, duration and calculation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relevo.billing.lines import charges, total
from relevo.billing.model import BillLine, OutageCredit, ServedLine
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
