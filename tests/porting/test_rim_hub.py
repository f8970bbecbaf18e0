"""The web-service hub's client in all its roles, against a server that replays the samples.

The samples are written by hand from the fact sheet; the server knows nothing but them, whom it was
asked for, and whether it is away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typing_extensions import override

from relevo.adapters.clearing_house_soap import (
    HubAccount,
    HubLanguage,
    SoapClearingHouse,
    SoapDonorHouse,
    SoapMigrationHouse,
    SoapRegistry,
    SoapReturnHouse,
)
from relevo.engine.clock import VirtualClock
from relevo.engine.performer import Permanent, Temporary
from relevo.porting.gateway import (
    Bulletin,
    ClearingHouse,
    DonorCancellations,
    DonorHouse,
    Exchange,
    MigrationHouse,
    MigrationMailbox,
    MultipleHouse,
    RangeHolderFiles,
    Registry,
    ReturnHouse,
)
from relevo.porting.migration.messages import (
    FinishMigration,
    MigrateNumber,
    MigrationAccepted,
    MigrationState,
    NumberMigrationState,
    OpenMigration,
)
from relevo.porting.migration.model import MigrationScenario
from relevo.porting.multiple.messages import (
    AgreeToReduced,
    MultipleSeen,
    QueryMultiple,
    SendMultipleRequest,
    WantedNumber,
)
from relevo.porting.number_return.messages import (
    QueryReturn,
    ReturnAccepted,
    ReturnDeclined,
    ReturnState,
    SendReturnCancellation,
    SendReturnNotice,
)
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    HubState,
    PortStateSeen,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
)
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    QueryPortOut,
    RejectPortOut,
)
from relevo.porting.profile import HubKind, PortingProfile
from relevo.profiles.es import codec_mobile, codec_status, hub_words
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

SAMPLES = Path(__file__).parent.parent / "profiles" / "samples"
STARTS = instant("2019-01-14T09:00:00+01:00")
LANGUAGE = HubLanguage(codec=codec_mobile, words=hub_words, files=codec_status)
DO = codec_mobile.Operation
PORT, MANY = "90290111190114081000017", "90290112190114093500040"
TO_US, MANY_TO_US = "90390211190114091100031", "90490212190114093000032"
RETURN, MIGRATION = "90290121190114103000051", "90290431190114110000061"


def number(last: int) -> Msisdn:
    return Msisdn(f"+34600000{last:03d}")


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


class Hub:
    """Replays a sample for each operation, and keeps what it was sent."""

    def __init__(self) -> None:
        self.replies: dict[str, list[bytes]] = {}
        self.calls: list[tuple[str, bytes]] = []
        self.files: dict[str, bytes] = {}
        self.brought: list[str] = []
        self.is_away = False
        self.fault: bytes | None = None
        self.answer(DO.LOGIN, "mobile_login_reply.xml")
        self.answer(DO.MARK_SYNCHRONISED, "mobile_cancel_reply.xml")  # an answer, nothing else

    def answer(self, operation: Any, *names: str) -> None:
        """These one after the other; the last one again and again."""
        self.replies[operation.value] = [sample(name) for name in names]

    def count(self, operation: Any) -> int:
        return len([name for name, _ in self.calls if name == operation.value])

    def post(self, action: str, body: bytes) -> tuple[int, bytes]:
        self.calls.append((action, body))
        if self.is_away:
            return 503, b""
        if self.fault is not None:
            return 500, self.fault
        queue = self.replies[action]
        return 200, queue.pop(0) if len(queue) > 1 else queue[0]

    def get(self, path: str) -> tuple[int, bytes]:
        name = path.rpartition("/")[2]
        if name == "files":
            listed = [{"name": n, "published_at": "2019-01-15T06:00:00Z"} for n in self.files]
            return 200, json.dumps({"files": listed}).encode()
        return (200, self.files[name]) if name in self.files else (404, b"")

    def put(self, path: str, body: bytes) -> tuple[int, bytes]:
        name = path.rpartition("/")[2]
        self.brought.append(name)
        status = 200 if name in self.files else 201
        self.files.setdefault(name, body)
        return status, b""


class Log:
    """Keeps exchanges in memory."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def keep(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def url(hub: Hub) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self._reply(*hub.post(self.headers["SOAPAction"].strip('"'), self._body()))

        def do_GET(self) -> None:
            self._reply(*hub.get(self.path))

        def do_PUT(self) -> None:
            self._reply(*hub.put(self.path, self._body()))

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/nc"
    server.shutdown()
    server.server_close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(STARTS)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def house(
    url: str, clock: VirtualClock, log: Log, rules: PortingProfile
) -> Iterator[SoapClearingHouse]:
    account = HubAccount(
        url=url, operator="brisa", user="brisa-porting", key="relay", contingency_after_s=1800
    )
    opened = SoapClearingHouse(account, LANGUAGE, rules, clock=clock, wire_log=log)
    yield opened
    opened.close()


HOLDER = Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True)


def request() -> SendPortRequest:
    return SendPortRequest(
        hub=HubKind.MOBILE,
        number=number(102),
        donor="altamar",
        recipient="brisa",
        holder=HOLDER,
        contract_code="902K7Q2M9XA",
        rules="es@2012-06-01",
        consent_at=instant("2019-01-13T11:59:00+01:00"),
        window=None,
        donor_iccid=None,
        prepaid=False,
    )


def many() -> SendMultipleRequest:
    return SendMultipleRequest(
        hub=HubKind.MOBILE,
        numbers=tuple(WantedNumber(number=number(n)) for n in (201, 202, 203, 210)),
        donor="altamar",
        recipient="brisa",
        holder=HOLDER,
        contract_code="902M5LT1PL3",
        rules="es@2012-06-01",
        consent_at=STARTS,
        window=None,
    )


CONFIRM = ConfirmPortOut(
    hub=HubKind.MOBILE,
    reference=TO_US,
    donor="brisa",
    numbers=(number(301),),
    is_multiple=False,
)
REJECT = RejectPortOut(hub=HubKind.MOBILE, reference=TO_US, donor="brisa", cause="RECH_ICCID")
NOTICE = SendReturnNotice(
    number=number(401),
    operator="brisa",
    ceased_at=instant("2019-01-14T10:00:00+01:00"),
    rules="es@2012-06-01",
)
CANCEL = SendPortCancellation(
    hub=HubKind.MOBILE,
    number=number(102),
    reference=PORT,
    contract_code="902K7Q2M9XA",
    recipient="brisa",
    why="customer",
)


def test_each_role_meets_the_protocol_of_those_who_need_it(house: SoapClearingHouse) -> None:
    recipient: ClearingHouse = house
    multiple: MultipleHouse = house
    cancellations: DonorCancellations = house
    donor: DonorHouse = SoapDonorHouse(house.line)
    returns: ReturnHouse = SoapReturnHouse(house.line)
    files: RangeHolderFiles = SoapReturnHouse(house.line)
    migration: MigrationHouse = SoapMigrationHouse(house.line)
    mailbox: MigrationMailbox = SoapMigrationHouse(house.line)
    bulletin: Bulletin = SoapRegistry(house.line)
    registry: Registry = SoapRegistry(house.line)
    assert all((recipient, multiple, cancellations, donor, returns, files))
    assert all((migration, mailbox, bulletin, registry))


def test_all_roles_share_one_session(hub: Hub, house: SoapClearingHouse) -> None:
    hub.answer(DO.NOTIFICATIONS, "mobile_notifications_reply_multiple.xml")
    hub.answer(DO.DONOR_PENDING, "mobile_pending_reply.xml")
    house.news("")
    SoapDonorHouse(house.line).pending()
    assert hub.count(DO.LOGIN) == 1


def test_a_session_that_the_hub_forgets_is_renewed_once(hub: Hub, house: SoapClearingHouse) -> None:
    hub.answer(DO.MARK_SYNCHRONISED, "mobile_synchronised_reply.xml", "mobile_cancel_reply.xml")
    house.acknowledge(["N0000000041"])
    assert hub.count(DO.LOGIN) == 2
    hub.answer(DO.MARK_SYNCHRONISED, "mobile_synchronised_reply.xml")
    with pytest.raises(Temporary, match="forgets our session"):
        house.acknowledge(["N0000000041"])


def test_a_multiple_request_is_followed_through_its_two_phases(
    hub: Hub, house: SoapClearingHouse
) -> None:
    hub.answer(DO.CREATE_MULTIPLE, "mobile_multiple_reply.xml")
    (made,) = house.request_multiple(many(), at=STARTS)
    assert isinstance(made, HubAccepted)
    assert (made.reference, made.donor) == (MANY, "altamar")
    assert b"valorInicial>600000201<" in hub.calls[-1][1]

    hub.answer(DO.NOTIFICATIONS, "mobile_notifications_reply_multiple.xml")
    reduced, rejected = house.news("").news
    assert reduced.contract_code == "902M5LT1PL3"
    assert isinstance(reduced.said, MultipleSeen)
    assert reduced.said.awaits_agreement
    assert reduced.said.confirmed == (number(201), number(203))
    assert isinstance(rejected.said, MultipleSeen)
    assert rejected.said.cause == "RECH_IDENT"

    hub.answer(DO.AGREE, "mobile_ack_reply.xml")
    hub.answer(DO.GET, "mobile_get_reply_multiple_confirmed.xml")
    agree = AgreeToReduced(
        hub=HubKind.MOBILE,
        reference=MANY,
        contract_code="902M5LT1PL3",
        recipient="brisa",
        agrees=True,
    )
    (agreed,) = house.agree(agree, key="e1")
    assert isinstance(agreed, MultipleSeen)
    assert agreed.state is HubState.CONFIRMED
    ask = QueryMultiple(
        hub=HubKind.MOBILE, reference=MANY, contract_code="902M5LT1PL3", recipient="brisa"
    )
    assert [seen.state for seen in house.query_multiple(ask)] == [HubState.CONFIRMED]


def test_an_agreement_that_the_hub_does_not_take_is_said_so(
    hub: Hub, house: SoapClearingHouse
) -> None:
    hub.answer(DO.AGREE, "mobile_create_reply_wrong_format.xml")
    hub.answer(DO.GET, "mobile_get_reply_multiple_reduced.xml")
    agree = AgreeToReduced(
        hub=HubKind.MOBILE, reference=MANY, contract_code="x", recipient="brisa", agrees=False
    )
    (refused,) = house.agree(agree, key="e1")
    assert isinstance(refused, HubDeclined)
    assert (refused.code, refused.of) == ("GENE INFOR", "agreement")


def test_a_request_of_which_we_have_no_reference_is_found_by_our_own_code(
    hub: Hub, house: SoapClearingHouse
) -> None:
    hub.answer(DO.REQUESTS, "mobile_requests_reply.xml")
    ask = QueryPort(
        hub=HubKind.MOBILE,
        number=number(102),
        reference="",
        contract_code="902K7Q2M9XA",
        recipient="brisa",
    )
    assert [seen.reference for seen in house.query(ask)] == [PORT]


def test_a_cancellation_that_the_donor_asks_for_is_somebodys_task(
    hub: Hub, house: SoapClearingHouse
) -> None:
    page = sample("mobile_notifications_reply.xml").replace(
        b"</por:solicitud>",
        b"<por:codigoSolicitudCancelacionPortabilidadMovilIniciadaPorDonante>CD-77"
        b"</por:codigoSolicitudCancelacionPortabilidadMovilIniciadaPorDonante></por:solicitud>",
        1,
    )
    hub.replies[DO.NOTIFICATIONS.value] = [
        page.replace(b"ultimaPagina>false", b"ultimaPagina>true")
    ]
    post = house.news("")
    assert len(post.news) == 2
    codes = [each.said.donor_cancellation for each in post.news]  # type: ignore[union-attr]
    assert codes == ["CD-77", ""]
    assert post.unreadable == ()
    hub.answer(DO.DONOR_CANCELLATION, "mobile_donor_cancellation_reply.xml")
    shown = house.donor_cancellation("CD-77")
    assert shown is not None
    assert shown.reference == PORT
    assert shown.evidence.startswith(b"%PDF")


def test_the_donor_hears_what_is_asked_and_until_when(hub: Hub, house: SoapClearingHouse) -> None:
    hub.answer(DO.DONOR_PENDING_NEWS, "mobile_donor_pending_news_reply.xml")
    hub.answer(DO.DONOR_CANCELLED_NEWS, "mobile_donor_cancelled_news_reply.xml")
    donor = SoapDonorHouse(house.line)
    first, second, third = donor.donor_news("").news
    asked = first.said
    assert isinstance(asked, PortOutAsked)
    assert (asked.donor, asked.recipient) == ("brisa", "cantil")
    assert (asked.document_type, asked.document_number) == ("NIE", "X2482300W")
    assert asked.answer_from == instant("2019-01-14T14:00:00+01:00")
    assert asked.answer_until == instant("2019-01-14T20:00:00+01:00")
    assert isinstance(second.said, PortOutAsked)
    assert [each.number for each in second.said.numbers] == [
        number(n) for n in (311, 312, 313, 320)
    ]
    assert not isinstance(third.said, PortOutAsked)
    assert third.said.state is HubState.CANCELLED
    hub.answer(DO.DONOR_PENDING, "mobile_pending_reply.xml")
    assert list(donor.pending()) == [asked, second.said]
    donor.acknowledge([first.notice_id])
    assert first.notice_id.encode() in hub.calls[-1][1]


def test_who_asks_and_is_not_known_is_somebodys_task(hub: Hub, house: SoapClearingHouse) -> None:
    sent = sample("mobile_donor_pending_news_reply.xml").replace(b">903<", b">777<")
    hub.replies[DO.DONOR_PENDING_NEWS.value] = [sent]
    hub.answer(DO.DONOR_CANCELLED_NEWS, "mobile_donor_cancelled_news_reply.xml")
    post = SoapDonorHouse(house.line).donor_news("")
    assert len(post.news) == 2
    assert any("777" in text for text in post.unreadable)
    assert post.place != ""  # what could not be read is kept under it, apart from the next such
    assert SoapDonorHouse(house.line).donor_news(post.place).place == post.place


@pytest.mark.parametrize("name", ["mobile_confirm_reply.xml", "mobile_confirm_reply_again.xml"])
def test_a_yes_is_taken_also_when_it_is_repeated(
    hub: Hub, house: SoapClearingHouse, name: str
) -> None:
    hub.answer(DO.CONFIRM, name)
    (taken,) = SoapDonorHouse(house.line).confirm(CONFIRM, key="e1")
    assert isinstance(taken, PortOutAnswerTaken)


def test_a_no_outside_of_the_reply_window_is_refused_with_its_limits(
    hub: Hub, house: SoapClearingHouse
) -> None:
    hub.answer(DO.REJECT, "mobile_reject_reply_outside.xml", "mobile_reject_reply_again.xml")
    donor = SoapDonorHouse(house.line)
    (refused,) = donor.reject(REJECT, key="e1")
    assert isinstance(refused, PortOutAnswerRefused)
    assert refused.code == "RECH TIEMP"
    assert "20:00" in refused.text
    (taken,) = donor.reject(REJECT, key="e1")
    assert isinstance(taken, PortOutAnswerTaken)


def test_an_answer_that_crosses_the_opposite_one_is_not_taken_for_done(
    hub: Hub, house: SoapClearingHouse
) -> None:
    hub.answer(DO.CONFIRM, "mobile_reject_reply_again.xml")
    hub.answer(DO.REJECT, "mobile_confirm_reply_again.xml")
    hub.answer(DO.GET, "mobile_get_reply_donor.xml", "mobile_get_reply_donor.xml")
    donor = SoapDonorHouse(house.line)
    for (stands,) in (donor.confirm(CONFIRM, key="e1"), donor.reject(REJECT, key="e2")):
        assert isinstance(stands, PortOutSeen)
        assert stands.state is HubState.PORTED


def test_the_donor_looks_at_a_request(hub: Hub, house: SoapClearingHouse) -> None:
    hub.answer(DO.GET, "mobile_get_reply_donor.xml")
    ask = QueryPortOut(hub=HubKind.MOBILE, reference=TO_US, donor="brisa")
    assert [seen.state for seen in SoapDonorHouse(house.line).query_out(ask)] == [HubState.PORTED]


def test_a_number_goes_back_and_a_repeated_notice_is_the_same_one(
    hub: Hub, house: SoapClearingHouse
) -> None:
    returns = SoapReturnHouse(house.line)
    hub.answer(DO.RETURN, "mobile_return_create_reply.xml", "mobile_return_create_reply_exists.xml")
    hub.answer(DO.RETURN_GET, "mobile_return_get_reply.xml")
    (made,) = returns.notify_return(NOTICE, key="e1")
    (again,) = returns.notify_return(NOTICE, key="e1")
    assert isinstance(made, ReturnAccepted)
    assert made.window.opens == instant("2019-02-18T02:00:00+01:00")
    assert again == made
    ask = QueryReturn(reference=RETURN, number=number(401), operator="brisa")
    assert [seen.state for seen in returns.query_return(ask)] == [ReturnState.HELD]
    hub.answer(DO.RETURN_LIST, "mobile_return_list_reply.xml")
    ask = QueryReturn(reference="", number=number(401), operator="brisa")
    assert [seen.state for seen in returns.query_return(ask)] == [ReturnState.NOTIFIED]
    hub.answer(DO.RETURN_CANCEL, "mobile_return_cancel_reply.xml")
    back = SendReturnCancellation(reference=RETURN, number=number(401), operator="brisa")
    (held,) = returns.cancel_return(back, key="e2")
    assert not isinstance(held, ReturnDeclined)


def test_somebody_elses_process_in_the_way_of_a_return_is_a_refusal(
    hub: Hub, house: SoapClearingHouse
) -> None:
    hub.answer(DO.RETURN, "mobile_create_reply_exists.xml")
    hub.answer(DO.RETURN_GET, "mobile_create_reply_wrong_format.xml")
    (refused,) = SoapReturnHouse(house.line).notify_return(NOTICE, key="e1")
    assert isinstance(refused, ReturnDeclined)
    assert refused.code == "AREC EXIST"


def test_a_migration_is_announced_filled_and_finished(hub: Hub, house: SoapClearingHouse) -> None:
    migration = SoapMigrationHouse(house.line)
    hub.answer(DO.MIGRATION, "mobile_migration_create_reply.xml")
    hub.answer(DO.MIGRATION_NUMBER, "mobile_migration_number_reply.xml")
    hub.answer(DO.MIGRATION_END, "mobile_migration_finish_reply.xml")
    hub.answer(DO.MIGRATION_NEWS, "mobile_migration_news_reply.xml")
    (made,) = migration.open_migration(OPEN, key="e1")
    assert isinstance(made, MigrationAccepted)
    assert made.ends_by == instant("2019-03-01T20:00:00+01:00")
    move = MigrateNumber(
        reference=MIGRATION,
        number=number(501),
        network_from="duna",
        network_to="brisa",
        service_from="duna",
        service_to="duna",
    )
    (sent,) = migration.migrate_number(move, key="e2")
    assert getattr(sent, "state", None) is NumberMigrationState.SENT
    assert (
        migration.finish_migration(FinishMigration(reference=MIGRATION, operator="brisa"), key="e3")
        == []
    )
    assert [seen.state for seen in migration.migration_news()] == [
        MigrationState.SENT,
        MigrationState.FINISHED,
    ]


OPEN = OpenMigration(
    operator="brisa",
    scenario=MigrationScenario.CHANGE_OF_HOST,
    starts_at=instant("2019-02-01T02:00:00+01:00"),
    volume=2,
    service_operators_from=("duna",),
    networks_from=("duna",),
    network_to="brisa",
)


def test_a_migration_whose_answer_is_lost_is_not_announced_twice(
    hub: Hub, house: SoapClearingHouse
) -> None:
    hub.answer(DO.MIGRATION_NEWS, "mobile_migration_news_reply.xml")
    migration = SoapMigrationHouse(house.line)
    migration.migration_news()
    hub.is_away = True
    with pytest.raises(Permanent, match="look at the hub"):
        migration.open_migration(OPEN, key="e1")


def test_the_bulletin_tells_who_serves_a_number_and_whose_range_it_is(
    hub: Hub, house: SoapClearingHouse
) -> None:
    registry = SoapRegistry(house.line)
    hub.answer(DO.NUMBER, "mobile_number_reply.xml", "mobile_create_reply_wrong_format.xml")
    standing = registry.standing_of(number(102))
    assert standing is not None
    assert (standing.serving, standing.range_holder) == ("altamar", "duna")
    assert standing.is_ported
    with pytest.raises(Temporary, match="GENE INFOR"):
        registry.standing_of(number(102))
    unknown = sample("mobile_create_reply_wrong_format.xml").replace(b"GENE INFOR", b"AREC DOMIN")
    hub.replies[DO.NUMBER.value] = [unknown]
    assert registry.standing_of(number(999)) is None
    hub.answer(DO.RANGES, "mobile_ranges_reply.xml")
    assert [(r.holder, r.sub_holder) for r in registry.ranges_of(number(102))] == [
        ("altamar", ""),
        ("altamar", "duna"),
    ]
    hub.answer(DO.PROCESSES, "mobile_processes_reply.xml")
    assert [(p.state, p.cause) for p in registry.processes_of(number(102))] == [
        ("ACON", ""),
        ("AREC", "RECH_BNUME"),
    ]


def test_a_daily_file_is_sorted_by_what_its_rows_are_about(
    hub: Hub, house: SoapClearingHouse
) -> None:
    hub.files = {
        "NC_ESTADOS_20190115_0700.dat": sample("mobile_status_all_kinds.dat"),
        "NC_ESTADOS_20190114_0700.dat": sample("mobile_status.dat"),
        "NC_DEVUELTOS_902_20190115.dat": sample("mobile_returned.dat"),
        "NC_DEVUELTOS_901_20190115.dat": b"",
    }
    (file,) = house.status_files("NC_ESTADOS_20190114_0700.dat")
    assert len(file.rows) == 4
    assert [seen.state for seen in file.returns] == list(ReturnState)
    assert [seen.state for seen in file.migrations] == [
        *NumberMigrationState,
        MigrationState.IN_PROGRESS,
    ]
    (returned,) = SoapReturnHouse(house.line).returned_files("")
    first = returned.numbers[0]
    assert (first.number, first.since) == (number(404), date(2019, 1, 14))
    assert len(returned.bad_lines) == 2


def test_every_exchange_is_kept_without_key_and_session(
    hub: Hub, house: SoapClearingHouse, log: Log
) -> None:
    hub.answer(DO.CREATE, "mobile_create_reply.xml")
    house.request(request(), at=STARTS)
    login, created = log.exchanges
    assert (login.operation, login.verdict) == ("IniciarSesion", "0000 00000")
    assert (created.key, created.at) == ("902K7Q2M9XA", STARTS)
    assert b"600000102" in created.sent
    assert b"90290111190114081000017" in created.received
    kept = b"".join(each.sent + each.received for each in log.exchanges)
    assert b"relay" not in kept
    assert b"S7K2QW9" not in kept
    hub.is_away = True
    with pytest.raises(Temporary):
        house.request(request(), at=STARTS)
    assert "503" in log.exchanges[-1].verdict
    assert log.exchanges[-1].received == b""


def test_a_fault_of_the_service_is_an_answer_with_a_code(
    hub: Hub, house: SoapClearingHouse
) -> None:
    hub.answer(DO.CREATE, "mobile_create_reply.xml")
    house.request(request(), at=STARTS)
    hub.fault = sample("mobile_fault.xml")
    (declined,) = house.request(request(), at=STARTS)
    assert getattr(declined, "code", "") == "SOAP SERVR"
    hub.fault = b"<html>"
    with pytest.raises(Temporary, match="cannot be read"):
        house.request(request(), at=STARTS)


# ---- by file, when the service is away


def away(hub: Hub, clock: VirtualClock, call: Callable[[], object], minutes: int = 40) -> None:
    """The service goes away; we notice, and time passes."""
    hub.is_away = True
    with pytest.raises(Temporary):
        call()
    clock.advance_to(Moment.fromtimestamp(clock.now().timestamp() + 60 * minutes, STARTS.tzinfo))


def test_a_short_outage_is_waited_for(
    hub: Hub, house: SoapClearingHouse, clock: VirtualClock
) -> None:
    def send() -> object:
        return house.request(request(), at=STARTS)

    away(hub, clock, send, minutes=20)
    with pytest.raises(Temporary):
        send()
    assert hub.brought == []


def test_after_a_long_outage_a_request_goes_by_file_and_only_once(
    hub: Hub, house: SoapClearingHouse, clock: VirtualClock
) -> None:
    def send() -> Any:
        return house.request(request(), at=STARTS)

    away(hub, clock, send)
    with pytest.raises(Temporary, match="sent by file") as waiting:
        send()
    assert waiting.value.after is not None
    name = "NC_CONT_alta_902_902K7Q2M9XA.csv"
    assert hub.brought == [name]
    assert b"600000102" in hub.files[name]

    hub.is_away = False  # the service is back, and has not read the file yet
    hub.answer(DO.CREATE, "mobile_create_reply.xml")
    with pytest.raises(Temporary, match="sent by file"):
        send()
    assert hub.brought == [name]
    assert hub.count(DO.CREATE) == 0

    hub.files[name.replace(".csv", "_RESP.csv")] = sample("contingency_alta_reply.csv")
    (made,) = send()
    assert isinstance(made, HubAccepted)
    assert made.reference == PORT
    assert made.reply_due == instant("2019-01-14T20:00:00+01:00")
    assert hub.count(DO.CREATE) == 0
    assert hub.brought == [name]


def test_when_the_service_is_back_new_wishes_go_to_it(
    hub: Hub, house: SoapClearingHouse, clock: VirtualClock
) -> None:
    away(hub, clock, lambda: house.request(request(), at=STARTS))
    with pytest.raises(Temporary, match="sent by file"):
        house.request_multiple(many(), at=STARTS)
    assert hub.brought == ["NC_CONT_alta_902_902M5LT1PL3.csv"]
    hub.is_away = False
    hub.answer(DO.CREATE, "mobile_create_reply.xml")
    (made,) = house.request(request(), at=STARTS)
    assert isinstance(made, HubAccepted)
    assert hub.brought == ["NC_CONT_alta_902_902M5LT1PL3.csv"]


def test_a_request_that_came_both_ways_is_one_request(hub: Hub, house: SoapClearingHouse) -> None:
    """We were started anew and have forgotten that it went by file; the hub has not."""
    hub.answer(DO.CREATE, "mobile_create_reply_exists.xml")
    hub.answer(DO.GET, "mobile_get_reply.xml")
    (adopted,) = house.request(request(), at=STARTS)
    assert isinstance(adopted, HubAccepted)
    assert adopted.reference == PORT


def test_the_donor_answers_by_file_too(
    hub: Hub, house: SoapClearingHouse, clock: VirtualClock
) -> None:
    donor = SoapDonorHouse(house.line)
    away(hub, clock, donor.pending)
    with pytest.raises(Temporary, match="sent by file"):
        donor.reject(REJECT, key="e1")
    with pytest.raises(Temporary, match="sent by file"):
        donor.confirm(CONFIRM, key="e2")
    assert hub.brought == [
        f"NC_CONT_rechazar_902_{TO_US}.csv",
        f"NC_CONT_confirmar_902_{TO_US}.csv",
    ]
    hub.files[f"NC_CONT_confirmar_902_{TO_US}_RESP.csv"] = sample("contingency_reference_reply.csv")
    (taken,) = donor.confirm(CONFIRM, key="e2")
    assert isinstance(taken, PortOutAnswerTaken)


def test_returns_and_cancellations_go_by_file_too(
    hub: Hub, house: SoapClearingHouse, clock: VirtualClock
) -> None:
    returns = SoapReturnHouse(house.line)
    back = SendReturnCancellation(reference=RETURN, number=number(401), operator="brisa")
    away(hub, clock, lambda: returns.notify_return(NOTICE, key="e1"))
    with pytest.raises(Temporary, match="sent by file"):
        returns.notify_return(NOTICE, key="e1")
    with pytest.raises(Temporary, match="sent by file"):
        returns.cancel_return(back, key="e2")
    with pytest.raises(Temporary, match="sent by file"):
        house.cancel(CANCEL, key="e3")
    notice, undone, cancelled = hub.brought
    assert notice == "NC_CONT_baja_902_600000401_20190114.csv"
    hub.files[notice.replace(".csv", "_RESP.csv")] = sample("contingency_baja_reply.csv")
    (made,) = returns.notify_return(NOTICE, key="e1")
    assert isinstance(made, ReturnAccepted)
    assert made.reference == RETURN
    plain = b"MSISDN;codigoRespuesta;descripcion\n600000401;0000 00000;\n"
    hub.files[undone.replace(".csv", "_RESP.csv")] = plain
    assert list(returns.cancel_return(back, key="e2")) == []
    told = f"codigoReferencia;codigoRespuesta;descripcion\n{PORT};0000 00000;\n".encode()
    hub.files[cancelled.replace(".csv", "_RESP.csv")] = told
    (seen,) = house.cancel(CANCEL, key="e3")  # nobody can be asked: the file is the hub's word
    assert isinstance(seen, PortStateSeen)
    assert (seen.reference, seen.state) == (PORT, HubState.CANCELLED)


def test_news_come_by_file_while_the_service_is_away(
    hub: Hub, house: SoapClearingHouse, clock: VirtualClock
) -> None:
    away(hub, clock, lambda: house.news(""))
    name = "NC_CONT_alta_receptor_confrech_902_20190114_160000.csv"
    hub.files[name] = sample("contingency_alta_receptor_confrech.csv")
    hub.files[name.replace("16", "17", 1)] = b"\xff;;"
    post = house.news("")
    assert [(n.contract_code, n.said.state) for n in post.news] == [  # type: ignore[union-attr]
        ("902K7Q2M9XA", HubState.CONFIRMED),
        ("902B4T8W3ZC", HubState.REJECTED),
    ]
    calls = len(hub.calls)
    house.acknowledge([news.notice_id for news in post.news])
    assert len(hub.calls) == calls
    assert house.news(post.place).news == ()
