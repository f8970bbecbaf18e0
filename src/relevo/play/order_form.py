"""The order that the customer of a scenario signs, as the product's own form takes it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from relevo.customers.model import FieldFault, PartyDraft
from relevo.orders.capture import AS_SOON_AS_POSSIBLE, LineDraft, OrderDraft, capture
from relevo.play.keys import Path
from relevo.play.scenario import Scenario
from relevo.play.serving import check_served
from relevo.porting.profile import HubKind, PortingProfile, RejectionReason
from relevo.profiles.book import UnknownProfile, load_book
from relevo.simulators.operators import ORIGINS
from relevo.simulators.plan import LinePlan
from relevo.values.moment import utc


def order_draft(scenario: Scenario) -> OrderDraft:
    """The form, filled in."""
    customer, order = scenario.world.customer, scenario.order
    return OrderDraft(
        customer=PartyDraft(
            name=customer.name,
            document_type=customer.document_type,
            document_number=customer.document_number,
            business=customer.business,
            language=customer.language,
            email=customer.email,
            contact=customer.contact,
            street=customer.address.street,
            postcode=customer.address.postcode,
            city=customer.address.city,
            province=customer.address.province,
        ),
        lines=tuple(_line(line) for line in scenario.world.lines),
        recipient=order.recipient,
        moving=order.lines,
        sim=order.sim,
        wish=AS_SOON_AS_POSSIBLE if order.wish is None else order.wish.isoformat(),
    )


def rules_of(scenario: Scenario) -> PortingProfile:
    """The rules that hold on the day of the order. Raises UnknownProfile."""
    return load_book().on(scenario.world.profile, scenario.world.starts.date())


def check_order(scenario: Scenario) -> Sequence[tuple[Path, str, str]]:
    """What the product's capture has against the order: key path, why, remedy."""
    try:
        rules = rules_of(scenario)
    except UnknownProfile as wrong:
        if scenario.world.profile in load_book().countries:
            return [(("starts",), str(wrong), "let the story start later")]
        return [(("profile",), str(wrong), "write the code of a country, for example es")]
    at = utc(scenario.world.starts)
    faults: tuple[FieldFault, ...] = ()
    if scenario.has_order:
        found = capture(order_draft(scenario), rules, at=at, operators=ORIGINS)
        faults = found if isinstance(found, tuple) else ()
    return [
        *((fault.path, fault.why, fault.remedy) for fault in faults),
        *check_served(scenario),
        *_unknown_causes(scenario, rules),
    ]


def _unknown_causes(scenario: Scenario, rules: PortingProfile) -> Sequence[tuple[Path, str, str]]:
    """A donor rejects with the country's own codes; any other would be a mistake of the file.
    A hub may say anything: what nobody knows is to be met, too."""
    return [
        (
            ("fault", place, "cause"),
            f"{fault.cause!r} is not a cause that a donor of {rules.code} can give",
            "write one of the country's codes, for example RECH_IDENT",
        )
        for place, fault in enumerate(scenario.world.faults)
        if fault.cause is not None
        and fault.where == "donor"
        and all(
            rules.rejection(hub, fault.cause).reason is RejectionReason.UNRECOGNISED
            for hub in HubKind
        )
    ]


def _line(line: LinePlan) -> LineDraft:
    return LineDraft(
        id=line.id,
        kind=str(line.kind),
        number=line.number or "",
        donor=line.donor,
        payment=line.payment or "postpaid",
        iccid=line.iccid or "",
        depends_on=line.depends_on or "",
        monthly_fee=_amount(line.monthly_fee),
        average_3m=_amount(line.average_3m),
    )


def _amount(amount: Decimal | None) -> str:
    return "0" if amount is None else str(amount)
