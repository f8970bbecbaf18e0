"""The fixed hub's records, against samples written by hand from the fact sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from relevo.profiles.es import codec_fixed as wire
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

SAMPLES = Path(__file__).parent / "samples"

REQUEST = wire.FixedPortRequest(
    process_id="F-7K2QW9",
    recipient="00902",
    holder=Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True),
    address=Address("Calle de Alfonso I 17, 3º", "50003", "Zaragoza", "Zaragoza"),
    nrn="799952",
    number=Msisdn("+34976000101"),
    contact=wire.Contact(
        name="Mesa de portabilidad", phone="900000902", email="portabilidad@brisa.example"
    ),
    requested_on=date(2019, 1, 13),
    preferred=instant("2019-01-18T10:00:00+01:00"),
)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_a_request_is_the_record_of_the_fact_sheet() -> None:
    assert wire.encode_sp(REQUEST) == sample("fixed_sp.txt")
    assert wire.encode_sp(replace(REQUEST, preferred=None)).split(b";")[14] == b""


def test_a_cancellation_is_a_record() -> None:
    assert wire.encode_cnc("F-7K2QW9", "01", "El abonado desiste") == sample("fixed_cnc.txt")


def test_a_text_cannot_break_the_record() -> None:
    tricky = replace(REQUEST, remarks="a;b\nc\u2028d", holder=replace(REQUEST.holder, name="A;B"))
    fields = wire.encode_sp(tricky).decode().rstrip("\n").split(";")
    assert len(fields) == 30
    assert fields[4] == "a,b c d"
    assert fields[9] == "A,B"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"process_id": "x" * 21}, "process id"),
        ({"process_id": "a;b"}, "process id"),
        ({"recipient": "902"}, "recipient"),
        ({"nrn": "79995"}, "NRN"),
        ({"number": Msisdn("+351212345678")}, "number"),
        ({"remarks": "x" * 81}, "remarks"),
        ({"holder": replace(REQUEST.holder, name=" ")}, "name"),
        ({"address": replace(REQUEST.address, street="x" * 81)}, "address"),
        ({"contact": wire.Contact(phone="0" * 16)}, "contact phone"),
        ({"preferred": instant("2019-01-18T02:00:00+01:00")}, "preferred window"),
        ({"preferred": instant("2019-01-18T10:30:00+01:00")}, "preferred window"),
    ],
)
def test_nonsense_of_ours_is_our_fault_and_names_the_field(
    change: dict[str, Any], field: str
) -> None:
    with pytest.raises(OurFault) as refused:
        wire.encode_sp(replace(REQUEST, **change))
    assert refused.value.field == field


def test_a_cancellation_has_a_known_cause() -> None:
    with pytest.raises(OurFault, match="01, 02 or 03"):
        wire.encode_cnc("F-1", "09")


def test_every_reply_is_read() -> None:
    read = wire.decode_records(sample("fixed_replies.txt"))
    assert read.bad == ()
    queued, accepted, by_hub, by_donor, moved, done, denied, error = read.records
    assert queued == wire.Queued(process_id="F-7K2QW9", expected_on=date(2019, 1, 18), remarks="")
    assert isinstance(accepted, wire.Accepted)
    assert accepted.opens == instant("2019-01-18T10:00:00+01:00")
    assert accepted.closes == instant("2019-01-18T13:00:00+01:00")
    assert isinstance(by_hub, wire.Denied)
    assert by_hub.by_hub
    assert by_hub.contact.phone == "900000901"
    assert isinstance(by_donor, wire.Denied)
    assert not by_donor.by_hub
    assert by_donor.cause == "0003"
    assert isinstance(moved, wire.Moved)
    assert moved.numbers == ("+34976000101",)
    assert (moved.recipient, moved.donor) == ("00902", "00901")
    assert isinstance(done, wire.CancelDone)
    assert done.at == instant("2019-01-15T12:00:00+01:00")
    assert isinstance(denied, wire.CancelDenied)
    assert denied.cause == "0090"
    assert error == wire.FormatError(
        process_id="F-5E6F7G", field=12, text="Código postal no válido"
    )


@pytest.mark.parametrize(
    "line",
    [
        "XYZ;F-1",
        "QSP;F-1",
        "QSP;;20190118;",
        "QSP;F-1;20190230;",
        "QSP;F-1;²0190118;",
        "DSP2;F-1;3;;;;;",
        "ASP;F-1;201901181300;201901181000;",
        "ASP;F-1;99990101000;x;",
        "CP;F-1;00902;00901;201901181000;799952;976000101",
        "CP;F-1;00902;00901;201901181000;799952;976;976",
        "CP;F-1;00902;00901;000101010000;799952;976000101;976000101",
        "STCC;F-1;01;2019",
        "FERROR;F-1;x;",
        f"FERROR;F-1;1;{'x' * 600}",
    ],
)
def test_a_bad_record_is_reported_and_does_not_spoil_the_others(line: str) -> None:
    read = wire.decode_records(f"{line}\r\nQSP;F-2;20190118;\r\n\r\n".encode())
    assert [bad.line for bad in read.bad] == [1]
    assert read.bad[0].why
    assert [record.process_id for record in read.records] == ["F-2"]


def test_what_is_no_text_is_their_fault() -> None:
    with pytest.raises(TheirFault, match="UTF-8"):
        wire.decode_records(b"QSP;\xff\xfe")
