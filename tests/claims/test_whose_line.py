"""Of which line a sentence speaks, named as one would on the phone; a customer with two lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.claims.customer import CUT, FIXED, KNOWN, WAITS, WORKS, judged

from relevo.claims.model import Addressee
from relevo.claims.sentences import sentences_of
from relevo.claims.subjects import Reader, spoken

TWO = replace(KNOWN, addressee=Addressee(numbers=(CUT, FIXED), name="Vivero Alba"))
BOTH = {CUT, FIXED}


def named(text: str) -> set[str]:
    """All numbers that a text names."""
    parts = spoken(sentences_of(text), Reader.of(TWO))
    return {number for part in parts for each in part.named for number in each.numbers}


@pytest.mark.parametrize(
    "text",
    [
        "El 611 222 444 está bien.",
        "el 611222444 esta bien",
        "El 61 12 22 44 4 está bien.",
        "El +34 611 222 444 está bien.",
        "El 0034611222444 está bien.",
        "El 611-222-444 está bien.",
        "El 611.222.444 está bien.",
        "El 444 está bien.",
        "Tu línea terminada en 44 está bien.",
        "El que acaba en 444 está bien.",
        "El móvil está bien.",
        "El ...444 está bien.",
        "El seis once, dos dos dos, cuatro cuatro cuatro está bien.",
        "El seiscientos once, doscientos veintidós, cuatrocientos cuarenta y cuatro está bien.",
        "Your mobile is fine.",
        "The one ending in 444 is fine.",
        "Your line 444 is fine.",
        "Six one one, two two two, four four four is fine.",
        "Six double one, triple two, triple four is fine.",
    ],
)
def test_a_mobile_is_the_same_mobile_in_each_way_of_naming_it(text: str) -> None:
    assert named(text) == {CUT}


@pytest.mark.parametrize(
    "text",
    [
        "El fijo está bien.",
        "La línea fija está bien.",
        "El 976 555 010 está bien.",
        "El 976 55 50 10 está bien.",
        "El 010 está bien.",
        "The landline is fine.",
        "The one ending in 010 is fine.",
    ],
)
def test_the_landline_is_the_one_that_he_has(text: str) -> None:
    assert named(text) == {FIXED}


@pytest.mark.parametrize(
    "text",
    [
        "Los dos están bien.",
        "Tus dos líneas están bien.",
        "Ambas líneas están bien.",
        "Todos tus números están bien.",
        "El 444 y el 010 están bien.",
        "El móvil y el fijo están bien.",
        "Both are fine.",
        "Your two lines are fine.",
        "All your numbers are fine.",
        "The mobile and the landline are fine.",
        "El 444 está bien. El otro también.",
        "The 444 is fine. The other one is, too.",
    ],
)
def test_several_are_named_together(text: str) -> None:
    assert named(text) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        "Son 444 €.",
        "Espera 10 días.",
        "Hay 444 personas delante.",
        "La tarjeta acaba en 444.",
        "El 10 de marzo.",
        "Caso AL-7003.",
        "Tu fibra está bien.",
    ],
)
def test_a_figure_that_is_no_number_names_none(text: str) -> None:
    assert named(text) == set()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("El 777 funciona. Recibe llamadas.", {WORKS}),
        ("El 777 funciona y el 444 está cortado.", {WORKS, CUT}),
        ("Sobre el 611 222 333: está confirmado.", {WAITS}),
        ("El 444 está cortado. El 777 funciona. Recibe llamadas.", {CUT, WORKS}),
        ("The 777 works. It receives calls.", {WORKS}),
    ],
)
def test_the_last_number_holds_until_another_one_is_named(text: str, numbers: set[str]) -> None:
    verdict = judged(text, "en" if text.startswith("The") else "es")
    assert verdict.verdict == "pass"
    assert {claim.subject for claim in verdict.claims} == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Tus líneas funcionan.", {CUT, FIXED}),
        ("Los dos funcionan.", {CUT, FIXED}),
        ("El móvil funciona.", {CUT}),
        ("El fijo está cortado.", {FIXED}),
    ],
)
def test_a_claim_is_held_against_the_line_it_is_about(text: str, numbers: set[str]) -> None:
    verdict = judged(text, snapshot=TWO)
    assert verdict.verdict == "block"
    assert {claim.subject for claim in verdict.claims} == numbers
