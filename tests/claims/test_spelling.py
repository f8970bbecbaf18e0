"""Texts are read as they are meant: what is shortened is spelt out, what is mistyped put right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.claims.customer import judged
from tests.claims.twins import TWINS, Twin

from relevo.claims.plain import Plain, plain
from relevo.claims.sentences import sentences_of
from relevo.claims.spelling import PUT_RIGHT, nearest, spelt


def read(text: str, likely: str = "es") -> str:
    """A text as the patterns see it."""
    return " ".join(sentence.text for sentence in sentences_of(text, likely))


@pytest.mark.parametrize(
    ("language", "written", "meant"),
    [
        ("es", "xq no va", "porque no va"),
        ("es", "tb funciona", "tambien funciona"),
        ("es", "q tal va la linea", "que tal va la linea"),
        ("es", "tu num no va", "tu numero no va"),
        ("en", "ur line is dead", "your line is dead"),
        ("en", "u r cut off", "you are cut off"),
        ("en", "pls call me tmrw", "please call me tomorrow"),
        ("en", "it doesnt work", "it doesn't work"),
        ("en", "we dont know", "we don't know"),
    ],
)
def test_what_people_shorten_is_spelt_out(language: str, written: str, meant: str) -> None:
    assert read(written, language) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("actvada", "activada"),
        ("activadda", "activada"),
        ("funcoina", "funciona"),
        ("portabilidda", "portabilidad"),
        ("compesacion", "compensacion"),
        ("llamdas", "llamadas"),
        ("confrmado", "confirmado"),
        ("wrking", "working"),
        ("recieve", "receive"),
        ("compenstaion", "compensation"),
    ],
)
def test_a_slip_of_the_fingers_is_put_right(written: str, meant: str) -> None:
    assert spelt(written, "es") == meant


@pytest.mark.parametrize(
    "word",
    ["contada", "gratis", "cotizada", "cansada", "lunar", "entregarla", "walking", "parking"],
)
def test_a_word_of_its_own_is_left_alone(word: str) -> None:
    assert spelt(word, "es") == word
    assert spelt(word, "en") == word


def test_what_the_check_knows_is_never_changed_into_something_else() -> None:
    assert all(spelt(word, "es") == word for word in PUT_RIGHT if word.isalpha())


@given(st.sampled_from(sorted(PUT_RIGHT)), st.data())
def test_a_slip_leads_back_to_its_word_or_is_left_alone(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    kind = data.draw(st.sampled_from(["less", "twice"]))
    mistyped = word[:at] + (word[at + 1 :] if kind == "less" else word[at] + word[at:])
    near = nearest(mistyped)
    assert near == "" or near in PUT_RIGHT


ALPHABET = "aeioubcdlmnrst ñáéíóúÑÉ0123456789.,;:'?¿!¡€-/\n"


def stretches(text: str) -> list[Plain]:
    return [sentence.plain for sentence in sentences_of(text)]


@given(st.text(ALPHABET, max_size=120))
def test_every_letter_that_is_read_has_its_place_in_what_was_written(text: str) -> None:
    for stretch in stretches(text):
        assert len(stretch.places) == len(stretch.text) + 1
        assert list(stretch.places) == sorted(stretch.places)
        assert stretch.places[0] >= 0
        assert stretch.places[-1] <= len(text)


@given(st.text(ALPHABET, max_size=120), st.data())
def test_a_place_that_is_read_is_a_place_in_the_text(text: str, data: st.DataObject) -> None:
    for stretch in stretches(text):
        start = data.draw(st.integers(0, len(stretch.text) - 1))
        end = data.draw(st.integers(start + 1, len(stretch.text)))
        low, high = stretch.span(start, end)
        assert 0 <= low < high <= len(text)


def test_a_stretch_that_begins_later_has_later_places() -> None:
    here, there = plain("xq no va", 0, "es"), plain("xq no va", 40, "es")
    assert here.text == there.text
    assert [place + 40 for place in here.places] == list(there.places)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hola. Tu 611 222 444 esta actvada.", "actvada"),
        ("xq? Tu 611 222 444 funcoina.", "funcoina"),
        (
            "El seis once, doscientos veintidós, cuatrocientos cuarenta y cuatro funciona.",
            "funciona",
        ),
        ("🙂🙂 Tu 611 222 444 FUNCIONA 🙂", "FUNCIONA"),
        ("İİ Tu 611 222 444 funciona.", "funciona"),
    ],
)
def test_a_finding_points_at_what_was_really_written(text: str, words: str) -> None:
    spans = [finding.span for finding in judged(text).findings if finding.rule == 3]
    assert any(words in text[start:end] for start, end in spans)


@pytest.mark.parametrize(
    "text",
    [
        "t llamo oy 9 d marzo a las 13:00",
        "tu 611222444 no esta actvada",
        "el 444 sige cortado",
        "tu 333 sta confirmdo",
        "tu 444 sige sin ir, xq no lo savemos",
    ],
)
def test_what_is_true_passes_however_it_is_typed(text: str) -> None:
    assert judged(text).verdict == "pass"


@given(st.sampled_from([twin for twin in TWINS if twin.rule == 3]), st.sampled_from("🙂👍…"))
def test_a_picture_beside_a_sentence_changes_nothing(twin: Twin, sign: str) -> None:
    assert judged(f"{twin.true} {sign}", twin.language).verdict == "pass"
    assert judged(f"{sign} {twin.false}", twin.language).verdict == "block"
