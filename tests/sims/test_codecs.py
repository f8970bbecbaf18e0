"""The wire of couriers and profile servers: literal samples, and any bytes."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.adapters.courier_rest import codec as courier
from relevo.adapters.es2plus import codec as es2plus
from relevo.sims.dispatch.messages import (
    MendParcel,
    OrderParcel,
    ParcelAccepted,
    ParcelDeclined,
    ParcelState,
)
from relevo.values.address import Address
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

ICCID = make_iccid("893407", 1)
ZARAGOZA = Address("Calle de Alfonso I 17", "50003", "Zaragoza", "Zaragoza")
WRITTEN = {
    "street": "Calle de Alfonso I 17",
    "postcode": "50003",
    "city": "Zaragoza",
    "province": "Zaragoza",
}


def test_an_order_names_the_card_the_address_and_the_pin() -> None:
    parcel = OrderParcel(
        reference="R1/card/M2/1",
        iccid=ICCID,
        name="Taller Cierzo S.L.",
        phone=Msisdn("+34976000100"),
        address=ZARAGOZA,
        pin="4711",
    )
    assert courier.encode_order(parcel) == {
        "reference": "R1/card/M2/1",
        "contents": [ICCID],
        "name": "Taller Cierzo S.L.",
        "phone": "+34976000100",
        "address": WRITTEN,
        "pin": "4711",
    }


def test_a_mend_carries_its_key_and_an_address_only_when_it_is_about_one() -> None:
    redirect = MendParcel(tracking_code="RA1", action="redirect", address=ZARAGOZA, attempt=1)
    trace = MendParcel(tracking_code="RA1", action="trace", address=None, attempt=2)
    assert courier.encode_mend(redirect, "k") == {"key": "k", "address": WRITTEN}
    assert courier.encode_mend(trace, "k") == {"key": "k"}


def test_a_taken_parcel_may_say_what_was_printed() -> None:
    plain = courier.decode_taken(b'{"tracking_code":"RA1","expected_on":"2019-01-15","state":"x"}')
    assert plain == ParcelAccepted(tracking_code="RA1", expected_on=date(2019, 1, 15))
    printed = courier.decode_taken(
        b'{"tracking_code":"RA1","expected_on":"2019-01-15","label":["a","b"]}'
    )
    assert printed.label == ("a", "b")


@pytest.mark.parametrize(
    ("body", "field", "text"),
    [
        (b'{"error": "address: no such street"}', "address", "no such street"),
        (b'{"error": "we are full"}', "order", "we are full"),
        (b"<html>", "order", "<html>"),
    ],
)
def test_a_declined_order_names_the_field_where_it_can(body: bytes, field: str, text: str) -> None:
    assert courier.decode_declined(body) == ParcelDeclined(field=field, text=text)


def test_a_scan_is_read_and_an_unknown_state_is_unrecognised_under_its_own_name() -> None:
    (news, odd) = courier.decode_events(
        b'{"events":['
        b'{"seq":1,"at":"2019-01-15T18:00:00+01:00","tracking_code":"RA1","reference":"r",'
        b'"state":"held","reason":"bad_label","action":"relabel","city":"Madrid","proof":null},'
        b'{"seq":2,"at":"2019-01-15T19:00:00+01:00","tracking_code":"RA1","reference":"r",'
        b'"state":"in_orbit"}]}'
    )
    assert (news.seq, news.reference, news.seen.state) == (1, "r", ParcelState.HELD)
    assert (news.seen.reason, news.seen.action, news.seen.proof) == ("bad_label", "relabel", "")
    assert (odd.seen.state, odd.seen.reason) == (ParcelState.UNRECOGNISED, "in_orbit")


def test_an_iccid_has_twenty_places_on_es2plus() -> None:
    call = es2plus.encode_call("1.2.3", "e#1:confirmOrder", ICCID, releaseFlag=False)
    assert call == {
        "header": {
            "functionRequesterIdentifier": "1.2.3",
            "functionCallIdentifier": "e#1:confirmOrder",
        },
        "iccid": ICCID + "F",
        "releaseFlag": False,
    }


def test_a_confirmed_order_becomes_the_code_that_a_phone_scans() -> None:
    confirmed = es2plus.decode_confirmed(
        b'{"header":{"functionExecutionStatus":{"status":"Executed-Success"}},'
        b'"matchingId":"ABCD","smdpAddress":"smdp.example"}',
        "other.example",
    )
    assert isinstance(confirmed, es2plus.Confirmed)
    assert es2plus.released(confirmed).activation_code == "LPA:1$smdp.example$ABCD"


def test_a_failed_function_says_which_codes_of_sgp22() -> None:
    declined = es2plus.decode_executed(
        b'{"header":{"functionExecutionStatus":{"status":"Failed","statusCodeData":'
        b'{"subjectCode":"8.2.1","reasonCode":"3.9","message":"the ICCID is unknown"}}}}'
    )
    assert declined == es2plus.Declined(subject="8.2.1", reason="3.9", text="the ICCID is unknown")


def test_an_event_of_a_phone_is_read_without_the_filling() -> None:
    (news,) = es2plus.decode_events(
        b'{"events":[{"seq":7,"at":"2019-01-15T18:00:00+01:00","iccid":"'
        + ICCID.encode()
        + b'F","status":"installed","point":4}]}'
    )
    assert (news.seq, news.iccid, news.seen.state) == (7, ICCID, "installed")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_are_not_their_protocol(body: bytes) -> None:
    for read in (courier.decode_taken, courier.decode_events):
        with suppress(courier.NotTheirProtocol):
            read(body)
    for look in (es2plus.decode_executed, es2plus.decode_events):
        with suppress(es2plus.NotTheirProtocol):
            look(body)
    assert courier.decode_declined(body).field
