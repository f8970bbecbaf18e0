"""A number that nobody uses any more: each row of the table of returns (porting-es 3.3, 3.9.5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.porting.conftest import RULES, Play

from relevo.engine.process import EffectParked, Heard, TimerFired
from relevo.porting.cease.messages import NumberCeased, RestoreService, ServiceRead
from relevo.porting.number_return.decider import number_return_process
from relevo.porting.number_return.messages import (
    HoldingFound,
    KeepNumber,
    NumberBackRefused,
    NumberCameBack,
    NumberFree,
    NumberKept,
    NumberResting,
    NumberReturned,
    ReturnAccepted,
    ReturnDeclined,
    ReturnOvertaken,
    ReturnSeen,
    ReturnState,
    ReturnUnclear,
    SendReturnCancellation,
    SendReturnNotice,
    SettleReturn,
    StandingFound,
)
from relevo.porting.number_return.model import Matter
from relevo.porting.port_in.messages import Witness
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

NUMBER = Msisdn("+34600000302")
REFERENCE = "90290121251124180300017"
CEASED = "2025-11-24T18:03:00+01:00"
NEXT_DAY = "2025-11-25T09:00:00+01:00"
WINDOW = Window(
    opens=instant("2025-12-29T02:00:00+01:00"), closes=instant("2025-12-29T06:00:00+01:00")
)
OURS = StandingFound(serving="brisa", range_holder="duna", is_in_process=False)
ACCEPTED = ReturnAccepted(reference=REFERENCE, window=WINDOW)
HE_CAME_BACK = KeepNumber(by="ana", why="he came back")


def seen(state: ReturnState, at: str = NEXT_DAY) -> ReturnSeen:
    return ReturnSeen(
        reference=REFERENCE, number=NUMBER, state=state, witness=Witness.FILE, at=instant(at)
    )


def ceased(rules: PortingProfile, *, is_own_range: bool) -> Heard:
    at = instant(CEASED)
    fact = NumberCeased(
        number=NUMBER,
        operator="brisa",
        at=at,
        is_own_range=is_own_range,
        held_until=rules.hold_until(at),
        rules=RULES,
    )
    return Heard(source="cease-K7M2/cease", fact=fact)


@pytest.fixture
def it(book: Callable[[str], PortingProfile]) -> Play:
    """A number that nobody has said anything of."""
    return Play(number_return_process(book), "cease-K7M2/return/34600000302")


@pytest.fixture
def notified(it: Play, rules: PortingProfile) -> Play:
    """The hub has our notice."""
    it.when(ceased(rules, is_own_range=False), CEASED)
    it.when(TimerFired(name="send_due"), CEASED).when(OURS, CEASED)
    return it.when(ACCEPTED, CEASED)


def test_a_ceased_number_of_another_range_is_announced_after_a_look_whose_it_is(
    it: Play, rules: PortingProfile
) -> None:
    assert it.when(ceased(rules, is_own_range=False), CEASED).names == ["ReturnStarted"]
    assert it.when(TimerFired(name="send_due"), CEASED).names == ["LookUpStanding"]
    it.when(OURS, CEASED)
    assert it.names == ["ReturnNoticeSent", "SendReturnNotice"]
    (notice,) = it.last.effects
    assert isinstance(notice, SendReturnNotice)
    assert notice.ceased_at == instant(CEASED)
    it.when(ACCEPTED, CEASED)
    assert (it.names, it.state.phase) == (["ReturnNotified"], "notified")


def test_at_night_the_notice_waits_for_the_hub(it: Play, rules: PortingProfile) -> None:
    it.when(ceased(rules, is_own_range=False), "2025-11-24T23:00:00+01:00")
    assert it.timers["send_due"] == instant("2025-11-25T08:10:00+01:00")


def test_a_number_that_another_operator_serves_is_not_announced(
    it: Play, rules: PortingProfile
) -> None:
    it.when(ceased(rules, is_own_range=False), CEASED)
    it.when(TimerFired(name="send_due"), CEASED)
    it.when(StandingFound(serving="cantil", range_holder="duna", is_in_process=False), CEASED)
    assert (it.names, it.state.phase) == (["ReturnOvertaken"], "overtaken")


def test_while_a_request_for_it_is_under_way_it_is_not_announced(
    it: Play, rules: PortingProfile
) -> None:
    it.when(ceased(rules, is_own_range=False), CEASED)
    it.when(TimerFired(name="send_due"), CEASED)
    it.when(StandingFound(serving="brisa", range_holder="duna", is_in_process=True), CEASED)
    assert it.names == ["ReturnStuck"]
    assert it.timers["send_due"] == instant("2025-11-25T08:10:00+01:00")
    assert it.when(TimerFired(name="send_due"), NEXT_DAY).names == ["LookUpStanding"]


def test_a_request_of_another_operator_holds_the_return(notified: Play) -> None:
    notified.when(seen(ReturnState.HELD), NEXT_DAY)
    assert (notified.names, notified.state.phase) == (["ReturnHeld"], "held")


def test_a_request_that_ends_without_a_port_lets_the_return_go_on(notified: Play) -> None:
    notified.when(seen(ReturnState.HELD), NEXT_DAY)
    notified.when(seen(ReturnState.NOTIFIED), NEXT_DAY)
    assert (notified.names, notified.state.phase) == (["ReturnNotified"], "notified")
    assert notified.state.window == WINDOW


def test_a_request_that_ends_in_a_port_ends_the_return(notified: Play) -> None:
    notified.when(seen(ReturnState.HELD), NEXT_DAY)
    notified.when(seen(ReturnState.CANCELLED), NEXT_DAY)
    assert notified.names == ["ReturnCancelSeen", "LookUpStanding"]
    notified.when(
        StandingFound(serving="cantil", range_holder="duna", is_in_process=False), NEXT_DAY
    )
    assert notified.fact(ReturnOvertaken).serving == "cantil"


def test_the_customer_comes_back_while_it_is_notified_and_is_served_again(notified: Play) -> None:
    notified.when(HE_CAME_BACK, NEXT_DAY)
    notified.when(TimerFired(name="send_due"), NEXT_DAY)
    (told,) = notified.last.effects
    assert isinstance(told, SendReturnCancellation)
    notified.when(seen(ReturnState.CANCELLED), NEXT_DAY)
    assert notified.names == ["ReturnKept", "RestoreService"]
    back = ServiceRead(number=NUMBER, is_served=False, at=instant(NEXT_DAY))
    assert notified.when(back, NEXT_DAY).names == ["RestoreService"]
    back = ServiceRead(number=NUMBER, is_served=True, at=instant(NEXT_DAY))
    notified.when(back, NEXT_DAY)
    assert (notified.names, notified.state.phase) == (["NumberKept"], "kept")
    assert notified.fact(NumberKept).at == instant(NEXT_DAY)


def test_when_its_window_is_reached_it_is_the_range_holders(notified: Play) -> None:
    assert notified.timers["look_due"] == instant("2025-12-29T02:15:00+01:00")
    assert notified.when(TimerFired(name="look_due"), "2025-12-29T02:15:00+01:00").names == [
        "QueryReturn"
    ]
    notified.when(seen(ReturnState.RETURNED, "2025-12-29T02:00:00+01:00"), CEASED)
    returned = notified.fact(NumberReturned)
    assert (returned.range_holder, returned.at) == ("duna", WINDOW.opens)
    assert notified.state.phase == "returned"


def test_nobody_takes_it_back_while_it_is_held(notified: Play) -> None:
    notified.when(seen(ReturnState.HELD), NEXT_DAY).when(HE_CAME_BACK, NEXT_DAY)
    assert notified.refusal is not None
    assert notified.refusal.reason == "somebody_asks"


def test_nobody_takes_it_back_once_it_has_gone(notified: Play) -> None:
    notified.when(seen(ReturnState.RETURNED), NEXT_DAY)
    assert notified.when(HE_CAME_BACK, NEXT_DAY).names == []
    assert notified.state.phase == "returned"


def test_a_state_that_nobody_understands_goes_to_a_person_whose_word_counts(
    notified: Play,
) -> None:
    notified.when(seen(ReturnState.UNCLEAR), NEXT_DAY)
    assert notified.fact(ReturnUnclear).code == "unclear"
    assert notified.when(seen(ReturnState.UNCLEAR), NEXT_DAY).names == []
    word = SettleReturn(
        state=ReturnState.RETURNED, at=instant(NEXT_DAY), by="ana", why="the hub's desk says so"
    )
    assert notified.when(word, NEXT_DAY).names == ["ReturnSettled", "NumberReturned"]


def test_a_return_that_nobody_sees_is_late_two_days_after_its_window(notified: Play) -> None:
    look = TimerFired(name="look_due")
    assert notified.when(look, "2025-12-30T09:00:00+01:00").names == ["QueryReturn"]
    assert notified.when(look, "2025-12-31T09:00:00+01:00").names == ["ReturnLate", "QueryReturn"]
    assert notified.when(look, "2026-01-02T09:00:00+01:00").names == ["QueryReturn"]


def test_what_the_hub_declines_is_said_once_and_tried_again(
    it: Play, rules: PortingProfile
) -> None:
    it.when(ceased(rules, is_own_range=False), CEASED)
    for day in (CEASED, NEXT_DAY):
        it.when(TimerFired(name="send_due"), day).when(OURS, day)
        assert it.names == ["ReturnNoticeSent", "SendReturnNotice"]
        it.when(ReturnDeclined(code="AREC EXIST", text="another one", of="notice"), day)
        assert it.names == ["ReturnStuck"]


def test_a_notice_that_does_not_get_through_goes_out_again(it: Play, rules: PortingProfile) -> None:
    it.when(ceased(rules, is_own_range=False), CEASED)
    it.when(TimerFired(name="send_due"), CEASED).when(OURS, CEASED)
    lost = EffectParked(effect_id="e", effect="porting.send_return_notice", reason="away")
    assert it.when(lost, CEASED).names == ["ReturnStuck"]
    it.when(TimerFired(name="send_due"), NEXT_DAY).when(OURS, NEXT_DAY)
    assert it.names == ["ReturnNoticeSent", "SendReturnNotice"]


def test_a_number_of_our_own_range_is_announced_to_nobody_and_rests_after_its_hold(
    it: Play, rules: PortingProfile
) -> None:
    it.when(ceased(rules, is_own_range=True), CEASED)
    hold_ends = "2025-12-24T18:03:00+01:00"
    assert (it.names, it.timers["books_due"]) == (["NumberHolding"], instant(hold_ends))
    it.when(TimerFired(name="books_due"), hold_ends)
    it.when(HoldingFound(holder="hold:brisa", uses=(), step="holding"), hold_ends)
    assert it.fact(NumberResting).free_at == instant("2026-01-03T18:03:00+01:00")
    free = "2026-01-03T18:03:00+01:00"
    it.when(TimerFired(name="books_due"), free)
    it.when(HoldingFound(holder="range:brisa", uses=(), step="resting"), free)
    assert (it.names, it.state.phase) == (["NumberFree"], "free")
    assert not any(isinstance(each, SendReturnNotice) for each in it.facts)


def test_one_of_our_own_range_comes_back_to_its_customer_while_it_is_held(
    it: Play, rules: PortingProfile
) -> None:
    it.when(ceased(rules, is_own_range=True), CEASED).when(HE_CAME_BACK, NEXT_DAY)
    assert it.names == ["ReturnKept", "RestoreService"]
    (restored,) = it.last.effects
    assert isinstance(restored, RestoreService)


def back(rules: str = RULES) -> NumberCameBack:
    matter = Matter(
        number=NUMBER,
        operator="brisa",
        hub=HubKind.MOBILE,
        since=instant("2025-11-25T00:00:00+01:00"),
        rules=rules,
    )
    return NumberCameBack(matter=matter, file="f")


def test_a_number_that_the_list_gives_back_rests_ten_days(it: Play) -> None:
    assert it.when(back(), NEXT_DAY).names == ["NumberBackClaimed", "LookUpHolding"]
    it.when(HoldingFound(holder="cantil", uses=(), step="checking"), NEXT_DAY)
    assert it.fact(NumberResting).free_at == instant("2025-12-05T00:00:00+01:00")


@pytest.mark.parametrize(
    "books",
    [
        HoldingFound(holder="brisa", uses=(), step="checking"),
        HoldingFound(holder="cantil", uses=("order R7K2QW9M",), step="checking"),
    ],
)
def test_a_number_in_use_is_not_taken_back_and_is_somebodys_task(
    it: Play, books: HoldingFound
) -> None:
    it.when(back(), NEXT_DAY).when(books, NEXT_DAY)
    assert (it.names, it.state.phase) == (["NumberBackRefused"], "refused")
    assert it.fact(NumberBackRefused).uses
    later = "2025-11-26T09:00:00+01:00"
    it.when(TimerFired(name="books_due"), later)
    it.when(HoldingFound(holder="cantil", uses=(), step="refused"), later)
    assert it.state.phase == "resting"


def test_a_number_that_was_sold_meanwhile_is_not_free(it: Play) -> None:
    it.when(back(), NEXT_DAY)
    it.when(HoldingFound(holder="cantil", uses=(), step="checking"), NEXT_DAY)
    later = "2025-12-05T00:00:00+01:00"
    it.when(HoldingFound(holder="range:brisa", uses=("order R8",), step="resting"), later)
    assert it.names == []
    it.when(HoldingFound(holder="brisa", uses=(), step="resting"), later)
    assert it.names == ["ReturnOvertaken"]
    assert not any(isinstance(each, NumberFree) for each in it.facts)
