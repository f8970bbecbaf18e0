"""The judge reads what arrived by itself: states, days, numbers in any spacing, requests."""

from __future__ import annotations

from datetime import date

import pytest

from relevo.play.fault_kinds import HELD_ITEMS
from relevo.play.plain_reading import (
    asks_for,
    days_in,
    folded,
    is_negated,
    names,
    sayings,
    says,
    states_now,
    words,
)

M1, M2 = "+34600000101", "+34600000102"


@pytest.mark.parametrize(
    "written", ["600000102", "600 000 102", "600.00.01.02", "+34 600 000 102", "0034600000102"]
)
def test_a_number_is_found_in_any_spacing(written: str) -> None:
    assert names(f"Tu línea {written}, la segunda.", M2)


def test_a_longer_number_is_another_one() -> None:
    assert not names("Referencia 6000001029", M2)


def test_a_sentence_without_a_number_speaks_of_those_named_before_it() -> None:
    first, second = sayings("El 600 000 102 está cortado. Lo estamos arreglando.", (M1, M2))
    assert first.numbers == second.numbers == (M2,)


@pytest.mark.parametrize(
    "text",
    [
        "Tu línea 600 000 102 ya está activa.",
        "El 600000102 ya funciona.",
        "600 000 102 is active now",
        "Your line 600 000 102 works again.",
        "Ya están activadas todas tus líneas",
    ],
)
def test_a_claim_that_it_works_is_read(text: str) -> None:
    (saying,) = sayings(text, (M2,))
    assert says(saying.text, "works")
    assert states_now(saying)
    assert not is_negated(saying)


@pytest.mark.parametrize(
    "text",
    [
        "Tu línea 600 000 102 todavía no está activa.",
        "Te avisaremos cuando el 600 000 102 esté activo.",
        "El 600 000 102 se activará el 18 de enero.",
        "¿Está activo el 600 000 102?",
        "Your line will be active on 18 January.",
        "We will write to you when 600 000 102 works again.",
    ],
)
def test_what_is_to_come_or_denied_is_no_claim_that_it_works(text: str) -> None:
    (saying,) = sayings(text, (M2,))
    assert not says(saying.text, "works") or not states_now(saying) or is_negated(saying)


@pytest.mark.parametrize(
    "text",
    [
        "No nos consta ninguna segunda línea en su pedido.",
        "Ese número no figura a su nombre.",
        "No tenemos constancia de esa línea.",
        "We have no record of a second line.",
        "There is no such line on your account.",
    ],
)
def test_a_denied_line_is_read(text: str) -> None:
    assert says(folded(text), "unknown")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("el viernes 18 de enero, entre las 02:00 y las 06:00", date(2019, 1, 18)),
        ("on 3 February", date(2019, 2, 3)),
        ("on January 18", date(2019, 1, 18)),
        ("el 30 de diciembre", date(2018, 12, 30)),
    ],
)
def test_days_are_read_and_lie_near(text: str, day: date) -> None:
    (saying,) = sayings(text, ())
    assert days_in(saying, date(2019, 1, 14)) == {day}


def test_a_day_that_does_not_exist_is_no_day() -> None:
    (saying,) = sayings("el 31 de febrero", ())
    assert days_in(saying, date(2019, 1, 14)) == set()


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Envíenos el justificante de la baja del 600 000 102.", "termination_notice"),
        ("Necesitamos que nos mande una copia de su DNI.", "identity_document"),
        ("Please send us the notice of termination.", "termination_notice"),
        ("Adjunte la última factura, por favor.", "bill"),
        ("We need a photo of the SIM card.", "sim_photo"),
    ],
)
def test_a_request_for_what_is_held_is_read(text: str, thing: str) -> None:
    assert asks_for(text) == (thing,)


@pytest.mark.parametrize(
    "text",
    [
        "No hace falta que nos envíes ningún justificante de la baja.",
        "Ya tenemos el justificante de la baja; no te lo pediremos.",
        "Lo descontamos en tu próxima factura.",
        "You need not send us any proof of termination.",
        "Pon la tarjeta nueva en el móvil.",
    ],
)
def test_what_asks_for_nothing_is_no_request(text: str) -> None:
    assert asks_for(text) == ()


def test_every_held_thing_of_the_contract_has_a_pattern() -> None:
    assert set(words()["held"]) == set(HELD_ITEMS)
