"""What the voice says, when, to whom, and what it never says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.activation.activation.messages import (
    CardRegistered,
    LifeSignBack,
    LifeSignLost,
    LineProvisioned,
    LineWorks,
)
from relevo.engine.process import EffectParked, Heard, TimerFired, advance
from relevo.notices.queries import read_texts
from relevo.notices.voice.decider import voice_process
from relevo.notices.voice.messages import (
    CaseKnown,
    CustomerSaid,
    CustomerWrote,
    DraftStopped,
    EvidenceKnown,
    MessageAccepted,
    MessageDelivered,
    MessageRerouted,
    MessageUndeliverable,
    ProposeReply,
    ReplyApproved,
    SayUpdate,
)
from relevo.orders.line.messages import LineLive, LineMoved, LineStuck
from relevo.orders.order.messages import (
    Choice,
    DecideNumber,
    HeldLine,
    LineKind,
    NumberUndecided,
    OrderAccepted,
    OrderClosed,
    Party,
    SimKind,
)
from relevo.profiles.book import load_book
from relevo.promises.promise.messages import PromiseBroken
from relevo.values.address import Address
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

Begin = Callable[[str], Any]
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")


def dies(told: Any, *, line: str = "M2", number: Msisdn = M2) -> None:
    lost = LifeSignLost(
        subject=number,
        line=line,
        serving="altamar",
        at_donor=True,
        last_good_at=told.at - timedelta(minutes=9),
        at=told.at,
    )
    told.hear(f"/activation/{line}", lost)


def lives(told: Any, *, except_from: tuple[str, ...] = ()) -> None:
    back = LifeSignBack(
        subject=M2,
        line="M2",
        serving="altamar",
        at_donor=True,
        dead_from=told.at - timedelta(minutes=9),
        dead_until=told.at,
        except_from=except_from,
    )
    told.hear("/activation/M2", back)


def moves(told: Any) -> None:
    for line, number in (("M1", M1), ("M2", M2)):
        told.hear(f"/line/{line}", LineMoved(line=line, number=number, at=told.at, iccid=None))
        provisioned = LineProvisioned(subject=number, line=line, at=told.at)
        told.hear(f"/activation/{line}", provisioned)


def night(day: int) -> datetime:
    return datetime(2019, 1, day, 1, 0, tzinfo=UTC)


def test_the_welcome_letter_names_every_line_its_day_and_the_last_moment_to_cancel(
    story: Begin,
) -> None:
    told = story("es")
    told.begin()
    told.dated()
    (letter,) = told.sent
    assert (letter.topic, letter.channel, letter.to) == ("welcome", "email", "hola@cierzo.example")
    for number in ("976 000 101", "600 000 101", "600 000 102"):
        assert f"{number} " in letter.text
    assert letter.text.count("el viernes 18 de enero, entre las 02:00 y las 06:00") == 3
    assert "cancelar" in letter.text


def test_the_welcome_letter_waits_for_the_days_of_all_lines_but_not_for_ever(
    story: Begin,
) -> None:
    told = story("es")
    told.begin()
    told.wait(minutes=14)
    assert not told.sent
    told.wait(minutes=2)
    assert "te escribimos cuando tenga día" in told.texts("welcome")[0]


def test_a_dead_number_is_told_within_minutes_in_the_middle_of_the_night(story: Begin) -> None:
    told = story("es")
    told.begin()
    told.dated()
    told.wait(until=night(15))
    dies(told)
    told.wait(minutes=2)
    assert "600 000 102" in told.texts("number_dead")[0]
    assert told.sends[-1].to == "+34976000100"


def test_a_number_that_comes_back_within_the_minute_is_nobodys_news(story: Begin) -> None:
    told = story("es")
    told.begin()
    told.dated()
    dies(told)
    lives(told)
    told.wait(hours=12)
    assert {fact.topic for fact in told.sent} == {"welcome"}


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("es", "vuelve a estar en la red, pero todavía no recibes llamadas de algunas compañías"),
        ("en", "is on the network again, but you do not receive calls from some companies (Duna)"),
    ],
)
def test_a_number_that_is_back_is_not_said_to_be_called_from_where_it_cannot(
    story: Begin, language: str, says: str
) -> None:
    told = story(language)
    told.begin()
    told.dated()
    dies(told)
    told.wait(minutes=2)
    lives(told, except_from=("duna",))
    told.wait(hours=12)
    (text,) = told.texts("number_back")
    assert says in text
    (sent,) = [each for each in told.sent if each.topic == "number_back"]
    assert {each.value for each in sent.claims if each.predicate == "calls_in"} == {"partial"}


def test_all_is_done_is_said_when_all_works_and_not_while_a_line_is_dead(story: Begin) -> None:
    told = story("es")
    told.begin()
    told.dated()
    moves(told)
    for line, number in (("M1", M1), ("M2", M2)):
        told.hear(f"/activation/{line}", LineWorks(subject=number, line=line, at=told.at))
        told.hear(f"/line/{line}", LineLive(line=line, at=told.at))
    told.hear("", OrderClosed(lines=("F", "M1", "M2")))
    dies(told)
    told.wait(minutes=30)
    assert not told.texts("done")
    lives(told)
    told.hear("/activation/M2", LineWorks(subject=M2, line="M2", at=told.at))
    told.wait(minutes=30)
    assert len(told.texts("done")) == 1


def test_two_dead_numbers_make_one_message(story: Begin) -> None:
    told = story("es")
    told.begin()
    told.dated()
    dies(told)
    dies(told, line="M1", number=M1)
    told.wait(minutes=2)
    (text,) = told.texts("number_dead")
    assert "600 000 101" in text
    assert "600 000 102" in text


def test_the_customer_is_told_to_put_the_cards_in_once_and_not_before_eight(
    story: Begin,
) -> None:
    told = story("es")
    told.begin()
    told.dated()
    told.wait(until=night(18))
    moves(told)
    told.wait(hours=5, minutes=50)
    assert not told.texts("put_in")
    told.wait(minutes=20)
    (text,) = told.texts("put_in")
    assert "Pon la tarjeta de 600 000 101. Pon la tarjeta de 600 000 102." in text


def test_a_card_that_is_not_put_in_is_asked_for_again_a_bounded_number_of_times(
    story: Begin,
) -> None:
    told = story("es")
    told.begin()
    told.dated()
    told.wait(until=night(18))
    moves(told)
    told.wait(hours=12)
    told.hear("/activation/M1", CardRegistered(subject=M1, line="M1", at=told.at))
    told.wait(days=10)
    later = told.texts("put_in")[1:]
    assert len(later) == 2
    assert all("600 000 101" not in text for text in later)


def test_a_quiet_night_holds_back_what_is_not_urgent(story: Begin) -> None:
    told = story("es")
    told.begin(left_out="M2")
    told.wait(until=night(15))
    told.hear("", NumberUndecided(line="M2", number=M2, depends_on="M1"))
    told.wait(hours=5, minutes=59)
    assert not told.texts("ask_number")
    told.wait(hours=1, minutes=2)
    (text,) = told.texts("ask_number")
    assert "PORTAR 600000102" in text
    assert "dejará de dar servicio" in text


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("PORTAR 600000102", Choice.PORT),
        ("portar", Choice.PORT),
        ("Port 600 000 102, please", Choice.PORT),
        ("MANTENER 600000102", Choice.KEEP),
        ("keep 600000102", Choice.KEEP),
        ("BAJA 600000102", Choice.CEASE),
        ("cease +34600000102", Choice.CEASE),
    ],
)
def test_an_answer_to_the_question_decides_the_number(
    story: Begin, text: str, choice: Choice
) -> None:
    told = story("es")
    told.begin(left_out="M2")
    told.hear("", NumberUndecided(line="M2", number=M2, depends_on="M1"))
    told.wait(minutes=5)
    wrote = CustomerWrote(message_id="1", channel="sms", text=text, at=told.at)
    told.tell(wrote)
    told.tell(wrote)
    (tell,) = told.tells
    assert tell.message == DecideNumber(line="M2", choice=choice, by="customer", channel="sms")
    assert len([fact for fact in told.facts if isinstance(fact, CustomerSaid)]) == 1


def test_what_contradicts_the_facts_does_not_go_out_and_is_answered_with_what_is_so(
    story: Begin,
) -> None:
    told = story("es")
    told.begin()
    told.dated()
    dies(told)
    told.wait(minutes=5)
    told.tell(CustomerWrote(message_id="1", channel="call", text="¿Y mi número?", at=told.at))
    wrong = ProposeReply(
        draft_id="1", channel="email", text="Tu línea 600 000 102 ya está activa.", by="Sergio"
    )
    told.tell(wrong)
    told.tell(wrong)
    told.wait(minutes=5)
    (stopped,) = [fact for fact in told.facts if isinstance(fact, DraftStopped)]
    assert (stopped.kind, stopped.by, stopped.rules) == ("contradiction", "Sergio", (3,))
    assert "Tu número 600 000 102 sigue sin servicio." in told.texts("update")[0]
    assert all("activa" not in send.text for send in told.sends)


def test_a_stopped_answer_to_nobodys_question_is_followed_by_silence(story: Begin) -> None:
    told = story("es")
    told.begin()
    told.dated()
    told.tell(
        ProposeReply(draft_id="1", channel="sms", text="No nos consta esa línea.", by="Sergio")
    )
    told.wait(hours=3)
    assert {fact.topic for fact in told.sent} == {"welcome"}


def test_what_is_held_is_not_asked_for(story: Begin) -> None:
    told = story("es")
    told.begin()
    told.dated()
    told.tell(EvidenceKnown(item="termination_notice", subject=M2, since=told.at))
    asked = "Necesitamos que nos envíe el justificante de la baja del 600 000 102."
    told.tell(ProposeReply(draft_id="1", channel="email", text=asked, by="Sergio"))
    (stopped,) = [fact for fact in told.facts if isinstance(fact, DraftStopped)]
    assert stopped.kind == "asks_for_held"


def test_a_true_answer_of_staff_goes_out_as_written(story: Begin) -> None:
    told = story("es")
    told.begin()
    told.dated()
    text = "Tu línea 600 000 101 cambia el viernes 18 de enero entre las 02:00 y las 06:00."
    told.tell(ProposeReply(draft_id="1", channel="sms", text=text, by="Marta"))
    assert isinstance(told.facts[-2], ReplyApproved)
    assert told.sends[-1].text == text


def test_a_broken_promise_is_owned_up_to_with_the_next_time(story: Begin) -> None:
    told = story("es")
    told.begin()
    told.dated()
    told.wait(until=datetime(2019, 1, 16, 17, 50, tzinfo=UTC))
    told.hear("/promise/call_back/1", PromiseBroken(what="call_back", due=told.at, owner="Sergio"))
    told.tell(
        CaseKnown(
            key="PT-1",
            owner="Marta",
            opened_at=told.at,
            next_update=told.at + timedelta(hours=1),
        )
    )
    told.wait(minutes=2)
    (text,) = told.texts("promise_broken")
    assert text.startswith(
        "Dijimos que te llamaríamos antes de las 18:50 del miércoles 16 de enero"
    )
    assert "antes de las 19:50" in text


def test_a_channel_that_fails_gives_the_words_to_the_other_one_and_then_to_a_person(
    story: Begin,
) -> None:
    told = story("es")
    told.begin()
    told.dated()
    parked = EffectParked(effect_id="x", effect="notices.send_message", reason="no such mailbox")
    told.tell(parked)
    assert isinstance(told.facts[-1], MessageRerouted)
    assert (told.sends[-1].channel, told.sends[-1].to) == ("sms", "+34976000100")
    told.tell(parked)
    assert isinstance(told.facts[-1], MessageUndeliverable)
    told.tell(parked)
    assert isinstance(told.facts[-1], MessageUndeliverable)


def test_a_channel_that_takes_a_message_gives_a_receipt_once(story: Begin) -> None:
    told = story("es")
    told.begin()
    told.dated()
    receipt = MessageDelivered(message_key=told.sent[0].message_key, channel="email")
    told.tell(receipt)
    told.tell(receipt)
    assert len([fact for fact in told.facts if isinstance(fact, MessageAccepted)]) == 1


WORDS = (
    Heard(source="R1", fact=OrderClosed(lines=("M1",))),
    Heard(source="R1/promise/call_back/1", fact=PromiseBroken(what="x", due=night(14), owner="")),
    Heard(
        source="R1/activation/M9",
        fact=LineProvisioned(subject=M1, line="M9", at=night(14)),
    ),
    Heard(source="R1", fact=NumberUndecided(line="M2", number=M2, depends_on="M1")),
    Heard(source="R1/line/M2", fact=LineMoved(line="M2", number=M2, at=night(14), iccid=None)),
    Heard(source="R1/activation/M2", fact=LineProvisioned(subject=M2, line="M2", at=night(14))),
    Heard(source="R1/activation/M2", fact=CardRegistered(subject=M2, line="M2", at=night(14))),
    ProposeReply(draft_id="1", channel="fax", text="Hola", by=""),
    CustomerWrote(message_id="1", channel="sms", text="BAJA", at=night(14)),
    MessageDelivered(message_key="R1-1", channel="sms"),
    EffectParked(effect_id="", effect="notices.send_message", reason=""),
    SayUpdate(key="PT-1", owner="Marta", next_update=None),
    CaseKnown(key="PT-1", owner="Marta", opened_at=night(14), next_update=None),
    EvidenceKnown(item="bill", subject="", since=night(14)),
    TimerFired(name="speak"),
    TimerFired(name="proving"),
    TimerFired(name="reminder"),
    TimerFired(name="unheard_of"),
    "not a message at all",
)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), max_size=14), st.booleans())
def test_any_words_in_any_order_are_taken_without_harm(words: list[Any], knows: bool) -> None:
    process = voice_process(read_texts(), load_book().pinned)
    state = process.blank("R1/voice")
    at = night(14)
    if knows:
        words = [Heard(source="R1", fact=ACCEPTED), *words]
    for word in words:
        at += timedelta(minutes=1)
        step = advance(process, state, word, at)
        assert step == advance(process, state, word, at)
        state = getattr(step, "state", state)


def _accepted() -> OrderAccepted:
    held = HeldLine(id="M2", kind=LineKind.MOBILE, number=M2, donor="altamar")
    return OrderAccepted(
        customer=Party(
            holder=Holder("Ana", Document(DocumentType.NIF, "12345678Z"), False),
            language="es",
            email="",
            contact=Msisdn("+34976000100"),
            address=Address("Calle Mayor 1", "50003", "Zaragoza", "Zaragoza"),
        ),
        recipient="brisa",
        lines=(held,),
        moving=("M2",),
        sim=SimKind.ESIM,
        wish=None,
        rules="es@2012-06-01",
        consent_at=night(13),
    )


ACCEPTED = _accepted()


@pytest.mark.parametrize(("paper", "item"), [("last_invoice", "bill"), ("card_photo", "sim_photo")])
def test_a_paper_for_the_donor_is_asked_for_unless_we_hold_it(
    story: Begin, paper: str, item: str
) -> None:
    for holds in (False, True):
        told = story("es")
        told.begin()
        told.dated()
        if holds:
            told.tell(EvidenceKnown(item=item, subject="", since=told.at))
        told.hear("/line/M2", LineStuck(line="M2", who="customer", why=paper))
        told.wait(minutes=30)
        texts = told.texts("action_needed")
        assert bool(texts) is not holds
        assert all("contesta a este mensaje" in text for text in texts)
