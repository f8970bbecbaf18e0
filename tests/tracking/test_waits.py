"""Why a line waits is said line by line, and never otherwise than the joint plan has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from relevo.orders.view import LineView, Standing
from relevo.orders.waits import Wait, groups_seen, waits_of
from relevo.porting.profile import HubKind, Window
from relevo.profiles.book import load_book

RULES = load_book().on("es", date(2019, 1, 14))
OPENS = datetime(2019, 1, 18, 1, 0, tzinfo=UTC)
NIGHT = Window(OPENS, OPENS + timedelta(hours=4))
ASKED_AT = datetime(2019, 1, 14, 8, 0, tzinfo=UTC)


def line(name: str, standing: Standing, **more: object) -> LineView:
    made = LineView(id=name, hub=HubKind.MOBILE, donor="altamar", standing=standing, window=NIGHT)
    return replace(made, **more)  # type: ignore[arg-type]


def said(*lines: LineView) -> list[tuple[str, str, str]]:
    return [(wait.line, wait.on, wait.why) for wait in waits_of(lines, RULES)]


def test_a_principal_waits_for_the_line_that_hangs_on_it() -> None:
    principal = line("M1", Standing.WAITING)
    second = line("M2", Standing.ASKED, depends_on="M1", asked_for=NIGHT, asked_at=ASKED_AT)
    assert said(principal, second) == [
        ("M1", "M2", "dependant_unconfirmed"),
        ("M2", "M2", "donor_answers"),
    ]


def test_the_donor_s_answer_has_a_limit() -> None:
    asked = line("M1", Standing.ASKED, asked_for=NIGHT, asked_at=ASKED_AT)
    (wait,) = waits_of((asked,), RULES)
    assert wait.until == RULES.reply_due(HubKind.MOBILE, RULES.opens_at(HubKind.MOBILE, ASKED_AT))


def test_nothing_is_asked_for_while_a_number_of_the_same_donor_is_undecided() -> None:
    lines = (line("M1", Standing.WAITING), line("M3", Standing.UNDECIDED))
    assert said(*lines) == [("M1", "M3", "number_undecided"), ("M3", "M3", "undecided")]


def test_a_confirmed_group_waits_for_the_card_of_one_of_its_lines_until_the_safety_time() -> None:
    ready = line("M1", Standing.CONFIRMED, card_ready=True)
    late = line("M2", Standing.CONFIRMED, depends_on="M1")
    waits = waits_of((ready, late), RULES)
    safety = RULES.safety_at(HubKind.MOBILE, NIGHT)
    assert waits == (
        Wait(line="M1", on="M2", why="card_not_in_hand", until=safety),
        Wait(line="M2", on="M2", why="card_not_in_hand", until=safety),
    )


def test_a_group_that_lacks_nothing_waits_for_its_window() -> None:
    ready = line("M1", Standing.CONFIRMED, card_ready=True)
    (wait,) = waits_of((ready,), RULES)
    assert (wait.why, wait.until) == ("window_opens", OPENS)


def test_what_was_given_to_a_person_waits_for_him_and_for_nothing_else() -> None:
    stuck = line("M1", Standing.WAITING, given_up=True, against="rejected")
    assert said(stuck) == [("M1", "M1", "person_decides")]


def test_every_standing_is_either_over_or_says_what_it_waits_for() -> None:
    over = {Standing.STAYING, Standing.LIVE, Standing.OUT}
    for standing in Standing:
        alone = line("M1", standing, asked_for=NIGHT, asked_at=ASKED_AT)
        assert bool(said(alone)) == (standing not in over), standing


def test_a_group_names_its_lines_and_its_limits() -> None:
    first = line("M1", Standing.CONFIRMED)
    second = line("M2", Standing.CONFIRMED, depends_on="M1")
    (group,) = groups_seen((first, second), RULES)
    assert group.lines == ("M1", "M2")
    assert group.cancel_until == RULES.cancel_until(HubKind.MOBILE, NIGHT)
