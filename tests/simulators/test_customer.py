"""The simulated customer: he reads, acts, answers and complains, by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from relevo.simulators import patterns
from relevo.simulators.hours import is_awake
from relevo.simulators.plan import FaultPlan

CEASE = FaultPlan(where="donor", what="cease_dependent", line="M2")


def _kinds(play: Any) -> list[str]:
    return [effort.kind for effort in play.world.chronicle.customer_log()]


def test_an_sms_is_read_within_forty_minutes_and_a_mail_within_six_hours(start: Any) -> None:
    play = start()
    play.sms("Hola.")
    play.sms("Hola.")
    play.email("Tu pedido está en marcha: línea 600 000 101.", "1@brisa")
    play.email("Tu pedido está en marcha: línea 600 000 101.", "1@brisa")
    play.run_for(hours=7)
    sms, email = play.world.chronicle.mailbox()
    assert timedelta(minutes=2) <= sms.read_at - sms.at <= timedelta(minutes=40)
    assert timedelta(minutes=10) <= email.read_at - email.at <= timedelta(hours=6)
    assert (email.subject, email.channel) == ("Tu pedido", "email")
    assert "línea 600 000 101" in email.text
    assert _kinds(play) == ["read", "read"]


def test_what_comes_at_night_is_read_in_the_morning(start: Any) -> None:
    play = start(starts="2019-01-14T23:00:00+01:00")
    play.sms("Hola.")
    play.run_until("2019-01-15T08:01:00+01:00")
    assert play.world.chronicle.mailbox()[0].read_at is None
    play.run_until("2019-01-15T08:40:00+01:00")
    assert play.world.chronicle.mailbox()[0].read_at is not None


def test_a_message_to_somebody_else_or_to_a_dead_number_does_not_arrive(start: Any) -> None:
    play = start(CEASE)
    play.run_for(minutes=1)
    play.sms("Hola.", to="+34600999999")
    play.sms("Hola.", key="b", to=play.second)
    play.sms("Hola.", key="c", to=play.main)
    arrived = [each.to for each in play.world.chronicle.mailbox() if each.is_ours]
    assert arrived == [play.main]


def test_mail_to_an_unknown_address_bounces(start: Any) -> None:
    play = start()
    with pytest.raises(Exception, match="no such mailbox"):
        play.email("Hola.", "1@brisa", to="other@cierzo.example")


def test_a_dead_number_brings_a_call_after_one_to_four_hours(start: Any) -> None:
    play = start(CEASE)
    play.run_for(hours=5)
    (complaint,) = play.world.chronicle.complaints()
    waited = complaint.at - play.plan.starts
    assert timedelta(hours=1) <= waited <= timedelta(hours=4)
    assert 4 <= complaint.minutes <= 12
    (call,) = play.inbound()
    assert (call["channel"], call["minutes"]) == ("call", complaint.minutes)
    assert "600 000 102" in call["text"]


def test_who_is_told_of_the_trouble_does_not_call(start: Any) -> None:
    play = start(CEASE)
    play.run_for(minutes=10)
    play.sms("Tu línea 600 00 01 02 está sin servicio por un error de Altamar.")
    play.run_for(days=2)
    assert play.world.chronicle.complaints() == []


def test_a_message_about_another_number_does_not_keep_him_from_calling(start: Any) -> None:
    play = start(CEASE)
    play.run_for(minutes=10)
    play.sms("Tu línea 600 000 101 está sin servicio.")
    play.run_for(days=2)
    assert len(play.world.chronicle.complaints()) == 1


def test_a_number_that_works_again_brings_no_call(start: Any) -> None:
    play = start(starts="2019-01-14T14:00:00+01:00")
    play.request_port(play.prepaid, iccid=play.old_card)
    play.run_until("2019-01-16T07:00:00+01:00")
    assert play.callers_hear(play.prepaid) == {404}
    play.subscribe(play.prepaid)
    play.run_for(days=2)
    assert play.world.chronicle.complaints() == []


def test_he_does_nothing_at_night(start: Any) -> None:
    play = start(starts="2019-01-14T19:00:00+01:00")
    play.request_port(play.main)
    play.send_parcel(play.cards[play.main])
    play.subscribe(play.main, "reserved")
    play.sms("Pon la tarjeta SIM nueva cuando te avisemos.")
    play.run_for(days=5)
    log = play.world.chronicle.customer_log()
    assert {"read", "call", "card_put_in"} <= {effort.kind for effort in log}
    assert all(is_awake(effort.at) for effort in log)


def test_a_card_goes_in_only_when_he_was_told_has_it_and_the_number_has_moved(start: Any) -> None:
    play = start()
    play.subscribe(play.main)
    play.request_port(play.main)
    play.run_until("2019-01-16T09:00:00+01:00")
    play.sms("Pon la tarjeta nueva del 600 000 101.")
    play.run_for(hours=3)
    assert "card_put_in" not in _kinds(play)
    play.send_parcel(play.cards[play.main])
    play.run_for(days=3)
    assert _kinds(play).count("card_put_in") == 1
    assert play.callers_hear(play.main) == {200}


def test_a_card_that_no_message_speaks_of_stays_in_its_envelope(start: Any) -> None:
    play = start()
    for number in (play.main, play.second):
        play.subscribe(number)
        play.request_port(number)
    play.send_parcel(*(play.cards[number] for number in (play.main, play.second)))
    play.sms("Inserta la SIM de la línea 600000102.")
    play.run_for(days=4)
    put_in = [e.about for e in play.world.chronicle.customer_log() if e.kind == "card_put_in"]
    assert put_in == [play.second]


def test_a_question_is_answered_only_if_he_has_decided(start: Any) -> None:
    play = start(decides=(("M2", "port"),))
    question = "¿Qué hacemos con el {}? Responde PORTAR, MANTENER o BAJA."
    play.sms(question.format("600 000 102"))
    play.sms(question.format("600 000 101"))
    play.sms("Has elegido PORTAR para el 600 000 102.")
    play.run_for(hours=3)
    (answer,) = play.inbound()
    assert (answer["channel"], answer["text"]) == ("sms", "PORTAR 600000102")
    assert answer["from"] == "+34976000100"


def test_an_english_question_gets_an_english_word(start: Any) -> None:
    play = start(decides=(("M2", "cease"),), language="en")
    play.sms("What shall become of +34 600 000 102? Answer PORT, KEEP or CEASE.")
    play.run_for(hours=3)
    assert [each["text"] for each in play.inbound()] == ["CEASE 600000102"]


def test_he_says_whether_the_parcel_came(start: Any) -> None:
    play = start(FaultPlan(where="courier", what="false_delivery"))
    play.send_parcel(play.cards[play.main])
    play.run_until("2019-01-17T09:00:00+01:00")
    play.sms("¿Has recibido el paquete con las tarjetas?")
    play.run_for(hours=3)
    assert [each["text"] for each in play.inbound()] == ["NO"]


@pytest.mark.parametrize(
    "text",
    [
        "Ya puedes poner la tarjeta nueva en el móvil.",
        "Ponga la nueva SIM en su teléfono.",
        "Inserta la tarjeta SIM de tu línea 600 000 101.",
        "Please put the new card into your phone.",
        "Insert the SIM for 600 000 101 now.",
    ],
)
def test_he_understands_when_to_put_a_card_in(text: str) -> None:
    assert patterns.tells_to_put_in(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("600 000 102", ["+34600000102"]),
        ("+34 600000101 y 600.000.102", ["+34600000101", "+34600000102"]),
        ("6000001020", []),
        ("línea 600-00-01-01, mañana", ["+34600000101"]),
    ],
)
def test_he_knows_his_numbers_in_any_spacing(text: str, named: list[str]) -> None:
    assert patterns.numbers_in(text, ["+34600000101", "+34600000102"]) == named
