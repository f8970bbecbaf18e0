"""A request for several numbers: one reference, one window, a verdict for each number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.multiple.decider import multiple_process
from relevo.porting.multiple.messages import (
    AgreeToReduced,
    CancelMultiple,
    MultipleCompleted,
    MultipleConfirmed,
    MultipleQueued,
    MultipleReduced,
    MultipleRejected,
    MultipleSeen,
    RequestMultiple,
    SendMultipleRequest,
)
from relevo.porting.multiple.model import WantedNumber
from relevo.porting.multiple.reconcile import KnownMultiple, multiple_differences
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    HubState,
    PortStateSeen,
    QueryPort,
    SendPortRequest,
    Witness,
)
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.porting.reconcile import FileRow
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

A, B, C = Msisdn("+34600000201"), Msisdn("+34600000202"), Msisdn("+34600000203")
REFERENCE = "90290112190114093500040"
MONDAY = "2019-01-14T09:35:00+01:00"
ANSWERED = "2019-01-14T15:05:00+01:00"
SWITCH = "2019-01-18T02:00:15+01:00"
WINDOW = Window(
    opens=instant("2019-01-18T02:00:00+01:00"), closes=instant("2019-01-18T06:00:00+01:00")
)


@pytest.fixture
def multiple(book: Callable[[str], PortingProfile], port: Any) -> Any:
    return type(port)(multiple_process(book), "C7K2QW9M/multiple/1/1")


def request(*numbers: Msisdn, groups: tuple[tuple[Msisdn, ...], ...] = ()) -> RequestMultiple:
    return RequestMultiple(
        numbers=tuple(WantedNumber(number=each) for each in numbers or (A, B, C)),
        groups=groups,
        hub=HubKind.MOBILE,
        donor="altamar",
        recipient="brisa",
        holder=Holder("Taller Cierzo S.L.", Document(DocumentType.CIF, "B99286320"), business=True),
        order="C7K2QW9M",
        rules="es@2012-06-01",
        consent_at=instant(MONDAY),
        window=WINDOW,
    )


def accepted(donor: str = "altamar") -> HubAccepted:
    return HubAccepted(
        reference=REFERENCE,
        donor=donor,
        window=WINDOW,
        reply_due=instant("2019-01-14T20:00:00+01:00"),
    )


def seen(state: HubState, *confirmed: Msisdn, awaits: bool = False, **more: Any) -> MultipleSeen:
    given: dict[str, Any] = {"reference": REFERENCE, "witness": Witness.MAILBOX, **more}
    return MultipleSeen(
        state=state,
        at=instant(ANSWERED),
        confirmed=confirmed,
        awaits_agreement=awaits,
        **given,
    )


def asked(multiple: Any, **given: Any) -> Any:
    return multiple.when(request(**given), MONDAY).when(accepted(), MONDAY)


def test_all_confirmed_all_ported_each_number_is_named(multiple: Any) -> None:
    asked(multiple).when(seen(HubState.CONFIRMED), ANSWERED)
    assert multiple.fact(MultipleConfirmed).numbers == (A, B, C)
    assert multiple.fact(MultipleConfirmed).fell_out == ()
    multiple.when(seen(HubState.PORTED), SWITCH)
    assert multiple.fact(MultipleCompleted).numbers == (A, B, C)
    assert multiple.state.phase == "completed"


def test_a_reduced_list_is_agreed_to_when_nothing_hangs_on_what_fell_out(multiple: Any) -> None:
    asked(multiple).when(seen(HubState.REQUESTED, A, C, awaits=True), ANSWERED)
    (answer,) = multiple.last.effects
    assert isinstance(answer, AgreeToReduced)
    assert answer.agrees
    multiple.when(seen(HubState.CONFIRMED), ANSWERED)  # this word does not repeat the list
    assert multiple.fact(MultipleConfirmed).numbers == (A, C)
    assert multiple.fact(MultipleConfirmed).fell_out == (B,)
    multiple.when(seen(HubState.PORTED), SWITCH)
    assert multiple.fact(MultipleCompleted).numbers == (A, C)


@pytest.mark.parametrize("left", [(A, C), (B, C)], ids=["dependant", "principal"])
def test_a_reduced_list_that_tears_a_group_apart_is_refused(
    multiple: Any, left: tuple[Msisdn, ...]
) -> None:
    multiple.when(request(groups=((A, B),)), MONDAY).when(accepted(), MONDAY)
    multiple.when(seen(HubState.REQUESTED, *left, awaits=True), ANSWERED)
    assert not multiple.fact(MultipleReduced).agrees
    (answer,) = multiple.last.effects
    assert isinstance(answer, AgreeToReduced)
    assert not answer.agrees
    multiple.when(seen(HubState.REJECTED), ANSWERED)
    ended = multiple.fact(MultipleRejected)
    assert ended.code == "group_would_split"
    assert ended.split_avoided == tuple(each for each in (A, B, C) if each not in left)
    assert ended.who_acts == "nobody"


def test_a_group_that_fell_out_as_a_whole_holds_nobody_up(multiple: Any) -> None:
    multiple.when(request(groups=((A, B),)), MONDAY).when(accepted(), MONDAY)
    multiple.when(seen(HubState.REQUESTED, C, awaits=True), ANSWERED)
    assert multiple.fact(MultipleReduced).agrees


def test_the_same_reduced_list_twice_is_answered_once(multiple: Any) -> None:
    asked(multiple).when(seen(HubState.REQUESTED, A, C, awaits=True), ANSWERED)
    multiple.when(seen(HubState.REQUESTED, A, C, awaits=True), ANSWERED)
    assert multiple.names == []


def test_an_agreement_at_night_waits_for_the_opening(multiple: Any) -> None:
    night = "2019-01-14T20:30:00+01:00"
    asked(multiple).when(seen(HubState.REQUESTED, A, C, awaits=True), night)
    assert multiple.last.effects == ()
    opens = multiple.timers["hub_opens"].isoformat()
    multiple.when(TimerFired(name="hub_opens"), opens)
    assert multiple.names == ["AgreeToReduced"]


def test_a_hub_that_does_not_take_our_agreement_is_asked_again_and_somebody_looks(
    multiple: Any,
) -> None:
    asked(multiple).when(seen(HubState.REQUESTED, A, C, awaits=True), ANSWERED)
    multiple.when(HubDeclined(code="GENE ERINT", text="", of="agreement"), ANSWERED)
    assert multiple.names == ["MultipleUnrecognised"]
    multiple.when(TimerFired(name="retry"), "2019-01-14T15:15:00+01:00")
    assert multiple.names == ["AgreeToReduced"]


def test_a_lost_notice_is_repaired_by_our_own_look(multiple: Any) -> None:
    asked(multiple).when(TimerFired(name="reply_due"), "2019-01-14T20:02:00+01:00")
    assert multiple.names == ["MultipleReplyOverdue", "QueryMultiple"]
    multiple.when(seen(HubState.CONFIRMED, witness=Witness.QUERY), "2019-01-14T20:02:00+01:00")
    assert multiple.fact(MultipleConfirmed).witness == "query"


def test_when_all_notices_were_lost_the_end_says_who_moved_and_who_did_not(multiple: Any) -> None:
    asked(multiple).when(seen(HubState.PORTED, A, C, witness=Witness.FILE), SWITCH)
    assert multiple.names == ["MultipleConfirmed", "MultipleCompleted"]
    assert multiple.fact(MultipleConfirmed).fell_out == (B,)
    assert multiple.fact(MultipleCompleted).numbers == (A, C)


def test_a_rejection_has_one_cause_for_all(multiple: Any) -> None:
    asked(multiple).when(seen(HubState.REJECTED, cause="RECH_ICCID"), ANSWERED)
    ended = multiple.fact(MultipleRejected)
    assert (ended.numbers, ended.reason) == ((A, B, C), "card_mismatch")


def test_a_used_up_quota_waits_until_tomorrow(multiple: Any) -> None:
    multiple.when(request(), MONDAY)
    multiple.when(HubDeclined(code="AREC CUPO4", text="", of="request"), MONDAY)
    assert multiple.fact(MultipleQueued).why == "quota"
    assert multiple.fact(MultipleQueued).until == instant("2019-01-15T08:10:00+01:00")


def test_another_donor_named_for_one_of_many_ends_the_request_with_his_name(
    multiple: Any,
) -> None:
    multiple.when(request(), MONDAY)
    named = HubDeclined(code="AREC ENUME", text="", of="request", right_donor="cantil")
    multiple.when(named, MONDAY)
    assert multiple.fact(MultipleRejected).right_donor == "cantil"


def test_one_number_alone_is_an_individual_request(multiple: Any) -> None:
    multiple.when(request(A), MONDAY)
    assert isinstance(multiple.last.effects[0], SendPortRequest)
    multiple.when(accepted(), MONDAY)
    multiple.when(TimerFired(name="reply_due"), "2019-01-14T20:02:00+01:00")
    assert isinstance(multiple.last.effects[0], QueryPort)
    told = PortStateSeen(
        reference=REFERENCE, state=HubState.CONFIRMED, witness=Witness.QUERY, at=instant(ANSWERED)
    )
    multiple.when(told, ANSWERED)
    assert multiple.fact(MultipleConfirmed).numbers == (A,)


def test_several_numbers_are_one_request_with_their_donor_s_cards(multiple: Any) -> None:
    multiple.when(request(), MONDAY)
    (sent,) = multiple.last.effects
    assert isinstance(sent, SendMultipleRequest)
    assert [each.number for each in sent.numbers] == [A, B, C]
    assert len(sent.contract_code) == 11


def test_it_is_taken_back_until_the_deadline_and_not_after(multiple: Any) -> None:
    asked(multiple).when(CancelMultiple(why="customer"), ANSWERED)
    assert multiple.names == ["MultipleCancellationAsked", "SendPortCancellation"]
    multiple.when(seen(HubState.CANCELLED), ANSWERED)
    assert multiple.state.phase == "cancelled"


def test_too_late_to_be_taken_back_it_is_said_at_once(multiple: Any) -> None:
    asked(multiple).when(seen(HubState.CONFIRMED), ANSWERED)
    multiple.when(CancelMultiple(why="customer"), "2019-01-17T14:05:00+01:00")
    assert multiple.names == ["MultipleCancellationMissed"]
    assert multiple.state.phase == "confirmed"


def test_a_request_that_cannot_be_brought_is_sent_again_and_somebody_looks(
    multiple: Any,
) -> None:
    multiple.when(request(), MONDAY)
    away = EffectParked(effect_id="e", effect="porting.send_multiple_request", reason="away")
    multiple.when(away, MONDAY)
    assert multiple.names == ["MultipleUnrecognised", "MultipleQueued"]


# -- the daily file -------------------------------------------------------------------------------


def known(state: str, *numbers: Msisdn, reference: str = REFERENCE) -> KnownMultiple:
    return KnownMultiple(
        contract_code="902M5LT1PL3",
        process_id="C7K2QW9M/multiple/1/1",
        reference=reference,
        hub=HubKind.MOBILE,
        donor="altamar",
        recipient="brisa",
        state=state,
        window_opens=WINDOW.opens,
        numbers=numbers or (A, B, C),
    )


def row(state: HubState, number: Msisdn, reference: str = REFERENCE) -> FileRow:
    return FileRow(
        reference=reference,
        state=state,
        at=instant(ANSWERED),
        number=number,
        recipient="brisa",
    )


PUBLISHED = instant("2019-01-15T07:00:00+01:00")


def test_the_file_tells_once_for_all_numbers_of_a_request() -> None:
    rows = [row(HubState.CONFIRMED, each) for each in (A, B, C)]
    (told,) = multiple_differences([known("requested")], rows, PUBLISHED)
    assert told.seen.state == HubState.CONFIRMED
    assert told.seen.confirmed == ()


def test_the_file_names_who_is_left_when_some_fell_out() -> None:
    rows = [row(HubState.CONFIRMED, each) for each in (A, C)]
    (told,) = multiple_differences([known("requested")], rows, PUBLISHED)
    assert told.seen.confirmed == (A, C)


def test_the_file_finds_a_request_whose_answer_never_came() -> None:
    rows = [row(HubState.REQUESTED, each) for each in (A, B, C)]
    (told,) = multiple_differences([known("sent", reference="")], rows, PUBLISHED)
    assert told.seen.reference == REFERENCE


def test_what_the_file_repeats_is_no_news() -> None:
    rows = [row(HubState.CONFIRMED, each) for each in (A, B, C)]
    assert list(multiple_differences([known("confirmed")], rows, PUBLISHED)) == []
    fresh = instant("2019-01-14T15:06:00+01:00")
    assert list(multiple_differences([known("requested")], rows, fresh)) == []


def test_rows_of_others_are_passed_over() -> None:
    rows = [row(HubState.PORTED, A, reference="90390412190114093500041")]
    assert list(multiple_differences([known("confirmed")], rows, PUBLISHED)) == []
