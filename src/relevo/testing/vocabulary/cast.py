"""Who and what the vocabularies speak of: the story's customer and lines, a Monday in 2019."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from relevo.orders.held import HeldLine, LineKind, Party
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.profiles.es import profile
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder
from relevo.values.simcard import make_iccid

RULES = "es@2012-06-01"
ORDER = "R7K2QW9M"

AT = instant("2019-01-14T10:00:00+01:00")
"""A Monday morning at which both hubs and the courier are open."""

NIGHT = instant("2019-01-14T23:30:00+01:00")
"""The same day, when nobody is."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

DONOR, RECIPIENT, OTHER_DONOR = "altamar", "brisa", "cantil"
CONTACT = Msisdn("+34600000999")
FIXED_NUMBER, MAIN_NUMBER, SECOND_NUMBER = (
    Msisdn("+34976000100"),
    Msisdn("+34600000101"),
    Msisdn("+34600000102"),
)
CARD, ESIM_CARD = make_iccid("893407", 1), make_iccid("893407", 2)

HOLDER = Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True)
ADDRESS = Address("Calle de Alfonso I 17", "50003", "Zaragoza", "Zaragoza")
PARTY = Party(
    holder=HOLDER, language="es", email="cierzo@example.org", contact=CONTACT, address=ADDRESS
)

FIXED = HeldLine(
    id="F1",
    kind=LineKind.FIXED,
    number=FIXED_NUMBER,
    donor=DONOR,
    monthly_fee_eur_cents=2000,
    average_3m_eur_cents=3500,
)
FIBRE = HeldLine(id="W1", kind=LineKind.FIBRE, number=None, donor=DONOR, moves_with="F1")
MAIN = HeldLine(
    id="M1",
    kind=LineKind.MOBILE,
    number=MAIN_NUMBER,
    donor=DONOR,
    monthly_fee_eur_cents=1500,
    average_3m_eur_cents=2500,
)
SECOND = HeldLine(
    id="M2",
    kind=LineKind.MOBILE,
    number=SECOND_NUMBER,
    donor=DONOR,
    depends_on="M1",
    monthly_fee_eur_cents=500,
    average_3m_eur_cents=900,
)


@cache
def book(code: str) -> PortingProfile:
    """The rules of that edition. Raises LookupError when there are none."""
    editions = {edition.rules.code: edition.rules for edition in profile()}
    return editions[code]


@cache
def window(days: int = 3, hub: HubKind = HubKind.MOBILE) -> Window:
    """The window so many days after the Monday (or of the next working day)."""
    return book(RULES).window_on(hub, (AT + days * DAY).date())
