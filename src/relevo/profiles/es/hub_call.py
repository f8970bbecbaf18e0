"""What all messages of the mobile hub have in common: operations, answers, pages, single fields.

The messages themselves are beside this module, one file for each role: ``codec_mobile_recipient``,
``codec_mobile_donor``, ``codec_mobile_queries``, ``codec_returns``, ``codec_migration``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import time
from enum import Enum, StrEnum
from typing import TypeVar
from xml.etree.ElementTree import Element

from relevo.profiles.es.hub_wire import WIRE
from relevo.profiles.es.hub_words import Answer, Page, WrongField
from relevo.profiles.es.soap import (
    ENVELOPE,
    HUB,
    ZONE,
    body_of,
    child,
    children,
    count_in,
    fitting,
    local_name,
    matching,
    moment_in,
    needed,
    nest,
    put,
    sent_moment,
    text_in,
    truth_in,
)
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

T = TypeVar("T")
E = TypeVar("E", bound=Enum)


class Operation(StrEnum):
    """Calls of the hub; the value is also the ``SOAPAction``."""

    LOGIN = "IniciarSesion"
    CREATE = "crearSolicitudIndividualAltaPortabilidadMovil"
    CREATE_MULTIPLE = WIRE.text("operation.multiple_creation")
    CANCEL = "cancelarSolicitudAltaPortabilidadMovil"
    AGREE = WIRE.text("operation.agreement")
    GET = "obtenerSolicitudAltaPortabilidadMovil"
    NOTIFICATIONS = "obtenerNotificacionesAltaPortabilidadMovilComoReceptorConfirmadasRechazadas"
    MARK_SYNCHRONISED = "marcarComoSincronizadas"
    CONFIRM = "confirmarSolicitudAltaPortabilidadMovil"
    REJECT = "rechazarSolicitudAltaPortabilidadMovil"
    DONOR_PENDING_NEWS = (
        "obtenerNotificacionesAltaPortabilidadMovilComoDonantePendientesConfirmarRechazar"
    )
    DONOR_CANCELLED_NEWS = "obtenerNotificacionesAltaPortabilidadMovilComoDonanteCanceladas"
    DONOR_PENDING = "obtenerSolicitudesAltaPortabilidadMovilComoDonantePendientesConfirmarRechazar"
    DONOR_CANCELLATION = "obtenerSolicitudCancelacionPortabilidadMovilIniciadaPorDonante"
    PROCESSES = "consultarProcesosPortabilidadMovil"
    REQUESTS = "consultarSolicitudesAltaPortabilidadMovil"
    RETURN = "crearSolicitudBajaNumeracionMovil"
    RETURN_CANCEL = "cancelarSolicitudBajaNumeracionMovil"
    RETURN_GET = "obtenerSolicitudBajaNumeracionMovil"
    RETURN_LIST = "consultarSolicitudesBajaNumeracionMovil"
    MIGRATION = "crearSolicitudMigracionNumeracionMovil"
    MIGRATION_NUMBER = "crearSolicitudNumeracionMigracionNumeracionMovil"
    MIGRATION_END = WIRE.text("operation.migration_end")
    MIGRATION_NEWS = WIRE.text("operation.migration_news")
    NUMBER = "consultarNumeracionPortabilidadMovil"
    RANGES = "consultarRangosNumeracion"
    RANGE = "obtenerRangoNumeracion"


_MODULES = {Operation.LOGIN: "acceso"}
_MODULES |= dict.fromkeys((Operation.NUMBER, Operation.RANGES, Operation.RANGE), "boletin")
_WINDOW_CLOCK = time(2)  # the hub stamps 02:00 (6.1); another time would be AREC HORFV

OPERATOR = re.compile(r"\d{3}", re.ASCII)
NRN = re.compile(r"[79]\d{5}", re.ASCII)
CONTRACT = re.compile(r"[A-Z0-9]{11}")
REFERENCE = re.compile(r"\d{23}", re.ASCII)
TOKEN = re.compile(r"[\x21-\x7e]{1,64}")
ICCID = re.compile(r"\d{19}", re.ASCII)
NATIONAL = re.compile(r"\d{9}", re.ASCII)
CAUSE = re.compile(r"[A-Z]{4}_[A-Z]{3,6}")
_SPANISH = re.compile(r"\+34(\d{9})", re.ASCII)
_ANSWER_CODE = re.compile(r"[A-Z0-9]{4} [A-Z0-9]{1,5}")
_NAMED_REFERENCE = re.compile(r"referencia\W{0,3}(\d{23})(?!\d)", re.ASCII | re.IGNORECASE)

# ---- what we send


def call(operation: Operation, session: str | None = None) -> Element:
    """The element of an operation, with the session in front."""
    made = Element(f"{{{HUB}/{_MODULES.get(operation, 'portabilidad')}}}{operation.value}")
    if session is not None:
        put(made, "codigoSesion", fitting("codigoSesion", session, TOKEN, "a key"), namespace=HUB)
    return made


def put_page(parent: Element, page: str | None) -> None:
    """Which page of a paged answer; the first one has no key."""
    name = "codigoPeticionPaginada"
    if page is not None:
        put(parent, name, fitting(name, page, TOKEN, "a key"))


def put_operator(parent: Element, name: str, code: str) -> None:
    put(parent, name, operator(name, code))


def operator(name: str, code: str) -> str:
    return fitting(name, code, OPERATOR, "an operator's three digits")


def put_reference(parent: Element, text: str) -> None:
    put(parent, "codigoReferencia", reference(text))


def reference(text: str) -> str:
    return fitting("codigoReferencia", text, REFERENCE, "a reference of 23 digits")


def put_moment(parent: Element, name: str, moment: Moment) -> None:
    put(parent, name, sent_moment(moment, name))


def put_window(parent: Element, opens: Moment) -> None:
    put(parent, "fechaVentanaCambio", sent_moment(window(opens), "fechaVentanaCambio"))


def window(opens: Moment) -> Moment:
    """The opening of a window, which the hub wants at its hour."""
    text = sent_moment(opens, "fechaVentanaCambio")
    if opens.astimezone(ZONE).time() != _WINDOW_CLOCK:
        raise OurFault("fechaVentanaCambio", f"{text} is not 02:00 in the hub's zone")
    return opens


def national(msisdn: Msisdn) -> str:
    """Nine digits, as the hub wants them."""
    shape = _SPANISH.fullmatch(msisdn)
    if shape is None:
        raise OurFault("MSISDN", f"{msisdn!r} is not a Spanish number of nine digits")
    return shape[1]


def put_ranges(parent: Element, numbers: Sequence[Msisdn]) -> None:
    """Numbers as ranges: neighbours go together."""
    values = sorted({int(national(number)) for number in numbers})
    if not values:
        raise OurFault("rangoMSISDN", "is missing; name at least one number")
    first = values[0]
    for value, after in zip(values, [*values[1:], None], strict=True):
        if after != value + 1:
            put_range(nest(parent, "rangoMSISDN"), f"{first:09d}", f"{value:09d}")
            first = after or value


def put_range(parent: Element, first: str, last: str) -> None:
    put(parent, "valorInicial", first)
    put(parent, "valorFinal", last)


# ---- what we receive


def opened(sent: bytes) -> tuple[Element, Answer]:
    """The reply inside an envelope, and the answer in front of it."""
    body = body_of(sent)
    if body.tag == f"{{{ENVELOPE}}}Fault":
        blamed = (text_in(body, "faultcode") or "").rpartition(":")[2]
        code = "SOAP CLINT" if blamed.startswith("Client") else "SOAP SERVR"
        return body, Answer(code, text_in(body, "faultstring") or blamed)
    reply = inside(body, "respuesta")
    code = " ".join(needed(reply, "codigoRespuesta").split())
    if not _ANSWER_CODE.fullmatch(code):
        raise TheirFault(f"codigoRespuesta is {code[:80]!r}, not two words", code)
    wrong = tuple(
        WrongField(text_in(field, "nombre") or "", text_in(field, "descripcion") or "")
        for field in children(reply, "campoErroneo")
    )
    return body, Answer(code, text_in(reply, "descripcion") or "", wrong)


def decode_answer(sent: bytes) -> Answer:
    """A reply that holds nothing but the hub's answer."""
    return opened(sent)[1]


def paged(sent: bytes, name: str, read: Callable[[Element], T]) -> Page[T]:
    """A page of elements of that name. One that cannot be read does not spoil the others."""
    body, answer = opened(sent)
    if not answer.is_success:
        return Page(answer=answer)
    entries: list[T] = []
    unreadable: list[str] = []
    for element in children(body, name):
        try:
            entries.append(read(element))
        except TheirFault as fault:
            unreadable.append(f"{name} {_named(element)}: {fault.why}")
    return Page(
        answer=answer,
        page=text_in(body, "codigoPeticionPaginada"),
        total=count_in(body, "totalRegistros"),
        per_page=count_in(body, "registrosPorPagina"),
        is_last=truth_in(body, "ultimaPagina"),
        entries=tuple(entries),
        unreadable=tuple(unreadable),
    )


def _named(element: Element) -> str:
    """By what a person finds an element that could not be read."""
    for each in element.iter():
        if local_name(each) in {"codigoNotificacion", "codigoReferencia"}:
            return (each.text or "").strip()[:64]
    return "without a code"


def inside(parent: Element, name: str) -> Element:
    """A child that must be there."""
    found = child(parent, name)
    if found is None:
        raise TheirFault(f"the {local_name(parent)[:80]} has no {name}")
    return found


def moment_needed(parent: Element, name: str) -> Moment:
    found = moment_in(parent, name)
    if found is None:
        raise TheirFault(f"the {local_name(parent)[:80]} has no {name}")
    return found


def truth_if_any(parent: Element, name: str) -> bool:
    """An xs:boolean; false when it is absent."""
    return text_in(parent, name) is not None and truth_in(parent, name)


def matching_if_any(parent: Element, name: str, pattern: re.Pattern[str]) -> str | None:
    return None if text_in(parent, name) is None else matching(parent, name, pattern)


def number_in(parent: Element, name: str) -> Msisdn:
    return Msisdn("+34" + matching(parent, name, NATIONAL))


def reference_in(parent: Element) -> str:
    return matching(parent, "codigoReferencia", REFERENCE)


def state_in(parent: Element, states: type[E]) -> E:
    """``estado``, as one of these; another one is nobody's."""
    text = needed(parent, "estado")
    try:
        return states(text)
    except ValueError as wrong:
        raise TheirFault(f"estado is {text[:80]!r}, which is no {states.__name__}", text) from wrong


def existing_reference(answer: Answer) -> str | None:
    """The reference of the process that stands in the way, as ``AREC EXIST`` names it."""
    found = _NAMED_REFERENCE.search(answer.description) if answer.code == "AREC EXIST" else None
    return found[1] if found else None
