"""One cause, many customers, one truth: told once to each, and one line for the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.care.fault.messages import EndFault, OpenFault, UpdateFault
from relevo.desk.faults import (
    ALIKE_LEAST,
    KIND,
    FaultTeller,
    fault_process_id,
    faults,
    looks_alike,
    performers,
)
from relevo.desk.model import Queue
from relevo.desk.queues import Wanted, tasks
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.profiles.es import profile
from relevo.testing.postgres import clone, wipe
from relevo.values.moment import Moment, instant

pytestmark = pytest.mark.service

AT = instant("2019-01-14T15:00:00+01:00")
RULES = profile()[-1].rules
ORDERS = [f"R7K2M9Q{letter}" for letter in "ABCDEFGH"]
SAID = {"es": "Hay una avería en el reparto.", "en": "There is a fault in delivery."}
LATER = {"es": "La avería sigue.", "en": "The fault goes on."}
OVER = {"es": "La avería ha terminado.", "en": "The fault is over."}


class Duty:
    """A database, a clock, and an engine that carries out what faults decide."""

    def __init__(self, dsn: str) -> None:
        self.clock = VirtualClock(AT)
        self.teller = FaultTeller(dsn, self.clock, wiring.catalogue)
        self.engine = Engine(
            dsn=dsn,
            catalogue=wiring.catalogue(),
            clock=self.clock,
            performers=performers(self.teller),
            worker="duty",
        )
        self.connection: Connection = connect(dsn, name="duty test", autocommit=True)
        self.fault = fault_process_id("parcel_troubled", "strike", AT, "brisa")

    def hit(self, order: str, at: Moment = AT, *, detail: str = "strike") -> None:
        self.connection.execute(
            "insert into desk_trouble (family, kind, subject, process_id, detail, since)"
            " values (%s, 'parcel_troubled', 'M1', %s, %s, %s)",
            (order, f"{order}/card/M1/1", detail, at),
        )

    def tell(self, message: object, key: str) -> None:
        self.engine.tell(KIND, self.fault, message, key=key)
        self.engine.run_until_quiet()

    def open(self) -> None:
        opened = OpenFault(
            kind="parcel_troubled",
            cause="strike",
            since=AT,
            texts=SAID,
            next_update=AT + timedelta(hours=2),
            by="eva",
            brand="brisa",
        )
        self.tell(opened, "open")

    def wait(self, **span: int) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(**span))
        self.engine.run_until_quiet()

    def told(self) -> list[tuple[str, int]]:
        """Who got which step: what lies in voices' mailboxes, or has been taken from them."""
        rows = self.connection.execute(
            "select message_id from handled union all select message_id from mailbox"
        ).fetchall()
        steps = [key.rpartition("fault-")[2].split(":") for (key,) in rows if ":R7K2" in key]
        return sorted((order, int(step)) for _, step, order in steps)

    def close(self) -> None:
        self.connection.close()
        self.teller.close()
        self.engine.close()


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    dsn = clone(postgres, "fault_tests")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    return dsn


@pytest.fixture
def duty(database: str) -> Iterator[Duty]:
    wipe(database)
    place = Duty(database)
    yield place
    place.close()


def test_many_orders_with_one_trouble_of_one_cause_look_like_one_fault(duty: Duty) -> None:
    for order in ORDERS[: ALIKE_LEAST - 1]:
        duty.hit(order)
    assert looks_alike(duty.connection, AT) == []
    duty.hit(ORDERS[-1])
    (alike,) = looks_alike(duty.connection, AT)
    assert (alike.kind, alike.cause, alike.orders) == ("parcel_troubled", "strike", ALIKE_LEAST)
    duty.open()
    assert looks_alike(duty.connection, AT) == [], "it is open: nothing is proposed twice"


def test_a_brand_speaks_to_its_own_customers_only(duty: Duty) -> None:
    for order, recipient, donor in (
        (ORDERS[0], "brisa", "altamar"),
        (ORDERS[1], "altamar", "brisa"),
    ):
        duty.hit(order)
        duty.connection.execute(
            "insert into brand_family (family, brand, part, since)"
            " values (%s, %s, 'recipient', %s), (%s, %s, 'donor', %s)",
            (order, recipient, AT, order, donor, AT),
        )
    duty.hit(ORDERS[2])
    duty.open()
    assert duty.told() == [(ORDERS[0], 1), (ORDERS[2], 1)]


def test_all_whom_it_concerns_are_told_once_and_nobody_else(duty: Duty) -> None:
    for order in ORDERS[:3]:
        duty.hit(order)
    duty.hit(ORDERS[3], detail="absent")
    duty.open()
    assert duty.told() == [(order, 1) for order in ORDERS[:3]]
    duty.wait(minutes=30)
    assert duty.told() == [(order, 1) for order in ORDERS[:3]]


def test_who_is_hit_later_gets_the_same_words_within_minutes(duty: Duty) -> None:
    duty.hit(ORDERS[0])
    duty.open()
    duty.hit(ORDERS[1], AT + timedelta(minutes=1))
    duty.wait(minutes=6)
    assert (ORDERS[1], 1) in duty.told()


def test_the_next_word_comes_by_itself_before_its_time_and_the_desk_sees_that_it_did(
    duty: Duty,
) -> None:
    duty.hit(ORDERS[0])
    duty.open()
    duty.wait(hours=1, minutes=50)
    assert (ORDERS[0], 2) in duty.told()
    (open_fault,) = faults(duty.connection, duty.clock.now())
    assert open_fault.is_late
    assert open_fault.next_update == AT + timedelta(hours=4)


def test_an_update_goes_to_who_still_has_it_and_the_end_to_all_who_were_told(duty: Duty) -> None:
    for order in ORDERS[:2]:
        duty.hit(order)
    duty.open()
    duty.connection.execute("delete from desk_trouble where family = %s", (ORDERS[0],))
    duty.tell(UpdateFault(texts=LATER, next_update=AT + timedelta(hours=3), by="eva"), "update")
    assert [each for each in duty.told() if each[1] == 2] == [(ORDERS[1], 2)]
    duty.hit(ORDERS[2])
    duty.tell(EndFault(texts=OVER, by="eva"), "end")
    assert [each for each in duty.told() if each[1] == 3] == [(ORDERS[0], 3), (ORDERS[1], 3)]
    duty.wait(hours=5)
    assert len(duty.told()) == 5, "what is over says nothing more"


def test_the_desk_reads_one_line_instead_of_many(duty: Duty) -> None:
    for order in ORDERS:
        duty.hit(order)
    assert len(tasks(duty.connection, RULES)) == len(ORDERS)
    duty.open()
    (line,) = tasks(duty.connection, RULES)
    assert (line.queue, line.kind, line.detail) == (Queue.FAULT, "parcel_troubled", "strike")
    of_one = tasks(duty.connection, RULES, Wanted(order=ORDERS[0]))
    assert [each.order for each in of_one] == [ORDERS[0]], "by its order each is found"
    duty.tell(EndFault(texts=OVER, by="eva"), "end")
    assert len(tasks(duty.connection, RULES)) == len(ORDERS), "what is left of it is seen again"
