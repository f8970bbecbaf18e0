"""The recipient's messages at the mobile hub: asking for numbers, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from relevo.profiles.es.hub_call import (
    CAUSE,
    CONTRACT,
    ICCID,
    NRN,
    OPERATOR,
    TOKEN,
    Operation,
    call,
    inside,
    matching_if_any,
    moment_needed,
    national,
    number_in,
    opened,
    operator,
    paged,
    put_moment,
    put_operator,
    put_page,
    put_ranges,
    put_reference,
    put_window,
    reference_in,
    state_in,
)
from relevo.profiles.es.hub_wire import WIRE
from relevo.profiles.es.hub_words import (
    Answer,
    CancelCause,
    CreateReply,
    ExistingRequest,
    HubState,
    LoginReply,
    MobilePortRequest,
    MultiplePortRequest,
    Notification,
    Number,
    Page,
    PortStatus,
    StatusReply,
)
from relevo.profiles.es.person_names import split_name
from relevo.profiles.es.soap import (
    child,
    children,
    envelope,
    fitting,
    matching,
    moment_in,
    needed,
    nest,
    put,
    truth_in,
)
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.msisdn import Msisdn
from relevo.values.person import DocumentType, Holder
from relevo.values.simcard import Iccid

_NATIONALITY_UNKNOWN = "X" * 3  # ICAO 9303: person of unspecified nationality
_COMPANY_NAME_MAX = 64
_NUMBERS_READ_MAX = 100_000  # a guard of ours: a range of a hundred million numbers is no request
_CONFIRMED = WIRE.text("multiple.confirmed_number")
_CANCELLATION = "codigoSolicitudCancelacionPortabilidadMovilIniciadaPorDonante"

_NATIONALITY = re.compile(r"[A-Z]{3}")
_RIGHT_DONOR = re.compile(r"operador\D{0,20}(\d{3})(?!\d)", re.ASCII | re.IGNORECASE)
_NAMED = {
    "msisdn": re.compile(r"MSISDN\W{0,3}(\d{9})(?!\d)", re.ASCII | re.IGNORECASE),
    "contract": re.compile(r"contrato\W{0,3}([A-Z0-9]{11})(?![A-Z0-9])", re.IGNORECASE),
    "reference": re.compile(r"referencia\W{0,3}(\d{23})(?!\d)", re.ASCII | re.IGNORECASE),
}


# ---- what we send


def encode_login(user: str, key: str, operator_code: str) -> bytes:
    login = call(Operation.LOGIN)
    put(login, "codigoUsuario", user)
    put(login, "claveAcceso", key)
    put_operator(login, "codigoOperador", operator_code)
    return envelope(login)


def encode_create(session: str, request: MobilePortRequest) -> bytes:
    create = call(Operation.CREATE, session)
    asked = nest(create, "solicitud")
    _put_request(asked, request)
    if request.iccid is not None:
        put(asked, "ICCID", fitting("ICCID", request.iccid, ICCID, "19 digits"))
    put(asked, "MSISDN", national(request.msisdn))
    return envelope(create)


def encode_create_multiple(session: str, request: MultiplePortRequest) -> bytes:
    create = call(Operation.CREATE_MULTIPLE, session)
    asked = nest(create, "solicitud")
    _put_request(asked, request)
    put_ranges(asked, [number.msisdn for number in request.numbers])
    for number in request.numbers:
        if number.iccid is not None:
            card = nest(asked, "ICCIDRelativoMSISDN")
            put(card, "MSISDN", national(number.msisdn))
            put(card, "ICCID", fitting("ICCID", number.iccid, ICCID, "19 digits"))
    return envelope(create)


def encode_cancel(session: str, reference: str, cause: CancelCause) -> bytes:
    cancel = call(Operation.CANCEL, session)
    put_reference(cancel, reference)
    put(cancel, "causaEstado", cause.value)
    put(cancel, "cancelacionIniciadaPorDonante", "false")
    return envelope(cancel)


def encode_agree(session: str, reference: str, agrees: bool) -> bytes:
    """Yes or no to a list that the donor has reduced."""
    agree = call(Operation.AGREE, session)
    put_reference(agree, reference)
    word = WIRE.text("multiple.agreement_yes" if agrees else "multiple.agreement_no")
    put(agree, WIRE.text("multiple.agreement_field"), word)
    return envelope(agree)


def encode_get(session: str, reference: str) -> bytes:
    get = call(Operation.GET, session)
    put_reference(get, reference)
    return envelope(get)


def encode_notifications(session: str, page: str | None = None) -> bytes:
    """Ask for the first page, or for the next one of a paged answer."""
    ask = call(Operation.NOTIFICATIONS, session)
    put_page(ask, page)
    return envelope(ask)


def encode_mark_synchronised(session: str, codes: Sequence[str]) -> bytes:
    if not codes:
        raise OurFault("codigoNotificacion", "is missing; name at least one notification")
    mark = call(Operation.MARK_SYNCHRONISED, session)
    for code in codes:
        put(mark, "codigoNotificacion", fitting("codigoNotificacion", code, TOKEN, "a key"))
    return envelope(mark)


def _put_request(asked: Element, request: MobilePortRequest | MultiplePortRequest) -> None:
    """What requests for one number and for many have in common."""
    put_moment(asked, "fechaSolicitudPorAbonado", request.consented_at)
    put_operator(asked, "codigoOperadorDonante", request.donor)
    put_operator(asked, "codigoOperadorReceptor", request.recipient)
    subscriber = nest(asked, "abonado")
    identity = nest(subscriber, "documentoIdentificacion")
    put(identity, "tipo", request.holder.document.type.value)
    put(identity, "documento", request.holder.document.number)
    fields = holder_fields(request.holder, request.nationality)
    personal = nest(subscriber, "datosPersonales")
    who = nest(personal, "PersonaJuridica" if "razonSocial" in fields else "PersonaFisica")
    for name, text in fields.items():
        put(who, name, text)
    put(asked, "codigoContrato", contract(request.contract, request.recipient))
    put(asked, "NRNReceptor", fitting("NRNReceptor", request.nrn, NRN, "6 digits from 7 or 9 on"))
    if request.window_opens is not None:
        put_window(asked, request.window_opens)


def contract(text: str, recipient: str) -> str:
    """Our own key of a request: the recipient's code, then eight characters."""
    checked = fitting("codigoContrato", text, CONTRACT, "11 capitals or digits")
    if not checked.startswith(operator("codigoOperadorReceptor", recipient)):
        raise OurFault("codigoContrato", f"{checked!r} must begin with {recipient}")
    return checked


def holder_fields(holder: Holder, nationality: str | None) -> dict[str, str]:
    """The name of a company or of a person, by the hub's fields."""
    if holder.document.type is DocumentType.CIF:
        name = holder.name.strip()
        if not 0 < len(name) <= _COMPANY_NAME_MAX:
            raise OurFault("razonSocial", f"{name!r} must have 1 to {_COMPANY_NAME_MAX} characters")
        return {"razonSocial": name}
    first, surname, second = split_name(holder.name)
    if not surname:
        raise OurFault("primerApellido", f"{holder.name!r} has no surname; write the full name")
    fields = {"nombre": first, "primerApellido": surname, "segundoApellido": second}
    for name, text in fields.items():
        if len(text) > _COMPANY_NAME_MAX:
            raise OurFault(name, f"{text!r} has more than {_COMPANY_NAME_MAX} characters")
    if nationality is None and holder.document.type is not DocumentType.NIF:
        nationality = _NATIONALITY_UNKNOWN
    if nationality is not None:
        said = "a country in three capitals"
        fields["nacionalidad"] = fitting("nacionalidad", nationality, _NATIONALITY, said)
    return {name: text for name, text in fields.items() if text}


# ---- what we receive


def decode_login(sent: bytes) -> LoginReply:
    body, answer = opened(sent)
    return LoginReply(answer, needed(body, "codigoSesion") if answer.is_success else None)


def decode_create(sent: bytes) -> CreateReply:
    """The reply to a request for one number or for many."""
    body, answer = opened(sent)
    if not answer.is_success:
        return refused_creation(answer)
    return CreateReply(
        answer=answer,
        reference=reference_in(body),
        window_opens=moment_in(body, "fechaVentanaCambio"),
        state=state_in(body, HubState) if child(body, "estado") is not None else None,
        state_due=moment_in(body, "fechaLimiteCambioEstado"),
    )


def refused_creation(answer: Answer) -> CreateReply:
    """A refusal with the operator or the request that its text names."""
    return CreateReply(answer=answer, right_donor=_right_donor(answer), existing=_existing(answer))


def decode_get(sent: bytes) -> StatusReply:
    body, answer = opened(sent)
    if not answer.is_success:
        return StatusReply(answer, None)
    return StatusReply(answer, read_status(inside(body, "solicitud")))


def decode_notifications(sent: bytes) -> Page[Notification]:
    return paged(sent, "notificacion", _notification)


def _notification(news: Element) -> Notification:
    return Notification(
        code=matching(news, "codigoNotificacion", TOKEN),
        created_at=moment_needed(news, "fechaCreacion"),
        is_synchronised=truth_in(news, "sincronizada"),
        status=read_status(inside(news, "solicitud")),
    )


def read_status(asked: Element) -> PortStatus:
    """A request as the hub shows it to a party."""
    is_multiple = child(asked, "rangoMSISDN") is not None
    numbers = _ranged(asked) if is_multiple else (_single(asked),)
    return PortStatus(
        reference=reference_in(asked),
        contract=matching(asked, "codigoContrato", CONTRACT),
        msisdn=numbers[0].msisdn,
        state=state_in(asked, HubState),
        changed_at=moment_needed(asked, "fechaEstado"),
        donor=matching(asked, "codigoOperadorDonante", OPERATOR),
        cause=matching_if_any(asked, "causaEstado", CAUSE),
        window_opens=moment_in(asked, "fechaVentanaCambio"),
        state_due=moment_in(asked, "fechaLimiteCambioEstado"),
        recipient=matching_if_any(asked, "codigoOperadorReceptor", OPERATOR),
        numbers=numbers,
        is_multiple=is_multiple,
        confirmed=_confirmed(asked, numbers),
        donor_cancellation=matching_if_any(asked, _CANCELLATION, TOKEN),
    )


def _single(asked: Element) -> Number:
    card = matching_if_any(asked, "ICCID", ICCID)
    return Number(number_in(asked, "MSISDN"), None if card is None else Iccid(card))


def _ranged(asked: Element) -> tuple[Number, ...]:
    """Every number of the ranges, in their order, with its card."""
    values: list[int] = []
    for stretch in children(asked, "rangoMSISDN"):
        first = int(number_in(stretch, "valorInicial"))
        last = int(number_in(stretch, "valorFinal"))
        if not 0 <= last - first < _NUMBERS_READ_MAX - len(values):
            raise TheirFault(f"rangoMSISDN from {first} to {last} is backwards or too long")
        values += range(first, last + 1)
    numbers = [Msisdn(f"+{value}") for value in values]
    if len(set(numbers)) != len(numbers):
        raise TheirFault("a number is in two ranges")
    cards = {
        number_in(card, "MSISDN"): Iccid(matching(card, "ICCID", ICCID))
        for card in children(asked, "ICCIDRelativoMSISDN")
    }
    if strangers := set(cards).difference(numbers):
        raise TheirFault(f"ICCIDRelativoMSISDN names {min(strangers)}, which is in no range")
    return tuple(Number(number, cards.get(number)) for number in numbers)


def _confirmed(asked: Element, numbers: Sequence[Number]) -> tuple[Msisdn, ...]:
    texts = [(each.text or "").strip() for each in children(asked, _CONFIRMED)]
    named = {Msisdn(f"+34{text}") for text in texts}
    known = [number.msisdn for number in numbers]
    if strangers := named.difference(known):
        raise TheirFault(f"{_CONFIRMED} is {min(strangers)!r:.60}, which is not in the request")
    return tuple(number for number in known if number in named)


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
