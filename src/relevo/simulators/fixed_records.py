"""The fixed hub's records as the hub itself reads them (see docs/explanation/fixed-lines.md).

Written again here on purpose: a slip in the product's codec must not cancel out against the same
slip in the world that it is tried in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from relevo.simulators.hours import ZONE, local
from relevo.values.moment import Moment, utc

LINES_MAX = 70
NUMBERS_MAX = 5_000

_SP_LINES = 27  # index of the first (NRN, first number, last number) of an SP
_SP_LENGTHS = {1: 20, 4: 80, 7: 21, 8: 15, 9: 80, 10: 80, 12: 80, 17: 80, 19: 80, 20: 15, 22: 80}
_SP_WANTED: dict[int, tuple[str, str]] = {
    # index of the field: (pattern, what is wrong if it does not match)
    1: (r"\S{1,20}", "Identificador de proceso no válido"),
    2: (r"(\d{8})?", "Fecha de lanzamiento no válida"),
    3: (r"\d{5}", "Operador receptor no válido"),
    5: (r"[01]", "Indicador de bucle no válido"),
    8: (r"\S{1,15}", "NIF/CIF no válido"),
    9: (r".{1,80}", "Nombre no válido"),
    11: (r"\d{5}", "Código postal no válido"),
    13: (r"\d{2}", "Provincia no válida"),
    14: (r"(\d{8}(0[89]|1\d|20))?", "Ventana preferida no válida"),
    15: (r"01|02|03|04", "Tipo de portabilidad no válido"),
    16: (r"[01]", "Indicador de numeración completa no válido"),
    23: (r"12|15|16", "Número de proceso no válido"),
    24: (r"\d{8}", "Fecha de solicitud no válida"),
}
_LINE_WANTED = (
    (r"\d{6}", "NRN no válido"),
    (r"[89]\d{8}", "Número no válido"),
    (r"[89]\d{8}", "Número no válido"),
)
_OTHERS: dict[str, tuple[int, int | None]] = {
    # kind: (fewest fields with the kind, index of the first range line)
    "ASP": (4, None),
    "DSP2": (3, None),
    "RP": (3, None),
    "CNC": (3, None),
    "W": (3, None),
    "NB": (5, 5),
    "XNB": (3, None),
    "MN": (4, 4),
    "RMN": (3, None),
    "CNM": (3, None),
    "SNP": (4, None),
    "VNP": (3, 3),
    "DIN": (5, 5),
    "RDIN": (4, None),
    "REPM": (3, None),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers that follow one another, nine digits each, and their routing number."""

    nrn: str
    first: str
    last: str

    @property
    def fields(self) -> tuple[str, str, str]:
        """As they stand in a record."""
        return (self.nrn, self.first, self.last)


@dataclass(frozen=True, slots=True)
class Message:
    """A record whose form is right: what stands in its fields, and its numbers."""

    fields: list[str]
    spans: tuple[Span, ...] = ()

    @property
    def kind(self) -> str:
        return self.fields[0]

    @property
    def process(self) -> str:
        return self.fields[1]

    def field(self, index: int) -> str:
        """That field; empty when the record ends before it."""
        return self.fields[index] if index < len(self.fields) else ""


@dataclass(frozen=True, slots=True)
class WrongField:
    """The first field of a record that has not its form."""

    place: int  # counted from 1
    why: str


def read_records(text: str) -> list[list[str]]:
    """The records of a file as lists of fields."""
    return [line.split(";") for line in re.split(r"\r?\n", text) if line.strip()]


def read_message(fields: list[str]) -> Message | WrongField:
    """A record that an operator may send, or the first thing that is wrong with it."""
    kind = fields[0]
    if kind == "SP":
        wrong = _wrong_in_request(fields)
        return wrong or _with_spans(fields, _SP_LINES)
    if kind not in _OTHERS:
        return WrongField(1, "Mensaje desconocido")
    fewest, lines = _OTHERS[kind]
    if len(fields) < fewest + (3 if lines else 0):
        return WrongField(len(fields), "Faltan campos")
    if not re.fullmatch(r"\S{1,20}", fields[1]):
        return WrongField(2, "Identificador de proceso no válido")
    return Message(fields) if lines is None else _with_spans(fields, lines)


def write_record(*fields: str) -> str:
    """One record; what would end a field or a line is replaced."""
    return ";".join(field.replace(";", ",").replace("\n", " ") for field in fields)


def written(spans: Sequence[Span]) -> list[str]:
    """The fields of range lines."""
    return [field for span in spans for field in span.fields]


def to_minute(moment: Moment) -> str:
    """`YYYYMMDDHHMM`, local."""
    return f"{local(moment):%Y%m%d%H%M}"


def to_second(moment: Moment) -> str:
    """`YYYYMMDDHHMMSS`, local."""
    return f"{local(moment):%Y%m%d%H%M%S}"


def moment_in(text: str) -> Moment | None:
    """A time in one of the record's forms (hour, minute or second); None when it is none."""
    forms = {10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
    try:
        return utc(datetime.strptime(text, forms[len(text)]).replace(tzinfo=ZONE))
    except (KeyError, ValueError):
        return None


def day_in(text: str) -> date | None:
    """A day `YYYYMMDD`; None when it is none."""
    found = moment_in(f"{text}00") if len(text) == 8 else None
    return None if found is None else local(found).date()


def _wrong_in_request(fields: list[str]) -> WrongField | None:
    if len(fields) < _SP_LINES + 3:
        return WrongField(len(fields), "Faltan campos")
    for index, (pattern, why) in _SP_WANTED.items():
        if not re.fullmatch(pattern, fields[index]):
            return WrongField(index + 1, why)
    for index, length in _SP_LENGTHS.items():
        if len(fields[index]) > length:
            return WrongField(index + 1, f"Tiene más de {length} caracteres")
    if fields[14] and moment_in(fields[14]) is None:
        return WrongField(15, "Ventana preferida no válida")
    if fields[16] == "1" and fields[15] != "03":
        return WrongField(17, "Numeración completa solo en portabilidad múltiple")
    if fields[15] == "04" and len(fields) > _SP_LINES + 3:
        return WrongField(_SP_LINES + 4, "Red inteligente: un solo rango")
    return None


def _with_spans(fields: list[str], start: int) -> Message | WrongField:
    given = fields[start:]
    while given and not given[-1]:
        given = given[:-1]
    if len(given) % 3 or len(given) > 3 * LINES_MAX:
        return WrongField(len(fields), "Rangos no válidos")
    for place, text in enumerate(given):
        pattern, why = _LINE_WANTED[place % 3]
        if not re.fullmatch(pattern, text):
            return WrongField(start + place + 1, why)
    spans = tuple(map(Span, given[::3], given[1::3], given[2::3]))
    for place, span in enumerate(spans):
        if not 0 <= int(span.last) - int(span.first) < NUMBERS_MAX:
            return WrongField(start + 3 * place + 3, "Rango no válido")
    return Message(fields, spans)
