"""The sheet of a country's ported numbers: whole or not at all, and never a wrong route."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.adapters.ported_sheet import load as loading
from relevo.adapters.ported_sheet.feed import BadFeed, Feed
from relevo.adapters.ported_sheet.load import Taken, take_in
from relevo.adapters.ported_sheet.sheet import NoSheet, Sheet
from relevo.values.msisdn import Msisdn

M1, M2, FIXED = Msisdn("+34600000101"), Msisdn("+34600000102"), Msisdn("+34976000100")
NEVER_PORTED = Msisdn("+34711000000")
FULL = {M1: "704914", M2: "704021", FIXED: "704914"}

numbers = st.integers(34_600_000_000, 34_600_030_000).map(lambda each: Msisdn(f"+{each}"))
routes = st.sampled_from(["", "704914", "704021", "799999", "900000000000001"])


def feed(
    folder: Path,
    routes: Mapping[Msisdn, str] | list[tuple[str, str]],
    *,
    kind: str = "full",
    sequence: int = 1,
    head: str = "",
    end: str = "\n",
) -> Path:
    rows = list(routes.items() if isinstance(routes, Mapping) else routes)
    first = head or f"relevo-ported;{kind};{sequence};{len(rows)}"
    file = folder / f"{kind}-{sequence}.csv"
    file.write_bytes(
        "".join([f"{first}{end}", *(f"{number};{route}{end}" for number, route in rows)]).encode()
    )
    return file


def take(file: Path, sheet: Path) -> Taken:
    return take_in(Feed.of(file), sheet)


def known(sheet: Path, numbers: Mapping[Msisdn, str]) -> dict[Msisdn, str]:
    with Sheet(sheet) as opened:
        return {number: opened.route_of(number) or "" for number in numbers}


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    made = tmp_path / "ported.sheet"
    take(feed(tmp_path, FULL), made)
    return made


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_number_of_a_full_file_is_found_and_no_other(tmp_path: Path, end: str) -> None:
    made = tmp_path / "ported.sheet"
    taken = take(feed(tmp_path, FULL, end=end), made)
    assert (taken.rows, taken.numbers) == (3, 3)
    assert known(made, FULL) == FULL
    neighbours = {Msisdn(f"+{int(each) + step}"): "" for each in FULL for step in (-10_000, 5)}
    assert known(made, neighbours | {NEVER_PORTED: ""}) == neighbours | {NEVER_PORTED: ""}


def test_a_number_that_comes_home_goes_as_its_range_says(tmp_path: Path, sheet: Path) -> None:
    home = feed(tmp_path, {M2: "", NEVER_PORTED: "704021"}, kind="difference", sequence=2)
    taken = take(home, sheet)
    assert (taken.sequence, taken.numbers) == (2, 3)
    assert known(sheet, FULL | {NEVER_PORTED: ""}) == FULL | {M2: "", NEVER_PORTED: "704021"}


def test_the_same_differences_twice_are_taken_in_once(tmp_path: Path, sheet: Path) -> None:
    moved = feed(tmp_path, {M1: "704021"}, kind="difference", sequence=2)
    assert take(moved, sheet).is_news
    later = feed(tmp_path, {M1: "799999"}, kind="difference", sequence=3)
    assert take(later, sheet).is_news
    assert not take(moved, sheet).is_news
    assert known(sheet, {M1: ""}) == {M1: "799999"}


def test_a_day_that_is_missing_is_asked_for_by_its_number(tmp_path: Path, sheet: Path) -> None:
    with pytest.raises(BadFeed, match="take in 2 first, or a full file"):
        take(feed(tmp_path, {M1: "704021"}, kind="difference", sequence=3), sheet)
    assert known(sheet, FULL) == FULL


def test_who_reads_sees_differences_at_once_even_in_ranges_that_were_never_ported(
    tmp_path: Path, sheet: Path
) -> None:
    new_range = {Msisdn(f"+34722{block:02}0000"): "777777" for block in range(40)}
    with Sheet(sheet) as opened:
        assert opened.route_of(NEVER_PORTED) is None
        take(feed(tmp_path, new_range | {M1: "888888"}, kind="difference", sequence=2), sheet)
        assert {number: opened.route_of(number) for number in new_range} == new_range
        assert opened.route_of(M1) == "888888"
        assert opened.is_current()


def test_a_sheet_that_was_replaced_is_known_as_stale_and_can_still_be_read(
    tmp_path: Path, sheet: Path
) -> None:
    with Sheet(sheet) as opened:
        take(feed(tmp_path, {M1: "799999"}, sequence=2), sheet)
        assert not opened.is_current()
        assert opened.route_of(M1) == FULL[M1]
    assert known(sheet, FULL) == {M1: "799999", M2: "", FIXED: ""}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("600000101;704914", "line 3: '600000101;704914'"),
        ("+34600000101;", "line 3"),
        ("+34600000101", "line 3"),
        ("+34600000101;704914;", "line 3"),
        ("+34600x00101;704914", "line 3"),
        ("+34600000101;70 914", "line 3"),
        ("+34600000101;0704914", "line 3"),
        ("+0;704914", "line 3"),
        ("+;704914", "line 3"),
        ("+3460000010134600000101;704914", "line 3"),
        ("+٣٤٦٠٠;704914", "line 3"),
        ("", "line 3"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_changes(
    tmp_path: Path, sheet: Path, line: str, said: str
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(f"relevo-ported;full;2;3\n+34600000109;704914\n{line}\n+34600000110;704914\n")
    with pytest.raises(BadFeed, match=said):
        take(file, sheet)
    assert known(sheet, FULL) == FULL
    assert sorted(each.name for each in tmp_path.glob("ported.sheet.*")) == ["ported.sheet.lock"]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("+34600000101;704914", "does not say what the file is"),
        ("relevo-ported;all;2;3", "'all' is neither full nor difference"),
        ("relevo-ported;full;two;3", "number of the file: 'two'"),
        ("relevo-ported;full;2;4", "3 lines follow the first, and it says 4"),
        ("relevo-ported;full;2;2", "3 lines follow the first, and it says 2"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_whole(
    tmp_path: Path, sheet: Path, head: str, said: str
) -> None:
    with pytest.raises(BadFeed, match=said):
        take(feed(tmp_path, FULL, head=head, sequence=2), sheet)
    assert known(sheet, FULL) == FULL


def test_a_full_file_that_contradicts_itself_is_refused(tmp_path: Path, sheet: Path) -> None:
    rows = [(M1, "704914"), (M2, "704914"), (M1, "704021")]
    with pytest.raises(BadFeed, match=r"line 4: \+34600000101 stands there twice"):
        take(feed(tmp_path, [(str(n), r) for n, r in rows], sequence=2), sheet)
    assert known(sheet, FULL) == FULL


def test_differences_that_were_broken_off_are_finished_by_taking_them_in_again(
    tmp_path: Path, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = feed(tmp_path, {M1: "704021", NEVER_PORTED: "799999"}, kind="difference", sequence=2)

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(loading._Pages, "finish", power_cut)
        with pytest.raises(KeyboardInterrupt):
            take(moved, sheet)
    with Sheet(sheet) as opened:
        assert opened.header.is_under_way
        assert opened.header.sequence == 1
    assert take(moved, sheet).numbers == 4
    with Sheet(sheet) as opened:
        assert not opened.header.is_under_way
        assert opened.header.numbers == 4
    assert known(sheet, {M1: "", M2: "", NEVER_PORTED: ""}) == {
        M1: "704021",
        M2: FULL[M2],
        NEVER_PORTED: "799999",
    }


def test_what_is_no_sheet_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(NoSheet, match="relevo ported load"):
        Sheet(tmp_path / "nothing.sheet")
    other = tmp_path / "other.sheet"
    other.write_bytes(b"something else")
    with pytest.raises(NoSheet, match="too short"):
        Sheet(other)
    with pytest.raises(NoSheet, match="full file first"):
        take(feed(tmp_path, {M1: "1"}, kind="difference", sequence=2), tmp_path / "none.sheet")


@given(
    st.lists(st.dictionaries(numbers, routes, max_size=40), min_size=1, max_size=6),
)
def test_after_any_days_it_says_what_a_plain_list_says(
    tmp_path_factory: pytest.TempPathFactory, days: list[dict[Msisdn, str]]
) -> None:
    folder = tmp_path_factory.mktemp("days")
    sheet = folder / "ported.sheet"
    take(feed(folder, {}, sequence=1), sheet)
    plain: dict[Msisdn, str] = {}
    with Sheet(sheet) as opened:
        for sequence, day in enumerate(days, start=2):
            taken = take(feed(folder, day, kind="difference", sequence=sequence), sheet)
            plain |= day
            assert {each: opened.route_of(each) or "" for each in plain} == plain
            assert taken.numbers == sum(map(bool, plain.values()))
