"""A mass fault, as one customer hears it: the words of all, his language, his hours, his facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from relevo.notices.model import Topic
from relevo.notices.quiet import may_disturb
from relevo.notices.voice.messages import DraftStopped, MessageSent, SayFault

Begin = Callable[[str], Any]
ES = "Varios envíos se han retrasado en el reparto, y el tuyo es uno de ellos."
EN = "Several parcels are late, and yours is one of them."
OVER = {"es": "La incidencia ha terminado.", "en": "The fault is over."}


def fault(told: Any, *, step: int = 1, over: bool = False, **said: Any) -> SayFault:
    given: dict[str, Any] = {
        "texts": OVER if over else {"es": ES, "en": EN},
        "next_update": None if over else told.at + timedelta(hours=14),
        "is_confirmed": False,
    }
    return SayFault(
        fault="fault-1",
        step=step,
        kind="parcel_troubled",
        cause="strike",
        is_over=over,
        **{**given, **said},
    )


def of_the_fault(told: Any) -> list[MessageSent]:
    sent = [each for each in told.facts if isinstance(each, MessageSent)]
    return [each for each in sent if each.topic == Topic.FAULT]


@pytest.fixture
def told(story: Begin) -> Any:
    begun = story("es")
    begun.begin()
    begun.dated()
    return begun


@pytest.mark.parametrize(("language", "words"), [("es", ES), ("en", EN)])
def test_each_reads_the_same_words_in_his_language_with_the_time_of_the_next(
    story: Begin, language: str, words: str
) -> None:
    told = story(language)
    told.begin()
    told.dated()
    told.tell(fault(told))
    told.wait(minutes=5)
    (message,) = of_the_fault(told)
    assert message.text.startswith(words)
    assert len(message.text) > len(words), "and when the next word comes"


def test_he_hears_it_in_decent_hours(told: Any) -> None:
    told.wait(until=datetime(2019, 1, 15, 1, 0, tzinfo=UTC))
    told.tell(fault(told))
    told.wait(hours=12)
    (message,) = of_the_fault(told)
    assert may_disturb(message.at, "Europe/Madrid")


def test_who_slept_through_it_is_told_neither_that_it_began_nor_that_it_is_over(told: Any) -> None:
    told.wait(until=datetime(2019, 1, 15, 1, 0, tzinfo=UTC))
    told.tell(fault(told))
    told.tell(fault(told, step=2, over=True))
    told.wait(hours=12)
    assert of_the_fault(told) == []


def test_of_two_words_that_wait_the_newest_is_said(told: Any) -> None:
    told.wait(until=datetime(2019, 1, 15, 1, 0, tzinfo=UTC))
    told.tell(fault(told))
    told.tell(fault(told, step=2, texts={"es": "El reparto se reanuda por zonas."}))
    told.wait(hours=12)
    (message,) = of_the_fault(told)
    assert message.text.startswith("El reparto se reanuda")


def test_its_end_is_told_to_who_read_that_it_began(told: Any) -> None:
    told.tell(fault(told))
    told.wait(minutes=5)
    told.tell(fault(told, step=2, over=True))
    told.wait(minutes=5)
    assert [each.text for each in of_the_fault(told)][1] == OVER["es"]
    assert told.known.faults == ()


def test_words_that_contradict_his_facts_are_stopped_for_him(told: Any) -> None:
    false = {"es": "Tu número 600 000 102 ya está activo en Brisa y recibe llamadas."}
    told.tell(fault(told, texts=false))
    told.wait(minutes=5)
    assert of_the_fault(told) == []
    (stopped,) = [each for each in told.facts if isinstance(each, DraftStopped)]
    assert stopped.by == "fault-1"
