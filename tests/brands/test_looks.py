"""What crosses the wall is a right of a role, has a reason, and leaves a trace that stays."""

from __future__ import annotations

import psycopg
import pytest
from tests.brands.conftest import ALTAMARS, BOSS, SERVED_BY_ALTAMAR, THEIR_LINES, Group

from relevo.brands.reading import Look, end_session, families, look_across, looks, reading
from relevo.brands.staffing import Right, change_right
from relevo.engine.connection import Connection

WHY = "customer is on the phone, her number is dead"


def sees(group: Group, ticket: str) -> set[str]:
    with reading(group.page_dsn, ticket) as (connection, _):
        return {each.key for each in families(connection, 100)}


def look(group: Group, ticket: str, subject: str, reason: str = WHY) -> Look:
    return look_across(group.page_dsn, ticket, subject=subject, reason=reason)


def traces(group: Group, staff: str) -> list[str]:
    rows = group.connection.execute(
        "select outcome from brand_look where staff = %s order by id", (staff,)
    ).fetchall()
    return [row[0] for row in rows]


def test_a_duty_manager_with_a_reason_sees_the_order_he_names_and_no_other(group: Group) -> None:
    ticket = group.joins("dora", "brisa", "duty_manager")
    other = group.order("altamar", "cantil", type(ALTAMARS)("+34600000302"))
    assert not {group.altamars, other} & sees(group, ticket)
    assert look(group, ticket, group.altamars).outcome == "opened"
    assert {group.altamars, other} & sees(group, ticket) == {group.altamars}
    assert traces(group, "dora") == ["opened"]


def test_a_number_opens_what_it_is_in_and_the_record_of_whoever_serves_it(group: Group) -> None:
    ticket = group.joins("dino", "brisa", "duty_manager")
    assert look(group, ticket, ALTAMARS).outcome == "opened"
    assert group.altamars in sees(group, ticket)
    with reading(group.page_dsn, ticket) as (connection, _):
        assert connection.execute(THEIR_LINES).rowcount == 0
    look(group, ticket, SERVED_BY_ALTAMAR)
    with reading(group.page_dsn, ticket) as (connection, _):
        found = connection.execute(
            "select number from served_line where operator = 'altamar'"
        ).fetchall()
    assert (SERVED_BY_ALTAMAR,) in found


def test_who_has_not_the_right_sees_nothing_and_the_attempt_is_kept(group: Group) -> None:
    ticket = group.joins("eva", "brisa", "agent", "porting", "auditor", "administrator")
    assert look(group, ticket, group.altamars).outcome == "not_allowed"
    assert group.altamars not in sees(group, ticket)
    assert traces(group, "eva") == ["not_allowed"]


def test_guessing_at_keys_leaves_a_trace_for_each_guess(group: Group) -> None:
    ticket = group.joins("gus", "brisa", "duty_manager")
    assert {look(group, ticket, key).outcome for key in ("R00000000", "+34600999999")} == {
        "not_found"
    }
    assert traces(group, "gus") == ["not_found", "not_found"]


@pytest.mark.parametrize("reason", ["", "   ", "x"])
def test_a_look_without_a_reason_is_none(group: Group, reason: str) -> None:
    ticket = group.joins(f"rita{len(reason)}", "brisa", "duty_manager")
    with pytest.raises(ValueError, match="reason"):
        look(group, ticket, group.altamars, reason)
    assert group.altamars not in sees(group, ticket)


def asks_by_hand(group: Group, ticket: str) -> Connection:
    page = group.page()
    page.execute("select set_config('relevo.ticket', %s, false)", (ticket,))
    page.execute("select ask_look(%s, %s)", (group.altamars, WHY))
    return page


def test_nothing_is_seen_before_the_trace_is_safe(group: Group) -> None:
    """Look, read and roll back: it would have been seen, and nobody would ever know."""
    ticket = group.joins("rolf", "brisa", "duty_manager")
    wanted = "select from process where process_id = %s"
    with asks_by_hand(group, ticket) as page:
        assert page.execute(wanted, (group.altamars,)).rowcount == 0
        page.execute("savepoint later")
        assert page.execute(wanted, (group.altamars,)).rowcount == 0
        page.rollback()
        assert page.execute(wanted, (group.altamars,)).rowcount == 0
    assert traces(group, "rolf") == []


def test_an_answer_that_is_rolled_back_has_told_nothing(group: Group) -> None:
    """Else one could ask whether an order is there, and take the question back."""
    ticket = group.joins("rosa", "brisa", "duty_manager")
    told = []
    for subject in (group.altamars, "R00000000"):
        with group.page() as page:
            page.execute("select set_config('relevo.ticket', %s, false)", (ticket,))
            before = page.execute("select count(*) from process").fetchone()
            page.execute("select ask_look(%s, %s)", (subject, WHY))
            outcome = page.execute("select outcome from brand_look where staff = 'rosa'").fetchall()
            told.append((before, page.execute("select count(*) from process").fetchone(), outcome))
            page.rollback()
    assert told[0] == told[1]


def test_a_look_ends_with_the_session(group: Group) -> None:
    ticket = group.joins("sol", "brisa", "duty_manager")
    look(group, ticket, group.altamars)
    end_session(group.page_dsn, ticket)
    with group.page() as page:
        page.execute("select set_config('relevo.ticket', %s, false)", (ticket,))
        assert page.execute("select from process").rowcount == 0


def test_a_look_is_one_persons(group: Group) -> None:
    look(group, group.joins("uno", "brisa", "duty_manager"), group.altamars)
    assert group.altamars not in sees(group, group.joins("dos", "brisa", "duty_manager"))


def test_a_look_lasts_half_an_hour_at_most(group: Group) -> None:
    seen = look(group, group.joins("hal", "brisa", "duty_manager"), group.altamars)
    assert 0 < (seen.until - seen.at).total_seconds() <= 30 * 60


def test_a_right_that_is_taken_ends_the_looks_that_it_gave(group: Group) -> None:
    ticket = group.joins("ines", "brisa", "network")
    change_right(group.connection, "network", Right.LOOK_ACROSS, BOSS, given=True)
    assert look(group, ticket, group.altamars).outcome == "opened"
    assert group.altamars in sees(group, ticket)
    change_right(group.connection, "network", Right.LOOK_ACROSS, BOSS, given=False)
    assert group.altamars not in sees(group, ticket)


@pytest.mark.parametrize("table", ["brand_look", "brand_look_family", "brand_act"])
@pytest.mark.parametrize("verb", ["delete from {}", "truncate {} cascade", "update {} set {} = {}"])
def test_not_even_the_owner_rewrites_the_record(group: Group, table: str, verb: str) -> None:
    column = "look" if table == "brand_look_family" else "reason"
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changed"):
        group.connection.execute(verb.format(table, column, column))


def test_the_brand_that_was_looked_at_knows_of_it(group: Group) -> None:
    look(group, group.joins("nora", "brisa", "duty_manager"), group.altamars)
    look(group, group.joins("nuria", "brisa", "duty_manager"), group.brisas)
    with reading(group.page_dsn, group.joins("audi", "altamar", "auditor")) as (connection, _):
        seen = {each.staff: each.reason for each in looks(connection)}
    assert seen.get("nora") == WHY
    assert "nuria" not in seen


def test_everybody_sees_his_own_looks_and_an_agent_no_others(group: Group) -> None:
    mine = group.joins("olga", "brisa", "duty_manager")
    look(group, group.joins("otto", "brisa", "duty_manager"), group.altamars)
    look(group, mine, group.altamars)
    with reading(group.page_dsn, mine) as (connection, _):
        assert {each.staff for each in looks(connection)} == {"olga"}
