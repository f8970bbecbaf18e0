"""What people read on a timeline: every step has words in every language, and no slot is empty."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import fields
from datetime import UTC, date, datetime

import pytest

import relevo
from relevo.engine.process import WORDS
from relevo.orders.order.messages import GroupRedated
from relevo.porting.port_in.messages import PortInCompleted, PortInSent, Witness
from relevo.porting.profile import Window
from relevo.tracking.labels import LANGUAGES, labels
from relevo.tracking.timeline import STEPS, Mood, bare_step, line_of, shown, step_of
from relevo.values.msisdn import Msisdn

AT = datetime(2019, 1, 18, 1, 0, tzinfo=UTC)
NIGHT = Window(AT, datetime(2019, 1, 18, 5, 0, tzinfo=UTC))


def _load_messages() -> None:
    for module in pkgutil.walk_packages(relevo.__path__, "relevo."):
        if module.name.endswith(".messages"):
            importlib.import_module(module.name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_a_text_and_every_text_a_step(language: str) -> None:
    assert set(labels(language, "Europe/Madrid").steps) == set(STEPS)


@pytest.mark.parametrize("name", sorted(STEPS))
def test_a_step_belongs_to_a_fact_and_its_slots_are_fields_of_it(name: str) -> None:
    _load_messages()
    word = WORDS[name]
    assert word.role == "fact"
    known = {each.name for each in fields(word.type)}
    for language in LANGUAGES:
        slots = set(re.findall(r"\{(\w+)\}", labels(language, "Europe/Madrid").steps[name]))
        assert slots <= known


def test_both_languages_know_the_same_words() -> None:
    english, spanish = (labels(each, "Europe/Madrid") for each in LANGUAGES)
    assert set(english.words) == set(spanish.words)


def test_a_port_is_told_with_its_number_and_its_operators() -> None:
    fact = PortInCompleted(
        number=Msisdn("+34600000102"),
        donor="altamar",
        recipient="brisa",
        at=AT,
        witness=Witness.MAILBOX,
    )
    step = step_of("R1/port/M2/1", fact, at=AT, labels=labels("en", "Europe/Madrid"))
    assert step is not None
    assert step.what == "600 000 102 has moved from altamar to brisa"
    assert (step.line, step.who, step.mood) == ("M2", "hub", Mood.GOOD)


def test_windows_are_shown_in_local_time_and_once() -> None:
    fact = GroupRedated(
        lines=("M1", "M2"),
        was={"M1": NIGHT},
        windows={"M1": NIGHT, "M2": NIGHT},
        because_line="M2",
        why="card_not_in_hand",
    )
    step = step_of("R1", fact, at=AT, labels=labels("en", "Europe/Madrid"))
    assert step is not None
    assert step.what == "M1, M2 go back together (card not in hand); new day Fri 18 Jan 02:00–06:00"


def test_a_fact_that_is_not_for_people_has_no_step_but_a_name() -> None:
    fact = PortInSent(number=Msisdn("+34600000102"), sending=1)
    assert step_of("R1/port/M2/1", fact, at=AT, labels=labels("en", "Europe/Madrid")) is None
    assert bare_step("R1/port/M2/1", fact, at=AT).what == "porting.port_in_sent"


def test_the_line_of_a_fact_is_its_own_word_or_its_process() -> None:
    assert line_of("R1/port/M2/1", object()) == "M2"
    assert line_of("R1/voice", object()) == ""
    assert line_of("R1", object()) == ""


@pytest.mark.parametrize(
    ("value", "field", "text"),
    [
        (73, "amount_eur_cents", "€0.73"),
        (73, "minutes", "73"),
        (None, "", "–"),
        ((), "", "–"),
        (date(2019, 1, 17), "", "Thu 17 Jan"),
        ("some_code", "", "some code"),
        ("+34600000102", "", "600 000 102"),
    ],
)
def test_values_are_shown_as_people_read_them(value: object, field: str, text: str) -> None:
    assert shown(value, labels("en", "Europe/Madrid"), field=field) == text
