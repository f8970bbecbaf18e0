"""Every key of a TOML file has a line, and the locator finds it."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.play.keys import line_numbers, line_of, written

SAMPLE = '''# a comment with [brackets] and key = 1
title = "a # is no comment here"
starts = 2019-01-13T11:59:00+01:00
[customer]
name = "x" # behind = it
"quoted key" = 1
document = { type = "CIF", number = "B99286320" }
address.street = "s"
[[line]]
id = "F"
note = """
many = lines
[not.a.table]
"""
[[line]]
id = "M2"
tags = [
  "one", # first
  ["two"],
  { deep = 1 },
]
raw = \'\'\'
it's = raw
\'\'\'
[line.extra]
depth = 2
[[ fault ]]
where='donor'
'''


def test_the_sample_is_valid_toml() -> None:
    assert tomllib.loads(SAMPLE)["line"][1]["extra"]["depth"] == 2


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("starts",), 3),
        (("customer",), 4),
        (("customer", "name"), 5),
        (("customer", "quoted key"), 6),
        (("customer", "document", "number"), 7),
        (("customer", "address", "street"), 8),
        (("line", 0, "id"), 10),
        (("line", 0, "note"), 11),
        (("line", 1), 15),
        (("line", 1, "id"), 16),
        (("line", 1, "tags", 0), 18),
        (("line", 1, "tags", 1, 0), 19),
        (("line", 1, "tags", 2, "deep"), 20),
        (("line", 1, "raw"), 22),
        (("line", 1, "extra", "depth"), 26),
        (("fault", 0, "where"), 28),
    ],
)
def test_a_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert line_numbers(SAMPLE)[path] == line


def test_text_inside_a_string_is_no_key() -> None:
    assert ("not", "a", "table") not in line_numbers(SAMPLE)
    assert not [path for path in line_numbers(SAMPLE) if path[-1] == "many"]


def test_a_missing_key_is_sought_in_its_table() -> None:
    lines = line_numbers(SAMPLE)
    assert line_of(lines, ("line", 1, "payment")) == 15
    assert line_of(lines, ("order",)) == 1


def test_elements_are_counted_from_one_for_people() -> None:
    assert written(("line", 2, "iccid")) == "line[3].iccid"


def test_windows_line_ends_count_once() -> None:
    assert line_numbers("a = 1\r\nb = 2\r\n")[("b",)] == 2


def test_quotes_at_the_end_of_a_long_string_belong_to_it() -> None:
    text = 'a = """x"""""\nb = "\\"#"\nc = 1\n'
    assert tomllib.loads(text)["a"] == 'x""'
    assert line_numbers(text)[("c",)] == 3


KEYS = st.text("abcxyz_-0123456789", min_size=1, max_size=6)
VALUES = st.sampled_from(
    ["1", "'#'", '"]"', "[1, 2]", "[\n1, # c\n2\n]", "{ a = 1, b = [2] }", '"""\n]\n"""', "1.5"]
)


@given(st.lists(st.tuples(KEYS, VALUES), max_size=8, unique_by=lambda pair: pair[0]))
def test_every_top_key_of_any_valid_file_is_found_where_it_is_written(
    pairs: list[tuple[str, str]],
) -> None:
    text, wanted = "", {}
    for key, value in pairs:
        wanted[(key,)] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    tomllib.loads(text)
    found = {path: line for path, line in line_numbers(text).items() if len(path) == 1}
    assert found == wanted
