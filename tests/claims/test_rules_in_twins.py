"""Each rule told by twins: what is true passes, its false twin is stopped by the rule it breaks."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from tests.claims.customer import CUT, FIXED, KNOWN, judged, rules_of
from tests.claims.twins import TWINS, Twin

from relevo.claims.model import KnownFact, Said
from relevo.values.moment import Moment


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: f"{twin.rule}-{twin.true}")
def test_the_true_twin_passes(twin: Twin) -> None:
    verdict = judged(twin.true, twin.language)
    assert verdict.verdict == "pass", verdict.findings


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: f"{twin.rule}-{twin.false}")
def test_the_false_twin_is_stopped_by_its_rule(twin: Twin) -> None:
    verdict = judged(twin.false, twin.language)
    assert verdict.verdict == "block"
    assert twin.rule in rules_of(verdict)


def test_every_rule_that_can_stop_a_text_has_twins_in_both_languages() -> None:
    for language in ("es", "en"):
        told = {twin.rule for twin in TWINS if twin.language == language}
        assert told >= {1, 2, 3, 5, 6, 7, 8, 9, 11, 13, 16, 17, 18, 19, 20}


def _moment(text: str) -> Moment:
    return msgspec.json.decode(f'"{text}"', type=Moment)


@pytest.mark.parametrize(
    ("language", "bare", "stamped"),
    [
        ("es", "El fijo está portado.", "A las 08:05 el fijo estaba portado."),
        ("en", "The landline is ported.", "The landline was ported at 08:05."),
    ],
)
def test_what_was_seen_too_long_ago_is_told_with_its_time(
    language: str, bare: str, stamped: str
) -> None:
    seen = _moment("2021-03-09T08:05:00+01:00")
    facts = tuple(
        replace(each, seen=seen, ttl="PT10M")
        if (each.subject, each.predicate) == (FIXED, "state")
        else each
        for each in KNOWN.facts
    )
    old = replace(KNOWN, facts=facts)
    assert rules_of(judged(bare, language, old)) == {10}
    assert judged(stamped, language, old).verdict == "pass"
    assert judged(bare, language).verdict == "pass"


@pytest.mark.parametrize(
    ("language", "none", "some"),
    [
        ("es", "El fijo no recibe llamadas.", "El fijo no recibe llamadas de Duna."),
        (
            "en",
            "The landline does not receive calls.",
            "The landline does not receive calls from Duna.",
        ),
    ],
)
def test_what_fails_with_one_network_is_not_told_of_all(
    language: str, none: str, some: str
) -> None:
    verdict = judged(none, language)
    assert (verdict.verdict, rules_of(verdict)) == ("warn", {12})
    assert judged(some, language).verdict == "pass"


@pytest.mark.parametrize(
    ("language", "silent", "owned_up"),
    [
        (
            "es",
            "Tu 611 222 333 cambia el 16 de marzo.",
            "Ya no es el 12: tu 611 222 333 cambia el 16 de marzo.",
        ),
        (
            "en",
            "Your 611 222 333 moves on 16 March.",
            "The date has changed: your 611 222 333 moves on 16 March.",
        ),
    ],
)
def test_a_day_that_moved_is_told_with_a_word_about_the_change(
    language: str, silent: str, owned_up: str
) -> None:
    facts = tuple(
        replace(each, value=("2021-03-16T02:00:00+01:00", "2021-03-16T06:00:00+01:00"))
        if each.predicate == "port_window"
        else each
        for each in KNOWN.facts
    )
    moved = replace(KNOWN, facts=facts)
    assert rules_of(judged(silent, language, moved)) == {11}
    assert judged(owned_up, language, moved).verdict == "pass"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El corte se debe a un fallo en la central de Teruel."),
        ("en", "It was cut because of a fault in the exchange of Teruel."),
    ],
)
def test_a_cause_may_be_named_from_the_day_on_which_it_is_confirmed(
    language: str, text: str
) -> None:
    cause = KnownFact(subject=CUT, predicate="cause", value="fallo (fault) de la central de Teruel")
    rest = tuple(each for each in KNOWN.facts if each.predicate != "cause")
    known = replace(KNOWN, facts=(*rest, replace(cause, confirmed=True)))
    thought = replace(KNOWN, facts=(*rest, replace(cause, confirmed=False)))
    assert judged(text, language, known).verdict == "pass"
    assert rules_of(judged(text, language, thought)) == {6}


@pytest.mark.parametrize(
    ("language", "text"),
    [("es", "Valóranos del 1 al 5."), ("en", "Please rate us from 1 to 5.")],
)
def test_a_survey_may_go_out_once_the_trouble_is_over(language: str, text: str) -> None:
    assert KNOWN.case is not None
    over = replace(KNOWN.case, resolved_at=_moment("2021-03-09T09:55:00+01:00"))
    assert judged(text, language, replace(KNOWN, case=over)).verdict == "pass"
    assert rules_of(judged(text, language)) == {17}


def test_what_was_asked_for_once_is_not_asked_for_again() -> None:
    asked = Said(
        at=_moment("2021-03-08T13:00:00+01:00"), channel="email", text="Envíanos tu dirección."
    )
    again = replace(KNOWN, said=(asked,))
    assert rules_of(judged("Indícanos tu dirección, por favor.", snapshot=again)) == {19}
    assert judged("Indícanos tu dirección, por favor.").verdict == "pass"
