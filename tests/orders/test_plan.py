"""The joint plan, rule by rule, and its laws on random joint states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.orders.group import (
    cancel_limit_of,
    chain_steps,
    day_of,
    groups_of,
    safety_of,
)
from relevo.orders.hearing import hear
from relevo.orders.line.messages import (
    LineAlive,
    LineCardReady,
    LineConfirmed,
    LineDead,
    LineMended,
    LineMoved,
    LineNotTakenBack,
    LinePortFailed,
    LineTakenBack,
)
from relevo.orders.plan import (
    REDATINGS_MAX,
    AskLine,
    ChooseDay,
    GiveUp,
    Lines,
    MoveDay,
    Settled,
    TakeLineBack,
    next_look,
    settle,
)
from relevo.orders.view import AT_THE_HUB, ON_ITS_WAY, LineView, Standing
from relevo.porting.profile import HubKind, PortingProfile
from relevo.profiles.es import profile
from relevo.values.moment import Moment, instant

SUNDAY_NOON = instant("2019-01-13T11:59:00+01:00")
FRIDAY = date(2019, 1, 18)
RULES: PortingProfile = next(each.rules for each in profile() if each.rules.code == "es@2012-06-01")
SAFETY = RULES.safety_at(HubKind.MOBILE, RULES.window_on(HubKind.MOBILE, FRIDAY))


def mobile(name: str, standing: Standing = Standing.WAITING, **more: object) -> LineView:
    view = LineView(
        id=name,
        hub=HubKind.MOBILE,
        donor="altamar",
        standing=standing,
        card_due=RULES.card_ready_by(SUNDAY_NOON),
    )
    return replace(view, **more)  # type: ignore[arg-type]


def plan(*lines: LineView, at: Moment = SUNDAY_NOON, wish: date | None = None) -> Settled:
    return settle(lines, rules=RULES, at=at, wish=wish)


def by_name(settled: Settled, name: str) -> LineView:
    return next(line for line in settled.lines if line.id == name)


def asked(settled: Settled) -> list[str]:
    return [move.line for move in settled.moves if isinstance(move, AskLine)]


def taken_back(settled: Settled) -> list[str]:
    return [move.line for move in settled.moves if isinstance(move, TakeLineBack)]


def confirmed(name: str, **more: object) -> LineView:
    window = RULES.window_on(HubKind.MOBILE, FRIDAY)
    known = {"window": window, "asked_for": window, "asked_at": SUNDAY_NOON, "card_ready": True}
    return mobile(name, Standing.CONFIRMED, **{**known, **more})


# -- examples -------------------------------------------------------------------------------------


def test_the_second_line_is_asked_for_first_and_its_principal_waits() -> None:
    settled = plan(mobile("M1"), mobile("M2", depends_on="M1"))
    assert asked(settled) == ["M2"]
    assert by_name(settled, "M1").standing is Standing.WAITING


def test_both_get_the_day_that_has_room_for_the_chain_and_for_the_cards() -> None:
    settled = plan(mobile("M1"), mobile("M2", depends_on="M1"))
    chosen = [move for move in settled.moves if isinstance(move, ChooseDay)]
    assert len(chosen) == 1
    assert chosen[0].rests_on == "card_delivery"
    days = {day_of(HubKind.MOBILE, window, RULES) for window in chosen[0].windows.values()}
    assert days == {FRIDAY}


def test_without_cards_the_day_rests_on_the_chain_of_confirmations() -> None:
    settled = plan(mobile("M1", card_due=None), mobile("M2", card_due=None, depends_on="M1"))
    chosen = next(move for move in settled.moves if isinstance(move, ChooseDay))
    assert chosen.rests_on == "confirmation_chain"


def test_a_wish_is_kept_when_it_is_later_than_what_is_possible() -> None:
    settled = plan(mobile("M1"), wish=date(2019, 1, 24))
    chosen = next(move for move in settled.moves if isinstance(move, ChooseDay))
    assert chosen.rests_on == "wish"
    assert day_of(HubKind.MOBILE, chosen.windows["M1"], RULES) == date(2019, 1, 24)


def test_the_principal_is_asked_for_once_its_second_line_is_confirmed() -> None:
    window = RULES.window_on(HubKind.MOBILE, FRIDAY)
    settled = plan(
        mobile("M1", window=window),
        confirmed("M2", depends_on="M1", card_ready=False),
        at=instant("2019-01-14T16:00:00+01:00"),
    )
    assert asked(settled) == ["M1"]


def test_nothing_is_asked_for_while_a_number_of_the_same_donor_is_undecided() -> None:
    settled = plan(mobile("F"), mobile("M1"), mobile("M2", Standing.UNDECIDED, depends_on="M1"))
    assert settled.moves == ()


def test_an_undecided_number_at_one_donor_does_not_stop_what_leaves_another() -> None:
    settled = plan(
        mobile("A", donor="cantil"), mobile("M1"), mobile("M2", Standing.UNDECIDED, depends_on="M1")
    )
    assert asked(settled) == ["A"]


def test_a_fixed_line_and_its_fibre_get_one_day_whatever_their_hubs_need() -> None:
    fixed = mobile("F", hub=HubKind.FIXED, card_due=None)
    settled = plan(fixed, mobile("M1", moves_with="F"))
    days = {day_of(line.hub, line.window, RULES) for line in settled.lines if line.window}
    assert len(days) == 1
    assert sorted(asked(settled)) == ["F", "M1"]


def test_when_all_are_ready_at_the_safety_time_they_go() -> None:
    settled = plan(confirmed("M1"), confirmed("M2", depends_on="M1"), at=SAFETY)
    assert settled.moves == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"card_ready": False}, "card_not_in_hand"),
        ({"alive": False}, "number_dead"),
        ({"standing": Standing.ASKED}, "not_confirmed"),
        ({"standing": Standing.WAITING, "against": "holder_mismatch"}, "rejected"),
    ],
)
def test_one_line_that_is_not_ready_takes_the_whole_group_back(
    change: dict[str, object], why: str
) -> None:
    second = replace(confirmed("M2", depends_on="M1"), **change)  # type: ignore[arg-type]
    settled = plan(confirmed("M1"), second, at=SAFETY)
    redated = next(move for move in settled.moves if isinstance(move, MoveDay))
    assert (redated.because.line, redated.because.why) == ("M2", why)
    assert "M1" in taken_back(settled)
    assert set(redated.windows) == {"M1", "M2"}
    assert all(window.opens > SAFETY for window in redated.windows.values())
    assert not asked(settled)


def test_a_card_that_is_late_keeps_the_day_until_the_safety_time() -> None:
    before = SAFETY - timedelta(minutes=1)
    assert plan(confirmed("M1", card_ready=False), at=before).moves == ()


def test_a_number_that_died_after_its_confirmation_does_not_stop_asking_its_principal() -> None:
    """The request stays valid; the gate is the safety time, and recovery has until then."""
    window = RULES.window_on(HubKind.MOBILE, FRIDAY)
    settled = plan(
        mobile("M1", window=window),
        confirmed("M2", depends_on="M1", alive=False),
        at=instant("2019-01-14T16:00:00+01:00"),
    )
    assert asked(settled) == ["M1"]


def test_a_dead_number_is_not_asked_for_until_it_lives_or_is_ported_out_of_the_hold() -> None:
    window = RULES.window_on(HubKind.MOBILE, FRIDAY)
    dead = mobile("M2", alive=False, window=window)
    assert asked(plan(dead)) == []
    assert asked(plan(replace(dead, from_hold=True))) == ["M2"]


def test_when_a_rejection_ate_the_time_the_group_is_redated_at_once() -> None:
    """On Thursday morning nothing that is asked for is confirmed before the safety time."""
    window = RULES.window_on(HubKind.MOBILE, FRIDAY)
    thursday = instant("2019-01-17T09:00:00+01:00")
    settled = plan(mobile("M1", window=window), confirmed("M2", depends_on="M1"), at=thursday)
    assert thursday < SAFETY
    assert any(isinstance(move, MoveDay) for move in settled.moves)
    assert taken_back(settled) == ["M2"]
    assert asked(settled) == [], "M2 must come back first"


def test_after_the_regulators_deadline_a_confirmed_group_goes_whatever_it_lacks() -> None:
    late = SAFETY + timedelta(hours=1)
    settled = plan(confirmed("M1", card_ready=False), confirmed("M2", depends_on="M1"), at=late)
    assert settled.moves == ()


def test_who_is_left_behind_follows_as_fast_as_it_can_card_or_not() -> None:
    far = RULES.window_on(HubKind.MOBILE, date(2019, 1, 29))
    gone = replace(confirmed("M1"), standing=Standing.BOUND)
    left = mobile("M2", depends_on="M1", window=far, redatings=1)
    settled = plan(gone, left, at=instant("2019-01-17T14:01:00+01:00"))
    moved = next(move for move in settled.moves if isinstance(move, MoveDay))
    assert moved.windows["M2"].opens < far.opens
    assert asked(settled) == ["M2"]


def test_a_group_confirmed_for_two_days_goes_back_together() -> None:
    other = RULES.window_on(HubKind.MOBILE, date(2019, 1, 21))
    settled = plan(confirmed("M1", asked_for=other), confirmed("M2", depends_on="M1"))
    assert set(taken_back(settled)) | {
        line.id for line in settled.lines if line.standing is Standing.CONFIRMED
    } == {"M1", "M2"}
    assert any(isinstance(move, MoveDay) for move in settled.moves)


def test_a_line_alone_takes_the_day_that_the_hub_confirmed() -> None:
    other = RULES.window_on(HubKind.MOBILE, date(2019, 1, 21))
    settled = plan(confirmed("M1", asked_for=other))
    assert by_name(settled, "M1").window == other
    assert taken_back(settled) == []


def test_a_number_decided_late_joins_the_day_of_its_group() -> None:
    settled = plan(
        confirmed("M1"),
        mobile("M2", depends_on="M1"),
        at=instant("2019-01-14T09:00:00+01:00"),
    )
    assert by_name(settled, "M2").window == by_name(settled, "M1").window
    assert asked(settled) == ["M2"]


def test_after_so_many_new_days_a_person_decides_and_the_plan_rests() -> None:
    worn = confirmed("M1", card_ready=False, redatings=REDATINGS_MAX)
    settled = plan(worn, confirmed("M2", depends_on="M1"), at=SAFETY)
    assert any(isinstance(move, GiveUp) for move in settled.moves)
    assert sorted(taken_back(settled)) == ["M1", "M2"]
    back = tuple(replace(line, standing=Standing.WAITING) for line in settled.lines)
    assert settle(back, rules=RULES, at=SAFETY + timedelta(days=3), wish=None).moves == ()


def test_the_next_look_is_the_earliest_safety_time() -> None:
    settled = plan(confirmed("M1"), at=SUNDAY_NOON)
    assert next_look(settled.lines, rules=RULES, at=SUNDAY_NOON) == SAFETY
    assert next_look(settled.lines, rules=RULES, at=SAFETY) is None


def test_a_chain_counts_requests_that_wait_for_one_another() -> None:
    lines = (mobile("A"), mobile("B", depends_on="A"), mobile("C", depends_on="B"), mobile("D"))
    assert chain_steps(lines) == 3
    assert chain_steps(()) == 0
    circle = (mobile("A", depends_on="B"), mobile("B", depends_on="A"))
    assert chain_steps(circle) == 2


# -- laws on random joint states ------------------------------------------------------------------

NAMES = ("A", "B", "C", "D", "E")
DAYS = [date(2019, 1, day) for day in (16, 17, 18, 21, 24)]


STANDINGS = st.sampled_from(
    [
        *[Standing.WAITING] * 4,
        *[Standing.ASKED] * 3,
        *[Standing.CONFIRMED] * 5,
        *[Standing.UNDECIDED] * 3,
        *[standing for standing in Standing if standing is not Standing.OUT],
    ]
)
"""A uniform choice would nearly always leave a group with nothing to decide."""


@st.composite
def joint_states(draw: st.DrawFn) -> Lines:
    """Any standing of up to five lines; the lines of a group have one day, or none has."""
    lines: list[LineView] = []
    for place in range(draw(st.integers(1, len(NAMES)))):
        tie = draw(st.sampled_from(["", "", *NAMES[:place]]))
        tied_by = draw(st.booleans())
        lines.append(
            LineView(
                id=NAMES[place],
                hub=draw(st.sampled_from(HubKind)),
                donor=draw(st.sampled_from(["altamar", "altamar", "cantil"])),
                standing=draw(STANDINGS),
                depends_on=tie if tied_by else "",
                moves_with="" if tied_by else tie,
                card_ready=draw(st.sampled_from([True, True, True, False])),
                card_due=draw(st.sampled_from([None, RULES.card_ready_by(SUNDAY_NOON)])),
                alive=draw(st.sampled_from([True, True, True, True, False])),
                from_hold=draw(st.sampled_from([False, False, True])),
                against=draw(st.sampled_from(["", "", "", "", "holder_mismatch"])),
                redatings=draw(st.sampled_from([0, 0, 0, 1, REDATINGS_MAX])),
            )
        )
    made: list[LineView] = []
    for group in groups_of(lines):
        day = draw(st.sampled_from([None, FRIDAY, FRIDAY, *DAYS]))
        for line in group.lines:
            window = RULES.window_on(line.hub, day) if day else None
            at_hub = line.standing not in {Standing.WAITING, Standing.UNDECIDED, Standing.STAYING}
            made.append(
                replace(
                    line,
                    window=window,
                    asked_for=window if at_hub else None,
                    asked_at=SUNDAY_NOON if at_hub else None,
                )
            )
    return tuple(sorted(made, key=lambda line: line.id))


TELLING = [
    SUNDAY_NOON,
    instant("2019-01-14T09:00:00+01:00"),
    instant("2019-01-14T16:00:00+01:00"),
    instant("2019-01-15T16:00:00+01:00"),
    SAFETY - timedelta(minutes=1),
    SAFETY,
    SAFETY + timedelta(minutes=10),
    SAFETY + timedelta(minutes=30),
    instant("2019-01-18T03:00:00+01:00"),
]
MOMENTS = st.sampled_from(TELLING) | st.integers(0, 9 * 24 * 4).map(
    lambda n: SUNDAY_NOON + timedelta(minutes=15 * n)
)
PLANNED = settings(max_examples=250, deadline=None)


@PLANNED
@given(joint_states(), MOMENTS)
def test_the_plan_settles_and_a_second_reading_changes_nothing(lines: Lines, at: Moment) -> None:
    settled = settle(lines, rules=RULES, at=at, wish=None)
    given_up = [move.because.why for move in settled.moves if isinstance(move, GiveUp)]
    assert "plan_unsettled" not in given_up
    assert settle(settled.lines, rules=RULES, at=at, wish=None).moves == ()


@PLANNED
@given(joint_states(), MOMENTS)
def test_no_principal_is_asked_for_before_all_its_dependants_are_confirmed(
    lines: Lines, at: Moment
) -> None:
    settled = settle(lines, rules=RULES, at=at, wish=None)
    for name in asked(settled):
        for line in settled.lines:
            if line.depends_on == name and line.standing in ON_ITS_WAY:
                assert line.standing is Standing.CONFIRMED


@PLANNED
@given(joint_states(), MOMENTS)
def test_all_of_a_group_have_the_same_day(lines: Lines, at: Moment) -> None:
    settled = settle(lines, rules=RULES, at=at, wish=None)
    for group in groups_of(settled.lines):
        days = {day_of(line.hub, line.window, RULES) for line in group.to_leave if line.window}
        assert len(days) <= 1
        waits = not group.decided or any(line.given_up for line in group.lines)
        assert waits or all(line.window for line in group.to_leave)


@PLANNED
@given(joint_states(), MOMENTS)
def test_nothing_is_asked_for_while_a_number_of_the_group_is_undecided(
    lines: Lines, at: Moment
) -> None:
    settled = settle(lines, rules=RULES, at=at, wish=None)
    for group in groups_of(lines):
        if any(line.standing is Standing.UNDECIDED for line in group.lines):
            assert not {line.id for line in group.lines} & set(asked(settled))


@PLANNED
@given(joint_states(), MOMENTS)
def test_from_the_safety_time_on_what_is_not_ready_takes_its_whole_group_back(
    lines: Lines, at: Moment
) -> None:
    settled = settle(lines, rules=RULES, at=at, wish=None)
    for group in groups_of(settled.lines):
        safety, limit = safety_of(group, RULES), cancel_limit_of(group, RULES)
        given_up = any(line.given_up for line in group.lines)
        if safety is None or limit is None or not group.decided or not safety <= at < limit:
            continue
        assert given_up or group.trouble() is None


@PLANNED
@given(joint_states(), MOMENTS)
def test_who_is_redated_has_no_request_for_another_day_left(lines: Lines, at: Moment) -> None:
    settled = settle(lines, rules=RULES, at=at, wish=None)
    moved = {n for move in settled.moves if isinstance(move, MoveDay) for n in move.windows}
    for line in settled.lines:
        if line.id in moved and line.standing in AT_THE_HUB and line.window and line.asked_for:
            wanted = day_of(line.hub, line.window, RULES)
            assert day_of(line.hub, line.asked_for, RULES) == wanted


@PLANNED
@given(joint_states(), MOMENTS)
def test_the_redatings_of_a_group_never_exceed_their_bound(lines: Lines, at: Moment) -> None:
    settled = settle(lines, rules=RULES, at=at, wish=None)
    assert all(line.redatings <= REDATINGS_MAX for line in settled.lines)


# -- laws over time -------------------------------------------------------------------------------

EVENTS = ("confirm", "reject", "mend", "die", "revive", "card", "hub_answers_cancel", "nothing")


def happen(event: str, line: LineView, now: Moment) -> LineView:
    """One thing that the world may do to a line, if it can."""
    match event:
        case "confirm" if line.standing is Standing.ASKED:
            window = line.asked_for
            assert window is not None
            return hear(line, LineConfirmed(line=line.id, window=window, cancel_until=now))
        case "reject" if line.standing is Standing.ASKED:
            failed = LinePortFailed(
                line=line.id, code="x", reason="holder_mismatch", who_acts="desk", resubmit=""
            )
            return hear(line, failed)
        case "mend":
            return hear(line, LineMended(line=line.id, how="recovered"))
        case "die" if line.standing in ON_ITS_WAY:
            return hear(line, LineDead(line=line.id, at_donor=True, at=now))
        case "revive":
            return hear(line, LineAlive(line=line.id, at=now))
        case "card":
            return hear(line, LineCardReady(line=line.id, iccid=None))
        case "hub_answers_cancel" if line.standing is Standing.GOING_BACK:
            return answered(line, now)
        case _:
            return line


def answered(line: LineView, now: Moment) -> LineView:
    """The hub takes a cancellation until the regulator's deadline and not a second longer."""
    assert line.asked_for is not None
    if now < RULES.cancel_until(line.hub, line.asked_for):
        return hear(line, LineTakenBack(line=line.id, why="redated"))
    return hear(line, LineNotTakenBack(line=line.id, why="too_late"))


def windows_open(lines: Lines, now: Moment) -> Lines:
    """What the hub does at 02:00, whatever anybody thinks of it."""
    moved = []
    for line in lines:
        due = line.asked_for is not None and line.asked_for.opens <= now
        if due and line.standing in {Standing.CONFIRMED, Standing.BOUND}:
            moved.append(hear(line, LineMoved(line=line.id, number=None, at=now, iccid=None)))
        elif due and line.standing is Standing.GOING_BACK:
            moved.append(answered(line, now))  # it moves with the next look
        else:
            moved.append(line)
    return tuple(moved)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(EVENTS), st.sampled_from(("M1", "M2", "M3")), st.integers(1, 14)),
        min_size=20,
        max_size=90,
    )
)
def test_over_weeks_no_principal_leaves_without_its_second_line_unless_it_was_bound(
    story: list[tuple[str, str, int]],
) -> None:
    now = SUNDAY_NOON
    lines: Lines = (
        mobile("M1"),
        mobile("M2", depends_on="M1"),
        mobile("M3", depends_on="M2"),
    )
    lines = settle(lines, rules=RULES, at=now, wish=None).lines
    bound: set[str] = set()
    for event, name, hours in story:
        until = now + timedelta(hours=hours)
        look = next_look(lines, rules=RULES, at=now)
        while look is not None and look <= until:  # the safety timer fires on its minute
            now = look
            lines = settle(lines, rules=RULES, at=now, wish=None).lines
            lines = tuple(
                answered(line, now) if line.standing is Standing.GOING_BACK else line
                for line in lines
            )
            lines = settle(lines, rules=RULES, at=now, wish=None).lines
            look = next_look(lines, rules=RULES, at=now)
        now = until
        lines = windows_open(lines, now)
        bound |= {line.id for line in lines if line.standing is Standing.BOUND}
        for line in lines:
            for other in lines:
                if other.depends_on == line.id and line.standing is Standing.MOVED:
                    left = other.standing in ON_ITS_WAY
                    assert not left or line.id in bound, f"{line.id} left {other.id} behind"
        lines = tuple(happen(event, line, now) if line.id == name else line for line in lines)
        bound |= {line.id for line in lines if line.standing is Standing.BOUND}
        lines = settle(lines, rules=RULES, at=now, wish=None).lines
