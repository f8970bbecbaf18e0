"""The mobile hub's wire, against samples written by hand from the fact sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from relevo.profiles.es import codec_mobile as wire
from relevo.profiles.es.codec_status import decode_status_file, parse_reference
from relevo.profiles.es.hub_words import (
    CancelCause,
    ExistingRequest,
    HubState,
    MobilePortRequest,
    WrongField,
)
from relevo.profiles.es.person_names import split_name
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder
from relevo.values.simcard import Iccid

SAMPLES = Path(__file__).parent / "samples"
SESSION = "S7K2QW9"
REFERENCE = "90290111190114081000017"

COMPANY = MobilePortRequest(
    consented_at=instant("2019-01-13T11:59:00+01:00"),
    donor="901",
    recipient="902",
    holder=Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True),
    contract="902K7Q2M9XA",
    nrn="799902",
    msisdn=Msisdn("+34600000102"),
    window_opens=instant("2019-01-18T01:00:00+00:00"),
)
PERSON = MobilePortRequest(
    consented_at=instant("2019-01-14T09:30:00+01:00"),
    donor="903",
    recipient="902",
    holder=Holder("Ana Núñez Peña", Document(DocumentType.NIE, "X2482300W"), business=False),
    contract="902B4T8W3ZC",
    nrn="799902",
    msisdn=Msisdn("+34600000103"),
    iccid=Iccid("8934071100000000012"),
    nationality="PRT",
)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def tree(element: Element) -> Any:
    """Names with their namespaces, texts and order; spaces and prefixes do not count."""
    return element.tag, (element.text or "").strip(), [tree(child) for child in element]


@pytest.mark.parametrize(
    ("built", "name"),
    [
        (wire.encode_login("brisa-porting", "relay", "902"), "mobile_login_request.xml"),
        (wire.encode_create(SESSION, COMPANY), "mobile_create_request_company.xml"),
        (wire.encode_create(SESSION, PERSON), "mobile_create_request_person_prepaid.xml"),
        (
            wire.encode_cancel(SESSION, REFERENCE, CancelCause.SUBSCRIBER),
            "mobile_cancel_request.xml",
        ),
        (wire.encode_get(SESSION, REFERENCE), "mobile_get_request.xml"),
        (wire.encode_notifications(SESSION, "PG-41"), "mobile_notifications_request.xml"),
        (
            wire.encode_mark_synchronised(SESSION, ["N0000000041", "N0000000042"]),
            "mobile_synchronised_request.xml",
        ),
        (
            wire.encode_number_query(SESSION, Msisdn("+34600000102")),
            "mobile_number_request.xml",
        ),
    ],
)
def test_we_send_what_the_fact_sheet_says(built: bytes, name: str) -> None:
    assert tree(fromstring(built)) == tree(fromstring(sample(name)))


def test_the_first_page_is_asked_for_without_a_key() -> None:
    assert b"codigoPeticionPaginada" not in wire.encode_notifications(SESSION)


def test_a_passport_without_known_nationality_says_so() -> None:
    holder = Holder("Ana Núñez", Document(DocumentType.PAS, "AA123456"), business=False)
    sent = wire.encode_create(SESSION, replace(PERSON, holder=holder, nationality=None))
    assert b"nacionalidad>XXX<" in sent
    assert b"segundoApellido" not in sent


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"donor": "91"}, "codigoOperadorDonante"),
        ({"recipient": "Brisa"}, "codigoOperadorReceptor"),
        ({"contract": "902"}, "codigoContrato"),
        ({"contract": "901K7Q2M9XA"}, "codigoContrato"),
        ({"nrn": "899902"}, "NRNReceptor"),
        ({"iccid": Iccid("89340711000000000125")}, "ICCID"),
        ({"msisdn": Msisdn("+351600000102")}, "MSISDN"),
        ({"window_opens": instant("2019-01-18T06:00:00+01:00")}, "fechaVentanaCambio"),
        ({"holder": replace(COMPANY.holder, name="x" * 65)}, "razonSocial"),
        ({"holder": replace(COMPANY.holder, name="a\x00b")}, "razonSocial"),
        ({"holder": replace(PERSON.holder, name="Ana")}, "primerApellido"),
        ({"holder": replace(PERSON.holder, name="A" * 65 + " Gil")}, "nombre"),
        ({"holder": PERSON.holder, "nationality": "Portugal"}, "nacionalidad"),
    ],
)
def test_nonsense_of_ours_is_our_fault_and_names_the_field(
    change: dict[str, Any], field: str
) -> None:
    with pytest.raises(OurFault) as refused:
        wire.encode_create(SESSION, replace(COMPANY, **change))
    assert refused.value.field == field


def test_nothing_to_mark_is_our_fault() -> None:
    with pytest.raises(OurFault, match="at least one"):
        wire.encode_mark_synchronised(SESSION, [])


def test_a_session_is_read() -> None:
    assert wire.decode_login(sample("mobile_login_reply.xml")).session == SESSION


def test_a_created_request_is_read_in_utc() -> None:
    reply = wire.decode_create(sample("mobile_create_reply.xml"))
    assert reply.answer.is_success
    assert reply.reference == REFERENCE
    assert reply.window_opens == instant("2019-01-18T02:00:00+01:00")
    assert reply.state is HubState.REQUESTED
    assert reply.state_due == instant("2019-01-14T20:00:00+01:00")


def test_wrong_fields_are_named_by_the_hub() -> None:
    answer = wire.decode_create(sample("mobile_create_reply_wrong_format.xml")).answer
    assert answer.code == "GENE INFOR"
    assert answer.wrong_fields == (
        WrongField("codigoContrato", "debe tener 11 caracteres"),
        WrongField("NRNReceptor", "debe tener 6 cifras"),
    )


def test_the_right_donor_is_read_from_the_text() -> None:
    reply = wire.decode_create(sample("mobile_create_reply_wrong_donor.xml"))
    assert (reply.answer.code, reply.right_donor) == ("AREC ENUME", "903")
    assert reply.existing is None


def test_the_existing_request_is_read_from_the_text() -> None:
    reply = wire.decode_create(sample("mobile_create_reply_exists.xml"))
    assert reply.existing == ExistingRequest(Msisdn("+34600000102"), "902K7Q2M9XA", REFERENCE)
    assert reply.right_donor is None


def test_a_cancellation_is_answered() -> None:
    assert wire.decode_answer(sample("mobile_cancel_reply.xml")).is_success


def test_a_lost_session_is_an_answer_like_others() -> None:
    answer = wire.decode_answer(sample("mobile_synchronised_reply.xml"))
    assert answer.code == "ACCS NXSES"


def test_the_state_of_a_request_is_read() -> None:
    status = wire.decode_get(sample("mobile_get_reply.xml")).status
    assert status is not None
    assert status.state is HubState.CONFIRMED
    assert status.contract == "902K7Q2M9XA"
    assert status.cause is None
    assert status.recipient == "902"


def test_a_page_of_news_is_read() -> None:
    page = wire.decode_notifications(sample("mobile_notifications_reply.xml"))
    assert (page.page, page.total, page.per_page, page.is_last) == ("PG-41", 3, 2, False)
    confirmed, rejected = page.entries
    assert confirmed.code == "N0000000041"
    assert not confirmed.is_synchronised
    assert confirmed.status.msisdn == "+34600000102"
    assert confirmed.created_at == instant("2019-01-14T15:42:10+01:00")
    assert rejected.status.state is HubState.REJECTED
    assert rejected.status.cause == "RECH_NORES"
    assert rejected.created_at == instant("2019-01-14T20:00:00+01:00")


def test_who_serves_a_number_is_read() -> None:
    reply = wire.decode_number(sample("mobile_number_reply.xml"))
    assert (reply.serving, reply.range_holder) == ("901", "904")
    assert reply.is_ported
    assert not reply.is_in_process


DECODERS: list[Callable[[bytes], Any]] = [
    wire.decode_login,
    wire.decode_create,
    wire.decode_answer,
    wire.decode_get,
    wire.decode_notifications,
    wire.decode_number,
]


@pytest.mark.parametrize("decode", DECODERS)
def test_a_soap_fault_is_an_answer_with_a_code_of_ours(decode: Callable[[bytes], Any]) -> None:
    read = decode(sample("mobile_fault.xml"))
    answer = getattr(read, "answer", read)
    assert (answer.code, answer.description) == ("SOAP SERVR", "Error interno del servicio")
    blamed = decode(sample("mobile_fault.xml").replace(b"soapenv:Server", b"soapenv:Client"))
    assert getattr(blamed, "answer", blamed).code == "SOAP CLINT"


@pytest.mark.parametrize("decode", DECODERS)
def test_a_refusal_is_read_without_the_rest(decode: Callable[[bytes], Any]) -> None:
    read = decode(sample("mobile_synchronised_reply.xml"))
    assert not getattr(read, "answer", read).is_success


@pytest.mark.parametrize("namespace", [b"http://nc.aopm.es/v1-11/portabilidad", b"urn:x"])
def test_the_namespace_does_not_matter(namespace: bytes) -> None:
    moved = sample("mobile_create_reply.xml").replace(
        b"http://nc.aopm.es/v1-10/portabilidad", namespace
    )
    assert wire.decode_create(moved).reference == REFERENCE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"90290111190114081000017<", b"902<"),
        (b"<por:estado>ASOL", b"<por:estado>XXXX"),
        (b"2019-01-18T02:00:00", b"tomorrow"),
        (b"2019-01-18T02:00:00", b"0001-01-01T00:00:00+14:00"),
        (b"2019-01-18T02:00:00", b"2019-02-30T02:00:00"),
        (b"0000 00000", b"fine"),
        (b"0000 00000", b""),
        (b"nc:respuesta", b"nc:otra"),
        (b"soapenv:Body", b"soapenv:Tail"),
        (b"schemas.xmlsoap.org/soap", b"www.w3.org/2003/05"),
    ],
)
def test_what_the_specification_does_not_allow_is_their_fault(old: bytes, new: bytes) -> None:
    with pytest.raises(TheirFault) as refused:
        wire.decode_create(sample("mobile_create_reply.xml").replace(old, new))
    assert refused.value.why


def test_entities_and_huge_messages_are_not_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(TheirFault):
        wire.decode_answer(bomb)
    with pytest.raises(TheirFault, match="more than"):
        wire.decode_answer(b" " * 9_000_000)


def test_a_reference_says_who_from_whom_and_when() -> None:
    read = parse_reference(REFERENCE)
    assert (read.recipient, read.donor, read.counter) == ("902", "901", 17)
    assert read.is_port
    assert read.is_single
    assert read.created_at == instant("2019-01-14T08:10:00+01:00")
    with pytest.raises(TheirFault):
        parse_reference("A0590111190114081000017")


def test_a_daily_file_is_read_and_its_bad_line_reported() -> None:
    read = decode_status_file(sample("mobile_status.dat"))
    assert [row.state for row in read.rows] == ["APOR", "AREC", "ACON"]
    first = read.rows[0]
    assert first.msisdn == "+34600000102"
    assert first.changed_at == instant("2019-01-18T02:00:00+01:00")
    assert (first.donor, first.recipient) == ("901", "902")
    assert [bad.line for bad in read.bad] == [5]


def test_a_daily_file_of_another_alphabet_is_read_too() -> None:
    latin = sample("mobile_status.dat").decode("utf-8").encode("latin-1")
    assert len(decode_status_file(latin).rows) == 3
    assert decode_status_file(b"").rows == ()


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Ana Núñez Peña", ("Ana", "Núñez", "Peña")),
        ("Ana Núñez", ("Ana", "Núñez", "")),
        ("María José de la Fuente Gil", ("María José", "de la Fuente", "Gil")),
        ("Gil Peña, Ana", ("Ana", "Gil", "Peña")),
        ("Ana", ("Ana", "", "")),
        ("", ("", "", "")),
        ("Ana de la", ("Ana", "de la", "")),
    ],
)
def test_a_full_name_is_cut_into_first_name_and_surnames(
    full: str, parts: tuple[str, str, str]
) -> None:
    assert split_name(full) == parts
