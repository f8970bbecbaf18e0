"""Every other message of the mobile hub, against samples written by hand from the fact sheet.

The recipient's messages about one number are in ``test_codec_mobile``; here are multiple requests,
the donor's side, queries, returns, migrations, and the files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from relevo.profiles.es import codec_mobile as wire
from relevo.profiles.es.codec_status import (
    decode_returned_file,
    decode_status_file,
    is_returned_file,
    is_status_file,
)
from relevo.profiles.es.hub_words import CancelCause, HubState, MobilePortRequest
from relevo.profiles.es.hub_words_numbers import (
    MigrationState,
    NumberRange,
    ReturnState,
)
from relevo.profiles.es.soap import body_of, local_name
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder
from relevo.values.simcard import Iccid

SAMPLES = Path(__file__).parent / "samples"
SESSION = "S7K2QW9"
PORT, MANY = "90290111190114081000017", "90290112190114093500040"
TO_US, MANY_TO_US = "90390211190114091100031", "90490212190114093000032"
RETURN, MIGRATION = "90290121190114103000051", "90290431190114110000061"
HOLDER = Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True)


def number(last: int) -> Msisdn:
    return Msisdn(f"+34600000{last:03d}")


ONE = MobilePortRequest(
    consented_at=instant("2019-01-13T11:59:00+01:00"),
    donor="901",
    recipient="902",
    holder=HOLDER,
    contract="902K7Q2M9XA",
    nrn="799902",
    msisdn=number(102),
    window_opens=instant("2019-01-18T02:00:00+01:00"),
)
PERSON = MobilePortRequest(
    consented_at=instant("2019-01-14T09:30:00+01:00"),
    donor="903",
    recipient="902",
    holder=Holder("Ana Núñez Peña", Document(DocumentType.NIE, "X2482300W"), business=False),
    contract="902B4T8W3ZC",
    nrn="799902",
    msisdn=number(103),
    iccid=Iccid("8934071100000000012"),
    nationality="PRT",
)
MULTIPLE = wire.MultiplePortRequest(
    consented_at=instant("2019-01-14T09:20:00+01:00"),
    donor="901",
    recipient="902",
    holder=HOLDER,
    contract="902M5LT1PL3",
    nrn="799902",
    numbers=(
        wire.Number(number(201)),
        wire.Number(number(202)),
        wire.Number(number(203)),
        wire.Number(number(210), Iccid("8934071100000000210")),
    ),
    window_opens=instant("2019-01-18T02:00:00+01:00"),
)
ANNOUNCED = wire.MigrationRequest(
    starts_at=instant("2019-02-01T02:00:00+01:00"),
    volume=2,
    services_from=("904",),
    networks_from=("904",),
    network_to="902",
    scenario=wire.Scenario.CHANGE_OF_HOST,
)
MIGRANT = wire.MigrationNumber(
    reference=MIGRATION,
    msisdn=number(501),
    network_from="904",
    network_to="902",
    service_from="904",
    service_to="904",
    nrn="799902",
)
WANTED = wire.RequestFilter(
    created_from=instant("2019-01-14T00:00:00+01:00"),
    created_until=instant("2019-01-15T00:00:00+01:00"),
    recipient="902",
    state=HubState.REQUESTED,
    contract="902K7Q2M9XA",
    is_multiple=False,
)
CEASED = instant("2019-01-14T10:00:00+01:00")


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def tree(element: Element) -> Any:
    """Names with their namespaces, texts and order; spaces and prefixes do not count."""
    return element.tag, (element.text or "").strip(), [tree(child) for child in element]


@pytest.mark.parametrize(
    ("built", "name"),
    [
        (wire.encode_create_multiple(SESSION, MULTIPLE), "multiple"),
        (wire.encode_agree(SESSION, MANY, True), "ack"),
        (wire.encode_agree(SESSION, MANY, False), "ack_cancel"),
        (wire.encode_donor_pending_news(SESSION, "PG-12"), "donor_pending_news"),
        (wire.encode_donor_cancelled_news(SESSION), "donor_cancelled_news"),
        (wire.encode_donor_pending(SESSION), "pending"),
        (wire.encode_confirm(SESSION, TO_US), "confirm"),
        (
            wire.encode_confirm(SESSION, MANY_TO_US, [number(311), number(313), number(320)]),
            "confirm_multiple",
        ),
        (wire.encode_reject(SESSION, TO_US, "RECH_ICCID"), "reject"),
        (wire.encode_processes(SESSION, number(102)), "processes"),
        (wire.encode_requests(SESSION, WANTED, "PG-2"), "requests"),
        (wire.encode_donor_cancellation(SESSION, "CD-77"), "donor_cancellation"),
        (wire.encode_return(SESSION, number(401), CEASED), "return_create"),
        (wire.encode_return_cancel(SESSION, RETURN, CancelCause.SUBSCRIBER), "return_cancel"),
        (wire.encode_return_get(SESSION, RETURN), "return_get"),
        (wire.encode_return_list(SESSION, number(401)), "return_list"),
        (wire.encode_migration(SESSION, ANNOUNCED), "migration_create"),
        (wire.encode_migration_number(SESSION, MIGRANT), "migration_number"),
        (wire.encode_migration_end(SESSION, MIGRATION), "migration_finish"),
        (wire.encode_migration_news(SESSION), "migration_news"),
        (wire.encode_ranges(SESSION, number(102)), "ranges"),
        (wire.encode_range(SESSION, Msisdn("+34600100000"), Msisdn("+34600199999")), "range"),
    ],
)
def test_we_send_what_the_fact_sheet_says(built: bytes, name: str) -> None:
    assert tree(fromstring(built)) == tree(fromstring(sample(f"mobile_{name}_request.xml")))


@pytest.mark.parametrize(
    ("built", "name"),
    [
        (wire.encode_contingency_creation(ONE), "alta"),
        (wire.encode_contingency_creation(PERSON), "alta_person"),
        (wire.encode_contingency_creation(MULTIPLE), "alta_multiple"),
        (wire.encode_contingency_confirm(TO_US), "confirmar"),
        (
            wire.encode_contingency_confirm(MANY_TO_US, [number(311), number(313)]),
            "confirmar_multiple",
        ),
        (wire.encode_contingency_reject(TO_US, "RECH_ICCID"), "rechazar"),
        (
            wire.encode_contingency_cancel(PORT, CancelCause.SUBSCRIBER),
            "cancelacion_alta_receptor",
        ),
        (wire.encode_contingency_return(number(401), CEASED), "baja"),
        (
            wire.encode_contingency_return_cancel(number(401), RETURN, CancelCause.SUBSCRIBER),
            "cancelacion_baja",
        ),
    ],
)
def test_by_file_we_send_the_same_in_columns(built: bytes, name: str) -> None:
    assert built.decode() == sample(f"contingency_{name}.csv").decode()


def test_every_operation_of_ours_has_a_sample_of_its_call() -> None:
    calls = [body_of(path.read_bytes()) for path in SAMPLES.glob("mobile_*_request*.xml")]
    assert {local_name(call) for call in calls} == {operation.value for operation in wire.Operation}


NONSENSE: dict[str, Callable[[], bytes]] = {
    "rangoMSISDN": lambda: wire.encode_create_multiple(SESSION, replace(MULTIPLE, numbers=())),
    "ICCID": lambda: wire.encode_create_multiple(
        SESSION, replace(MULTIPLE, numbers=(wire.Number(number(1), Iccid("89")),))
    ),
    "codigoReferencia": lambda: wire.encode_confirm(SESSION, "902"),
    "causaEstado": lambda: wire.encode_reject(SESSION, TO_US, "because"),
    "filtro": lambda: wire.encode_requests(SESSION, wire.RequestFilter()),
    "codigoOperadorReceptor": lambda: wire.encode_requests(
        SESSION, wire.RequestFilter(recipient="brisa")
    ),
    "volumen": lambda: wire.encode_migration(SESSION, replace(ANNOUNCED, volume=0)),
    "codigoOperadorPrestadorServicioOrigen": lambda: wire.encode_migration(
        SESSION, replace(ANNOUNCED, services_from=())
    ),
    "NRN": lambda: wire.encode_migration_number(SESSION, replace(MIGRANT, nrn="1")),
    "fechaVentanaCambio": lambda: wire.encode_contingency_creation(
        replace(ONE, window_opens=CEASED)
    ),
    "codigoContrato": lambda: wire.encode_contingency_creation(
        replace(ONE, contract="901K7Q2M9XA")
    ),
    "MSISDN": lambda: wire.encode_contingency_creation(replace(MULTIPLE, numbers=())),
    "key": lambda: wire.contingency_name(wire.Token.CREATION, "902", "../etc").encode(),
}


@pytest.mark.parametrize("field", NONSENSE)
def test_nonsense_of_ours_is_our_fault_and_names_the_field(field: str) -> None:
    with pytest.raises(OurFault) as refused:
        NONSENSE[field]()
    assert refused.value.field == field


def test_a_multiple_request_is_created_like_a_single_one() -> None:
    reply = wire.decode_create(sample("mobile_multiple_reply.xml"))
    assert (reply.reference, reply.state) == (MANY, HubState.REQUESTED)


def test_a_reduced_list_waits_for_our_agreement_until_it_is_confirmed() -> None:
    waits = wire.decode_get(sample("mobile_get_reply_multiple_reduced.xml")).status
    agreed = wire.decode_get(sample("mobile_get_reply_multiple_confirmed.xml")).status
    assert waits is not None
    assert agreed is not None
    assert waits.is_multiple
    assert waits.confirmed == (number(201), number(203))
    assert [each.msisdn for each in waits.numbers] == [number(n) for n in (201, 202, 203, 210)]
    assert waits.numbers[3].iccid == "8934071100000000210"
    assert waits.awaits_agreement
    assert agreed.state is HubState.CONFIRMED
    assert not agreed.awaits_agreement


def test_a_mailbox_holds_single_and_multiple_requests() -> None:
    page = wire.decode_notifications(sample("mobile_notifications_reply_multiple.xml"))
    reduced, rejected = (notice.status for notice in page.entries)
    assert reduced.awaits_agreement
    assert (rejected.state, rejected.cause) == (HubState.REJECTED, "RECH_IDENT")
    assert not rejected.awaits_agreement


def test_one_notice_that_cannot_be_read_does_not_spoil_the_others() -> None:
    sent = sample("mobile_notifications_reply_multiple.xml").replace(b">AREC<", b">XREC<")
    page = wire.decode_notifications(sent)
    assert [notice.code for notice in page.entries] == ["N0000000051"]
    (unread,) = page.unreadable
    assert "N0000000052" in unread
    assert "XREC" in unread


def test_a_donor_sees_who_is_asked_for_and_until_when() -> None:
    page = wire.decode_donor_news(sample("mobile_donor_pending_news_reply.xml"))
    one, many = (notice.request for notice in page.entries)
    assert (one.document_type, one.document_number) == ("NIE", "X2482300W")
    assert one.status.reference == TO_US
    assert one.status.numbers == (wire.Number(number(301), Iccid("8934072200000000301")),)
    assert one.status.state_due == instant("2019-01-14T20:00:00+01:00")
    assert one.created_at == instant("2019-01-14T09:11:00+01:00")
    assert not one.is_window_chosen
    assert many.status.is_multiple
    assert many.is_window_chosen
    assert [each.msisdn for each in many.status.numbers] == [
        number(n) for n in (311, 312, 313, 320)
    ]
    assert many.status.numbers[3].iccid == "8934072200000000320"


def test_the_list_of_what_waits_says_the_same_as_the_mailbox() -> None:
    page = wire.decode_donor_news(sample("mobile_donor_pending_news_reply.xml"))
    waiting = wire.decode_donor_pending(sample("mobile_pending_reply.xml"))
    assert waiting.entries == tuple(notice.request for notice in page.entries)


def test_a_donor_learns_that_a_request_was_taken_back_or_has_been_executed() -> None:
    (news,) = wire.decode_donor_news(sample("mobile_donor_cancelled_news_reply.xml")).entries
    assert (news.request.status.state, news.request.status.cause) == (
        HubState.CANCELLED,
        "CANC_ABONA",
    )
    ported = wire.decode_donor_get(sample("mobile_get_reply_donor.xml"))
    assert ported is not None
    assert ported.status.state is HubState.PORTED
    assert wire.decode_donor_get(sample("mobile_reject_reply_outside.xml")) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("mobile_confirm_reply.xml", "0000 00000"),
        ("mobile_confirm_reply_again.xml", "CONF COEST"),
        ("mobile_reject_reply.xml", "0000 00000"),
        ("mobile_reject_reply_again.xml", "RECH REEST"),
        ("mobile_reject_reply_outside.xml", "RECH TIEMP"),
        ("mobile_ack_reply.xml", "0000 00000"),
        ("mobile_return_cancel_reply.xml", "0000 00000"),
        ("mobile_migration_number_reply.xml", "0000 00000"),
        ("mobile_migration_finish_reply.xml", "0000 00000"),
    ],
)
def test_an_answer_has_its_code(name: str, code: str) -> None:
    assert wire.decode_answer(sample(name)).code == code


def test_all_processes_of_a_number_are_told_with_their_times() -> None:
    now, before = wire.decode_processes(sample("mobile_processes_reply.xml")).entries
    assert (now.kind, now.state, now.first) == ("ALTA_PORTABILIDAD_MOVIL", "ACON", number(102))
    assert now.confirmed_at == instant("2019-01-14T15:42:10+01:00")
    assert (before.state, before.rejection_cause) == ("AREC", "RECH_BNUME")
    assert before.rejected_at == instant("2019-01-08T14:39:00+01:00")


def test_requests_are_found_and_may_bear_a_cancellation_that_the_donor_asks_for() -> None:
    (found,) = wire.decode_requests(sample("mobile_requests_reply.xml")).entries
    assert (found.contract, found.donor_cancellation) == ("902K7Q2M9XA", "CD-77")
    shown = wire.decode_donor_cancellation(sample("mobile_donor_cancellation_reply.xml"))
    assert shown.reference == PORT
    assert shown.evidence.startswith(b"%PDF")


def test_a_return_is_accepted_followed_and_found_again() -> None:
    made = wire.decode_return(sample("mobile_return_create_reply.xml"))
    assert made.reference == RETURN
    assert made.window_opens == instant("2019-02-18T02:00:00+01:00")
    held = wire.decode_return_get(sample("mobile_return_get_reply.xml")).status
    assert held is not None
    assert (held.state, held.msisdn, held.ceased_at) == (ReturnState.HELD, number(401), CEASED)
    first, second = wire.decode_return_list(sample("mobile_return_list_reply.xml")).entries
    assert (first.state, first.cause) == (ReturnState.CANCELLED, "CANC_ABONA")
    assert second.state is ReturnState.NOTIFIED
    again = wire.decode_return(sample("mobile_return_create_reply_exists.xml"))
    assert (again.reference, again.existing) == (None, RETURN)


def test_a_migration_has_a_latest_date_and_its_news() -> None:
    made = wire.decode_migration(sample("mobile_migration_create_reply.xml"))
    assert (made.reference, made.ends_by) == (MIGRATION, instant("2019-03-01T20:00:00+01:00"))
    news = wire.decode_migration_news(sample("mobile_migration_news_reply.xml")).entries
    assert [each.status.state for each in news] == [MigrationState.SENT, MigrationState.FINISHED]


def test_a_range_has_a_holder_and_may_have_another_user() -> None:
    whole, lent = wire.decode_ranges(sample("mobile_ranges_reply.xml")).entries
    assert (whole.holder, whole.sub_holder) == ("901", None)
    first, last = Msisdn("+34600100000"), Msisdn("+34600199999")
    assert lent == NumberRange(first, last, "901", "904")
    assert wire.decode_range(sample("mobile_range_reply.xml")).range == lent


@pytest.mark.parametrize(
    ("name", "decode", "old", "new"),
    [
        ("get_reply_multiple_reduced", wire.decode_get, b">600000203<", b">600000100<"),
        ("get_reply_multiple_reduced", wire.decode_get, b">600000203<", b">699999999<"),
        ("get_reply_multiple_reduced", wire.decode_get, b">600000201</por:c", b">600000999</por:c"),
        ("get_reply_multiple_reduced", wire.decode_get, b"<por:MSISDN>600000210", b"<por:MSISDN>1"),
        ("get_reply_multiple_reduced", wire.decode_get, b">600000210</por:valorI", b">600000202</por:valorI"),  # noqa: E501
        ("get_reply_donor", wire.decode_donor_get, b"documentoIdentificacion", b"documento2"),
        ("get_reply_donor", wire.decode_donor_get, b">NIE<", b">some NIE<"),
        ("return_get_reply", wire.decode_return_get, b"BDET", b"ASOL"),
        ("donor_cancellation_reply", wire.decode_donor_cancellation, b"JVBERi", b"****"),
        ("migration_create_reply", wire.decode_migration, b"fechaMaxima", b"fechaMinima"),
        ("range_reply", wire.decode_range, b">901<", b">Altamar<"),
    ],
)  # fmt: skip
def test_what_the_specification_does_not_allow_is_their_fault(
    name: str, decode: Callable[[bytes], Any], old: bytes, new: bytes
) -> None:
    sent = sample(f"mobile_{name}.xml")
    assert old in sent
    with pytest.raises(TheirFault) as refused:
        decode(sent.replace(old, new))
    assert refused.value.why


def test_a_daily_file_tells_of_processes_of_all_kinds() -> None:
    read = decode_status_file(sample("mobile_status_all_kinds.dat"))
    assert read.bad == ()
    assert [row.state for row in read.rows] == [
        *("APOR", "ACON", "BNOT", "BDET", "BCAN", "BDEF", "BFIN"),
        *("NENV", "NCON", "NMIG", "MPRC", "MFIN", "ACON", "ACON"),
    ]
    assert {row.reference for row in read.rows[-2:]} == {MANY}


def test_a_file_of_returned_numbers_is_read_and_its_bad_lines_reported() -> None:
    read = decode_returned_file(sample("mobile_returned.dat"))
    assert [(each.msisdn, each.since) for each in read.numbers] == [
        (number(404), date(2019, 1, 14)),
        (number(777), date(2019, 1, 14)),
    ]
    assert [bad.line for bad in read.bad] == [3, 4]


def test_files_are_told_apart_by_their_names() -> None:
    status, ours = "NC_ESTADOS_20190114_0700.dat", "NC_DEVUELTOS_902_20190114.dat"
    news = "NC_CONT_alta_receptor_confrech_902_20190114_150000.csv"
    sent = wire.contingency_name(wire.Token.CREATION, "902", "902K7Q2M9XA")
    assert sent == "NC_CONT_alta_902_902K7Q2M9XA.csv"
    assert wire.reply_name(sent) == "NC_CONT_alta_902_902K7Q2M9XA_RESP.csv"
    names = (status, ours, news, sent)
    assert [name for name in names if is_status_file(name)] == [status]
    assert [name for name in names if is_returned_file(name, "902")] == [ours]
    assert not any(is_returned_file(name, "901") for name in names)
    assert [name for name in names if wire.is_contingency_news(name, "902")] == [news]


def test_replies_by_file_are_found_by_what_they_are_correlated_by() -> None:
    created = wire.decode_contingency_creations(sample("contingency_alta_reply.csv"))
    assert created["902K7Q2M9XA"].reference == PORT
    assert created["902K7Q2M9XA"].state_due == instant("2019-01-14T20:00:00+01:00")
    assert created["902B4T8W3ZC"].right_donor == "904"
    answers = wire.decode_contingency_answers(sample("contingency_reference_reply.csv"))
    assert {text: answer.code for text, answer in answers.items()} == {
        TO_US: "0000 00000",
        MANY_TO_US: "CONF COEST",
    }
    returned = wire.decode_contingency_returns(sample("contingency_baja_reply.csv"))
    assert returned[number(401)].reference == RETURN


def test_news_by_file_say_what_the_mailbox_would() -> None:
    confirmed, rejected = wire.decode_contingency_news(
        sample("contingency_alta_receptor_confrech.csv")
    )
    assert (confirmed.contract, confirmed.state) == ("902K7Q2M9XA", HubState.CONFIRMED)
    assert confirmed.window_opens == instant("2019-01-18T02:00:00+01:00")
    assert (rejected.state, rejected.cause) == (HubState.REJECTED, "RECH_IDENT")


def test_columns_may_come_in_another_order_and_there_may_be_more() -> None:
    sent = b"otro;descripcion;codigoReferencia;codigoRespuesta\r\nx;;" + TO_US.encode() + b";"
    answers = wire.decode_contingency_answers(sent + b"0000  00000\r\n")
    assert answers[TO_US].is_success


def test_lines_of_one_multiple_are_one_request() -> None:
    lines = sample("contingency_alta_receptor_confrech.csv").decode().splitlines()
    one = lines[1].replace(PORT, MANY)
    two = one.replace("600000102", "600000103")
    (joined,) = wire.decode_contingency_news("\n".join([lines[0], one, two]).encode())
    assert joined.is_multiple
    assert joined.confirmed == (number(102), number(103))


@pytest.mark.parametrize("text", ["x;y", "line\nbreak", "tab\tbed"])
def test_no_name_can_break_a_line_of_a_file(text: str) -> None:
    sent = wire.encode_contingency_creation(replace(ONE, holder=replace(HOLDER, name=text)))
    header, line, rest = sent.decode().split("\n")
    assert header.count(";") == line.count(";")
    assert rest == ""


def test_keys_and_sessions_are_masked_wherever_they_stand() -> None:
    login = wire.masked(wire.encode_login("brisa-porting", "relay & <co>", "902"))
    assert b"relay" not in login
    assert b"brisa-porting" in login
    assert SESSION.encode() not in wire.masked(wire.encode_get(SESSION, PORT))
    assert SESSION.encode() not in wire.masked(sample("mobile_login_reply.xml"))
    assert wire.masked(sample("mobile_get_reply.xml")) == sample("mobile_get_reply.xml")
