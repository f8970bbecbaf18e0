"""What people read on a timeline: every step has words in every language, and no slot is empty."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, get_args, get_type_hints

import pytest

import relevo
from relevo.care.model import TroubleKind
from relevo.engine.acts import OperatorActed
from relevo.engine.acts import Verb as OperatorVerb
from relevo.engine.process import WORDS
from relevo.orders.order.messages import GroupRedated
from relevo.porting.port_in.messages import PortInCompleted, PortInSent, Witness
from relevo.porting.port_in.model import Wait
from relevo.porting.profile import HubKind, Window
from relevo.rim import country_module
from relevo.sims.dispatch.mending import (
    CONTESTED,
    LATE,
    NO_SCAN,
    NOT_OURS,
    SILENCE,
    UNPROVEN,
    WRONG_LABEL,
    trouble_of,
)
from relevo.sims.dispatch.messages import ParcelSeen, ParcelState
from relevo.tracking.labels import LANGUAGES, Labels, labels, labels_to_customer, shown
from relevo.tracking.timeline import STEPS, Mood, bare_step, line_of, step_of
from relevo.values.msisdn import Msisdn
from relevo.wiring import book

AT = datetime(2019, 1, 18, 1, 0, tzinfo=UTC)
NIGHT = Window(AT, datetime(2019, 1, 18, 5, 0, tzinfo=UTC))


def _load_messages() -> None:
    importlib.import_module("relevo.engine.acts")
    for module in pkgutil.walk_packages(relevo.__path__, "relevo."):
        if module.name.endswith(".messages"):
            importlib.import_module(module.name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_a_text_and_every_text_a_step(language: str) -> None:
    assert set(labels(language, "Europe/Madrid").steps) == set(STEPS)


@pytest.mark.parametrize("of", [labels, labels_to_customer])
@pytest.mark.parametrize("name", sorted(STEPS))
def test_a_step_belongs_to_a_fact_and_its_slots_are_fields_of_it(
    name: str, of: Callable[[str, str], Labels]
) -> None:
    _load_messages()
    word = WORDS[name]
    assert word.role == "fact"
    for language in LANGUAGES:
        text = of(language, "Europe/Madrid").steps[name]
        for slot in re.findall(r"\{([\w.]+)\}", text):
            known: Any = word.type
            for part in slot.split("."):
                assert part in get_type_hints(known), f"{language}: {slot}"
                known = get_type_hints(known)[part]


def test_the_customer_reads_of_every_step_and_in_both_languages_of_the_same_ones_otherwise() -> (
    None
):
    otherwise = []
    for language in LANGUAGES:
        desk, his = (of(language, "Europe/Madrid") for of in (labels, labels_to_customer))
        assert set(his.steps) == set(desk.steps)
        assert set(his.words) == set(desk.words)
        otherwise.append({name for name, text in his.steps.items() if text != desk.steps[name]})
    assert otherwise[0] == otherwise[1]


def test_what_a_colleague_typed_for_colleagues_is_not_repeated_to_the_customer() -> None:
    acted = OperatorActed(verb=OperatorVerb.RETRY, who="staff-7", reason="called twice already")
    for language in LANGUAGES:
        words = labels_to_customer(language, "Europe/Madrid")
        step = step_of("R1/port/M2/1", acted, at=AT, labels=words)
        assert step is not None
        assert "called twice already" not in step.what
        assert "staff-7" not in step.what


def test_both_languages_know_the_same_words() -> None:
    english, spanish = (labels(each, "Europe/Madrid") for each in LANGUAGES)
    assert set(english.words) == set(spanish.words)


def _enums(hint: Any) -> Iterator[type[StrEnum]]:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        yield hint
    for part in get_args(hint):
        yield from _enums(part)


def _codes() -> Iterator[str]:
    """What may stand in a slot of a step without being written for people."""
    _load_messages()
    english = labels("en", "Europe/Madrid")
    for name, text in english.steps.items():
        for slot in re.findall(r"\{([\w.]+)\}", text):
            hint: Any = WORDS[name].type
            for part in slot.split("."):
                hint = get_type_hints(hint)[part]
            yield from (str(each.value) for kind in _enums(hint) for each in kind)
    yield from map(str, (*TroubleKind, *Wait))
    for wrong in (SILENCE, NO_SCAN, LATE, WRONG_LABEL, UNPROVEN, CONTESTED, NOT_OURS):
        yield from (wrong.reason, wrong.action)
    for over in (ParcelState.REFUSED, ParcelState.RETURNED, ParcelState.LOST, ParcelState.DAMAGED):
        trouble = trouble_of(ParcelSeen(tracking_code="X", state=over, at=AT))
        yield from (trouble.reason, trouble.action)
    rules = book().on("es", AT.date())
    care = country_module(rules.code, "care").care(rules.calendar(HubKind.MOBILE))
    for kind in TroubleKind:
        yield from (rung.role for rung in care.rungs(kind, AT))


def test_every_code_that_a_step_can_hold_has_a_word_in_both_languages() -> None:
    for language in LANGUAGES:
        known = labels(language, "Europe/Madrid").words
        assert {code for code in _codes() if code and code not in known} == set()


def test_a_code_of_the_hub_is_shown_as_it_came() -> None:
    assert shown("RECH_BNUME", labels("es", "Europe/Madrid"), field="code") == "RECH_BNUME"


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
    assert step.what == "600 000 102 has moved from Altamar to Brisa"
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
