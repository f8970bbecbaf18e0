"""The product's codecs and the hubs of this world, written apart, understand one another."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from relevo.porting.profile import HubKind
from relevo.profiles.es import codec_fixed, codec_mobile, profile
from relevo.profiles.es.codec_status import decode_status_file, parse_reference
from relevo.profiles.es.hub_words import CancelCause, HubState, MobilePortRequest
from relevo.simulators.fixed_changes import REPLY_MINUTES, WINDOW_LENGTH, WINDOW_OPENS
from relevo.simulators.hours import SWITCHES, TURNS, Hours, at, local
from relevo.simulators.mobile_creation import LATEST_WINDOW
from relevo.simulators.operators import OPERATORS
from relevo.values.address import parse_address
from relevo.values.moment import instant
from relevo.values.msisdn import parse_msisdn
from relevo.values.person import Holder, parse_document

WINDOW = instant("2019-01-16T02:00:00+01:00")


def _holder(type_: str, number: str, *, business: bool) -> Holder:
    return Holder(name="Ana Núñez Peña", document=parse_document(type_, number), business=business)


def _request(play: Any, holder: Holder) -> MobilePortRequest:
    return MobilePortRequest(
        consented_at=play.clock.now(),
        donor="901",
        recipient="902",
        holder=holder,
        contract="902AAAAAAAA",
        nrn="799902",
        msisdn=parse_msisdn(play.main),
    )


def _send(play: Any, body: bytes) -> bytes:
    return bytes(play.http.post("/nc", content=body).content)


def _session(play: Any) -> str:
    reply = codec_mobile.decode_login(_send(play, codec_mobile.encode_login("u", "k", "902")))
    return reply.session or ""


def test_a_mobile_request_goes_through_its_whole_life(start: Any) -> None:
    play = start()
    session = _session(play)
    order = _request(play, _holder("CIF", "B99286320", business=True))
    create = codec_mobile.encode_create(session, order)
    made = codec_mobile.decode_create(_send(play, create))
    assert (made.state, made.window_opens) == (HubState("ASOL"), WINDOW)
    reference = made.reference or ""
    assert parse_reference(reference).donor == "901"
    again = codec_mobile.decode_create(_send(play, create)).existing
    assert again is not None
    assert (again.reference, again.contract) == (reference, "902AAAAAAAA")
    play.run_until("2019-01-14T20:00:00+01:00")
    page = codec_mobile.decode_notifications(
        _send(play, codec_mobile.encode_notifications(session))
    )
    (news,) = page.entries
    assert (news.status.reference, news.status.state) == (reference, HubState("ACON"))
    mark = codec_mobile.encode_mark_synchronised(session, [news.code])
    assert codec_mobile.decode_answer(_send(play, mark)).is_success
    play.run_until("2019-01-15T09:00:00+01:00")
    cancel = codec_mobile.encode_cancel(session, reference, CancelCause("CANC_ABONA"))
    assert codec_mobile.decode_answer(_send(play, cancel)).is_success
    status = codec_mobile.decode_get(_send(play, codec_mobile.encode_get(session, reference)))
    assert status.status is not None
    assert (status.status.state, status.status.cause) == (HubState("ACAN"), "CANC_ABONA")
    ask = codec_mobile.encode_number_query(session, parse_msisdn(play.main))
    assert codec_mobile.decode_number(_send(play, ask)).serving == "901"


@pytest.mark.parametrize(("type_", "number"), [("NIF", "00000014Z"), ("NIE", "X2482300W")])
def test_persons_are_understood_with_every_document(start: Any, type_: str, number: str) -> None:
    play = start()
    order = _request(play, _holder(type_, number, business=False))
    body = codec_mobile.encode_create(_session(play), order)
    assert codec_mobile.decode_create(_send(play, body)).answer.is_success


def test_the_daily_file_is_read_without_a_bad_line(start: Any) -> None:
    play = start()
    order = _request(play, _holder("CIF", "B99286320", business=True))
    _send(play, codec_mobile.encode_create(_session(play), order))
    play.run_until("2019-01-16T07:00:00+01:00")
    name = play.get("/nc/files")["files"][-1]["name"]
    file = decode_status_file(play.http.get(f"/nc/files/{name}").content)
    assert file.bad == ()
    ours = [row for row in file.rows if row.recipient == "902"]
    assert [(row.state, row.changed_at) for row in ours] == [("APOR", WINDOW)]


def test_a_fixed_request_is_accepted_and_its_records_are_read(start: Any) -> None:
    play = start()
    order = codec_fixed.FixedPortRequest(
        process_id="F-1",
        recipient="00902",
        holder=_holder("CIF", "B99286320", business=True),
        address=parse_address(**play.address),
        lines=codec_fixed.lines_of("799952", [parse_msisdn(play.fixed)]),
        contact=codec_fixed.Contact(name="Mesa", email="mesa@brisa.example"),
        requested_on=date(2019, 1, 14),
    )
    record = codec_fixed.request_record(order)
    headers = {"X-Operator": "00902", "X-File-Name": "1.txt"}
    play.http.post("/er/upload", content=codec_fixed.encode(record), headers=headers)
    play.run_until("2019-01-16T10:00:00+01:00")
    files = play.get("/er/download?operator=00902&after=0")["files"]
    text = "".join(file["content"] for file in files)
    read = codec_fixed.decode_records(text.encode())
    assert [record.kind for record in read.records] == ["ASP", "CP"]


def test_every_operator_has_the_same_codes_on_both_sides() -> None:
    rules = profile()[-1].rules
    for ours in OPERATORS:
        theirs = rules.operator(ours.name)
        assert theirs is not None
        assert (theirs.mobile_code, theirs.fixed_code) == (ours.mobile_code, ours.fixed_code)
        assert (theirs.nrn_mobile, theirs.nrn_fixed) == (ours.nrn_mobile, ours.nrn_fixed)


@pytest.mark.parametrize("hour", [time(8), time(13, 59), time(14), time(19, 59)])
def test_slots_and_windows_are_the_same_on_both_sides_on_every_working_day(hour: time) -> None:
    rules, hours = profile()[-1].rules, Hours()
    for n in range(731):
        day = date(2025, 1, 1) + timedelta(days=n)
        if not hours.is_working_day(day):
            continue
        moment = at(day, hour)
        assert rules.reply_due(HubKind.MOBILE, moment) == hours.reply_slot(moment).ends
        window = rules.default_window(HubKind.MOBILE, moment)
        assert window.opens == at(hours.working_day_after(day, 2), SWITCHES)
        last_call = at(hours.working_day_before(local(window.opens).date()), TURNS)
        assert rules.cancel_until(HubKind.MOBILE, window) == last_call
        assert rules.latest_window_day(HubKind.MOBILE, moment) <= day + LATEST_WINDOW
        fixed = rules.default_window(HubKind.FIXED, moment)
        assert fixed.opens == at(hours.working_day_after(day, 2), WINDOW_OPENS)
        assert fixed.closes == fixed.opens + WINDOW_LENGTH
        due = hours.add_working_minutes(moment, REPLY_MINUTES)
        assert rules.reply_due(HubKind.FIXED, moment) == due


def test_a_fixed_change_can_be_cancelled_equally_long_on_both_sides(start: Any) -> None:
    rules = profile()[-1].rules
    window = rules.window_on(HubKind.FIXED, date(2019, 1, 21))  # a Monday: a Sunday lies before
    assert rules.cancel_until(HubKind.FIXED, window) == at(date(2019, 1, 18), time(20))
