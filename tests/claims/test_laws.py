"""Laws of the check: what may be done to a text without changing what it claims.

They hold for every sentence of the table of twins, and hypothesis chooses which, and what is added.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.claims.customer import judged, rules_of
from tests.claims.twins import TWINS, Twin

IDLE = {
    "es": (
        "Hola.",
        "Buenos días.",
        "Gracias por escribirnos.",
        "Sentimos las molestias.",
        "Un saludo.",
        "Entendemos tu enfado.",
        "Soy Irene.",
    ),
    "en": (
        "Hello.",
        "Good morning.",
        "Thank you for writing to us.",
        "We are sorry for the trouble.",
        "Kind regards.",
        "We understand how you feel.",
        "This is Irene.",
    ),
}
ABOUT_THE_WHOLE = {16}  # the language of a text: another sentence in it counts
MADE_OF_SIGNS = {13}  # an empty slot is one wherever it stands
twins = st.sampled_from([twin for twin in TWINS if twin.rule not in ABOUT_THE_WHOLE])


def texts(twin: Twin) -> tuple[str, str]:
    return twin.true, twin.false


@settings(max_examples=40)
@given(twins, st.booleans(), st.data())
def test_a_sentence_that_claims_nothing_never_changes_the_verdict(
    twin: Twin, first: bool, data: st.DataObject
) -> None:
    idle = data.draw(st.sampled_from(IDLE[twin.language]))
    for text in texts(twin):
        more = f"{idle} {text}" if first else f"{text} {idle}"
        assert judged(more, twin.language).verdict == judged(text, twin.language).verdict
        assert judged(more, twin.language).claims == judged(text, twin.language).claims


@pytest.mark.parametrize("frame", ["> {}", "El mar, 9 mar 2021, Alba escribió:\n{}"])
@given(twin=twins)
def test_what_the_customer_wrote_below_the_answer_never_stops_it(frame: str, twin: Twin) -> None:
    answer = "Gracias por escribirnos." if twin.language == "es" else "Thank you for writing."
    verdict = judged(f"{answer}\n{frame.format(twin.false)}", twin.language)
    assert verdict.verdict == "pass"
    assert verdict.claims == ()


@given(twins)
def test_a_true_sentence_put_as_a_question_is_not_stopped(twin: Twin) -> None:
    body = twin.true.rstrip(".,:")
    asked = f"¿{body}?" if twin.language == "es" else f"{body}?"
    assert judged(asked, twin.language).verdict == "pass"


def bare(text: str) -> str:
    """Without accents, in small letters; ñ is a letter of its own."""
    parts = unicodedata.normalize("NFD", text.replace("ñ", "\0").lower())
    return "".join(each for each in parts if not unicodedata.combining(each)).replace("\0", "ñ")


@settings(max_examples=60)
@given(st.sampled_from(TWINS), st.booleans())
def test_accents_and_capitals_may_be_left_out(twin: Twin, shout: bool) -> None:
    for text in texts(twin):
        other = bare(text).upper() if shout else bare(text)
        if "{" in text or (shout and ".voice." in text):
            continue  # names of slots and of rules are written in small letters
        assert judged(other, twin.language).verdict == judged(text, twin.language).verdict


@given(st.lists(twins, min_size=1, max_size=3), st.sampled_from([" ", "\n", "\n\n", "  "]))
def test_every_finding_points_at_words_of_the_text(several: list[Twin], gap: str) -> None:
    text = gap.join(twin.false for twin in several)
    for finding in judged(text, several[0].language).findings:
        start, end = finding.span
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()


@given(twins, st.integers(0, 5))
def test_a_finding_moves_with_its_words(twin: Twin, lines: int) -> None:
    before = "\n" * lines
    moved = judged(before + twin.false, twin.language).findings
    stood = judged(twin.false, twin.language).findings
    assert [(each.rule, each.span) for each in moved] == [
        (each.rule, (each.span[0] + lines, each.span[1] + lines)) for each in stood
    ]


@given(twins, twins)
def test_a_false_sentence_is_not_made_true_by_a_neighbour(one: Twin, other: Twin) -> None:
    ends = not other.true.endswith(" pm.")  # an abbreviation: see the rows that are amiss
    if one.language == other.language and ends:
        text = f"{other.true}\n\n{one.false}"
        assert judged(text, one.language).verdict == "block"


def test_slots_are_found_within_quotes_of_nobody() -> None:
    assert rules_of(judged("Hola {{nombre}}, te escribe Irene.")) & MADE_OF_SIGNS
