"""Placing orders on a real database: once, whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from relevo.activation.activation.decider import activation_process
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.customers.model import PartyDraft
from relevo.engine.catalogue import Catalogue, Route
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.orders.actions import (
    OrderRefused,
    decide_number,
    order_key,
    place_order,
    resume_group,
    withdraw_order,
)
from relevo.orders.capture import LineDraft, OrderDraft
from relevo.orders.hearing import LINE_FACTS
from relevo.orders.held import Choice
from relevo.orders.line.decider import line_process
from relevo.orders.order.decider import order_process
from relevo.orders.order.messages import DecideNumber
from relevo.orders.projections import order_numbers
from relevo.orders.queries import live_orders, order_seen, orders_of_number
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.profile import PortingProfile
from relevo.porting.recovery.decider import recovery_process
from relevo.promises.promise.decider import promise_process
from relevo.sims.dispatch.decider import dispatch_process
from relevo.sims.esim.decider import esim_process
from relevo.testing.postgres import clone, wipe
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

AT = instant("2019-01-13T11:59:00+01:00")
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")
DRAFT = OrderDraft(
    customer=PartyDraft(
        name="Taller Cierzo S.L.",
        document_type="CIF",
        document_number="B99286320",
        business=True,
        email="hola@cierzo.example",
        contact="+34976000100",
        street="Calle de Alfonso I 17, 3º",
        postcode="50003",
        city="Zaragoza",
        province="Zaragoza",
    ),
    lines=(
        LineDraft(id="M1", kind="mobile", number=M1, donor="altamar"),
        LineDraft(id="M2", kind="mobile", number=M2, donor="altamar", depends_on="M1"),
    ),
    recipient="brisa",
    moving=("M1", "M2"),
)


class Desk:
    """An engine with the processes that an order touches, and a connection of its own."""

    def __init__(self, dsn: str, rules: PortingProfile) -> None:
        def book(code: str) -> PortingProfile:
            assert code == rules.code
            return rules

        processes = (
            order_process(book),
            line_process(book),
            promise_process(),
            port_in_process(book),
            recovery_process(book),
            dispatch_process(lambda code: book(code).courier_calendar()),
            esim_process(),
            activation_process(),
        )
        up = tuple(
            Route(fact=fact, kind="orders.order", to=lambda source, _: source.split("/")[0])
            for fact in LINE_FACTS
        )
        self.rules = rules
        self.connection: Connection = connect(dsn)
        self.engine = Engine(
            dsn=dsn,
            catalogue=Catalogue(processes, routes=up, projections=(order_numbers(),)),
            clock=VirtualClock(AT),
            performers={
                effect: lambda _effect, _errand: ()
                for process in processes
                for effect in process.effects
            },
        )

    def place(self, draft: OrderDraft, key: str) -> str:
        order = place_order(self.connection, self.engine, draft, key=key, rules=self.rules, at=AT)
        self.engine.run_until_quiet()
        return order


@pytest.fixture(scope="module")
def orders_database(postgres: Server) -> str:
    dsn = clone(postgres, "orders_tests")
    migrate(dsn, ("relevo.orders",))
    return dsn


@pytest.fixture
def desk(orders_database: str, rules: PortingProfile) -> Iterator[Desk]:
    made = Desk(orders_database, rules)
    yield made
    made.engine.close()
    made.connection.close()
    wipe(orders_database)


def refused(action: object) -> list[str]:
    with pytest.raises(OrderRefused) as said:
        action()  # type: ignore[operator]
    return [fault.field for fault in said.value.faults]


def test_a_placed_order_can_be_seen_with_its_lines(desk: Desk) -> None:
    order = desk.place(DRAFT, "web:1")
    seen = order_seen(desk.connection, order)
    assert seen is not None
    assert seen.customer == "Taller Cierzo S.L."
    assert [(line.id, line.standing) for line in seen.lines] == [
        ("M1", "waiting"),
        ("M2", "asked"),
    ]
    assert seen.lines[0].window == seen.lines[1].window is not None
    assert live_orders(desk.connection, (M1, M2)) == {M1: order, M2: order}


def test_the_same_key_with_the_same_content_is_the_same_order(desk: Desk) -> None:
    first = desk.place(DRAFT, "web:1")
    assert desk.place(DRAFT, "web:1") == first == order_key("web:1")
    assert orders_of_number(desk.connection, M1) == [(first, "M1")]


def test_the_same_key_with_another_content_is_refused(desk: Desk) -> None:
    desk.place(DRAFT, "web:1")
    assert refused(lambda: desk.place(replace(DRAFT, sim="esim"), "web:1")) == ["key"]


def test_a_number_of_a_live_order_is_refused_naming_the_field(desk: Desk) -> None:
    desk.place(DRAFT, "web:1")
    assert refused(lambda: desk.place(DRAFT, "web:2")) == ["line[0].number", "line[1].number"]


def test_what_is_refused_stores_nothing(desk: Desk) -> None:
    assert refused(lambda: desk.place(replace(DRAFT, recipient="x"), "web:3")) == [
        "order.recipient"
    ]
    desk.engine.run_until_quiet()
    assert order_seen(desk.connection, order_key("web:3")) is None
    assert desk.place(DRAFT, "web:3") == order_key("web:3")


def test_a_missing_key_is_refused(desk: Desk) -> None:
    assert refused(lambda: desk.place(DRAFT, " ")) == ["key"]


def test_a_decision_lets_the_number_move_and_claims_it(desk: Desk) -> None:
    order = desk.place(replace(DRAFT, moving=("M1",)), "web:1")
    assert live_orders(desk.connection, (M2,)) == {}
    decided = DecideNumber(line="M2", choice=Choice.PORT, by="customer", channel="sms")
    decide_number(desk.connection, desk.engine, decided, order=order, key="sms:1")
    desk.connection.rollback()
    desk.engine.run_until_quiet()
    assert live_orders(desk.connection, (M2,)) == {M2: order}


def test_decisions_about_nothing_are_refused(desk: Desk) -> None:
    order = desk.place(DRAFT, "web:1")
    keep = DecideNumber(line="M2", choice=Choice.KEEP, by="customer", channel="sms")

    def decide(decided: DecideNumber, of: str) -> None:
        decide_number(desk.connection, desk.engine, decided, order=of, key="sms:1")

    assert refused(lambda: decide(keep, "R0")) == ["order"]
    assert refused(lambda: decide(replace(keep, line="M9"), order)) == ["line"]
    assert refused(lambda: decide(keep, order)) == ["choice"]


def test_a_withdrawn_order_is_on_its_way_out_and_takes_no_more(desk: Desk) -> None:
    order = desk.place(DRAFT, "web:1")
    withdraw_order(
        desk.connection, desk.engine, order=order, why="changed_mind", by="customer", key="web:2"
    )
    desk.connection.rollback()
    desk.engine.run_until_quiet()
    seen = order_seen(desk.connection, order)
    assert seen is not None
    assert seen.phase in {"withdrawing", "withdrawn"}
    again = refused(
        lambda: withdraw_order(
            desk.connection, desk.engine, order=order, why="x", by="customer", key="web:3"
        )
    )
    assert again == ["order"]


def test_a_person_resumes_a_group(desk: Desk) -> None:
    order = desk.place(DRAFT, "web:1")
    resume_group(desk.engine, order=order, line="M1", by="desk", why="cleared", key="web:2")
    desk.engine.run_until_quiet()
    seen = order_seen(desk.connection, order)
    assert seen is not None
    assert not any(line.given_up for line in seen.lines)
