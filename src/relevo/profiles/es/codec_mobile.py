"""The mobile hub's messages: values <-> bytes (facts/porting-es.md, 3.4, 4 and 6.1).

``encode_*`` checks every field against the hub's limits and raises OurFault; ``decode_*`` gives a
value or TheirFault for any bytes whatever. Element names are those of the fact sheet; samples
written from it by hand are in ``tests/profiles/samples``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from enum import StrEnum
from xml.etree.ElementTree import Element

from relevo.profiles.es.hub_words import (
    Answer,
    CancelCause,
    CreateReply,
    ExistingRequest,
    HubState,
    LoginReply,
    MobilePortRequest,
    Notification,
    NotificationPage,
    NumberReply,
    PortStatus,
    StatusReply,
    WrongField,
)
from relevo.profiles.es.person_names import split_name
from relevo.profiles.es.soap import (
    ENVELOPE,
    HUB,
    ZONE,
    body_of,
    child,
    children,
    count_in,
    envelope,
    fitting,
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
from relevo.values.person import DocumentType, Holder


class Operation(StrEnum):
    """Calls of the hub; also the ``SOAPAction``."""

    LOGIN = "IniciarSesion"
    CREATE = "crearSolicitudIndividualAltaPortabilidadMovil"
    CANCEL = "cancelarSolicitudAltaPortabilidadMovil"
    GET = "obtenerSolicitudAltaPortabilidadMovil"
    NOTIFICATIONS = "obtenerNotificacionesAltaPortabilidadMovilComoReceptorConfirmadasRechazadas"
    MARK_SYNCHRONISED = "marcarComoSincronizadas"
    NUMBER = "consultarNumeracionPortabilidadMovil"


_MODULES = {Operation.LOGIN: "acceso", Operation.NUMBER: "boletin"}
_WINDOW_CLOCK = time(2)  # the hub stamps 02:00 (6.1); another time would be AREC HORFV
_NATIONALITY_UNKNOWN = "X" * 3  # ICAO 9303: person of unspecified nationality
_COMPANY_NAME_MAX = 64

_OPERATOR = re.compile(r"\d{3}", re.ASCII)
_NRN = re.compile(r"[79]\d{5}", re.ASCII)
_CONTRACT = re.compile(r"[A-Z0-9]{11}")
_REFERENCE = re.compile(r"\d{23}", re.ASCII)
_TOKEN = re.compile(r"[\x21-\x7e]{1,64}")
_ICCID = re.compile(r"\d{19}", re.ASCII)
_SPANISH = re.compile(r"\+34(\d{9})", re.ASCII)
_NATIONAL = re.compile(r"\d{9}", re.ASCII)
_CAUSE = re.compile(r"[A-Z]{4}_[A-Z]{3,6}")
_NATIONALITY = re.compile(r"[A-Z]{3}")
_ANSWER_CODE = re.compile(r"[A-Z0-9]{4} [A-Z0-9]{1,5}")
_RIGHT_DONOR = re.compile(r"operador\D{0,20}(\d{3})(?!\d)", re.ASCII | re.IGNORECASE)
_NAMED = {
    "msisdn": re.compile(r"MSISDN\W{0,3}(\d{9})(?!\d)", re.ASCII | re.IGNORECASE),
    "contract": re.compile(r"contrato\W{0,3}([A-Z0-9]{11})(?![A-Z0-9])", re.IGNORECASE),
    "reference": re.compile(r"referencia\W{0,3}(\d{23})(?!\d)", re.ASCII | re.IGNORECASE),
}


# ---- what we send


def encode_login(user: str, key: str, operator: str) -> bytes:
    call = _call(Operation.LOGIN)
    put(call, "codigoUsuario", user)
    put(call, "claveAcceso", key)
    put(call, "codigoOperador", _operator("codigoOperador", operator))
    return envelope(call)


def encode_create(session: str, request: MobilePortRequest) -> bytes:
    call = _call(Operation.CREATE, session)
    asked = nest(call, "solicitud")
    put(
        asked, "fechaSolicitudPorAbonado", _moment("fechaSolicitudPorAbonado", request.consented_at)
    )
    put(asked, "codigoOperadorDonante", _operator("codigoOperadorDonante", request.donor))
    put(asked, "codigoOperadorReceptor", _operator("codigoOperadorReceptor", request.recipient))
    _put_subscriber(nest(asked, "abonado"), request)
    contract = fitting("codigoContrato", request.contract, _CONTRACT, "11 capitals or digits")
    if not contract.startswith(request.recipient):
        raise OurFault("codigoContrato", f"{contract!r} must begin with {request.recipient}")
    put(asked, "codigoContrato", contract)
    put(asked, "NRNReceptor", fitting("NRNReceptor", request.nrn, _NRN, "6 digits from 7 or 9 on"))
    if request.window_opens is not None:
        put(asked, "fechaVentanaCambio", _window(request.window_opens))
    if request.iccid is not None:
        put(asked, "ICCID", fitting("ICCID", request.iccid, _ICCID, "19 digits"))
    put(asked, "MSISDN", _national(request.msisdn))
    return envelope(call)


def encode_cancel(session: str, reference: str, cause: CancelCause) -> bytes:
    call = _call(Operation.CANCEL, session)
    put(call, "codigoReferencia", _reference(reference))
    put(call, "causaEstado", cause.value)
    put(call, "cancelacionIniciadaPorDonante", "false")
    return envelope(call)


def encode_get(session: str, reference: str) -> bytes:
    call = _call(Operation.GET, session)
    put(call, "codigoReferencia", _reference(reference))
    return envelope(call)


def encode_notifications(session: str, page: str | None = None) -> bytes:
    """Ask for the first page, or for the next one of a paged answer."""
    call = _call(Operation.NOTIFICATIONS, session)
    if page is not None:
        put(
            call, "codigoPeticionPaginada", fitting("codigoPeticionPaginada", page, _TOKEN, "a key")
        )
    return envelope(call)


def encode_mark_synchronised(session: str, codes: Sequence[str]) -> bytes:
    if not codes:
        raise OurFault("codigoNotificacion", "is missing; name at least one notification")
    call = _call(Operation.MARK_SYNCHRONISED, session)
    for code in codes:
        put(call, "codigoNotificacion", fitting("codigoNotificacion", code, _TOKEN, "a key"))
    return envelope(call)


def encode_number_query(session: str, msisdn: Msisdn) -> bytes:
    call = _call(Operation.NUMBER, session)
    put(call, "MSISDN", _national(msisdn))
    return envelope(call)


def _call(operation: Operation, session: str | None = None) -> Element:
    module = _MODULES.get(operation, "portabilidad")
    call = Element(f"{{{HUB}/{module}}}{operation.value}")
    if session is not None:
        put(call, "codigoSesion", fitting("codigoSesion", session, _TOKEN, "a key"), namespace=HUB)
    return call


def _put_subscriber(subscriber: Element, request: MobilePortRequest) -> None:
    holder = request.holder
    identity = nest(subscriber, "documentoIdentificacion")
    put(identity, "tipo", holder.document.type.value)
    put(identity, "documento", holder.document.number)
    personal = nest(subscriber, "datosPersonales")
    if holder.document.type is DocumentType.CIF:
        name = holder.name.strip()
        if not 0 < len(name) <= _COMPANY_NAME_MAX:
            raise OurFault("razonSocial", f"{name!r} must have 1 to {_COMPANY_NAME_MAX} characters")
        put(nest(personal, "PersonaJuridica"), "razonSocial", name)
        return
    _put_person(nest(personal, "PersonaFisica"), holder, request.nationality)


def _put_person(person: Element, holder: Holder, nationality: str | None) -> None:
    first, surname, second = split_name(holder.name)
    if not surname:
        raise OurFault("primerApellido", f"{holder.name!r} has no surname; write the full name")
    for name, text in (("nombre", first), ("primerApellido", surname), ("segundoApellido", second)):
        if len(text) > _COMPANY_NAME_MAX:
            raise OurFault(name, f"{text!r} has more than {_COMPANY_NAME_MAX} characters")
        if text:
            put(person, name, text)
    if nationality is None and holder.document.type is not DocumentType.NIF:
        nationality = _NATIONALITY_UNKNOWN
    if nationality is not None:
        said = "a country in three capitals"
        put(person, "nacionalidad", fitting("nacionalidad", nationality, _NATIONALITY, said))


def _operator(name: str, code: str) -> str:
    return fitting(name, code, _OPERATOR, "an operator's three digits")


def _reference(text: str) -> str:
    return fitting("codigoReferencia", text, _REFERENCE, "a reference of 23 digits")


def _moment(name: str, moment: Moment) -> str:
    return sent_moment(moment, name)


def _window(opens: Moment) -> str:
    text = sent_moment(opens, "fechaVentanaCambio")
    if opens.astimezone(ZONE).time() != _WINDOW_CLOCK:
        raise OurFault("fechaVentanaCambio", f"{text} is not 02:00 in the hub's zone")
    return text


def _national(msisdn: Msisdn) -> str:
    shape = _SPANISH.fullmatch(msisdn)
    if shape is None:
        raise OurFault("MSISDN", f"{msisdn!r} is not a Spanish number of nine digits")
    return shape[1]


# ---- what we receive


def decode_login(sent: bytes) -> LoginReply:
    body, answer = _opened(sent)
    return LoginReply(answer, needed(body, "codigoSesion") if answer.is_success else None)


def decode_create(sent: bytes) -> CreateReply:
    body, answer = _opened(sent)
    if not answer.is_success:
        return CreateReply(
            answer=answer,
            right_donor=_right_donor(answer),
            existing=_existing(answer),
        )
    return CreateReply(
        answer=answer,
        reference=matching(body, "codigoReferencia", _REFERENCE),
        window_opens=moment_in(body, "fechaVentanaCambio"),
        state=_state(body) if child(body, "estado") is not None else None,
        state_due=moment_in(body, "fechaLimiteCambioEstado"),
    )


def decode_answer(sent: bytes) -> Answer:
    """The reply to a cancellation or to a mark: nothing but the hub's answer."""
    return _opened(sent)[1]


def decode_get(sent: bytes) -> StatusReply:
    body, answer = _opened(sent)
    if not answer.is_success:
        return StatusReply(answer, None)
    return StatusReply(answer, _status(_inside(body, "solicitud")))


def decode_notifications(sent: bytes) -> NotificationPage:
    body, answer = _opened(sent)
    if not answer.is_success:
        return NotificationPage(answer=answer)
    return NotificationPage(
        answer=answer,
        page=text_in(body, "codigoPeticionPaginada"),
        total=count_in(body, "totalRegistros"),
        per_page=count_in(body, "registrosPorPagina"),
        is_last=truth_in(body, "ultimaPagina"),
        notifications=tuple(map(_notification, children(body, "notificacion"))),
    )


def decode_number(sent: bytes) -> NumberReply:
    body, answer = _opened(sent)
    if not answer.is_success:
        return NumberReply(answer=answer)
    return NumberReply(
        answer=answer,
        serving=matching(body, "codigoOperadorActual", _OPERATOR),
        range_holder=matching(body, "codigoOperadorPropietarioRango", _OPERATOR),
        is_ported=truth_in(body, "portada"),
        is_in_process=truth_in(body, "involucradaProcesoPortabilidad"),
    )


def _opened(sent: bytes) -> tuple[Element, Answer]:
    body = body_of(sent)
    if body.tag == f"{{{ENVELOPE}}}Fault":
        blamed = (text_in(body, "faultcode") or "").rpartition(":")[2]
        code = "SOAP CLINT" if blamed.startswith("Client") else "SOAP SERVR"
        return body, Answer(code, text_in(body, "faultstring") or blamed)
    reply = _inside(body, "respuesta")
    code = " ".join(needed(reply, "codigoRespuesta").split())
    if not _ANSWER_CODE.fullmatch(code):
        raise TheirFault(f"codigoRespuesta is {code[:80]!r}, not two words", code)
    wrong = tuple(
        WrongField(text_in(field, "nombre") or "", text_in(field, "descripcion") or "")
        for field in children(reply, "campoErroneo")
    )
    return body, Answer(code, text_in(reply, "descripcion") or "", wrong)


def _inside(parent: Element, name: str) -> Element:
    found = child(parent, name)
    if found is None:
        raise TheirFault(f"the reply has no {name}")
    return found


def _notification(news: Element) -> Notification:
    created_at = moment_in(news, "fechaCreacion")
    if created_at is None:
        raise TheirFault("a notification has no fechaCreacion")
    return Notification(
        code=matching(news, "codigoNotificacion", _TOKEN),
        created_at=created_at,
        is_synchronised=truth_in(news, "sincronizada"),
        status=_status(_inside(news, "solicitud")),
    )


def _status(asked: Element) -> PortStatus:
    changed_at = moment_in(asked, "fechaEstado")
    if changed_at is None:
        raise TheirFault("a request has no fechaEstado")
    has_cause = child(asked, "causaEstado") is not None and text_in(asked, "causaEstado")
    has_recipient = text_in(asked, "codigoOperadorReceptor")
    return PortStatus(
        reference=matching(asked, "codigoReferencia", _REFERENCE),
        contract=matching(asked, "codigoContrato", _CONTRACT),
        msisdn=Msisdn("+34" + matching(asked, "MSISDN", _NATIONAL)),
        state=_state(asked),
        changed_at=changed_at,
        donor=matching(asked, "codigoOperadorDonante", _OPERATOR),
        cause=matching(asked, "causaEstado", _CAUSE) if has_cause else None,
        window_opens=moment_in(asked, "fechaVentanaCambio"),
        state_due=moment_in(asked, "fechaLimiteCambioEstado"),
        recipient=matching(asked, "codigoOperadorReceptor", _OPERATOR) if has_recipient else None,
    )


def _state(asked: Element) -> HubState:
    text = needed(asked, "estado")
    try:
        return HubState(text)
    except ValueError as wrong:
        raise TheirFault(f"estado is {text[:80]!r}, which is no state of a port", text) from wrong


def _right_donor(answer: Answer) -> str | None:
    found = _RIGHT_DONOR.search(answer.description) if answer.code == "AREC ENUME" else None
    return found[1] if found else None


def _existing(answer: Answer) -> ExistingRequest | None:
    if answer.code != "AREC EXIST":
        return None
    named = {name: pattern.search(answer.description) for name, pattern in _NAMED.items()}
    texts = {name: found[1] if found else None for name, found in named.items()}
    number = texts["msisdn"]
    return ExistingRequest(
        Msisdn(f"+34{number}") if number else None, texts["contract"], texts["reference"]
    )
