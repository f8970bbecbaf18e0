"""The world as a whole: the same seed, the same story; a repeated request changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from relevo.simulators.hours import Hours, at, local
from relevo.simulators.plan import FaultPlan
from relevo.values.moment import instant


def _whole_story(play: Any, *, repeats: int) -> list[object]:
    """Both mobiles move; every request is sent so many times."""
    for _ in range(repeats):
        play.sms("Pon la tarjeta en el teléfono.")
        for number in (play.main, play.second):
            play.request_port(number)
            play.subscribe(number)
        play.send_parcel(*(play.cards[n] for n in (play.main, play.second)))
        play.write_desk("status", play.main)
    play.run_for(days=6)
    for path in ("/network/events", "/courier/events", "/desk/brisa/inbox", "/mail/inbound"):
        play.get(f"{path}?after=0")
    return [
        play.get("/network/events?after=0"),
        play.get("/courier/events?after=0"),
        play.get("/desk/brisa/inbox?after=0"),
        play.notices(),
        play.world.chronicle.customer_log(),
        play.world.chronicle.mailbox(),
        play.world.truth.dead_intervals(play.second),
    ]


def test_the_same_seed_gives_the_same_history_however_often_is_asked(start: Any) -> None:
    once = _whole_story(start(), repeats=1)
    assert _whole_story(start(), repeats=1) == once
    assert _whole_story(start(), repeats=3) == once
    assert _whole_story(start(seed=2), repeats=1) != once


def test_a_clock_that_overshoots_changes_nothing(start: Any) -> None:
    stepped, jumped = start(), start()
    for play in (stepped, jumped):
        play.request_port(play.main)
        play.log_in()
    stepped.run_for(days=3)
    jumped.clock.advance_to(jumped.clock.now() + timedelta(days=3))
    jumped.world.fire_due()
    assert jumped.notices() == stepped.notices()
    assert jumped.world.truth.dead_intervals(jumped.main) == stepped.world.truth.dead_intervals(
        stepped.main
    )


def test_news_grow_when_there_is_something_to_fetch(start: Any) -> None:
    play = start()
    play.request_port(play.main)
    before = play.world.news["mobile hub"]
    play.run_until("2019-01-14T20:00:00+01:00")
    assert play.world.news["mobile hub"] > before


def test_every_fault_is_listed_and_those_of_others_never_strike(start: Any) -> None:
    play = start(
        FaultPlan(where="care", what="promise_missed"),
        FaultPlan(where="order", what="crash"),
        FaultPlan(where="donor", what="silent"),
    )
    play.request_port(play.main)
    play.run_until("2019-01-14T20:00:00+01:00")
    struck = play.world.chronicle.faults()
    assert [fault.struck_at is None for fault in struck] == [True, True, False]
    assert struck[2].line == "M1"


def test_a_fault_strikes_as_often_as_its_times(start: Any) -> None:
    play = start(FaultPlan(where="donor", what="silent", times=2))
    for number in (play.main, play.second):
        play.request_port(number)
    play.request_port(play.prepaid, iccid=play.old_card)
    play.run_until("2019-01-14T20:00:00+01:00")
    assert sorted(state for _, _, state in play.notices()) == ["ACON", "AREC", "AREC"]
    assert play.world.chronicle.faults()[0].strikes == 2


@pytest.mark.parametrize(
    ("created", "limit", "window"),
    [
        # The golden vectors of porting-es 3.6.
        ("2025-10-21T17:11", "2025-10-22T14:00", "2025-10-23"),
        ("2025-10-31T10:21", "2025-10-31T20:00", "2025-11-04"),
        ("2025-10-31T17:25", "2025-11-03T14:00", "2025-11-04"),
        ("2025-11-05T11:09", "2025-11-05T20:00", "2025-11-07"),
        ("2025-11-14T14:35", "2025-11-17T14:00", "2025-11-18"),
        ("2025-12-05T16:37", "2025-12-09T14:00", "2025-12-10"),
    ],
)
def test_slots_and_windows_are_those_seen_in_the_field(
    created: str, limit: str, window: str
) -> None:
    hours = Hours()
    moment = instant(f"{created}:00+02:00" if created < "2025-10-26" else f"{created}:00+01:00")
    assert local(hours.reply_slot(moment).ends).isoformat(timespec="minutes")[:16] == limit
    assert hours.working_day_after(local(moment).date(), 2).isoformat() == window


def test_holidays_can_be_added_and_taken_away() -> None:
    hours = Hours(frozenset({date(2019, 1, 15)}), frozenset({date(2019, 5, 1)}))
    assert not hours.is_working_day(date(2019, 1, 15))
    assert hours.is_working_day(date(2019, 5, 1))
    assert not Hours().is_working_day(date(2019, 5, 1))


def test_working_minutes_are_carried_over_the_night_and_the_weekend() -> None:
    friday = instant("2019-01-18T19:30:00+01:00")
    later = Hours().add_working_minutes(friday, 60)
    assert later == instant("2019-01-21T08:30:00+01:00")
    assert at(date(2019, 7, 1), local(later).time()) == instant("2019-07-01T08:30:00+02:00")
