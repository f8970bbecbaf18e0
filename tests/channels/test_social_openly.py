"""What may be said where everybody reads."""

from __future__ import annotations

import pytest

from relevo.adapters.channel_social.openly import Names, public_text

PEOPLE = ("Núria Peña i Vidal",)
KEYS = ("ALT-KQ", "C-ZB")


@pytest.mark.parametrize(
    "text",
    [
        "Hola, te hemos escrito por mensaje directo.",
        "Sorry to hear that. Please write to us by direct message.",
        "El alta de la línea sigue en marcha; te contamos más en privado.",
    ],
)
def test_an_answer_that_fits_everybody_may_stand_in_the_open(text: str) -> None:
    assert public_text(text, PEOPLE, KEYS) == frozenset()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Tu línea 6 0 0.000-101 ya está", Names.NUMBER),
        ("Your line ٦٠٠ is ready", Names.NUMBER),
        ("Será el día ②", Names.NUMBER),
        ("Escribe a ayuda@altamar.example", Names.ADDRESS),
        ("Mira en https://altamar.example", Names.ADDRESS),
        ("Hola nuria, ya está", Names.PERSON),
        ("Señora PEN\u0303A: ya está", Names.PERSON),
        ("Hola N\u200búria", Names.PERSON),
        ("Tu pedido alt kq va bien", Names.ORDER),
        ("Lo llevamos en c_zb", Names.ORDER),
    ],
)
def test_what_names_a_number_an_address_a_person_or_an_order_stays_out_of_the_open(
    text: str, why: Names
) -> None:
    assert why in public_text(text, PEOPLE, KEYS)
