"""What the tests of orders share: the story's customer, its lines, the rules of January 2019."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from relevo.orders.held import HeldLine, LineKind, Party, SimKind
from relevo.orders.order.messages import PlaceOrder
from relevo.porting.profile import PortingProfile
from relevo.profiles.es import profile
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

Book = Callable[[str], PortingProfile]


@pytest.fixture(scope="session")
def rules() -> PortingProfile:
    return next(each.rules for each in profile() if each.rules.code == "es@2012-06-01")


@pytest.fixture(scope="session")
def book(rules: PortingProfile) -> Book:
    def pinned(code: str) -> PortingProfile:
        assert code == rules.code
        return rules

    return pinned


@pytest.fixture(scope="session")
def customer() -> Party:
    return Party(
        holder=Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True),
        language="es",
        email="hola@cierzo.example",
        contact=Msisdn("+34976000100"),
        address=Address("Calle de Alfonso I 17, 3º", "50003", "Zaragoza", "Zaragoza"),
    )


@pytest.fixture(scope="session")
def bundle() -> tuple[HeldLine, ...]:
    """The fixed line, the principal and its dependent second number of the story."""
    return (
        HeldLine(id="F", kind=LineKind.FIXED, number=Msisdn("+34976000101"), donor="altamar"),
        HeldLine(id="M1", kind=LineKind.MOBILE, number=Msisdn("+34600000101"), donor="altamar"),
        HeldLine(
            id="M2",
            kind=LineKind.MOBILE,
            number=Msisdn("+34600000102"),
            donor="altamar",
            depends_on="M1",
        ),
    )


@pytest.fixture(scope="session")
def place(
    customer: Party, bundle: tuple[HeldLine, ...], rules: PortingProfile
) -> Callable[..., PlaceOrder]:
    def placed(
        *moving: str,
        sim: SimKind = SimKind.CARD,
        wish: date | None = None,
        lines: tuple[HeldLine, ...] = bundle,
    ) -> PlaceOrder:
        return PlaceOrder(
            customer=customer,
            recipient="brisa",
            lines=lines,
            moving=moving or tuple(line.id for line in lines),
            sim=sim,
            wish=wish,
            rules=rules.code,
            consent_at=instant("2019-01-13T11:59:00+01:00"),
        )

    return placed
