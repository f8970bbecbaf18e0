"""The vault: what the operator holds for an order, and how it got there. What is held is not asked.

The donor's own papers (that a line was activated, that it was terminated, its bills) are to be had
from the donor's desk, and what was delivered from the courier's proof; the customer is never sent
to look for them (story, Wed 16, 18:48).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from relevo.activation.activation.messages import LineProvisioned
from relevo.care.model import Evidence
from relevo.orders.order.messages import OrderAccepted
from relevo.porting.recovery.messages import NumberCut
from relevo.sims.dispatch.messages import CardPresented, CardTied
from relevo.sims.esim.messages import EsimOffered
from relevo.values.moment import Moment

FROM_THE_DONOR = ("activation_notice", "termination_notice", "bill")
"""Papers of the donor about its own lines."""

FROM_THE_ORDER = ("identity_document", "consent", "address")


def evidence_in(source: str, fact: Any, at: Moment) -> tuple[Evidence, ...]:
    """What a fact puts into the vault."""
    match fact:
        case OrderAccepted():
            return _of_order(source, fact, at)
        case NumberCut():
            return (_piece("termination_notice", fact.number, fact.at, source, fact),)
        case LineProvisioned():
            return (_piece("activation_notice", fact.subject, fact.at, source, fact),)
        case CardPresented():
            card = (fact.number, fact.iccid)
            return (_piece("card_in_hand", fact.number, fact.at, fact.by, card),)
        case EsimOffered():
            return (_piece("sim_photo", fact.number, at, source, (fact.number, fact.iccid)),)
        case CardTied():
            card = (fact.number, fact.iccid)
            return (
                _piece("sim_photo", fact.number, at, source, card),
                _piece("delivery_receipt", fact.number, at, "courier", card),
            )
        case _:
            return ()


def _of_order(source: str, fact: OrderAccepted, at: Moment) -> tuple[Evidence, ...]:
    holder = fact.customer.holder
    own = [_piece(item, source, fact.consent_at, source, (item, holder)) for item in FROM_THE_ORDER]
    donors = [
        _piece(item, line.number, at, f"desk:{line.donor}", (item, line.number, line.donor))
        for line in fact.lines
        if line.number
        for item in FROM_THE_DONOR
    ]
    return (*own, *donors)


def fingerprint(content: object) -> str:
    """The hash under which a piece of evidence is kept."""
    return sha256(repr(content).encode()).hexdigest()


def _piece(item: str, subject: str, at: Moment, source: str, content: object) -> Evidence:
    return Evidence(item=item, subject=subject, at=at, source=source, sha256=fingerprint(content))
