"""Calls that come as files while the web service is down, and the replies (porting-es 3.4).

The layout is not in the sheet; it is the one agreed in profiles/es/README.md. A file is read in
opening hours, some minutes after it came, line by line through the same operations as a call.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from xml.etree.ElementTree import Element, SubElement

from relevo.simulators.hours import ZONE, local
from relevo.simulators.mobile_ports import Port, PortState
from relevo.simulators.mobile_soap import Call, Field, Operation, read_moment
from relevo.simulators.operators import named, with_mobile_code
from relevo.simulators.stage import Stage
from relevo.simulators.status_file import StatusFile, stamp

NAME = re.compile(
    r"NC_CONT_(alta|confirmar|rechazar|cancelacion_alta_receptor|baja|cancelacion_baja)"
    r"_(\d{3})_([\w-]+)\.csv"
)
CALLS = {
    "confirmar": "confirmarSolicitudAltaPortabilidadMovil",
    "rechazar": "rechazarSolicitudAltaPortabilidadMovil",
    "cancelacion_alta_receptor": "cancelarSolicitudAltaPortabilidadMovil",
    "baja": "crearSolicitudBajaNumeracionMovil",
    "cancelacion_baja": "cancelarSolicitudBajaNumeracionMovil",
}
KEYS = {"alta": "formulario", "baja": "MSISDN", "cancelacion_baja": "MSISDN"}
BAJA_COLUMNS = ("codigoReferencia", "fechaVentanaCambio")
ALTA_COLUMNS = (*BAJA_COLUMNS, "fechaLimiteCambioEstado")
GATHERS = timedelta(minutes=15)  # news for a recipient, in one file
NEWS_HEADER = "codigoReferencia;formulario;MSISDN;estado;causaEstado;fechaEstado;fechaVentanaCambio"

Row = dict[str, str]


@dataclass(slots=True)
class _Brought:
    """One file that came, by what it says in its name."""

    kind: str
    operator: str
    name: str
    rows: list[Row] = field(default_factory=list)


class Contingency:
    """Takes files, reads them, and publishes replies and news."""

    def __init__(
        self,
        stage: Stage,
        operations: Callable[[str], Operation],
        publish: Callable[[StatusFile], None],
    ) -> None:
        self._stage = stage
        self._operation = operations
        self._publish = publish
        self._came: dict[str, bytes] = {}
        self._news: dict[str, list[str]] = {}

    def take(self, name: str, content: bytes) -> bool | None:
        """A file came: True if it is new, False if it was there, None if it is none of ours."""
        shape = NAME.fullmatch(name)
        operator = with_mobile_code(shape[2]) if shape else None
        if shape is None or operator is None:
            return None
        if name in self._came:
            return False
        self._came[name] = content
        brought = _Brought(shape[1], operator.name, name, _rows(content))
        opening = self._stage.hours.next_opening(self._stage.now())
        wait = timedelta(minutes=self._stage.between(5, 20, "contingency", name))
        due = self._stage.hours.next_opening(opening + wait)
        self._stage.later(due, f"hub reads {name}", lambda: self._read(brought))
        return True

    def tell(self, port: Port) -> None:
        """News for a recipient who cannot fetch them."""
        if port.state not in (PortState.ACON, PortState.AREC):
            return
        waiting = self._news.setdefault(port.recipient, [])
        if not waiting:
            name = f"hub news for {port.recipient}"
            due = self._stage.now() + GATHERS
            self._stage.later(due, name, lambda: self._write_news(port.recipient))
        window = stamp(port.window) if port.state is PortState.ACON else ""
        since = stamp(port.state_at or port.created_at)
        for number in port.numbers:
            rest = (number[3:], port.state.value, port.cause or "", since, window)
            waiting.append(";".join((port.reference, port.contract, *rest)))

    def _write_news(self, operator: str) -> None:
        now, code = self._stage.now(), named(operator).mobile_code
        name = f"NC_CONT_alta_receptor_confrech_{code}_{local(now):%Y%m%d_%H%M%S}.csv"
        lines = [NEWS_HEADER, *self._news.pop(operator, [])]
        self._publish(StatusFile(name, now, ("\n".join(lines) + "\n").encode()))

    def _read(self, brought: _Brought) -> None:
        column = KEYS.get(brought.kind, "codigoReferencia")
        written_rows = [
            self._answered(brought, key, rows) for key, rows in _grouped(brought.rows, column)
        ]
        out = StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\n")
        writer.writerow(_reply_header(brought.kind))
        writer.writerows(written_rows)
        name = f"{brought.name.removesuffix('.csv')}_RESP.csv"
        self._publish(StatusFile(name, self._stage.now(), out.getvalue().encode()))

    def _answered(self, brought: _Brought, key: str, rows: list[Row]) -> list[str]:
        call = _call(brought.kind, key, rows)
        verdict, fields = self._operation(call.operation)(brought.operator, call)
        if not verdict.is_success and verdict.wrong_fields:
            why = "; ".join(f"{name}: {text}" for name, text in verdict.wrong_fields)
            text = f"{verdict.text}: {why}"
        else:
            text = "" if verdict.is_success else verdict.text
        answer = [key, verdict.code, text]
        told = _flat(fields)
        if brought.kind == "alta":
            return [*answer, *_told(told, *ALTA_COLUMNS)]
        if brought.kind == "baja":
            return [*answer, *_told(told, *BAJA_COLUMNS)]
        return answer


def _reply_header(kind: str) -> list[str]:
    head = [KEYS.get(kind, "codigoReferencia"), "codigoRespuesta", "descripcion"]
    if kind == "alta":
        return [*head, *ALTA_COLUMNS]
    return [*head, *BAJA_COLUMNS] if kind == "baja" else head


def _told(fields: dict[str, str], *names: str) -> Iterator[str]:
    for name in names:
        moment = read_moment(fields.get(name, "")) if name.startswith("fecha") else None
        yield stamp(moment) if moment is not None else fields.get(name, "")


def _flat(fields: list[Field]) -> dict[str, str]:
    return {name.partition(":")[2]: text for name, text in fields if isinstance(text, str)}


def _rows(content: bytes) -> list[Row]:
    """The lines below the header, by its names; what has not as many fields is left out."""
    text = content.decode("utf-8-sig", errors="replace")
    reader = csv.reader(StringIO(text), delimiter=";")
    header = next(reader, [])
    return [dict(zip(header, line, strict=True)) for line in reader if len(line) == len(header)]


def _grouped(rows: Iterable[Row], column: str) -> list[tuple[str, list[Row]]]:
    """Lines that are one call: a multiple has one for each number."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.get(column, ""), []).append(row)
    return list(groups.items())


def _call(kind: str, key: str, rows: list[Row]) -> Call:
    first = rows[0]
    if kind == "alta":
        return _creation(rows)
    body = Element(CALLS[kind])
    if kind == "baja":
        asked = SubElement(body, "solicitud")
        _add(asked, "MSISDN", key)
        _add(asked, "fechaBajaAbonado", _moment(first.get("fechaBajaAbonado", "")))
        return Call(CALLS[kind], body)
    _add(body, "codigoReferencia", first.get("codigoReferencia", ""))
    _add(body, "causaEstado", first.get("causaEstado", ""))
    if kind == "confirmar":
        for row in rows:
            _add(body, "confirmedMSISDN", row.get("MSISDN", ""))
    return Call(CALLS[kind], body)


def _creation(rows: list[Row]) -> Call:
    first, is_multiple = rows[0], rows[0].get("tipoSolicitud") == "MULTIPLE"
    kind = "Multiple" if is_multiple else "Individual"
    operation = f"crearSolicitud{kind}AltaPortabilidadMovil"
    body = Element(operation)
    asked = SubElement(body, "solicitud")
    for name in ("codigoOperadorDonante", "codigoOperadorReceptor", "NRNReceptor"):
        _add(asked, name, first.get(name, ""))
    _add(asked, "codigoContrato", first.get("formulario", ""))
    for name in ("fechaSolicitudPorAbonado", "fechaVentanaCambio"):
        _add(asked, name, _moment(first.get(name, "")))
    holder = SubElement(asked, "abonado")
    paper = SubElement(holder, "documentoIdentificacion")
    _add(paper, "tipo", first.get("tipo", ""))
    _add(paper, "documento", first.get("documento", ""))
    names = SubElement(holder, "datosPersonales")
    if first.get("razonSocial"):
        _add(SubElement(names, "PersonaJuridica"), "razonSocial", first["razonSocial"])
    else:
        person = SubElement(names, "PersonaFisica")
        for name in ("nombre", "primerApellido", "segundoApellido", "nacionalidad"):
            _add(person, name, first.get(name, ""))
    if not is_multiple:
        _add(asked, "ICCID", first.get("ICCID", ""))
        _add(asked, "MSISDN", first.get("MSISDN", ""))
        return Call(operation, body)
    for row in rows:
        span = SubElement(asked, "rangoMSISDN")
        _add(span, "valorInicial", row.get("MSISDN", ""))
        _add(span, "valorFinal", row.get("MSISDN", ""))
        if row.get("ICCID"):
            card = SubElement(asked, "ICCIDRelativoMSISDN")
            _add(card, "MSISDN", row.get("MSISDN", ""))
            _add(card, "ICCID", row["ICCID"])
    return Call(operation, body)


def _add(parent: Element, name: str, text: str) -> None:
    if text:
        SubElement(parent, name).text = text


def _moment(text: str) -> str:
    """A time of a file as a call would say it; nonsense stays nonsense."""
    try:
        return datetime.strptime(text, "%Y%m%d %H:%M:%S").replace(tzinfo=ZONE).isoformat()
    except ValueError:
        return text
