"""Bad input: each fault gets one message that names the field and what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.customers.model import FieldFault, PartyDraft
from relevo.orders.capture import LineDraft, OrderDraft, capture
from relevo.orders.held import LineKind, SimKind
from relevo.orders.order.messages import PlaceOrder
from relevo.porting.profile import PortingProfile
from relevo.profiles.es import profile
from relevo.values.moment import instant

AT = instant("2019-01-13T11:59:00+01:00")
OPERATORS = ("altamar", "brisa", "cantil", "duna")
PARTY = PartyDraft(
    name="Taller Cierzo S.L.",
    document_type="CIF",
    document_number="B99286320",
    business=True,
    language="es",
    email="hola@cierzo.example",
    contact="+34976000100",
    street="Calle de Alfonso I 17, 3º",
    postcode="50003",
    city="Zaragoza",
    province="Zaragoza",
)
LINES = (
    LineDraft(id="F", kind="fixed", number="+34976000101", donor="altamar"),
    LineDraft(id="M1", kind="mobile", number="+34600000101", donor="altamar"),
    LineDraft(
        id="M2",
        kind="mobile",
        number="600 000 102",
        donor="altamar",
        depends_on="M1",
        monthly_fee="5.00",
        average_3m="21.50",
    ),
)
GOOD = OrderDraft(customer=PARTY, lines=LINES, recipient="brisa", moving=("F", "M1", "M2"))


def captured(draft: OrderDraft, rules: PortingProfile) -> PlaceOrder:
    order = capture(draft, rules, at=AT, operators=OPERATORS)
    assert isinstance(order, PlaceOrder), order
    return order


def faults(draft: OrderDraft, rules: PortingProfile) -> tuple[FieldFault, ...]:
    verdict = capture(draft, rules, at=AT, operators=OPERATORS)
    assert not isinstance(verdict, PlaceOrder)
    return verdict


def with_line(place: int, **change: str) -> OrderDraft:
    lines = [*LINES]
    lines[place] = replace(lines[place], **change)
    return replace(GOOD, lines=tuple(lines))


def with_party(**change: Any) -> OrderDraft:
    return replace(GOOD, customer=replace(PARTY, **change))


def test_the_bundle_of_the_story_is_captured(rules: PortingProfile) -> None:
    order = captured(GOOD, rules)
    assert order.moving == ("F", "M1", "M2")
    assert order.lines[2].number == "+34600000102"
    assert order.lines[2].average_3m_eur_cents == 2150
    assert order.customer.holder.document.number == "B99286320"
    assert order.rules == rules.code
    assert order.sim is SimKind.CARD


def test_leaving_a_line_out_is_legal_and_raises_a_question_later(rules: PortingProfile) -> None:
    assert captured(replace(GOOD, moving=("F", "M1")), rules).moving == ("F", "M1")


def test_a_fibre_without_number_is_tied_to_the_fixed_line(rules: PortingProfile) -> None:
    fibre = LineDraft(id="W", kind="fibre", donor="altamar")
    order = captured(replace(GOOD, lines=(*LINES, fibre), moving=("F", "W")), rules)
    assert order.lines[3].kind is LineKind.FIBRE
    assert order.lines[3].moves_with == "F"


@pytest.mark.parametrize(
    ("draft", "field", "says"),
    [
        (with_line(1, number="+3460000010"), "line[1].number", "nine"),
        (with_line(1, number="hello"), "line[1].number", "+34600000101"),
        (with_line(1, number=""), "line[1].number", "has a number"),
        (with_line(2, number="+34600000101"), "line[2].number", "'M1'"),
        (with_line(1, number="+34976000111"), "line[1].number", "fixed number"),
        (with_line(1, donor="nobody"), "line[1].donor", "altamar, brisa, cantil, duna"),
        (with_line(1, donor="brisa"), "line[1].donor", "nothing to move"),
        (with_line(1, payment="prepaid"), "line[1].iccid", "19 digits"),
        (with_line(1, payment="barter"), "line[1].payment", "prepaid or postpaid"),
        (with_line(1, iccid="8934071100000000013"), "line[1].iccid", "should be"),
        (with_line(1, iccid="89340711000000000120"), "line[1].iccid", "20th"),
        (with_line(2, depends_on="M9"), "line[2].depends_on", "'M9'"),
        (with_line(1, depends_on="M2"), "line[1].depends_on", "M1 -> M2 -> M1"),
        (with_line(2, moves_with="Z"), "line[2].moves_with", "'Z'"),
        (with_line(2, monthly_fee="-5"), "line[2].monthly_fee", "negative"),
        (with_line(2, average_3m="many"), "line[2].average_3m", "21.50"),
        (with_line(0, kind="telex"), "line[0].kind", "fixed, mobile, fibre"),
        (with_line(0, id="a/b"), "line[0].id", "letters"),
        (with_party(document_number="B99286321"), "customer.document.number", "should be"),
        (with_party(document_type="DNI"), "customer.document.type", "NIF, NIE, CIF or PAS"),
        (with_party(postcode="50410"), "customer.address.postcode", "Cuarte"),
        (with_party(postcode="5000"), "customer.address.postcode", "five digits"),
        (with_party(street=" "), "customer.address.street", "street"),
        (with_party(contact="+34600000101"), "customer.contact", "one of the numbers that move"),
        (with_party(contact="12"), "customer.contact", "digits"),
        (with_party(email="hola"), "customer.email", "name@domain.example"),
        (with_party(language="de"), "customer.language", "es or en"),
        (with_party(name=""), "customer.name", "holder"),
        (replace(GOOD, recipient="nobody"), "order.recipient", "altamar, brisa"),
        (replace(GOOD, moving=()), "order.lines", "F, M1, M2"),
        (replace(GOOD, moving=("F", "M9")), "order.lines[1]", "'M9'"),
        (replace(GOOD, moving=("F", "F")), "order.lines[1]", "once"),
        (replace(GOOD, sim="paper"), "order.sim", "card or esim"),
        (replace(GOOD, wish="soon"), "order.wish", "2019-01-24"),
        (replace(GOOD, wish="2019-01-12"), "order.wish", "past"),
        (replace(GOOD, wish="2019-06-01"), "order.wish", "up to"),
        (replace(GOOD, lines=(), moving=()), "line", "every line"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_names_its_field_and_the_remedy(
    rules: PortingProfile, draft: OrderDraft, field: str, says: str
) -> None:
    found = [fault for fault in faults(draft, rules) if fault.field == field]
    assert len(found) == 1, [fault.shown for fault in faults(draft, rules)]
    assert says in found[0].shown
    assert found[0].why
    assert found[0].remedy


def test_one_fault_gives_one_message_and_not_an_avalanche(rules: PortingProfile) -> None:
    for draft in (
        with_line(1, number="+3460000010"),
        with_line(1, payment="prepaid"),
        with_line(1, depends_on="M2"),
        with_party(document_number="B99286321"),
        with_party(postcode="50410"),
    ):
        assert len(faults(draft, rules)) == 1


def test_all_faults_are_said_at_once(rules: PortingProfile) -> None:
    draft = replace(
        with_party(document_number="B99286321", postcode="50410"), recipient="x", sim="y"
    )
    assert {fault.field for fault in faults(draft, rules)} >= {
        "customer.document.number",
        "customer.address.postcode",
        "order.recipient",
        "order.sim",
    }


def test_a_field_can_be_followed_as_steps() -> None:
    assert FieldFault("line[2].iccid", "", "").path == ("line", 2, "iccid")
    assert FieldFault("customer.document.number", "", "").path == (
        "customer",
        "document",
        "number",
    )


RULES = next(each.rules for each in profile() if each.rules.code == "es@2012-06-01")
TEXT = st.text(max_size=24)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.builds(
            LineDraft,
            id=st.sampled_from(["F", "M1", "M2", ""]),
            kind=st.sampled_from(["fixed", "mobile", "fibre", "x"]),
            number=TEXT | st.sampled_from(["+34600000101", "+34976000101", ""]),
            donor=st.sampled_from(["altamar", "brisa", ""]),
            payment=st.sampled_from(["prepaid", "postpaid", ""]),
            iccid=TEXT,
            depends_on=st.sampled_from(["", "F", "M1", "M2"]),
            moves_with=st.sampled_from(["", "F", "M1"]),
            monthly_fee=TEXT,
            average_3m=st.sampled_from(["", "1.5", "NaN", "-1"]),
        ),
        max_size=4,
    ),
    TEXT,
    TEXT,
)
def test_whatever_is_written_gives_an_order_or_faults_and_nothing_else(
    lines: list[LineDraft], anything: str, more: str
) -> None:
    party = replace(PARTY, document_number=anything, postcode=more, contact=anything)
    draft = replace(GOOD, customer=party, lines=tuple(lines), wish=more, moving=("F", anything))
    verdict = capture(draft, RULES, at=AT)
    if not isinstance(verdict, PlaceOrder):
        assert verdict
        assert all(fault.field and fault.why and fault.remedy for fault in verdict)


def test_a_number_of_another_country_is_refused(rules: PortingProfile) -> None:
    (fault,) = faults(with_line(1, number="+4915112345678"), rules)
    assert fault.field == "line[1].number"
    assert "not a number of this country" in fault.why
