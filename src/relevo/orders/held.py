"""What a customer has at the donor, and who the customer is: the values of every order.

They lie beside the processes, because the order and its lines both speak of them and a line must
not know the order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.values.address import Address
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder
from relevo.values.simcard import Iccid


class LineKind(StrEnum):
    FIXED = "fixed"
    MOBILE = "mobile"
    FIBRE = "fibre"


class SimKind(StrEnum):
    CARD = "card"
    ESIM = "esim"


class Choice(StrEnum):
    """What becomes of a number that the donor holds for this customer."""

    PORT = "port"
    KEEP = "keep"
    CEASE = "cease"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who orders, and how to reach them while their numbers move."""

    holder: Holder
    language: str
    email: str
    contact: Msisdn  # never a number that is being moved
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A line that the donor serves for this customer today."""

    id: str
    kind: LineKind
    number: Msisdn | None  # a fibre may have none
    donor: str
    prepaid: bool = False
    donor_iccid: Iccid | None = None
    depends_on: str = ""  # id of the line on whose card it lives at the donor
    moves_with: str = ""  # id of the line that it must move together with
    monthly_fee_eur_cents: int = 0
    average_3m_eur_cents: int = 0
