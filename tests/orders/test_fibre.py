"""Fibre moves with the fixed line: laid beside the old one, proven, and only then counted on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from relevo.activation.installation.messages import (
    InstallAccess,
    InstallationFailed,
    InstallationProven,
    StopInstallation,
    VisitAgreed,
)
from relevo.activation.installation.model import Slot
from relevo.engine.process import Decision, Heard, Refusal, advance
from relevo.orders.hearing import hear
from relevo.orders.held import SimKind
from relevo.orders.line import visits
from relevo.orders.line.decider import line_process
from relevo.orders.line.messages import (
    LineInstallationAsked,
    LineInstalled,
    LineMended,
    LineNotInstalled,
    LineOldAccessReleased,
    LineStuck,
    LineVisitAgreed,
    MendLine,
    PrepareLine,
    TakeLineOut,
)
from relevo.orders.order.decider import order_process
from relevo.orders.order.messages import LineNoted, OrderAccepted, PlaceOrder, WindowChosen
from relevo.orders.plan import AskLine, GiveUp, MoveDay, TakeLineBack, settle
from relevo.orders.view import NOT_INSTALLED, LineView, Standing, to_install, view_of
from relevo.porting.profile import HubKind
from relevo.testing.vocabulary.cast import (
    AT,
    CONTACT,
    DAY,
    FIBRE,
    FIXED,
    HOUR,
    PARTY,
    RECIPIENT,
    RULES,
    book,
)

RULES_2012 = book(RULES)
SLOT = Slot(opens=AT + 2 * DAY, closes=AT + 2 * DAY + 3 * HOUR)


class Case:
    """One fibre, spoken to step by step."""

    def __init__(self) -> None:
        self.process = line_process(book)
        self.state: Any = self.process.blank("R7K2QW9M/line/W1")
        self.last = Decision()
        self.when(
            PrepareLine(
                line=FIBRE,
                customer=PARTY,
                recipient=RECIPIENT,
                sim=SimKind.CARD,
                rules=RULES,
                consent_at=AT,
            )
        )

    def when(self, message: object) -> Case:
        step = advance(self.process, self.state, message, AT)
        assert not isinstance(step, Refusal), step
        self.state, self.last = step.state, step.decision
        return self

    def hears(self, fact: object) -> Case:
        return self.when(Heard(source="R7K2QW9M/installation/W1", fact=fact))

    def facts(self) -> list[type]:
        return [type(fact) for fact in self.last.facts]

    def told(self, message: type) -> list[Any]:
        return [tell.message for tell in self.last.tells if isinstance(tell.message, message)]


def pair(**fibre: Any) -> tuple[LineView, ...]:
    """A fixed line and its fibre, both asked to leave on the day that the plan chose first."""
    fixed = view_of(FIXED, Standing.WAITING)
    laid = to_install(view_of(FIBRE, Standing.WAITING), FIBRE, RULES_2012, AT)
    day = settle((fixed, laid), rules=RULES_2012, at=AT, wish=None).lines
    confirmed = (replace(each, standing=Standing.CONFIRMED, asked_for=each.window) for each in day)
    first, second = confirmed
    return first, replace(second, **fibre)


def test_the_network_knows_a_fibre_without_a_number_by_whose_it_is() -> None:
    case = Case()
    assert visits.access_of(FIBRE, CONTACT) == f"{CONTACT}.W1"
    assert case.told(InstallAccess)[0].site.access == f"{CONTACT}.W1"
    assert {
        tell.message.subject for tell in case.last.tells if hasattr(tell.message, "subject")
    } == {f"{CONTACT}.W1"}


def test_a_fibre_is_ready_when_its_new_access_was_seen_to_work() -> None:
    case = Case()
    assert LineInstallationAsked in case.facts()
    assert not case.state.card_ready
    case.hears(VisitAgreed(line="W1", visit=1, slot=SLOT, others=()))
    assert case.facts() == [LineVisitAgreed]
    assert not case.state.card_ready
    case.hears(InstallationProven(line="W1", access="x", at=AT))
    assert case.facts() == [LineInstalled]
    assert case.state.card_ready


def test_a_fibre_that_cannot_be_laid_is_the_desks_task_and_tried_again_when_mended() -> None:
    case = Case().hears(InstallationFailed(line="W1", why="no_free_port"))
    assert case.facts() == [LineNotInstalled, LineStuck]
    case.when(MendLine(by="ana", how="port_cleared"))
    assert case.facts() == [LineMended]
    assert case.told(InstallAccess)


def test_a_fibre_that_leaves_the_order_sends_the_technician_home() -> None:
    assert Case().when(TakeLineOut(why="withdrawn")).told(StopInstallation)


def test_the_old_access_is_given_up_once_and_only_for_a_line_without_a_number() -> None:
    line = Case().state
    (released,) = visits.release(line, AT)
    assert released == LineOldAccessReleased(line="W1", donor="altamar", at=AT)
    assert visits.release(replace(line, is_released=True), AT) == ()
    numbered = replace(FIBRE, number=FIXED.number)
    assert visits.release(replace(line, line=numbered), AT) == ()


def test_the_first_day_leaves_time_for_the_visit() -> None:
    order = PlaceOrder(
        customer=PARTY,
        recipient=RECIPIENT,
        lines=(FIXED, FIBRE),
        moving=("F1", "W1"),
        sim=SimKind.CARD,
        wish=None,
        rules=RULES,
        consent_at=AT,
    )
    process = order_process(book)
    step = advance(process, process.blank("R7K2QW9M"), order, AT)
    assert not isinstance(step, Refusal)
    accepted, chosen, *rest = step.decision.facts
    assert isinstance(accepted, OrderAccepted)
    assert isinstance(chosen, WindowChosen)
    assert chosen.rests_on == "installation"
    assert "W1" in {fact.view.id for fact in rest if isinstance(fact, LineNoted)}
    fibre = step.state.view("W1")
    assert fibre is not None and fibre.card_due is not None  # noqa: PT018
    assert not fibre.card_ready
    safety = RULES_2012.safety_at(HubKind.FIXED, chosen.windows["W1"])
    assert fibre.card_due < safety


def test_number_and_fibre_go_back_together_when_the_new_line_is_not_proven_in_time() -> None:
    lines = pair()
    assert lines[0].window
    safety = RULES_2012.safety_at(HubKind.FIXED, lines[0].window)
    moves = settle(lines, rules=RULES_2012, at=safety, wish=None).moves
    moved = next(move for move in moves if isinstance(move, MoveDay))
    assert moved.because.why == NOT_INSTALLED
    assert {move.line for move in moves if isinstance(move, TakeLineBack)} == {"F1", "W1"}


def test_number_and_fibre_leave_when_the_new_line_is_proven() -> None:
    lines = pair(card_ready=True)
    assert lines[0].window
    safety = RULES_2012.safety_at(HubKind.FIXED, lines[0].window)
    assert settle(lines, rules=RULES_2012, at=safety, wish=None).moves == ()


def test_a_visit_after_the_safety_time_moves_the_day_as_soon_as_it_is_agreed() -> None:
    lines = pair()
    assert lines[0].window
    later = lines[0].window.closes + 2 * DAY
    agreed = LineVisitAgreed(line="W1", opens=later - HOUR, closes=later)
    heard = (lines[0], hear(lines[1], agreed))
    moves = settle(heard, rules=RULES_2012, at=AT + HOUR, wish=None).moves
    moved = next(move for move in moves if isinstance(move, MoveDay))
    assert moved.because.why == NOT_INSTALLED
    assert moved.windows["F1"].opens > later


def test_what_no_visit_can_mend_is_never_redated_by_guess() -> None:
    lines = pair()
    assert lines[0].window
    stuck = hear(lines[1], LineNotInstalled(line="W1", why="no_free_port"))
    safety = RULES_2012.safety_at(HubKind.FIXED, lines[0].window)
    moves = settle((lines[0], stuck), rules=RULES_2012, at=safety, wish=None).moves
    assert any(isinstance(move, GiveUp) for move in moves)
    assert not any(isinstance(move, MoveDay | AskLine) for move in moves)


@pytest.mark.parametrize("standing", [Standing.MOVED, Standing.LIVE])
def test_a_fibre_left_behind_follows_even_unproven(standing: Standing) -> None:
    lines = pair()
    gone = (replace(lines[0], standing=standing), lines[1])
    assert lines[0].window
    safety = RULES_2012.safety_at(HubKind.FIXED, lines[0].window)
    moves = settle(gone, rules=RULES_2012, at=safety, wish=None).moves
    assert not any(isinstance(move, TakeLineBack | GiveUp) for move in moves)
