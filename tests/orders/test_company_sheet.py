"""A company's list: read whatever wrote it, every fault named, and no group torn apart."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from relevo.orders.company_move.batches import plan_batches
from relevo.orders.company_move.sheet import Desk, Sheet, check_sheet
from relevo.orders.company_move.stream import (
    UnreadableSheet,
    digest_of,
    read_sheet,
    write_table,
)
from relevo.porting.profile import MultipleTerms
from relevo.profiles.es import profile
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

RULES = next(e.rules for e in profile() if e.rules.code == "es@2012-06-01")
AT = instant("2019-01-14T09:00:00+01:00")
DESK = Desk(rules=RULES, recipient="brisa", at=AT)
CARDS = [str(make_iccid("893407", n)) for n in range(40)]
DONOR_CARD = str(make_iccid("893401", 1))
SPANISH = ("Número", "Operador actual", "Modalidad", "ICCID actual", "ICCID nuevo", "Depende de",
           "Decisión", "Fecha deseada")  # fmt: skip


def row(n: int, **fields: str) -> dict[str, str]:
    """A good row, but for what is given."""
    good = {"number": f"6001001{n:02}", "donor": "altamar", "new_iccid": CARDS[n]}
    return {**good, **fields}


def checked(*rows: Mapping[str, str], desk: Desk = DESK) -> Sheet:
    return check_sheet(enumerate(rows, start=2), desk)


def fault_of(sheet: Sheet) -> tuple[int, str]:
    (fault,) = sheet.faults
    assert fault.why
    assert fault.remedy
    return fault.row, fault.column


def test_a_row_is_a_number_its_donor_and_the_new_card() -> None:
    sheet = checked(row(1))
    (number,) = sheet.numbers
    assert number.number == "+34600100101"
    assert (number.donor, number.prepaid, number.new_iccid) == ("altamar", False, CARDS[1])


def test_a_donor_may_be_named_by_its_three_digits() -> None:
    code = RULES.operator("cantil")
    assert code is not None
    assert checked(row(1, donor=code.mobile_code)).numbers[0].donor == "cantil"


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"number": ""}, "number"),
        ({"number": "6001"}, "number"),
        ({"number": "+34976000101"}, "number"),
        ({"number": "+31612345678"}, "number"),
        ({"number": "6.00100101E+08"}, "number"),
        ({"donor": "nobody"}, "donor"),
        ({"donor": "brisa"}, "donor"),
        ({"payment": "barter"}, "payment"),
        ({"payment": "prepago"}, "donor_iccid"),
        ({"donor_iccid": "8934071100000000013"}, "donor_iccid"),
        ({"new_iccid": ""}, "new_iccid"),
        ({"new_iccid": "8.934071E+18"}, "new_iccid"),
        ({"new_iccid": DONOR_CARD, "donor_iccid": DONOR_CARD}, "new_iccid"),
        ({"decision": "perhaps"}, "decision"),
        ({"wish": "soon"}, "wish"),
        ({"wish": "2018-12-01"}, "wish"),
        ({"wish": "2019-05-01"}, "wish"),
        ({"depends_on": "600999999"}, "depends_on"),
    ],
    ids=str,
)
def test_each_fault_names_its_row_its_column_and_the_remedy(
    fields: dict[str, str], column: str
) -> None:
    sheet = checked(row(1), row(2, **fields))
    assert fault_of(sheet) == (3, column)
    assert [each.row for each in sheet.numbers] == [2]


def test_a_number_or_a_card_that_stands_twice_is_a_fault_of_the_second() -> None:
    assert fault_of(checked(row(1), row(2, number="600 100 101"))) == (3, "number")
    assert fault_of(checked(row(1), row(2, new_iccid=CARDS[1]))) == (3, "new_iccid")


def test_a_number_that_moves_already_is_named_with_where() -> None:
    taken = {Msisdn("+34600100101"): "R7K2QW9M"}
    sheet = checked(row(1), desk=Desk(rules=RULES, recipient="brisa", at=AT, taken=taken))
    assert fault_of(sheet) == (2, "number")
    assert "R7K2QW9M" in sheet.faults[0].why


def test_who_lives_on_a_card_goes_with_it_or_ends_by_decision() -> None:
    principal = "600100101"
    assert not checked(row(1), row(2, depends_on=principal)).faults
    assert not checked(row(1), row(2, depends_on=principal, decision="baja")).faults
    keeps = checked(row(1), row(2, depends_on=principal, decision="mantener"))
    assert fault_of(keeps) == (3, "decision")
    elsewhere = checked(row(1), row(2, depends_on=principal, donor="cantil"))
    assert fault_of(elsewhere) == (3, "donor")
    later = checked(row(1), row(2, depends_on=principal, wish="2019-01-24"))
    assert fault_of(later) == (3, "wish")


def test_lines_that_depend_on_one_another_in_a_circle_are_a_fault() -> None:
    sheet = checked(row(1, depends_on="600100102"), row(2, depends_on="600100101"))
    assert {fault.column for fault in sheet.faults} == {"depends_on"}
    assert not sheet.numbers


def test_when_one_of_a_group_is_bad_the_good_rows_of_it_stay_too() -> None:
    sheet = checked(
        row(1), row(2, depends_on="600100101", new_iccid=""), row(3, depends_on="600100101"), row(4)
    )
    assert fault_of(sheet) == (3, "new_iccid")
    assert sheet.left_out == (2, 4)
    assert [each.row for each in sheet.numbers] == [5]


def test_an_empty_list_and_one_without_end_are_refused() -> None:
    assert fault_of(checked()) == (0, "number")


# -- requests -------------------------------------------------------------------------------------


def test_requests_have_one_donor_one_wish_one_way_to_pay_and_whole_groups() -> None:
    terms = MultipleTerms(numbers_max=3, mixes_payment=False)
    sheet = checked(
        row(1),
        row(2),
        row(3),
        row(4, depends_on="600100103"),
        row(5, donor="cantil"),
        row(6, payment="prepago", donor_iccid=DONOR_CARD),
        row(7, wish="24/01/2019"),
    )
    batches = plan_batches(sheet.moving, terms)
    assert [[each.row for each in batch] for batch in batches] == [[2, 3], [4, 5], [6], [7], [8]]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(("altamar", "cantil")), st.integers(0, 3)), max_size=30),
    st.integers(2, 9),
)
def test_cutting_a_list_loses_nobody_and_splits_no_group(
    shape: list[tuple[str, int]], numbers_max: int
) -> None:
    """Each entry is a group: a principal of that donor and so many dependants."""
    rows: list[dict[str, str]] = []
    for donor, dependants in shape:
        principal = f"6002{len(rows):05}"
        rows.append({"number": principal, "donor": donor, "new_iccid": _card(len(rows))})
        rows += [
            {
                "number": f"6002{len(rows) + n:05}",
                "donor": donor,
                "new_iccid": _card(len(rows) + n),
                "depends_on": principal,
            }
            for n in range(min(dependants, numbers_max - 1))
        ]
    sheet = checked(*rows)
    batches = plan_batches(sheet.moving, MultipleTerms(numbers_max=numbers_max, mixes_payment=True))
    flat = [each.number for batch in batches for each in batch]
    assert sorted(flat) == sorted(each.number for each in sheet.numbers)
    assert len(flat) == len(rows)
    for batch in batches:
        inside = {each.number for each in batch}
        assert len(batch) <= numbers_max
        assert len({each.donor for each in batch}) == 1
        assert all(each.depends_on is None or each.depends_on in inside for each in batch)


def _card(n: int) -> str:
    return str(make_iccid("893407", n))


# -- files ----------------------------------------------------------------------------------------


def spanish_rows() -> list[tuple[str, ...]]:
    return [
        ("600100101", "Altamar", "contrato", "", CARDS[1], "", "portar", ""),
        ("600 100 102", "altamar", "Prepago", DONOR_CARD, CARDS[2], "", "", "24/01/2019"),
    ]


def write(file: Path, rows: Iterable[tuple[str, ...]], *, delimiter: str, encoding: str) -> Path:
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([SPANISH, *rows])
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_file_is_read_whatever_wrote_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    file = write(tmp_path / "x.csv", spanish_rows(), delimiter=delimiter, encoding=encoding)
    sheet = check_sheet(read_sheet(file), DESK)
    assert sheet.faults == ()
    assert [(each.row, each.number) for each in sheet.numbers] == [
        (2, "+34600100101"),
        (3, "+34600100102"),
    ]
    assert str(sheet.numbers[1].wish) == "2019-01-24"


def test_an_excel_file_is_the_same_list(tmp_path: Path) -> None:
    book = Workbook()
    table = book.active
    assert table is not None
    table.append(list(SPANISH))
    table.append([600100101, "altamar", "contrato", None, CARDS[1], None, "portar", None])
    table.append([])
    table.append([600100102, "altamar", "contrato", None, int(CARDS[2]), None, None, AT.date()])
    book.save(tmp_path / "x.xlsx")
    sheet = check_sheet(read_sheet(tmp_path / "x.xlsx"), DESK)
    assert [each.number for each in sheet.numbers] == ["+34600100101"]
    assert fault_of(sheet) == (4, "new_iccid")  # a spreadsheet keeps fifteen digits
    assert "rounded" in sheet.faults[0].why


def test_a_file_without_the_columns_that_are_needed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("name;address\nAna;Zaragoza\n", encoding="utf-8")
    with pytest.raises(UnreadableSheet, match="donor"):
        list(read_sheet(file))


def test_an_archive_that_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("readme.txt", "no")
    with pytest.raises(UnreadableSheet, match="Excel"):
        list(read_sheet(tmp_path / "x.xlsx"))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "x.csv"
    file.write_bytes(b"number;donor;new_iccid\n" + content)
    with suppress(UnreadableSheet):
        sheet = check_sheet(read_sheet(file), DESK)
        assert all(fault.remedy for fault in sheet.faults)


def test_a_report_keeps_every_digit_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    rows = [(2, "number", "=cmd()", CARDS[1])]
    header = ("row", "column", "why", "card")
    for name in ("x.csv", "x.xlsx"):
        write_table(tmp_path / name, header, rows)
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream, delimiter=";"))[1] == ["2", "number", "'=cmd()", CARDS[1]]
    cells = list(load_workbook(tmp_path / "x.xlsx").worksheets[0].iter_rows(values_only=True))
    assert cells[1] == ("2", "number", "'=cmd()", CARDS[1])


def test_the_same_content_has_the_same_digest(tmp_path: Path) -> None:
    one = write(tmp_path / "a.csv", spanish_rows(), delimiter=";", encoding="utf-8")
    two = write(tmp_path / "b.csv", spanish_rows(), delimiter=";", encoding="utf-8")
    assert digest_of(one) == digest_of(two)
