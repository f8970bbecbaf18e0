"""A duty manager's escalation: what nobody solved climbs up to him, and he gives it to somebody."""

from __future__ import annotations

from tests.browser.conftest import Comes, Plays

from relevo.values.moment import instant

UP_THE_LADDER = instant("2019-01-14T20:30:00+01:00")
"""A promised call was not made: the case has come to the duty manager."""


def test_he_gives_a_case_to_a_colleague_and_it_is_seen_who_did(plays: Plays, comes: Comes) -> None:
    desk, _ = plays(UP_THE_LADDER)
    him, order = comes(desk, "duty_manager", language="en"), desk.order()
    him.goes_to("/desk/board", "desk-board-dark", phone="desk-board-phone")
    escalation = him.page.locator(f"#case-{order}")
    escalation.locator(f'a[href="/desk/orders/{order}/case"]').click()
    him.page.wait_for_url(f"**/desk/orders/{order}/case")
    him.says("Sergio")  # who promised the call
    him.page.go_back()
    escalation.locator("summary").click()
    escalation.locator('[name="to"]').select_option("agent")
    escalation.locator('[name="note"]').fill("Call him tonight, and say when it works")
    escalation.locator("form button").click()
    him.page.wait_for_url("**/desk/board?did=taken_up")
    him.says("duty_manager: Call him tonight, and say when it works")
    him.looks()

    auditor = comes(desk, "auditor")
    auditor.goes_to(f"/desk/audit?kind=traces&order={order}", "desk-audit-acts")
    trace = auditor.page.locator("tr[data-row]").filter(has_text="Call him tonight")
    assert "duty_manager" in trace.first.inner_text()
    agent = comes(desk, "agent")
    agent.goes_to("/desk?view=all&who=me")
    agent.page.locator("main [data-row]").get_by_text(order).first.wait_for()


def test_he_steps_in_himself_from_the_board(plays: Plays, comes: Comes) -> None:
    desk, _ = plays(UP_THE_LADDER)
    him, order = comes(desk, "duty_manager"), desk.order()
    him.goes_to("/desk/board", "desk-board")
    escalation = him.page.locator(f"#case-{order}")
    escalation.locator("summary").click()
    escalation.locator('[name="note"]').fill("Le llamo yo")
    escalation.locator("form button").click()
    him.page.wait_for_url("**/desk/board?did=taken_up")
    him.says("duty_manager: Le llamo yo")
