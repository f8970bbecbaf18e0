"""The desk sees what waits for a person by its deadline, acts on many, and leaves traces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from relevo.activation.activation.decider import activation_process
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.customers.model import PartyDraft
from relevo.desk.acts import UNCORRECTED, Clerk, Correction, Done, Verb, act
from relevo.desk.model import Queue, Task
from relevo.desk.projections import desk_queues
from relevo.desk.queues import Wanted, tasks
from relevo.desk.wire_log import StoredWireLog, exchanges, forget, keys_of_port
from relevo.engine.catalogue import Catalogue, Route
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.numbering.actions import FirstHolder, hand_over, open_custody
from relevo.numbering.moves import Ground, HandOver
from relevo.orders.actions import place_order
from relevo.orders.capture import LineDraft, OrderDraft
from relevo.orders.hearing import LINE_FACTS
from relevo.orders.line.decider import line_process
from relevo.orders.line.messages import LineMended
from relevo.orders.order.decider import order_process
from relevo.orders.projections import order_numbers
from relevo.porting.gateway import Exchange
from relevo.porting.port_in.decider import KIND as PORT_IN
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.port_in.messages import HubDeclined
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.projections import ports_projection
from relevo.porting.recovery.decider import recovery_process
from relevo.profiles.es import profile
from relevo.promises.promise.decider import promise_process
from relevo.sims.dispatch.decider import dispatch_process
from relevo.sims.esim.decider import esim_process
from relevo.testing.postgres import clone, wipe
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

AT = instant("2019-01-14T09:00:00+01:00")
RULES: PortingProfile = next(e.rules for e in profile() if e.rules.code == "es@2012-06-01")
ANA = Clerk(who="ana", reason="spoken with the donor", at=AT)
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")


def form(*numbers: Msisdn) -> OrderDraft:
    return OrderDraft(
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
        lines=tuple(
            LineDraft(id=f"M{n}", kind="mobile", number=number, donor="altamar")
            for n, number in enumerate(numbers, 1)
        ),
        recipient="brisa",
        moving=tuple(f"M{n}" for n, _ in enumerate(numbers, 1)),
    )


class Office:
    """An engine with the processes that an order touches, and the desk's queues."""

    def __init__(self, dsn: str) -> None:
        def book(code: str) -> PortingProfile:
            assert code == RULES.code
            return RULES

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
        to_order: Callable[[str, object], str] = lambda source, _: source.split("/")[0]  # noqa: E731
        to_line: Callable[[str, object], str] = lambda source, _: (  # noqa: E731
            f"{source.split('/')[0]}/line/{source.split('/')[2]}"
        )
        routes = [Route(fact=fact, kind="orders.order", to=to_order) for fact in LINE_FACTS]
        ported = port_in_process(book).facts
        routes += [
            Route(fact=fact, kind="orders.line", to=to_line)
            for fact in line_process(book).hears
            if fact in ported
        ]
        self.catalogue = Catalogue(
            processes, routes, (order_numbers(), ports_projection(), desk_queues())
        )
        self.connection: Connection = connect(dsn)
        self.connection.autocommit = True
        self.engine = Engine(
            dsn=dsn,
            catalogue=self.catalogue,
            clock=VirtualClock(AT),
            performers={
                effect: lambda _effect, _errand: ()
                for process in processes
                for effect in process.effects
            },
        )

    def order(self, *numbers: Msisdn, key: str = "k") -> str:
        made = place_order(
            self.connection, self.engine, form(*numbers), key=key, rules=RULES, at=AT
        )
        self.engine.run_until_quiet()
        return made

    def hub_refuses(self, order: str, line: str) -> None:
        """The hub cannot read the request: a mistake of ours, hence a person's task."""
        refused = HubDeclined(code="AREC FORMA", text="formato", of="request", field="MSISDN")
        self.engine.tell(PORT_IN, f"{order}/port/{line}/1", refused, key="refused")
        self.engine.run_until_quiet()

    def tasks(self, *, queue: str = "", kind: str = "", who: str = "") -> list[Task]:
        return tasks(self.connection, RULES, Wanted(queue=queue, kind=kind, who=who))

    def do(
        self,
        verb: Verb,
        chosen: list[Task],
        clerk: Clerk = ANA,
        correction: Correction = UNCORRECTED,
    ) -> list[Done]:
        done = list(act(self.connection, self.catalogue, verb, chosen, clerk, correction))
        self.engine.run_until_quiet()
        return done


@pytest.fixture(scope="module")
def desk_database(postgres: Server) -> str:
    dsn = clone(postgres, "desk_tests")
    packages = ("numbering", "porting", "orders", "desk")
    migrate(dsn, tuple(f"relevo.{package}" for package in packages))
    return dsn


@pytest.fixture
def office(desk_database: str) -> Iterator[Office]:
    made = Office(desk_database)
    yield made
    made.engine.close()
    made.connection.close()
    wipe(desk_database)


def test_a_line_that_waits_for_a_person_is_a_task_with_the_lines_day(office: Office) -> None:
    order = office.order(M1)
    office.hub_refuses(order, "M1")
    (stuck,) = office.tasks(kind="line_stuck")
    assert (stuck.order, stuck.line, stuck.number) == (order, "M1", M1)
    assert stuck.due is not None
    assert stuck.due > AT


def test_the_nearest_deadline_comes_first(office: Office) -> None:
    office.hub_refuses(office.order(M1, key="a"), "M1")
    with office.connection.transaction(), office.connection.cursor() as cursor:
        known = FirstHolder(number=M2, holder="altamar", at=AT, caused_by="x")
        cut = HandOver(number=M2, holder="hold:altamar", at=AT, ground=Ground.CUT, caused_by="x")
        open_custody(cursor, [known])
        hand_over(cursor, [cut])
    found = office.tasks()
    dues = [task.due for task in found if task.due is not None]
    assert dues == sorted(dues)
    assert {task.queue for task in found} >= {Queue.TROUBLE, Queue.RESCUE}


def test_what_is_mended_is_asked_for_as_the_person_corrected_it(office: Office) -> None:
    order = office.order(M1)
    office.hub_refuses(order, "M1")
    stuck = office.tasks(kind="line_stuck")
    card = make_iccid("893407", 12)
    correction = Correction(donor_iccid=card, prepaid=True)
    assert [done.why_not for done in office.do(Verb.MEND, stuck, correction=correction)] == [""]
    row = office.connection.execute(
        "select body::json->>'donor_iccid', body::json->>'prepaid' from journal"
        " where name = 'orders.line_corrected'"
    ).fetchone()
    assert row == (card, "true")
    with pytest.raises(ValueError, match="correct"):
        office.do(Verb.TAKE, stuck, correction=correction)


def test_mending_many_at_once_asks_again_for_each(office: Office) -> None:
    order = office.order(M1, M2)
    for line in ("M1", "M2"):
        office.hub_refuses(order, line)
    stuck = office.tasks(kind="line_stuck")
    assert len(stuck) == 2
    assert [done.why_not for done in office.do(Verb.MEND, stuck)] == ["", ""]
    assert office.tasks(kind="line_stuck") == []
    mended = [
        recorded.fact
        for recorded in facts_of(office.connection, order)
        if isinstance(recorded.fact, LineMended)
    ]
    assert len(mended) == 2


def test_a_verb_that_does_not_fit_does_nothing_and_says_which_does(office: Office) -> None:
    office.hub_refuses(office.order(M1), "M1")
    stuck = office.tasks(kind="line_stuck")
    (done,) = office.do(Verb.SKIP, stuck)
    assert "engine put aside" in done.why_not
    assert office.tasks(kind="line_stuck") == stuck


def test_a_task_has_one_person_at_a_time(office: Office) -> None:
    office.hub_refuses(office.order(M1), "M1")
    ben = Clerk(who="ben", reason="on it", at=AT)
    (first,) = office.do(Verb.TAKE, office.tasks(kind="line_stuck"))
    (second,) = office.do(Verb.TAKE, office.tasks(kind="line_stuck"), ben)
    assert not first.why_not
    assert "ana" in second.why_not
    assert [task.who for task in office.tasks(who="ana")] == ["ana"]
    office.do(Verb.RELEASE, office.tasks(kind="line_stuck"), ben)
    assert office.tasks(who="-", kind="line_stuck")


def test_nobody_acts_without_a_name_and_a_reason(office: Office) -> None:
    office.hub_refuses(office.order(M1), "M1")
    nobody = Clerk(who=" ", reason="", at=AT)
    with pytest.raises(ValueError, match="who and reason"):
        office.do(Verb.TAKE, office.tasks(), nobody)


def test_every_act_is_kept_with_name_and_reason(office: Office) -> None:
    office.hub_refuses(office.order(M1), "M1")
    (task,) = office.tasks(kind="line_stuck")
    office.do(Verb.TAKE, [task])
    kept = office.connection.execute("select who, verb, task, reason from desk_act").fetchall()
    assert kept == [("ana", "take", task.id, "spoken with the donor")]


def test_stray_news_are_dismissed_by_a_person(office: Office) -> None:
    office.connection.execute(
        "insert into stray_news values ('mobile news', 'N:1', 'something', %s)", (AT,)
    )
    (stray,) = office.tasks(queue="stray")
    (done,) = office.do(Verb.DISMISS, [stray])
    assert not done.why_not
    assert office.tasks(queue="stray") == []
    (again,) = office.do(Verb.DISMISS, [stray])
    assert again.why_not


def test_a_withdrawn_order_leaves_no_task_behind(office: Office) -> None:
    office.hub_refuses(office.order(M1), "M1")
    office.do(Verb.WITHDRAW, office.tasks(kind="line_stuck"))
    assert office.tasks(queue="trouble") == []


def test_a_request_that_no_rule_could_answer_is_due_at_the_end_of_our_reply_time(
    office: Office,
) -> None:
    until, opens = AT + timedelta(hours=5), AT + timedelta(days=2)
    office.connection.execute(
        "insert into port_out (reference, process_id, hub, donor, recipient, numbers, state,"
        " answer_until, window_opens, cause, task, changed_at) values"
        " ('903902', 'out-903902/port_out', 'mobile', 'brisa', 'cantil', %s, 'answering',"
        " %s, %s, 'RECH TIEMP', 'answer_refused', %s)",
        ([M1], until, opens, AT),
    )
    (task,) = office.tasks(queue="answer")
    assert (task.number, task.due, task.detail) == (M1, until, "answer_refused RECH TIEMP")


def test_a_return_that_is_stuck_is_a_task(office: Office) -> None:
    office.connection.execute(
        "insert into number_return (process_id, number, hub, operator, since, task, changed_at)"
        " values ('cease-1/return/600000101', %s, 'mobile', 'brisa', %s, 'late', %s)",
        (M1, AT, AT),
    )
    (task,) = office.tasks(queue="return")
    assert (task.kind, task.number, task.due) == ("number_return", M1, None)


def test_the_wire_log_of_a_port_is_found_by_its_number(office: Office, desk_database: str) -> None:
    office.order(M1)
    (keys,) = keys_of_port(office.connection, M1)
    log = StoredWireLog(desk_database)
    said = [
        Exchange(
            hub=HubKind.MOBILE,
            operation=operation,
            key=key,
            at=AT + timedelta(minutes=n),
            took_ms=12,
            sent=b"<sent/>",
            received=b"<received/>",
            verdict="0000 00000",
        )
        for n, (operation, key) in enumerate(
            [("create", keys.contract_code), ("other", "902ZZZZZZZZ"), ("ask", "600000101")]
        )
    ]
    for exchange in said:
        log.keep(exchange)
    log.close()
    assert exchanges(office.connection, [keys]) == [said[0], said[2]]
    assert forget(office.connection, AT + timedelta(days=401)) == 3
    assert exchanges(office.connection, [keys]) == []


def test_of_a_mailbox_that_says_the_same_all_day_one_answer_is_kept(
    office: Office, desk_database: str
) -> None:
    log = StoredWireLog(desk_database)
    for hour, said in enumerate([b"empty", b"empty", b"news", b"empty", b"empty"]):
        log.keep(
            Exchange(
                hub=HubKind.MOBILE,
                operation="mailbox",
                key="",
                at=AT + timedelta(hours=hour),
                took_ms=3,
                sent=b"ask",
                received=said,
                verdict="0000 00000",
            )
        )
    log.close()
    rows = office.connection.execute("select received from wire_exchange order by id").fetchall()
    assert [bytes(row[0]) for row in rows] == [b"empty", b"news", b"empty"]


def test_a_wire_log_without_a_database_holds_nobody_up() -> None:
    log = StoredWireLog("postgresql://127.0.0.1:1/none")
    log.keep(
        Exchange(
            hub=HubKind.MOBILE,
            operation="create",
            key="",
            at=AT,
            took_ms=1,
            sent=b"",
            received=b"",
            verdict="",
        )
    )
    log.close()
