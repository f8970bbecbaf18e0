"""Days and times of day are read as people write them. Today is Tuesday 9 March 2021."""

from __future__ import annotations

from datetime import date

import pytest

from relevo.claims.moments import Moments, moments_in
from relevo.claims.sentences import sentences_of

TODAY = date(2021, 3, 9)
FRIDAY = "2021-03-12"


def read(text: str) -> Moments:
    (sentence,) = sentences_of(text)
    return moments_in(sentence.text, TODAY)


def days(text: str) -> list[str]:
    return [str(each.day) for each in read(text).days]


def hours(text: str) -> list[str]:
    """Times as "14:00", "06:00|18:00" when either may be meant, "02:00-06:00" of a span."""

    def written(minutes: frozenset[int]) -> str:
        return "|".join(f"{each // 60:02d}:{each % 60:02d}" for each in sorted(minutes))

    return [
        "-".join(written(each) for each in (clock.options, clock.until) if each)
        for clock in read(text).clocks
    ]


@pytest.mark.parametrize(
    "text",
    [
        "El cambio es el 12 de marzo",
        "el cambio es el doce de marzo",
        "el cambio es el viernes 12",
        "el cambio es el viernes doce de marzo de 2021",
        "el cambio es el 12/03",
        "el cambio es el 12/3/21",
        "el cambio es el 12-03-2021",
        "el cambio es el 12.03.2021",
        "el cambio es el vie 12 mar",
        "el cambio es el viernes, día 12",
        "el cambio es el día 12",
        "el cambio es el 2021-03-12",
        "it changes on 12 March",
        "it changes on March 12th",
        "it changes on Friday the 12th",
        "it changes on the 12th of March, 2021",
        "it changes on the twelfth of March",
        "it changes on Fri 12 Mar",
    ],
)
def test_one_day_is_the_same_day_in_each_way_of_writing_it(text: str) -> None:
    assert days(text) == [FRIDAY]
    assert not read(text).days[0].relative


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hoy", "2021-03-09"),
        ("esta noche", "2021-03-09"),
        ("mañana por la tarde", "2021-03-10"),
        ("pasado mañana", "2021-03-11"),
        ("ayer", "2021-03-08"),
        ("anteayer", "2021-03-07"),
        ("este viernes", FRIDAY),
        ("el domingo", "2021-03-14"),
        ("tonight", "2021-03-09"),
        ("tomorrow morning", "2021-03-10"),
        ("the day after tomorrow", "2021-03-11"),
        ("yesterday", "2021-03-08"),
        ("on Thursday", "2021-03-11"),
    ],
)
def test_a_relative_word_is_resolved_by_the_addressees_day_and_known_as_relative(
    text: str, day: str
) -> None:
    assert days(text) == [day]
    assert read(text).days[0].relative


@pytest.mark.parametrize(
    "text",
    [
        "el lunes 13 de febrero",
        "lunes 12/03",
        "on Monday, March 12",
        "el jueves 12 de marzo",
        "Thursday 12 March",
        "el jueves 10 de marzo",
    ],
)
def test_a_day_under_the_name_of_another_weekday_is_noticed(text: str) -> None:
    assert read(text).days[0].weekday_is_wrong


@pytest.mark.parametrize("text", ["el viernes 12 de marzo", "Friday 12 March", "vie 12/03"])
def test_a_day_under_its_own_name_is_not(text: str) -> None:
    assert not read(text).days[0].weekday_is_wrong


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("del 12 al 14 de marzo", ["2021-03-12", "2021-03-14"]),
        ("el 12 y el 14 de marzo", ["2021-03-12", "2021-03-14"]),
        ("el 28 de diciembre", ["2020-12-28"]),
        ("el 3 de enero", ["2021-01-03"]),
        ("el 31 de febrero", []),
        ("por la mañana", []),
        ("a primera hora de la mañana", []),
        ("24/7", []),
        ("el 611 222 333", []),
        ("son 12,03 €", []),
    ],
)
def test_spans_years_and_what_is_no_day(text: str, found: list[str]) -> None:
    assert days(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a las 14:00", ["14:00"]),
        ("a las 14h", ["14:00"]),
        ("a las 14.30", ["14:30"]),
        ("a las dos de la tarde", ["14:00"]),
        ("a las 2 de la madrugada", ["02:00"]),
        ("a las 9 y media de la mañana", ["09:30"]),
        ("a las diez menos cuarto de la noche", ["21:45"]),
        ("a las seis", ["06:00|18:00"]),
        ("a las 6:30", ["06:30|18:30"]),
        ("a las 06:30", ["06:30"]),
        ("a las 2 p.m.", ["14:00"]),
        ("a las 2 pm", ["14:00"]),
        ("a las 14 hs", ["14:00"]),
        ("a eso de las 20 h", ["20:00"]),
        ("al mediodía", ["12:00"]),
        ("a medianoche", ["00:00"]),
        ("de 2 a 6", ["02:00|14:00-06:00|18:00"]),
        ("entre las 02:00 y las 06:00", ["02:00-06:00"]),
        ("de 02:00 a 06:00", ["02:00-06:00"]),
        ("entre las dos y las seis de la madrugada", ["02:00-06:00"]),
        ("02:00-06:00", ["02:00-06:00"]),
        ("at 2 pm", ["14:00"]),
        ("at 2pm", ["14:00"]),
        ("at 2 p.m.", ["14:00"]),
        ("at noon", ["12:00"]),
        ("at midnight", ["00:00"]),
        ("by 13:00", ["13:00"]),
        ("at nine in the morning", ["09:00"]),
        ("at 9 in the evening", ["21:00"]),
        ("between 2 and 6 am", ["02:00-06:00"]),
        ("from 2am to 6am", ["02:00-06:00"]),
        ("at 12 am", ["00:00"]),
        ("at 12 pm", ["12:00"]),
        ("at half past nine", ["09:30|21:30"]),
        ("at a quarter to ten", ["09:45|21:45"]),
        ("son 14,30 €", []),
        ("en 2 horas", []),
        ("los 2 numeros", []),
    ],
)
def test_a_time_of_day_is_read_in_figures_and_in_words(text: str, found: list[str]) -> None:
    assert hours(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "en un rato",
        "en breve",
        "dentro de 2 horas",
        "esta tarde",
        "a lo largo del día",
        "antes de comer",
        "cuando pueda",
        "en 24 h",
        "soon",
        "in a bit",
        "shortly",
        "within 48 hours",
        "by the end of the day",
        "as soon as possible",
        "before lunch",
    ],
)
def test_a_word_of_time_that_names_no_time_is_known_as_such(text: str) -> None:
    assert read(text).vague
