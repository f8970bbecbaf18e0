"""A bill's lines. Every charge names its number: the one that nobody could find had none."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.values.moment import Moment
from relevo.values.money import Money
from relevo.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedLine:
    """A line that is charged for. A line without a number of its own names the one it serves."""

    id: str
    kind: str
    number: Msisdn
    monthly_fee: Money
    depends_on: Msisdn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageCredit:
    """A credit with everything that the bill must print (RD 899/2009, article 15)."""

    number: Msisdn
    amount: Money
    dead_from: Moment
    dead_until: Moment
    minutes: int
    rule: str
    calculation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of a bill; a credit has a negative amount and its calculation."""

    number: Msisdn
    what: str  # key of a text: "monthly_fee" | "dependent_fee" | "outage_credit"
    amount: Money
    belongs_to: Msisdn | None = None  # the principal's number of a dependent line
    dead_from: Moment | None = None
    dead_until: Moment | None = None
    minutes: int = 0
    rule: str = ""
    calculation: str = ""

    def __post_init__(self) -> None:
        assert self.number, "every charge names its number"
        is_credit = self.amount.minor < 0
        assert not is_credit or (self.dead_from and self.minutes and self.calculation), (
            "a credit prints its date, its duration and its calculation"
        )
