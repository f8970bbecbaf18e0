"""One thing is said in many ways: each phrase of ``phrases.toml`` is held to two worlds.

In one it is so, in the other it is not. What only looks alike is stopped in neither.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.claims.customer import judged

from relevo.claims.check import check
from relevo.claims.model import Draft, Snapshot
from relevo.notices.correct import takes_back

NUMBER, PARCEL = "+34611222444", "parcel:KX4471"
CAPABILITIES = ("calls_in", "calls_out", "sms_in", "sms_out", "data")


def fact(predicate: str, value: Any, subject: str = NUMBER) -> dict[str, Any]:
    return {"subject": subject, "predicate": predicate, "value": value}


LIVE = [fact("state", "live"), *(fact(each, True) for each in CAPABILITIES)]
DEAD = [fact("state", "cut_by_donor"), *(fact(each, False) for each in CAPABILITIES)]
OTHERWISE = {
    "confirmed": "requested",
    "rejected": "confirmed",
    "cancelled": "confirmed",
    "in_recovery": "live",
    "cut_by_donor": "live",
    "ported": "requested",
    "requested": "ported",
}
ELSEWHERE = {
    "delivered": "in_transit",
    "in_transit": "delivered",
    "out_for_delivery": "at_pickup",
    "returning": "out_for_delivery",
    "attempt_failed": "delivered",
    "at_pickup": "in_transit",
    "lost": "in_transit",
}
OPEN = [fact("state", "in_recovery"), fact("cause", None)]
"""No cause is confirmed, nothing is promised or owed, and all that may be asked for is held: so no
promise, cause, blame or gift may be told, and nothing asked for."""
HELD = (
    "identity_document",
    "bill",
    "termination_notice",
    "address",
    "sim_photo",
    "delivery_receipt",
)


def worlds(concept: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Where it is so, and where it is not."""
    if concept == "partial":
        but_one = {**fact("calls_in", "partial"), "except_from": ["brisa"]}
        others = [fact(each, True) for each in CAPABILITIES if each != "calls_in"]
        return [fact("state", "in_recovery"), but_one, *others], LIVE
    if concept in ELSEWHERE:
        return [fact("state", concept, PARCEL)], [fact("state", ELSEWHERE[concept], PARCEL)]
    if concept in OTHERWISE:
        other = OTHERWISE[concept]
        return [fact("state", concept)], LIVE if other == "live" else [fact("state", other)]
    return LIVE, DEAD


def snapshot(facts: list[dict[str, Any]], language: str) -> Snapshot:
    said = {
        "now": "2019-11-11T10:00:00+01:00",
        "zone": "Europe/Madrid",
        "profile": "es",
        "language": language,
        "case": {"key": "AL-7003", "owner": "Irene"},
        "addressee": {"numbers": [NUMBER], "name": "Ana"},
        "held": [{"item": each} for each in HELD],
        "facts": [
            fact("donor", "cantil"),
            fact("recipient", "altamar"),
            fact("tracking_code", "KX4471", PARCEL),
            *facts,
        ],
    }
    return msgspec.convert(said, Snapshot)


def messages(kind: str) -> list[tuple[str, str]]:
    written = tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))
    return [(language, text) for language, texts in written[kind].items() for text in texts]


def phrases() -> Iterator[tuple[str, str, str, str]]:
    written = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))
    for concept, by_sense in written.items():
        for sense, by_language in by_sense.items():
            for language, texts in by_language.items():
                for text in texts:
                    yield concept, sense, language, text


def is_stopped(facts: list[dict[str, Any]], language: str, text: str) -> bool:
    draft = Draft(id="d", channel="sms", text=text, language=language)
    return check(snapshot(facts, language), draft).verdict == "block"


@pytest.mark.parametrize(("concept", "sense", "language", "text"), list(phrases()))
def test_it_is_stopped_where_it_is_not_so_and_passes_where_it_is(
    concept: str, sense: str, language: str, text: str
) -> None:
    if concept == "owns_up":
        assert takes_back(text, snapshot(OPEN, language)) == (sense == "yes")
        return
    if concept not in {*OTHERWISE, *ELSEWHERE, *CAPABILITIES, "works", "partial"}:
        assert is_stopped(OPEN, language, text) == (sense == "yes")
        return
    so, not_so = worlds(concept)
    assert is_stopped(so, language, text) == (sense == "no")
    assert is_stopped(not_so, language, text) == (sense == "yes")


@pytest.mark.parametrize(("language", "text"), messages("so"))
def test_a_true_message_goes_out_however_it_is_put(language: str, text: str) -> None:
    assert judged(text, language).verdict != "block"


@pytest.mark.parametrize(("language", "text"), messages("not_so"))
def test_a_message_with_one_thing_that_is_not_so_is_stopped(language: str, text: str) -> None:
    assert judged(text, language).verdict == "block"
