"""The case shows what is owed by now and whose doing it was; effort is by the published table."""

from __future__ import annotations

from tests.pages.conftest import Desk, SignedIn

from relevo.pages.effort import effort_of


def test_the_case_shows_what_is_owed_by_now_and_whose_doing_it_was(
    desk: Desk, client: SignedIn
) -> None:
    html = client("agent").get(f"/desk/orders/{desk.order()}/case").text
    assert "ES.voice.outage" in html
    assert "Altamar" in html.partition('id="money"')[2].partition("</section>")[0]


def test_writing_costs_more_than_the_call_s_length() -> None:
    table = effort_of("es")
    assert table.minutes("call", times=2, length=12) == 28
    assert table.minutes("email", times=3, length=0) == 30
    assert table.minutes("sms", times=3, length=0) == 3
    assert table.minutes("a channel of tomorrow", times=3, length=7) == 7


def test_a_country_without_a_table_counts_lengths_only() -> None:
    assert effort_of("nl").minutes("call", times=2, length=9) == 9
