"""Words keep their names and their meaning on the way through the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.engine.process import Heard, fact, message, wire_name
from relevo.engine.wire import (
    BadWord,
    UnknownWord,
    decode,
    decode_old,
    encode,
    in_utc,
)
from relevo.testing.lamps import LampLit


class Colour(StrEnum):
    RED = "red"


@fact("wire.inner")
class Inner:
    at: datetime
    tags: tuple[str, ...] = ()


@message("wire.everything")
class Everything:
    text: str
    number: int
    truth: bool
    at: datetime
    on: date
    colour: Colour
    inner: Inner
    many: tuple[Inner, ...] = ()
    maybe: datetime | None = None
    named: dict[str, int] | None = None


@fact("wire.grown")
class Grown:
    metres: int
    added_later: str = "default"


MADRID = timezone(timedelta(hours=1))
NOON = datetime(2026, 1, 2, 12, 0, tzinfo=MADRID)


def everything(at: datetime = NOON) -> Everything:
    inner = Inner(at=at, tags=("a", "ñ"))
    return Everything(
        text="año \N{SNOWMAN}",
        number=7,
        truth=True,
        at=at,
        on=date(2026, 1, 2),
        colour=Colour.RED,
        inner=inner,
        many=(inner, inner),
        maybe=at,
        named={"b": 1, "a": 2},
    )


def round_trip(word: object) -> Any:
    return decode(wire_name(word), encode(word))


def test_every_kind_of_field_survives() -> None:
    assert round_trip(everything()) == everything()


def test_instants_are_stored_in_utc_wherever_they_come_from() -> None:
    assert encode(everything()) == encode(everything(NOON.astimezone(UTC)))
    assert "11:00:00Z" in encode(everything())
    assert "+01:00" not in encode(everything())


def test_what_is_in_utc_already_is_left_alone() -> None:
    word = everything(NOON.astimezone(UTC))
    assert in_utc(word) == word
    inner = Inner(at=NOON.astimezone(UTC))
    assert in_utc(inner) is inner


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(BadWord, match="has no time zone"):
        encode(replace(everything(), at=datetime(2026, 1, 2, 12, 0)))  # noqa: DTZ001


def test_a_heard_fact_comes_back_as_itself() -> None:
    heard = Heard(source="house-1/lamp-1", fact=LampLit(watts=3, until=NOON))
    assert round_trip(heard) == heard
    assert '"word":"lamps.lamp_lit"' in encode(heard)


def test_a_field_that_was_added_later_has_its_default_in_old_words() -> None:
    assert decode("wire.grown", '{"metres": 3}') == Grown(metres=3)


def test_an_old_word_is_lifted_step_by_step_to_today() -> None:
    upcasters = {
        ("wire.grown", 1): lambda body: {"feet": body["shoes"]},
        ("wire.grown", 2): lambda body: {"metres": body["feet"] * 3 // 10},
    }
    lifted = decode_old("wire.grown", '{"shoes": 10}', written=1, today=3, upcasters=upcasters)
    assert lifted == Grown(metres=3)


def test_unknown_names_and_bad_bodies_say_which() -> None:
    with pytest.raises(UnknownWord, match=r"'wire\.nothing'"):
        decode("wire.nothing", "{}")
    with pytest.raises(BadWord, match=r"wire\.grown: .*metres"):
        decode("wire.grown", "{}")


def test_a_name_can_be_given_only_once() -> None:
    with pytest.raises(ValueError, match=r"'wire\.grown' is taken by .*\.Grown"):

        @fact("wire.grown")
        class Shrunk:
            metres: int


def test_a_class_of_the_same_name_in_another_module_does_not_take_a_name_over() -> None:
    elsewhere = type("Grown", (), {"__module__": "elsewhere", "__annotations__": {"metres": int}})
    with pytest.raises(ValueError, match=r"'wire\.grown' is taken by .*test_wire\.Grown"):
        fact("wire.grown")(elsewhere)
    assert isinstance(decode("wire.grown", '{"metres": 3}'), Grown)


@given(
    st.text(),
    st.integers(-(2**60), 2**60),
    st.datetimes(timezones=st.timezones(), min_value=datetime(1970, 1, 1)),  # noqa: DTZ001
)
def test_any_text_number_and_instant_survives(text: str, number: int, at: datetime) -> None:
    word = replace(everything(at.astimezone(UTC)), text=text, number=number)
    assert round_trip(word) == word
