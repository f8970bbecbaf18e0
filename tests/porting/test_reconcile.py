"""The daily file against what we believe."""

from __future__ import annotations

from datetime import timedelta

from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.profile import HubKind
from relevo.porting.reconcile import FileRow, KnownPort, differences
from relevo.porting.reconciled.comparing import (
    Expected,
    Kind,
    about_us,
    may_be_unknown,
    missing_from,
    unknown_among,
)
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn

PUBLISHED = instant("2019-01-15T07:00:00+01:00")
YESTERDAY = instant("2019-01-14T15:00:00+01:00")
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")
OURS, THEIRS = "90290111190114083000017", "90390111190114083000018"


def known(state: str, reference: str = OURS) -> KnownPort:
    return KnownPort(
        contract_code="902K7Q2M9XA",
        process_id="R7/port/M2/1",
        reference=reference,
        number=M2,
        hub=HubKind.MOBILE,
        donor="altamar",
        recipient="brisa",
        state=state,
        window_opens=None,
    )


def row(
    state: HubState, reference: str = OURS, *, at: Moment = YESTERDAY, recipient: str = "brisa"
) -> FileRow:
    return FileRow(reference=reference, state=state, at=at, number=M2, recipient=recipient)


def told(port: KnownPort, *rows: FileRow) -> list[HubState]:
    return [each.seen.state for each in differences([port], rows, PUBLISHED)]


def test_only_who_believes_something_else_is_told() -> None:
    assert told(known("requested"), row(HubState.CONFIRMED)) == [HubState.CONFIRMED]
    assert told(known("confirmed"), row(HubState.CONFIRMED)) == []
    assert told(known("confirmed"), row(HubState.REQUESTED)) == []
    assert told(known("cancelling"), row(HubState.CONFIRMED)) == []


def test_an_end_is_news_for_every_open_port() -> None:
    for end in (HubState.PORTED, HubState.REJECTED, HubState.CANCELLED):
        assert told(known("confirmed"), row(end)) == [end]


def test_the_file_is_named_as_the_witness() -> None:
    (found,) = differences([known("requested")], [row(HubState.CONFIRMED)], PUBLISHED)
    assert found.seen.witness is Witness.FILE
    assert found.process_id == "R7/port/M2/1"


def test_rows_of_other_operators_are_nothing_to_us() -> None:
    assert told(known("requested"), row(HubState.PORTED, THEIRS, recipient="cantil")) == []
    assert told(known("sent", ""), row(HubState.REQUESTED, THEIRS, recipient="cantil")) == []


def test_a_row_of_the_last_minutes_may_still_come_by_mailbox() -> None:
    young = PUBLISHED - timedelta(minutes=4)
    assert told(known("requested"), row(HubState.CONFIRMED, at=young)) == []


def test_a_request_whose_answer_was_lost_is_found_by_its_number() -> None:
    assert told(known("sent", ""), row(HubState.REQUESTED)) == [HubState.REQUESTED]


def test_an_ended_attempt_before_is_not_taken_for_the_one_that_waits() -> None:
    ended = row(HubState.REJECTED, "90290111190110083000001")
    assert told(known("sent", ""), ended) == []
    assert told(known("sent", ""), ended, row(HubState.CONFIRMED)) == [HubState.CONFIRMED]


def expected(reference: str = OURS, *, changed: Moment = YESTERDAY) -> Expected:
    return Expected(
        kind=Kind.PORT_IN,
        process_id="R7/port/M2/1",
        reference=reference,
        number=M2,
        state="requested",
        changed_at=changed,
        us="brisa",
    )


def test_an_open_request_of_ours_that_the_file_does_not_list_is_a_difference() -> None:
    theirs = row(HubState.REQUESTED, THEIRS, recipient="cantil")
    (found,) = missing_from([expected()], [theirs], PUBLISHED)
    assert (found.what, found.process_id) == ("missing", "R7/port/M2/1")
    assert not list(missing_from([expected()], [row(HubState.REJECTED)], PUBLISHED))


def test_a_request_made_while_the_file_was_written_need_not_be_in_it() -> None:
    young = expected(changed=PUBLISHED - timedelta(minutes=4))
    assert not list(missing_from([young], [], PUBLISHED))


def test_a_request_without_a_known_reference_is_listed_when_its_number_is_ours() -> None:
    assert not list(missing_from([expected("")], [row(HubState.REQUESTED)], PUBLISHED))
    theirs = row(HubState.REQUESTED, recipient="cantil")
    assert list(missing_from([expected("")], [theirs], PUBLISHED))


def test_a_row_about_us_that_no_request_of_ours_knows_is_a_difference() -> None:
    mine, other = row(HubState.REQUESTED), row(HubState.REQUESTED, THEIRS, recipient="cantil")
    doubtful = may_be_unknown(about_us([mine, other], {"brisa"}), PUBLISHED)
    assert [each.reference for each in unknown_among(doubtful, set(), set())] == [OURS]
    assert not list(unknown_among(doubtful, {OURS}, set()))


def test_an_end_of_last_week_is_history_and_not_a_difference() -> None:
    old = row(HubState.PORTED, at=PUBLISHED - timedelta(days=7))
    assert may_be_unknown([old], PUBLISHED) == {}
