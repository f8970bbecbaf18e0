"""The fixed hub's records: fields between `;`, one record a line (see profiles/es/README.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from relevo.simulators.hours import ZONE, local
from relevo.values.moment import Moment, utc

RANGES_FROM = 27  # index of the first (NRN, first number, last number)
MAX_LENGTHS = {1: 20, 4: 80, 8: 15, 9: 80, 10: 80, 12: 80, 17: 80, 19: 80, 20: 15, 22: 80}
WANTED: dict[int, tuple[str, str]] = {
    # index of the field: (pattern, what is wrong if it does not match)
    1: (r"\S{1,20}", "Identificador de proceso no válido"),
    2: (r"(\d{8})?", "Fecha de lanzamiento no válida"),
    3: (r"\d{5}", "Operador receptor no válido"),
    8: (r"\S{1,15}", "NIF/CIF no válido"),
    9: (r".{1,80}", "Nombre no válido"),
    11: (r"\d{5}", "Código postal no válido"),
    13: (r"\d{2}", "Provincia no válida"),
    14: (r"(\d{8}(0[89]|1\d|20))?", "Ventana preferida no válida"),
    15: (r"01|02|03|04", "Tipo de portabilidad no válido"),
    23: (r"12|15|16", "Número de proceso no válido"),
    24: (r"\d{8}", "Fecha de solicitud no válida"),
    27: (r"\d{6}", "NRN no válido"),
    28: (r"[89]\d{8}", "Número no válido"),
    29: (r"[89]\d{8}", "Número no válido"),
}


@dataclass(frozen=True, slots=True)
class PortRequest:
    """An `SP`, as far as the hub and the donor look at it."""

    process: str
    recipient_code: str
    document: str
    preferred: Moment | None
    nrn: str
    number: str  # nine digits


@dataclass(frozen=True, slots=True)
class WrongField:
    """The first field of a record that has not its form."""

    place: int  # counted from 1
    why: str


def read_records(text: str) -> list[list[str]]:
    """The records of a file as lists of fields."""
    return [line.split(";") for line in re.split(r"\r?\n", text) if line.strip()]


def read_request(fields: list[str]) -> PortRequest | WrongField:
    """An `SP`, or the first thing that is wrong with it."""
    if len(fields) < RANGES_FROM + 3:
        return WrongField(len(fields), "Faltan campos")
    for index, (pattern, why) in WANTED.items():
        if not re.fullmatch(pattern, fields[index]):
            return WrongField(index + 1, why)
    for index, length in MAX_LENGTHS.items():
        if len(fields[index]) > length:
            return WrongField(index + 1, f"Tiene más de {length} caracteres")
    try:
        preferred = _read_hour(fields[14])
    except ValueError:
        return WrongField(15, "Ventana preferida no válida")
    return PortRequest(
        process=fields[1],
        recipient_code=fields[3],
        document=fields[8],
        preferred=preferred,
        nrn=fields[RANGES_FROM],
        number=fields[RANGES_FROM + 1],
    )


def write_record(*fields: str) -> str:
    """One record; what would end a field or a line is replaced."""
    return ";".join(field.replace(";", ",").replace("\n", " ") for field in fields)


def to_minute(moment: Moment) -> str:
    """`YYYYMMDDHHMM`, local."""
    return f"{local(moment):%Y%m%d%H%M}"


def to_second(moment: Moment) -> str:
    """`YYYYMMDDHHMMSS`, local."""
    return f"{local(moment):%Y%m%d%H%M%S}"


def _read_hour(text: str) -> Moment | None:
    if not text:
        return None
    return utc(datetime.strptime(text, "%Y%m%d%H").replace(tzinfo=ZONE))
