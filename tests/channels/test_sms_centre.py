"""The line to an SMS centre, held against one that is a process of its own and does us every ill.

The centre's words are made by a library's codec, its store outlives it, and it is killed.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from relevo.adapters.sms_smpp.account import Account, IdForm
from relevo.adapters.sms_smpp.ledger import Ledger, SegmentState
from relevo.adapters.sms_smpp.link import LinkState
from relevo.adapters.sms_smpp.receipts import Came, Receipt
from relevo.engine.clock import SystemClock
from relevo.testing.patience import until
from relevo.testing.postgres import clone, session_server, wipe
from relevo.testing.sms_site import PHONE, SCHEMA, SmsSite, tried
from relevo.testing.sms_site import sms as say
from relevo.testing.smsc_process import SmscProcess

LONG = "Tu línea 600 000 101 se mueve el viernes 25 entre las 2:00 y las 6:00. " * 6


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with session_server(SCHEMA) as server:
        yield clone(server, "sms")


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[SmsSite]:
    smsc = SmscProcess(tmp_path)
    made = SmsSite(database, smsc)
    yield made
    made.close()
    smsc.kill()
    wipe(database)


def test_a_message_is_sent_once_and_its_delivery_is_told_once(site: SmsSite) -> None:
    site.smsc.fault("double_receipt", 2)
    sms = site.bound()
    sms.send(say("R-1"))
    sms.send(say("R-1"))  # the outbox crashed before it could note that it was done
    until(lambda: bool(site.told) and not site.smsc.unacknowledged(), "the receipts are taken")
    assert [(each.message_key, each.is_delivered) for each in site.told] == [("R-1", True)]
    assert [each.source for each in site.smsc.arrived()] == ["Brisa"]


def test_a_long_message_is_delivered_when_all_of_its_segments_are(site: SmsSite) -> None:
    site.smsc.fault("state", 1, "UNDELIV")
    sms = site.bound()
    sms.send(say("R-1", LONG))
    until(lambda: bool(site.told), "it is told")
    sms.send(say("R-2", LONG))
    until(lambda: len(site.told) == 2, "the other one is told")
    first, second = site.told
    assert (first.is_delivered, first.reason) == (False, "UNDELIV")
    assert (second.message_key, second.is_delivered) == ("R-2", True)


@pytest.mark.parametrize("custom", ["early_receipt", "text_only", "decimal_receipts"])
def test_receipts_find_their_message_whatever_the_custom_of_the_centre(
    site: SmsSite, custom: str
) -> None:
    forms = {"response_ids": IdForm.HEX, "receipt_ids": IdForm.DECIMAL}
    site.smsc.fault(custom, 20)
    sms = site.bound(**(forms if custom == "decimal_receipts" else {}))
    for number in range(12):
        sms.send(say(f"R-{number}"))
    until(lambda: len(site.told) == 12, "all are told")
    assert {each.message_key for each in site.told} == {f"R-{number}" for number in range(12)}


def test_a_centre_that_wants_less_gets_less_and_loses_nothing(site: SmsSite) -> None:
    site.smsc.fault("refuse", 1, 0x58)
    sms = site.bound()
    assert tried(lambda: sms.send(say("R-1"))).startswith("again: the SMS centre answers ESME")
    assert tried(lambda: sms.send(say("R-2"))) == "again: the centre asked for less"
    until(lambda: tried(lambda: sms.send(say("R-1"))) == "sent", "it is taken in the end")
    assert len(site.smsc.arrived()) == 1


def test_what_the_centre_will_never_take_is_given_up_at_once(site: SmsSite) -> None:
    site.smsc.fault("refuse", 1, 0x0B)
    sms = site.bound()
    gone = tried(lambda: sms.send(say("R-1")))
    assert gone == "never: the SMS centre answers ESME_RINVDSTADR (0x0B)"
    assert tried(lambda: sms.send(say("R-1"))) == gone
    assert not site.smsc.arrived()


def test_a_message_whose_answer_was_lost_is_not_sent_again_and_its_receipt_decides(
    site: SmsSite,
) -> None:
    site.smsc.fault("drop")
    sms = site.bound(answer_within_s=0.2)
    assert tried(lambda: sms.send(say("R-1"))).startswith("again: the connection was lost")
    until(lambda: tried(lambda: sms.send(say("R-1"))) == "sent", "the receipt has come")
    until(lambda: bool(site.told), "it is told")
    assert site.told[0].is_delivered
    assert len(site.smsc.arrived()) == 1


def test_a_receipt_decides_about_a_lost_answer_only_where_no_other_message_can_be_meant(
    site: SmsSite,
) -> None:
    account = Account(host="h", port=1, system_id="s", answer_within_s=-1.0)
    ledger = Ledger(site.dsn, account, SystemClock())
    for key, phone in (("R-1", PHONE), ("R-2", PHONE), ("R-3", "34600000102")):
        ledger.prepared(key, phone, 1)
        assert ledger.claim(key, 1)
        assert not ledger.claim(key, 1), "two workers must not both send it"
    second = ledger.prepared("R-2", PHONE, 1)[0].reference
    ledger.receipts(
        [
            Receipt("A1", Came.DELIVERED, "DELIVRD", PHONE),  # of the first, or of the second?
            Receipt("A2", Came.UNDELIVERABLE, "UNDELIV", PHONE, reference=second),
            Receipt("A3", Came.DELIVERED, "DELIVRD", "34600000102"),
        ]
    )
    ledger.match()
    states = [ledger.prepared(key, "", 1)[0].state for key in ("R-1", "R-2", "R-3")]
    assert states == ["handed", "undeliverable", "delivered"]
    ledger.match()  # and now it can be nobody else's
    assert ledger.prepared("R-1", PHONE, 1)[0].state is SegmentState.DELIVERED
    ledger.close()


def test_a_message_of_which_nobody_will_ever_know_is_given_up_and_never_sent_again(
    site: SmsSite,
) -> None:
    site.smsc.fault("lose")
    sms = site.bound(receipt_decides_within_s=0.3, answer_within_s=0.1)
    assert tried(lambda: sms.send(say("R-1"))).startswith("again: the connection was lost")
    until(
        lambda: "whether it was sent is not known" in tried(lambda: sms.send(say("R-1"))),
        "it is given up: the voice takes another channel",
    )
    assert not site.smsc.arrived()


def test_an_answer_that_comes_late_is_still_the_answer(site: SmsSite) -> None:
    site.smsc.fault("silent")
    site.smsc.fault("no_receipt")
    sms = site.bound(answer_within_s=0.1)
    assert tried(lambda: sms.send(say("R-1"))).startswith("again: no answer within 0.1 s")
    site.smsc.fault("speak")
    until(lambda: tried(lambda: sms.send(say("R-1"))) == "sent", "the answer has come")
    assert len(site.smsc.arrived()) == 1


def test_a_worker_that_died_with_a_message_on_the_wire_leaves_it_to_the_receipt(
    site: SmsSite,
) -> None:
    site.smsc.fault("silent")
    site.smsc.fault("no_receipt")
    first = site.bound(answer_within_s=0.1)
    assert tried(lambda: first.send(say("R-1"))).startswith("again: no answer")
    first.close()
    second = site.bound()
    assert tried(lambda: second.send(say("R-1"))).startswith("again: the centre has not said")
    assert len(site.smsc.arrived()) == 1


def test_a_refused_bind_is_one_alarm_and_not_a_loop(
    site: SmsSite, caplog: pytest.LogCaptureFixture
) -> None:
    site.smsc.fault("refuse_bind", 2, 0x0E)
    with caplog.at_level(logging.INFO):
        sms = site.open(refused_pause_s=0.3)
        until(lambda: sms.state[0] is LinkState.REFUSED, "it is refused")
        refused = tried(lambda: sms.send(say("R-1")))
        assert refused == (
            "again: no session with the SMS centre: the bind was refused: ESME_RINVPASWD (0x0E)"
        )
        took = until(lambda: sms.state[0] is LinkState.BOUND, "the password was put right")
    assert took > 0.3
    assert [each.levelname for each in caplog.records].count("ERROR") == 1
    sms.send(say("R-1"))


def test_a_centre_that_does_not_answer_any_more_is_left_and_bound_again(site: SmsSite) -> None:
    site.smsc.fault("deaf", 1)
    sms = site.bound(enquire_within_s=0.2)
    until(lambda: sms.state[0] is LinkState.DOWN, "the line is given up")
    until(lambda: sms.state[0] is LinkState.BOUND, "the line is bound again")


def test_a_centre_killed_in_mid_conversation_loses_no_message_and_sends_none_twice(
    site: SmsSite,
) -> None:
    sms = site.bound(answer_within_s=0.2, receipt_decides_within_s=4.0)
    keys = [f"R-{number}" for number in range(120)]
    outcome: dict[str, str] = {}
    half_done = threading.Event()

    def carry(key: str) -> None:
        """As the outbox does: until it is sent, or given up."""

        def attempt() -> bool:
            outcome[key] = tried(lambda: sms.send(say(key, key)))
            if len(outcome) > len(keys) // 2:
                half_done.set()
            return not outcome[key].startswith("again")

        until(attempt, f"{key} is done with")

    with ThreadPoolExecutor(8) as threads:
        running = [threads.submit(carry, key) for key in keys]
        half_done.wait(20)
        site.smsc.kill()
        site.smsc.start()
        for number in range(5):
            site.smsc.say(f"pregunta {number}".encode())
        for each in running:
            each.result()
    sent = {key for key in keys if outcome[key] == "sent"}
    until(lambda: len(site.told) >= len(sent) and len(site.heard) == 5, "all came through")
    arrived = Counter(each.content.decode() for each in site.smsc.arrived())
    assert set(arrived.values()) == {1}
    assert sent <= set(arrived), "what we call sent is at its phone"
    for key in set(keys) - sent:  # it was on the wire when the centre died: another channel
        assert "whether it was sent is not known" in outcome[key]
    assert len(sent) > len(keys) - 10, "no more than the window can be unknown"
    assert Counter(each.message_key for each in site.told) == Counter(sent)
    assert sorted(site.texts()) == [f"pregunta {number}" for number in range(5)]


def test_what_a_customer_writes_is_acknowledged_only_when_it_is_filed(site: SmsSite) -> None:
    site.refuses = 3
    site.bound()
    site.smsc.say("Sí".encode("utf-16-be"), coding=8)
    site.smsc.say(b"ok")
    until(lambda: len(site.heard) == 2, "both are filed")
    until(lambda: not site.smsc.unacknowledged(), "the centre knows")
    assert sorted(site.texts()) == ["Sí", "ok"]
    assert max(site.smsc.deliveries()) > 1


def test_the_parts_of_a_long_text_may_come_in_any_order_and_twice(site: SmsSite) -> None:
    site.bound()
    parts = {
        number: bytes((5, 0, 3, 9, 3, number)) + b"abc"[number - 1 : number] for number in (1, 2, 3)
    }
    for number in (3, 1, 3, 2, 1):
        site.smsc.say(parts[number], esm_class=0x40)
    site.smsc.say(b"nach allem")
    until(lambda: len(site.heard) == 2, "the text is whole")
    assert sorted(site.texts()) == ["abc", "nach allem"]


def test_a_part_that_never_comes_does_not_keep_the_others_from_us(site: SmsSite) -> None:
    site.bound(parts_within_s=0.3)
    site.smsc.say(bytes((5, 0, 3, 9, 3, 1)) + b"Se va a ", esm_class=0x40)
    site.smsc.say(bytes((5, 0, 3, 9, 3, 3)) + b" el viernes", esm_class=0x40)
    until(lambda: bool(site.heard), "what there is, is filed")
    assert site.texts() == ["Se va a  […]  el viernes"]


def test_a_phone_that_counts_from_the_beginning_again_does_not_mix_two_texts(site: SmsSite) -> None:
    site.bound()
    for text in (b"old", b"new"):
        site.smsc.say(bytes((5, 0, 3, 9, 2, 1)) + text, esm_class=0x40)
    site.smsc.say(bytes((5, 0, 3, 9, 2, 2)) + b"er", esm_class=0x40)
    until(lambda: len(site.heard) == 2, "both texts are there")
    assert site.texts() == ["old […] ", "newer"]


def test_the_same_words_delivered_again_are_one_message_and_said_again_are_two(
    site: SmsSite, database: str
) -> None:
    site.smsc.fault("unheard", 1)  # our acknowledgement is lost, with the line
    sms = site.bound(enquire_every_s=60.0)
    site.smsc.say(b"Cuando?")
    until(lambda: site.smsc.deliveries() == [2], "it was delivered again")
    until(lambda: not site.smsc.unacknowledged(), "the centre knows")
    assert site.texts() == ["Cuando?"]
    sms.close()

    site.bound()
    with psycopg.connect(database) as rows:  # half a minute passes
        rows.execute("update notice_sms_heard set heard_at = heard_at - interval '1 minute'")
        rows.execute("update notice_sms_heard set is_acknowledged = true")
    site.smsc.say(b"Cuando?")
    until(lambda: len(site.heard) == 2, "he asks again")
    assert site.texts() == ["Cuando?", "Cuando?"]


def test_a_message_is_proven_acknowledged_by_an_enquiry_behind_it(
    site: SmsSite, database: str
) -> None:
    site.bound(enquire_every_s=0.05)
    site.smsc.say(b"hola")

    def proven() -> bool:
        with psycopg.connect(database) as rows:
            return rows.execute("select is_acknowledged from notice_sms_heard").fetchone() == (
                True,
            )

    until(proven, "the centre is known to have our answer")


def test_a_message_without_a_receipt_is_asked_about(site: SmsSite) -> None:
    site.smsc.fault("no_receipt")
    sms = site.bound(query_after_s=0.1)
    sms.send(say("R-1"))
    until(lambda: bool(site.told), "the centre says what came of it")
    assert site.told[0].is_delivered
