"""Short messages as bytes: what is cut can be put together, and whatever comes can be read."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from relevo.adapters.sms_smpp.account import (
    Account,
    Alphabet,
    IdForm,
    LongText,
    WrongAccount,
    read_account,
    sender_address,
)
from relevo.adapters.sms_smpp.parts import joined, read_part
from relevo.adapters.sms_smpp.pdu import (
    Address,
    Command,
    Malformed,
    Pdu,
    ShortMessage,
    Tag,
    read_carried,
    read_pdu,
    read_query_response,
    read_short_message,
)
from relevo.adapters.sms_smpp.receipts import Came, is_receipt, read_receipt
from relevo.adapters.sms_smpp.segments import TooLong, cut

AIR_OCTETS = 140
ACCOUNT = Account(host="127.0.0.1", port=2775, system_id="relevo", country_prefix="+34")
FROM, TO = Address("34600000101"), Address("34600000900")
SPANISH = "áéíóúüñçÁÉÍÓÚÜÑ¿¡€ abcxyzABCXYZ0189.,:;()/'\"@\n"
TEXTS = st.text(alphabet=SPANISH, min_size=1, max_size=900) | st.text(min_size=1, max_size=300)


def as_heard(text: str, account: Account = ACCOUNT) -> list[ShortMessage]:
    """The segments of a text, as a phone's centre would deliver them."""
    return [
        ShortMessage(
            source=FROM,
            destination=TO,
            content=b"" if each.is_payload else each.content,
            esm_class=0x40 if each.has_header else 0,
            data_coding=each.data_coding,
            options={Tag.MESSAGE_PAYLOAD: each.content} if each.is_payload else {},
        )
        for each in cut(text, account, reference=77).segments
    ]


@given(TEXTS)
def test_a_text_that_was_cut_reads_the_same_when_its_parts_come_in_any_order(text: str) -> None:
    account = Account(host="h", port=1, system_id="s", segments_max=255)
    heard = [read_part(message, account) for message in as_heard(text, account)]
    if len(heard) == 1:
        assert heard[0].text == text
        return
    places = [each.place for each in heard if each.place is not None]
    assert len(places) == len(heard)
    parts = [(place.part, each.text) for place, each in zip(places, heard, strict=True)]
    assert joined(reversed(parts), places[0].total) == text
    assert {place.reference for place in places} == {77}


@given(TEXTS)
def test_no_segment_is_longer_than_what_goes_over_the_air(text: str) -> None:
    for segment in cut(text, Account(host="h", port=1, system_id="s", segments_max=255)).segments:
        if segment.data_coding == 8:
            assert len(segment.content) <= AIR_OCTETS
        else:
            header = 1 + segment.content[0] if segment.has_header else 0
            septets = -(-header * 8 // 7) + len(segment.content) - header
            assert septets <= 160


@pytest.mark.parametrize(
    ("text", "alphabet", "count"),
    [
        ("a" * 160, Alphabet.GSM7, 1),
        ("a" * 161, Alphabet.GSM7, 2),
        ("€" * 80, Alphabet.GSM7, 1),
        ("€" * 81, Alphabet.GSM7, 2),
        ("a" * 153 + "€" * 76, Alphabet.GSM7, 2),
        ("a" * 152 + "€" * 77, Alphabet.GSM7, 3),  # an escape is not torn from its letter
        ("Tu línea se mueve mañana. " * 5, Alphabet.GSM7_ES, 1),
        ("ó" * 70, Alphabet.GSM7_ES, 1),
        ("ó" * 78, Alphabet.GSM7_ES, 2),
        ("ж" * 70, Alphabet.UCS2, 1),
        ("ж" * 71, Alphabet.UCS2, 2),
        ("ж" * 66 + "😀" * 2, Alphabet.UCS2, 1),
        ("ж" * 66 + "😀" * 34, Alphabet.UCS2, 3),  # a pair is not torn apart
    ],
)
def test_a_text_is_counted_before_it_is_sent(text: str, alphabet: Alphabet, count: int) -> None:
    found = cut(text, ACCOUNT)
    assert (found.alphabet, len(found.segments)) == (alphabet, count)


def test_a_text_that_is_too_long_is_refused_with_its_count() -> None:
    with pytest.raises(TooLong, match="takes 11 SMS; segments_max is 10"):
        cut("a" * 1531, ACCOUNT)


def test_a_centre_that_cuts_itself_gets_the_text_whole_and_without_header() -> None:
    account = Account(host="h", port=1, system_id="s", long_text=LongText.PAYLOAD)
    (message,) = as_heard("¿Dónde está mi línea? " * 20, account)
    assert not message.content
    assert not message.esm_class
    assert read_part(message, account).text == "¿Dónde está mi línea? " * 20


def test_where_the_spanish_letters_are_not_agreed_the_text_goes_in_two_octets_a_letter() -> None:
    account = Account(host="h", port=1, system_id="s", alphabets=(Alphabet.GSM7, Alphabet.UCS2))
    assert cut("Sí", account).alphabet is Alphabet.UCS2
    assert cut("Sé", account).alphabet is Alphabet.GSM7


@given(
    st.binary(max_size=254),
    st.integers(0, 255),
    st.integers(0, 255),
    st.dictionaries(st.integers(0x1400, 0x3FFF), st.binary(max_size=40), max_size=3),
)
def test_our_bytes_are_those_of_another_codec(
    content: bytes, esm_class: int, coding: int, options: dict[int, bytes]
) -> None:
    ours = ShortMessage(
        source=Address("Brisa", 5, 0),
        destination=TO,
        content=content,
        esm_class=esm_class,
        data_coding=coding,
        registered_delivery=1,
        validity="000001000000000R",
        options=options,
    )
    theirs = smpp34.SubmitSm(
        "Brisa",
        TO.digits,
        content,
        source_addr_ton=5,
        dest_addr_ton=1,
        dest_addr_npi=1,
        esm_class=esm_class,
        data_coding=coding,
        registered_delivery=1,
        validity_period="000001000000000R",
        tlvs=[smpp34.Tlv(tag, value) for tag, value in options.items()],
        sequence_number=9,
    )
    assert Pdu(Command.SUBMIT_SM, 9, body=ours.encode()).encode() == theirs.encode()
    assert read_short_message(read_pdu(theirs.encode()).body) == ours


@given(st.binary(max_size=300))
def test_whatever_a_centre_sends_is_read_or_called_malformed(octets: bytes) -> None:
    for read in (read_pdu, read_query_response):
        with suppress(Malformed):
            read(octets)
    for read_message in (read_short_message, read_carried):
        try:
            message = read_message(octets)
        except Malformed:
            continue
        read_receipt(message)
        assert isinstance(read_part(message, ACCOUNT).text, str)


@given(st.binary(max_size=160), st.integers(0, 255), st.integers(0, 255))
def test_whatever_a_phone_sends_is_text(content: bytes, esm_class: int, coding: int) -> None:
    message = ShortMessage(
        source=FROM, destination=TO, content=content, esm_class=esm_class, data_coding=coding
    )
    part = read_part(message, ACCOUNT)
    assert part.sender == "+34600000101"
    assert part.place is None or 1 <= part.place.part <= part.place.total


def test_parts_are_told_by_sar_parameters_too() -> None:
    options: dict[int, bytes] = {
        Tag.SAR_REFERENCE: b"\x01\x02",
        Tag.SAR_TOTAL: b"\x03",
        Tag.SAR_SEQUENCE: b"\x02",
    }
    message = ShortMessage(source=FROM, destination=TO, content=b"dos", options=options)
    place = read_part(message, ACCOUNT).place
    assert place is not None
    assert (place.reference, place.total, place.part) == (0x102, 3, 2)


@pytest.mark.parametrize(
    ("source", "person"),
    [
        (Address("34600000101", 1), "+34600000101"),
        (Address("+34600000101", 0), "+34600000101"),
        (Address("600000101", 2), "+34600000101"),
        (Address("34600000101", 0), "+34600000101"),
        (Address("Altamar", 5, 0), "Altamar"),
    ],
)
def test_a_sender_is_the_number_that_the_order_knows(source: Address, person: str) -> None:
    message = ShortMessage(source=source, destination=TO, content=b"ok")
    assert read_part(message, ACCOUNT).sender == person


def receipt(text: str = "", **options: bytes) -> ShortMessage:
    return ShortMessage(
        source=FROM,
        destination=TO,
        content=text.encode("latin1"),
        esm_class=4,
        options={Tag[name.upper()]: value for name, value in options.items()},
    )


_BOOK = "id:0A sub:001 dlvrd:001 submit date:2611230956 done date:2611230957 stat:{} err:{} text:hi"


@pytest.mark.parametrize(
    ("message", "came", "reason"),
    [
        (receipt(_BOOK.format("DELIVRD", "000")), Came.DELIVERED, "DELIVRD"),
        (receipt(_BOOK.format("EXPIRED", "000")), Came.UNDELIVERABLE, "EXPIRED"),
        (receipt(_BOOK.format("DELETED", "000")), Came.UNDELIVERABLE, "DELETED"),
        (receipt(_BOOK.format("UNDELIV", "069")), Came.UNDELIVERABLE, "UNDELIV, error 069"),
        (receipt(_BOOK.format("REJECTD", "11")), Came.UNDELIVERABLE, "REJECTD, error 11"),
        (receipt(_BOOK.format("ACCEPTD", "000")), Came.UNDER_WAY, "ACCEPTD"),
        (receipt(_BOOK.format("ENROUTE", "000")), Came.UNDER_WAY, "ENROUTE"),
        (receipt(_BOOK.format("UNKNOWN", "000")), Came.UNDER_WAY, "UNKNOWN"),
        (receipt("Id: 0A Stat: delivrd"), Came.DELIVERED, "DELIVRD"),
        (receipt("stat:DELIVERED id:0A"), Came.DELIVERED, "DELIVERED"),
        (receipt("id:0A"), Came.UNDER_WAY, "no state"),
        (receipt(receipted_message_id=b"0A\0", message_state=b"\2"), Came.DELIVERED, "DELIVRD"),
        (
            receipt(
                receipted_message_id=b"0A",
                message_state=b"\5",
                network_error_code=b"\3\0\x1b",
            ),
            Came.UNDELIVERABLE,
            "UNDELIV, error 27",
        ),
        (
            receipt(_BOOK.format("DELIVRD", "000"), message_state=b"\3"),
            Came.UNDELIVERABLE,
            "EXPIRED",
        ),
    ],
)
def test_a_receipt_is_read_in_every_form(message: ShortMessage, came: Came, reason: str) -> None:
    found = read_receipt(message)
    assert is_receipt(message)
    assert found is not None
    assert (found.smsc_id, found.came, found.reason) == ("0A", came, reason)
    assert found.recipient == "34600000101"


def test_a_receipt_that_names_no_message_is_nobodys() -> None:
    assert read_receipt(receipt("stat:DELIVRD")) is None


def test_ids_in_hex_and_in_decimal_are_the_same_message() -> None:
    hexed, decimal = receipt("id:0000FF10 stat:DELIVRD"), receipt("id:65296 stat:DELIVRD")
    found = [read_receipt(hexed, IdForm.HEX), read_receipt(decimal, IdForm.DECIMAL)]
    assert [each.smsc_id for each in found if each] == ["65296", "65296"]


def test_what_a_customer_writes_is_no_receipt_whatever_he_writes() -> None:
    words = _BOOK.format("DELIVRD", "000").encode()
    assert not is_receipt(ShortMessage(source=FROM, destination=TO, content=words))


@pytest.mark.parametrize(
    ("senders", "address"),
    [
        ({}, ("Brisa", 5, 0)),
        ({"brisa": "+34600000900"}, ("34600000900", 1, 1)),
        ({"brisa": "22622"}, ("22622", 3, 0)),
    ],
)
def test_a_brand_speaks_by_its_name_or_by_the_number_that_was_agreed(
    senders: dict[str, str], address: tuple[str, int, int]
) -> None:
    account = Account(host="h", port=1, system_id="s", senders=senders)
    assert sender_address(account, "brisa") == address


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('host = "h"\nport = 1\nsystem_id = "s"\nwindow = 0', "window must be at least 1"),
        ('host = "h"\nport = 1', "missing required field `system_id`"),
        ('host = "h"\nport = "1"\nsystem_id = "s"', r"Expected `int`, got `str` - at `\$.port`"),
        ('host = "h"\nport = 1\nsystem_id = "s"\npasword_file = "x"', "unknown field `pasword"),
        (
            'host = "h"\nport = 1\nsystem_id = "s"\n[senders]\nbrisa = "Brisa Telecom SL"',
            "senders.brisa has more than 11 letters; shorten it",
        ),
        ("host =", "connect-sms.md"),
    ],
)
def test_a_wrong_agreement_names_the_field(written: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "smsc.toml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(WrongAccount, match=says):
        read_account(path)
