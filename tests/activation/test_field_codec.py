"""The field service's JSON: what we send, what we read, and what we never take for done."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.activation.installation.messages import BookVisit, ProbeAccess, VisitDeclined
from relevo.activation.installation.model import Outcome
from relevo.adapters.field_service_rest import codec
from relevo.testing.vocabulary.cast import AT, HOUR
from relevo.testing.vocabulary.installation import SITE, SLOT

LOOK = ProbeAccess(access="W", visit=3, test=2)
SLOT_TEXT = {"opens": "2019-01-16T09:00:00+01:00", "closes": "2019-01-16T12:00:00+01:00"}


def events(outcome: str) -> bytes:
    event = {
        "seq": 1,
        "at": "2019-01-16T09:30:00+01:00",
        "reference": "R/installation/W",
        "visit": 2,
        "outcome": outcome,
    }
    return json.dumps({"events": [event]}).encode()


def test_a_booking_names_the_slot_only_when_the_customer_chose_one() -> None:
    plain = codec.encode_booking(BookVisit(reference="R", visit=1, site=SITE, wanted=None))
    chosen = codec.encode_booking(BookVisit(reference="R", visit=2, site=SITE, wanted=SLOT))
    assert "opens" not in plain
    assert chosen["opens"] == SLOT.opens.isoformat()
    assert chosen["access"] == SITE.access


def test_a_booked_visit_has_its_slot_and_the_free_ones() -> None:
    body = json.dumps({"visit": 1, "slot": SLOT_TEXT, "others": [SLOT_TEXT]}).encode()
    booked = codec.decode_booked(body)
    assert booked.slot == booked.others[0]
    assert booked.slot.closes - booked.slot.opens == 3 * HOUR


@pytest.mark.parametrize("outcome", ["fatto", "", "no_word", "not_working", "DONE"])
def test_a_word_that_is_not_theirs_is_never_taken_for_done(outcome: str) -> None:
    (news,) = codec.decode_events(events(outcome))
    assert news.seen.outcome is Outcome.UNRECOGNISED
    assert news.seen.said == outcome


def test_a_refusal_names_the_field_that_is_wrong() -> None:
    declined = codec.decode_declined(b'{"error": "slot: it is not free any more"}', 2)
    assert declined == VisitDeclined(visit=2, field="slot", text="it is not free any more")


def test_a_slot_that_ends_before_it_begins_is_no_slot() -> None:
    turned = {"opens": SLOT_TEXT["closes"], "closes": SLOT_TEXT["opens"]}
    with pytest.raises(codec.NotTheirProtocol, match="ends before"):
        codec.decode_booked(json.dumps({"visit": 1, "slot": turned}).encode())


def test_a_moment_without_a_time_zone_is_no_moment() -> None:
    with pytest.raises(codec.NotTheirProtocol, match="time zone"):
        codec.decode_test(b'{"works": true, "at": "2019-01-16T09:30:00"}', LOOK)


@given(st.binary(max_size=60))
def test_any_bytes_give_a_value_or_their_fault(body: bytes) -> None:
    for read in (codec.decode_booked, codec.decode_events):
        try:
            read(body)
        except codec.NotTheirProtocol:
            continue
    assert codec.decode_declined(body, 1).visit == 1


def test_times_are_read_as_instants() -> None:
    tested = codec.decode_test(b'{"works": false, "at": "2019-01-14T10:00:00+01:00"}', LOOK)
    assert (tested.at, tested.visit, tested.test) == (AT, 3, 2)
