"""Orders that do nothing but be spoken about: all that a voice needs to speak and be answered."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from relevo.engine.catalogue import Catalogue, Route
from relevo.engine.process import Decision, ProcessType, state
from relevo.notices.projections import orders_written_about, senders
from relevo.notices.queries import read_texts
from relevo.notices.voice.decider import voice_process
from relevo.orders.order.messages import (
    HeldLine,
    LineKind,
    OrderAccepted,
    Party,
    PlaceOrder,
    SimKind,
)
from relevo.profiles.book import load_book
from relevo.values.address import Address
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder


@state("testing.spoken_order")
class SpokenOrder:
    """It was accepted, and that is all."""

    id: str
    phase: str = "open"


def spoken_orders() -> Catalogue:
    """Orders and their voices."""

    def decide(_: SpokenOrder, message: Any, __: Moment) -> Decision:
        given = {each.name: getattr(message, each.name) for each in fields(message)}
        return Decision(facts=(OrderAccepted(**given),))

    orders = ProcessType(
        kind="orders.order",
        version=1,
        blank=lambda process_id: SpokenOrder(id=process_id),
        decide=decide,
        evolve=lambda order, _: order,
        lifecycle={"open": frozenset({"shut"}), "shut": frozenset()},
        state=SpokenOrder,
        messages=(PlaceOrder,),
        facts=(OrderAccepted,),
    )
    to_voice = Route(OrderAccepted, "notices.voice", lambda source, _: f"{source}/voice")
    kinds = (orders, voice_process(read_texts(), load_book().pinned))
    return Catalogue(kinds, [to_voice], [senders(), orders_written_about()])


def placed(*, email: str, contact: str, number: str, at: Moment) -> PlaceOrder:
    """An order of one mobile line."""
    return PlaceOrder(
        customer=Party(
            holder=Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), True),
            language="es",
            email=email,
            contact=Msisdn(contact),
            address=Address("Calle de Alfonso I 17", "50003", "Zaragoza", "Zaragoza"),
        ),
        recipient="brisa",
        lines=(HeldLine(id="M1", kind=LineKind.MOBILE, number=Msisdn(number), donor="altamar"),),
        moving=("M1",),
        sim=SimKind.CARD,
        wish=None,
        rules="es@2012-06-01",
        consent_at=at,
    )


def answered_by_mail(nth: int) -> str:
    """What a customer answers, with what his mail program quotes beneath."""
    announced = "El dom, 22 nov 2026 a las 10:00, Brisa <brisa@brisa.test> escribió:"
    quoted = "> Tu línea se mueve el 18 de enero, entre las 2:00 y las 6:00."
    return f"Hola:\n\n¿Puede ser el 19? Mensaje {nth}.\n\n{announced}\n\n{quoted}\n"
