"""A customer chats: without a reload, over a line that breaks, and nothing he typed is lost."""

from __future__ import annotations

from datetime import timedelta

from tests.browser.conftest import Comes, Plays
from tests.pages.conftest import WORST_DAY

from relevo.engine.connection import connect
from relevo.notices.actions import propose_reply

FIRST, SECOND, DRAFT = "¿Qué pasa con mi número?", "¿Y la tarjeta?", "Además quería decir que"


def test_a_message_goes_out_when_there_is_a_line_again(plays: Plays, comes: Comes) -> None:
    desk, play = plays(WORST_DAY)
    order = desk.order()
    me = comes(desk, order=order)
    me.goes_to("/mine")
    me.page.evaluate("() => { window.neverLoadedAgain = true; }")
    text, outbox = me.field("text"), me.page.locator("#outbox")
    me.complaints_expected = True  # a browser complains of a line that breaks
    me.page.context.set_offline(True)
    for words in (FIRST, SECOND):
        text.fill(words)
        me.page.locator("#ask button").click()
    outbox.locator('[data-state="waiting"]').first.wait_for()
    assert text.input_value() == ""
    me.looks()
    me.page.context.set_offline(False)
    outbox.locator('[data-state="sent"]').nth(1).wait_for()
    play.go_on(WORST_DAY + timedelta(minutes=2))
    latest = me.page.locator("#latest")
    latest.get_by_text(SECOND).wait_for()
    assert latest.get_by_text(FIRST).count() == 1
    outbox.wait_for(state="hidden")
    me.page.locator('#chat-state[data-state="open"]').wait_for()
    assert me.page.evaluate("() => window.neverLoadedAgain")
    me.looks()
    propose_reply(
        desk.console.engine, order, channel="sms", text="Gracias por escribirnos.", by="Marta",
        draft_id="chat",
    )  # fmt: skip
    play.go_on(WORST_DAY + timedelta(minutes=4))
    latest.get_by_text("Gracias por escribirnos.").wait_for()
    assert me.page.evaluate("() => window.neverLoadedAgain")


def test_what_was_typed_is_there_after_a_reload_and_after_the_session(
    plays: Plays, comes: Comes
) -> None:
    desk, _ = plays(WORST_DAY)
    me = comes(desk, order=desk.order())
    me.goes_to("/mine")
    me.field("text").press_sequentially(DRAFT)
    me.goes_to("/mine")
    assert me.field("text").input_value() == DRAFT
    with connect(desk.dsn, autocommit=True) as connection:
        connection.execute("delete from customer_session")
    me.complaints_expected = True
    me.page.locator("#ask button").click()
    me.page.locator('#outbox [data-state="ended"]').get_by_text(DRAFT).wait_for()
