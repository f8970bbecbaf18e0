"""Lists as files: CSV and Excel, read row by row and written row by row.

Delimiter and encoding of a CSV file are found out, because nobody who exports one knows them: UTF-8
with or without a mark, UTF-16 with one, else Windows-1252, in which Excel writes CSV in Spain. One
library reads and writes Excel files in constant memory (openpyxl).
"""

from __future__ import annotations

import csv
import hashlib
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from relevo.orders.company_move.sheet import COLUMNS, REQUIRED, RowFault, columns_of

BYTES_MAX = 50_000_000
UNPACKED_BYTES_MAX = 500_000_000
"""An Excel file is a zip archive: a small one may unpack to fill the disk."""

_CHUNK = 1 << 20
_DELIMITERS = ";,\t|"
_EXCEL_DIGITS = 15
"""A spreadsheet keeps so many digits of a number; what is longer has to be text."""

Row = tuple[int, Mapping[str, str]]


class UnreadableSheet(ValueError):
    """The file is no list; ``fault`` says why and what to do."""

    def __init__(self, fault: RowFault) -> None:
        super().__init__(fault.shown)
        self.fault = fault


def digest_of(file: Path) -> str:
    """What the content of a file is known by."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_sheet(file: Path) -> Iterator[Row]:
    """The rows below the header, by our names of the columns. Raises UnreadableSheet.

    Rows in which every field of ours is empty are left out.
    """
    size = file.stat().st_size
    if size > BYTES_MAX:
        why = f"the file has {size} bytes, more than {BYTES_MAX}"
        raise UnreadableSheet(RowFault(0, "file", why, "split the list in two"))
    cells = _excel(file) if zipfile.is_zipfile(file) else _csv(file)
    with closing(cells):
        yield from _named(cells)


def _named(cells: Iterator[tuple[int, Sequence[str]]]) -> Iterator[Row]:
    header = next((row for row in cells if any(row[1])), None)
    columns = columns_of(header[1]) if header is not None else {}
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        names = "; ".join(f"{name} ({', '.join(COLUMNS[name])})" for name in missing)
        why = f"the header names no column {' and no '.join(missing)}"
        raise UnreadableSheet(RowFault(1, "header", why, f"name it one of: {names}"))
    for number, row in cells:
        fields = {
            name: row[place].strip() if place < len(row) else "" for name, place in columns.items()
        }
        if any(fields.values()):
            yield number, fields


def _csv(file: Path) -> Generator[tuple[int, list[str]], None, None]:
    encoding = _encoding_of(file)
    errors = "replace" if encoding == "cp1252" else "strict"  # five of its bytes mean nothing
    place = 0
    try:
        with file.open("r", encoding=encoding, errors=errors, newline="") as stream:
            first = stream.readline()
            stream.seek(0)
            reader = csv.reader(stream, delimiter=max(_DELIMITERS, key=first.count))
            for row in reader:
                place = reader.line_num
                yield place, row
    except (csv.Error, UnicodeError) as wrong:
        remedy = "save it as CSV once more, in UTF-8"
        raise UnreadableSheet(RowFault(place + 1, "file", str(wrong), remedy)) from wrong


def _encoding_of(file: Path) -> str:
    with file.open("rb") as stream:
        start = stream.read(4)
        if start.startswith(BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            return "utf-16"
        decoder = getincrementaldecoder("utf-8")()
        stream.seek(0)
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
        return "utf-8"


def _excel(file: Path) -> Generator[tuple[int, list[str]], None, None]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, and seldom needed
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    remedy = "save it as .xlsx once more, or as CSV"
    with zipfile.ZipFile(file) as archive:
        unpacked = sum(each.file_size for each in archive.infolist())
    if unpacked > UNPACKED_BYTES_MAX:
        why = f"it unpacks to {unpacked} bytes, more than {UNPACKED_BYTES_MAX}"
        raise UnreadableSheet(RowFault(0, "file", why, remedy))
    try:
        with file.open("rb") as stream:
            book = load_workbook(stream, read_only=True, data_only=True)
            with closing(book):
                rows = book.worksheets[0].iter_rows(values_only=True)
                for number, row in enumerate(rows, start=1):
                    yield number, [_text_of(cell) for cell in row]
    except (InvalidFileException, KeyError, ValueError, IndexError, zipfile.BadZipFile) as wrong:
        why = f"it is not an Excel file that can be read ({type(wrong).__name__})"
        raise UnreadableSheet(RowFault(0, "file", why, remedy)) from wrong


def _text_of(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case bool():
            return str(cell)
        case int() | float() if abs(cell) >= 10**_EXCEL_DIGITS:
            return f"{cell:E}"  # its last digits are not what was typed
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)


def write_table(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a table as what the name of the file says, .xlsx or CSV; how many rows there were."""
    if file.suffix.lower() == ".xlsx":
        return _write_excel(file, header, rows)
    count = 0
    with file.open("wb") as raw:
        text = TextIOWrapper(raw, encoding="utf-8-sig", newline="")  # the mark tells Excel
        writer = csv.writer(text, delimiter=";")
        writer.writerow(header)
        for row in rows:
            writer.writerow([_safe(value) for value in row])
            count += 1
        text.flush()
        text.detach()
    return count


def _write_excel(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, and seldom needed

    book = Workbook(write_only=True)
    table = book.create_sheet("relevo")
    table.append(list(header))
    count = 0
    for row in rows:
        table.append([_safe(value) for value in row])
        count += 1
    book.save(file)
    return count


def _safe(value: object) -> str:
    """As text, so that no digit is lost; what a spreadsheet would calculate is only read."""
    text = "" if value is None else str(value)
    is_formula = text[:1] in {"=", "@", "\t", "\r"} or (text[:1] in "+-" and not text[1:].isdigit())
    return f"'{text}" if text and is_formula else text
