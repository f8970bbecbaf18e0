"""The wire of the network: literal samples, and any bytes."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from relevo.activation.activation.messages import PutSubscription, RecordChange
from relevo.activation.ladder import capabilities_of
from relevo.adapters.network_rest import codec
from relevo.values.moment import instant
from relevo.values.simcard import make_iccid

AT = instant("2019-01-17T02:00:05+01:00")
NUMBER = "+34600000102"


def test_a_record_is_put_whole() -> None:
    wanted = PutSubscription(
        subject=NUMBER,
        iccid=make_iccid("893407", 1),
        state="active",
        capabilities=capabilities_of("fixed"),
    )
    assert codec.encode_put(wanted, "k") == {
        "key": "k",
        "iccid": make_iccid("893407", 1),
        "state": "active",
        "capabilities": ["calls_out", "calls_in"],
    }


def test_a_record_is_read_with_its_log() -> None:
    log = b'{"changes":[{"at":"2019-01-17T02:00:05+01:00","served_by":"brisa","state":"active"}]}'
    found = codec.decode_record(
        b'{"number":"+34600000102","iccid":null,"state":"active","capabilities":["data"],'
        b'"changed_at":"2019-01-17T02:00:05+01:00"}',
        log,
        AT,
    )
    assert (found.present, found.state, found.iccid, found.changed_at) == (True, "active", "", AT)
    assert found.log == (RecordChange(at=AT, state="active"),)
    missing = codec.decode_record(None, b'{"changes":[]}', AT)
    assert (missing.present, missing.log, missing.at) == (False, (), AT)


def test_what_a_kind_of_line_does_not_have_is_left_out_of_a_probe() -> None:
    probes = codec.decode_probes(
        b'{"at":"2019-01-17T02:00:05+01:00","results":{"+34976000101":{"calls_in":'
        b'{"altamar":200,"duna":404},"calls_out":true,"sms_out":null,"sms_in":null,"data":null,'
        b'"registered":true}}}'
    )
    seen = probes.seen["+34976000101"]
    assert probes.at == AT
    assert (seen.calls_in, seen.works, seen.registered) == (
        {"altamar": 200, "duna": 404},
        {"calls_out": True},
        True,
    )


def test_an_event_is_passed_on_under_the_network_s_own_name() -> None:
    (news,) = codec.decode_events(
        b'{"events":[{"seq":3,"at":"2019-01-17T02:00:05+01:00","number":"+34600000102",'
        b'"event":"failed","reason":"full"}]}'
    )
    assert (news.seq, news.subject) == (3, NUMBER)
    assert (news.answer.event, news.answer.reason, news.answer.at) == ("failed", "full", AT)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_are_not_their_protocol(body: bytes) -> None:
    for read in (codec.decode_events, codec.decode_probes):
        with suppress(codec.NotTheirProtocol):
            read(body)
    with suppress(codec.NotTheirProtocol):
        codec.decode_record(body, body, AT)
