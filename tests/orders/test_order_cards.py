"""Card or eSIM for each line: what travels is waited for, what does not is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from relevo.engine.process import Decision
from relevo.orders.consent import consent_to
from relevo.orders.held import SimKind
from relevo.orders.line.messages import PrepareLine
from relevo.orders.order.decider import order_process
from relevo.orders.order.folding import evolve
from relevo.orders.order.messages import OrderAccepted, PlaceOrder
from relevo.orders.order.model import Order
from relevo.porting.profile import PortingProfile
from relevo.values.moment import instant

AT = instant("2019-01-13T11:59:00+01:00")
Book = Callable[[str], PortingProfile]


def accepted(book: Book, asked: PlaceOrder) -> Decision:
    process = order_process(book)
    decided = process.decide(process.blank("R7"), asked, AT)
    assert isinstance(decided, Decision)
    return decided


def test_each_line_is_told_how_its_own_card_comes(
    book: Book, place: Callable[..., PlaceOrder]
) -> None:
    asked = replace(place("M1", "M2", sim=SimKind.ESIM), sims={"M2": SimKind.CARD})
    decided = accepted(book, asked)
    prepared = [t.message for t in decided.tells if isinstance(t.message, PrepareLine)]
    assert {each.line.id: each.sim for each in prepared} == {
        "M1": SimKind.ESIM,
        "M2": SimKind.CARD,
    }


def test_only_a_line_whose_card_travels_waits_for_it(
    book: Book, place: Callable[..., PlaceOrder]
) -> None:
    asked = replace(place("M1", "M2", sim=SimKind.ESIM), sims={"M2": SimKind.CARD})
    fact = accepted(book, asked).facts[0]
    assert isinstance(fact, OrderAccepted)
    assert fact.card_due is not None
    order = evolve(Order(key="R7"), fact)
    due = {view.id: view.card_due for view in order.views}
    assert due["M1"] is None
    assert due["M2"] == fact.card_due


def test_the_consent_is_in_the_facts_of_the_order(
    book: Book, place: Callable[..., PlaceOrder]
) -> None:
    consent = consent_to(
        "I agree.",
        version="2019-01",
        language="en",
        address="192.0.2.1",
        ticked=("move",),
        bundle="mobile@2019-01",
    )
    fact = accepted(book, replace(place("M1"), consent=consent)).facts[0]
    assert isinstance(fact, OrderAccepted)
    assert fact.consent == consent
    assert len(consent.digest) == 64
