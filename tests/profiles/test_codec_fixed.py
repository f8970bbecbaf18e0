"""The fixed hub's records, against samples written by hand from the fact sheet."""

from __future__ import annotations

import resource
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.profiles.es import codec_fixed as wire
from relevo.profiles.es import fixed_words, tables
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

SAMPLES = Path(__file__).parent / "samples"
F = Msisdn("+34976000101")
REQUEST = wire.FixedPortRequest(
    process_id="F-7K2QW9",
    recipient="00902",
    holder=Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True),
    address=Address("Calle de Alfonso I 17, 3º", "50003", "Zaragoza", "Zaragoza"),
    lines=(wire.RangeLine("799952", F, F),),
    contact=wire.Contact(
        name="Mesa de portabilidad", phone="900000902", email="portabilidad@brisa.example"
    ),
    requested_on=date(2019, 1, 13),
    preferred=instant("2019-01-18T10:00:00+01:00"),
)
LARGE = replace(
    REQUEST,
    port_type=wire.PortType.MULTIPLE,
    full_numbering=True,
    lines=tuple(
        wire.RangeLine("799952", Msisdn(f"+34{first}"), Msisdn(f"+34{first + 4_999}"))
        for first in range(976_000_000, 976_350_000, 5_000)
    ),
)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def written(request: wire.FixedPortRequest) -> bytes:
    return wire.encode(wire.request_record(request))


def only(sent: bytes) -> wire.Record:
    (record,) = wire.decode_records(sent).records
    return record


def test_a_request_is_the_record_of_the_fact_sheet() -> None:
    assert written(REQUEST) == sample("fixed_sp.txt")
    assert written(replace(REQUEST, preferred=None)).split(b";")[14] == b""


def test_a_request_uses_every_field_of_the_fact_sheet() -> None:
    whole = replace(
        REQUEST,
        process_id="90200000001",
        launch_on=date(2019, 1, 21),
        remarks="Llamar antes",
        ull_order="ORD-00000001",
        ull_process="PROC-000000000000001",
        preferred=instant("2019-01-28T10:00:00+01:00"),
        port_type=wire.PortType.MULTIPLE,
        process_type=wire.ProcessType.ASSURED,
        full_numbering=True,
        outside_plant=True,
        tariff="Tarifa plana",
        contact=replace(REQUEST.contact, fax="900000903"),
        requested_on=date(2019, 1, 14),
        recipient_reseller="Revende Uno",
        donor_reseller="Revende Dos",
        lines=(
            wire.RangeLine("799952", Msisdn("+34976000100"), Msisdn("+34976000199")),
            wire.RangeLine("799952", Msisdn("+34976000300"), Msisdn("+34976000300")),
        ),
    )
    assert written(whole) == sample("fixed_all.txt").splitlines(keepends=True)[0]


def test_every_message_of_the_table_is_read_and_written_back_as_it_was() -> None:
    lines = sample("fixed_all.txt").splitlines(keepends=True)
    read = wire.decode_records(sample("fixed_all.txt"))
    assert read.bad == ()
    assert {record.kind for record in read.records} == set(wire.Kind)
    for line, record in zip(lines, read.records, strict=True):
        assert wire.encode(record) == line


def test_every_layout_says_where_it_comes_from_and_how_certain_it_is() -> None:
    layouts = tables.toml("fixed_records.toml")["record"]
    assert set(layouts) == {kind.value for kind in wire.Kind}
    for name, layout in layouts.items():
        assert layout["certainty"] in {"C", "I", "U"}, name
        assert layout["source"], name
        assert layout["says"], name
        assert isinstance(layout["valid_from"], date), name
    sourced = {name for name, layout in layouts.items() if layout["certainty"] == "C"}
    assert sourced == {"SP", "DSP1", "DSP2"}


def test_what_a_record_says_is_found_by_name() -> None:
    queued, accepted, by_hub, by_donor, moved, done, denied, error = wire.decode_records(
        sample("fixed_replies.txt")
    ).records
    assert queued.day("expected_on") == date(2019, 1, 18)
    assert accepted.moment("opens") == instant("2019-01-18T10:00:00+01:00")
    assert accepted.moment("closes") == instant("2019-01-18T13:00:00+01:00")
    assert accepted.day("opens") is None
    assert by_hub.kind is wire.Kind.DENIED_BY_HUB
    assert by_hub.text("contact_phone") == "900000901"
    assert by_donor.kind is wire.Kind.DENIED_BY_DONOR
    assert by_donor.text("cause") == "0003"
    assert (moved.text("recipient"), moved.text("donor")) == ("00902", "00901")
    assert moved.lines == (wire.RangeLine("799952", F, F),)
    assert done.moment("at") == instant("2019-01-15T12:00:00+01:00")
    assert denied.text("cause") == "0090"
    assert (error.text("wrong_field"), error.text("remarks")) == ("12", "Código postal no válido")
    assert error.lines == ()
    with pytest.raises(LookupError, match="FERROR has no opens"):
        error.moment("opens")


def test_numbers_that_follow_one_another_are_one_line() -> None:
    numbers = [Msisdn(f"+3497600010{n}") for n in (3, 1, 2, 7, 1)]
    lines = wire.lines_of("799952", numbers)
    assert [(line.first[-1], line.last[-1], line.count) for line in lines] == [
        ("1", "3", 3),
        ("7", "7", 1),
    ]
    assert [number for line in lines for number in line.numbers()] == sorted(set(numbers))


def test_seventy_ranges_of_five_thousand_numbers_are_cheap() -> None:
    sent = written(LARGE)
    assert sum(line.count for line in only(sent).lines) == 350_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for _ in range(20):
        wire.decode_records(written(LARGE))
    spent_s = (resource.getrusage(resource.RUSAGE_SELF).ru_utime - before) / 20
    assert spent_s < 0.02


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"process_id": "x" * 21}, "process_id"),
        ({"process_id": "a;b"}, "process_id"),
        ({"recipient": "902"}, "recipient"),
        ({"lines": (wire.RangeLine("79995", F, F),)}, "NRN"),
        ({"lines": (wire.RangeLine("799952", Msisdn("+351212345678"), F),)}, "number"),
        ({"lines": (wire.RangeLine("799952", F, Msisdn("+34976000100")),)}, "lines"),
        ({"lines": ()}, "lines"),
        ({"lines": LARGE.lines + REQUEST.lines}, "lines"),
        ({"remarks": "x" * 81}, "remarks"),
        ({"donor_reseller": "x" * 81}, "donor_reseller"),
        ({"ull_order": "x" * 15}, "ull_order"),
        ({"ull_process": "x" * 22}, "ull_process"),
        ({"holder": replace(REQUEST.holder, name=" ")}, "name"),
        ({"address": replace(REQUEST.address, street="x" * 81)}, "street"),
        ({"address": replace(REQUEST.address, postcode="5000")}, "postcode"),
        ({"contact": wire.Contact(phone="0" * 16)}, "contact_phone"),
        ({"preferred": instant("2019-01-18T02:00:00+01:00")}, "preferred"),
        ({"preferred": instant("2019-01-18T10:30:00+01:00")}, "preferred"),
        ({"full_numbering": True}, "full_numbering"),
        ({"process_type": wire.ProcessType.DISCONNECTION}, "process_type"),
        (
            {"port_type": wire.PortType.INTELLIGENT_NETWORK, "lines": REQUEST.lines * 2},
            "lines",
        ),
    ],
)
def test_nonsense_of_ours_is_our_fault_and_names_the_field(
    change: dict[str, Any], field: str
) -> None:
    with pytest.raises(OurFault) as refused:
        written(replace(REQUEST, **change))
    assert refused.value.field == field


def test_a_range_of_more_than_five_thousand_numbers_is_not_sent() -> None:
    long = wire.RangeLine("799952", Msisdn("+34976000000"), Msisdn("+34976005000"))
    with pytest.raises(OurFault, match="1 to 5000"):
        written(replace(LARGE, lines=(long,)))


def test_a_cancellation_has_a_known_cause() -> None:
    record = wire.Record(
        kind=wire.Kind.CANCEL, process_id="F-1", values={"cancel_cause": "09", "remarks": ""}
    )
    with pytest.raises(OurFault, match="01, 02 or 03"):
        wire.encode(record)
    good = replace(record, values={"cancel_cause": wire.CancelCause.SUBSCRIBER})
    assert wire.encode(good) == b"CNC;F-1;01;\n"


def test_a_text_cannot_break_the_record() -> None:
    tricky = replace(REQUEST, remarks="a;b\nc\u2028d", holder=replace(REQUEST.holder, name="A;B"))
    fields = written(tricky).decode().rstrip("\n").split(";")
    assert len(fields) == 30
    assert fields[4] == "a,b c d"
    assert fields[9] == "A,B"


@pytest.mark.parametrize(
    "line",
    [
        "XYZ;F-1",
        "QSP;F-1",
        "QSP;;20190118;",
        "QSP;F-1;20190230;",
        "QSP;F-1;²0190118;",
        "DSP2;F-1;3;;;;;",
        "DSP2;F-1;;;;;;",
        "ASP;F-1;201901181300;201901181000;",
        "CFC;F-1;00901;201901181300;201901181000;799951;976000101;976000101",
        "ASP;F-1;99990101000;x;",
        "CP;F-1;00902;00901;201901181000;799952;976000101",
        "CP;F-1;00902;00901;201901181000;799952;976;976",
        "CP;F-1;00902;00901;201901181000",
        "CP;F-1;00902;00901;201901181000;799952;976000102;976000101",
        "CP;F-1;00902;00901;201901181000;799952;976000000;976005000",
        "CP;F-1;00902;00901;000101010000;799952;976000101;976000101",
        "CP;F-1;00902;00901;201901181000" + ";799952;976000101;976000101" * 71,
        "STCC;F-1;01;2019",
        "CNC;F-1;04;",
        "FERROR;F-1;x;",
        f"FERROR;F-1;1;{'x' * 600}",
    ],
)
def test_a_bad_record_is_reported_and_does_not_spoil_the_others(line: str) -> None:
    read = wire.decode_records(f"{line}\r\nQSP;F-2;20190118;\r\n\r\n".encode())
    assert [bad.line for bad in read.bad] == [1]
    assert read.bad[0].why
    assert [record.process_id for record in read.records] == ["F-2"]


@pytest.mark.parametrize(
    ("place", "wrong"),
    [(14, "2019011807"), (15, "05"), (16, "1"), (23, "03"), (23, "99"), (24, "20191301"), (8, "")],
)
def test_a_request_of_another_operator_is_held_to_the_same_limits(place: int, wrong: str) -> None:
    fields = sample("fixed_sp.txt").decode().rstrip("\n").split(";")
    fields[place] = wrong
    assert wire.decode_records(";".join(fields).encode()).records == ()


def test_what_is_no_text_is_their_fault() -> None:
    with pytest.raises(TheirFault, match="UTF-8"):
        wire.decode_records(b"QSP;\xff\xfe")


LINES = [line for line in sample("fixed_all.txt").decode().splitlines() if line]
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(LINES), st.integers(0, 40), st.sampled_from(LINES) | TEXTS, st.data())
def test_any_field_in_any_place_gives_a_record_or_is_reported(
    line: str, place: int, other: str, data: st.DataObject
) -> None:
    fields = line.split(";")
    stolen = other.split(";")
    fields[place % len(fields)] = data.draw(st.sampled_from(stolen))
    read = wire.decode_records(";".join(fields).encode())
    for record in read.records:
        again = wire.decode_records(wire.encode(record)) if _is_short(record) else None
        assert again is None or again.records == (record,)
    assert all(bad.why for bad in read.bad)


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_any_text_of_ours_is_one_record_or_is_our_fault(name: str, street: str, note: str) -> None:
    request = replace(
        REQUEST,
        holder=replace(REQUEST.holder, name=name),
        address=replace(REQUEST.address, street=street),
        remarks=note,
    )
    faults: list[OurFault] = []
    try:
        assert only(written(request)).lines == REQUEST.lines
    except OurFault as fault:
        faults.append(fault)
    assert {fault.field for fault in faults} <= {"name", "street"}


def _is_short(record: fixed_words.Record) -> bool:
    """A text of theirs may be longer, or have other characters, than we may send."""
    return all(
        not isinstance(value, str) or (len(value) <= 14 and value.isprintable())
        for value in record.values.values()
    )
