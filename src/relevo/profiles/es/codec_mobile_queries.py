"""What anybody may ask the mobile hub: processes, requests, numbers and their ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from relevo.profiles.es.codec_mobile_recipient import read_status
from relevo.profiles.es.hub_call import (
    CAUSE,
    CONTRACT,
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
    paged,
    put_page,
    put_range,
    reference_in,
)
from relevo.profiles.es.hub_words import (
    DonorCancellationReply,
    HubState,
    NumberReply,
    Page,
    PortStatus,
    ProcessRecord,
    RequestFilter,
)
from relevo.profiles.es.hub_words_numbers import NumberRange, RangeReply
from relevo.profiles.es.soap import (
    bytes_in,
    child,
    envelope,
    fitting,
    matching,
    moment_in,
    nest,
    put,
    sent_moment,
    truth_in,
)
from relevo.profiles.faults import OurFault
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_CANCELLATION = "codigoSolicitudCancelacionPortabilidadMovilIniciadaPorDonante"
_NOBODY_HAS_IT = "AREC DOMIN"  # value out of domain (4.2, I)
_KIND = re.compile(r"[A-Z_]{1,64}")
_ANY_STATE = re.compile(r"[A-Z]{4}")

# ---- what we send


def encode_processes(session: str, msisdn: Msisdn, page: str | None = None) -> bytes:
    """Every process that a number is or was in."""
    ask = call(Operation.PROCESSES, session)
    put(ask, "MSISDN", national(msisdn))
    put_page(ask, page)
    return envelope(ask)


def encode_requests(session: str, wanted: RequestFilter, page: str | None = None) -> bytes:
    """Requests that fit all that the filter names."""
    ask = call(Operation.REQUESTS, session)
    filter_ = nest(ask, "filtro")
    for name, text in _filter_fields(wanted).items():
        put(filter_, name, text)
    if len(filter_) == 0:
        raise OurFault("filtro", "names nothing; name at least one thing to look for")
    put_page(ask, page)
    return envelope(ask)


def _filter_fields(wanted: RequestFilter) -> Mapping[str, str]:
    """In the hub's order; what is not named is not sent."""
    fields = {
        "fechaCreacionDesde": _moment(wanted.created_from),
        "fechaCreacionHasta": _moment(wanted.created_until),
        "MSISDN": None if wanted.msisdn is None else national(wanted.msisdn),
        "codigoOperadorDonante": _formed("codigoOperadorDonante", wanted.donor, OPERATOR),
        "codigoOperadorReceptor": _formed("codigoOperadorReceptor", wanted.recipient, OPERATOR),
        "estado": None if wanted.state is None else HubState(wanted.state).value,
        "codigoContrato": _formed("codigoContrato", wanted.contract, CONTRACT),
        "tipoSolicitud": _volume(wanted.is_multiple),
    }
    return {name: text for name, text in fields.items() if text is not None}


def _moment(moment: Moment | None) -> str | None:
    return None if moment is None else sent_moment(moment, "fechaCreacion")


def _formed(name: str, text: str | None, pattern: re.Pattern[str]) -> str | None:
    return None if text is None else fitting(name, text, pattern, f"of the form {pattern.pattern}")


def _volume(is_multiple: bool | None) -> str | None:
    return None if is_multiple is None else "MULTIPLE" if is_multiple else "INDIVIDUAL"


def encode_donor_cancellation(session: str, code: str) -> bytes:
    ask = call(Operation.DONOR_CANCELLATION, session)
    put(ask, _CANCELLATION, fitting(_CANCELLATION, code, TOKEN, "a key"))
    return envelope(ask)


def encode_number_query(session: str, msisdn: Msisdn) -> bytes:
    ask = call(Operation.NUMBER, session)
    put(ask, "MSISDN", national(msisdn))
    return envelope(ask)


def encode_ranges(session: str, msisdn: Msisdn, page: str | None = None) -> bytes:
    ask = call(Operation.RANGES, session)
    put(ask, "MSISDN", national(msisdn))
    put_page(ask, page)
    return envelope(ask)


def encode_range(session: str, first: Msisdn, last: Msisdn) -> bytes:
    ask = call(Operation.RANGE, session)
    put_range(ask, national(first), national(last))
    return envelope(ask)


# ---- what we receive


def decode_processes(sent: bytes) -> Page[ProcessRecord]:
    return paged(sent, "registro", _record)


def decode_requests(sent: bytes) -> Page[PortStatus]:
    return paged(sent, "solicitud", read_status)


def decode_donor_cancellation(sent: bytes) -> DonorCancellationReply:
    body, answer = opened(sent)
    if not answer.is_success:
        return DonorCancellationReply(answer)
    asked = inside(body, "solicitud")
    return DonorCancellationReply(
        answer,
        reference_in(asked),
        moment_needed(asked, "fechaCreacion"),
        bytes_in(asked, "acreditacionAbonado"),
    )


def decode_number(sent: bytes) -> NumberReply:
    body, answer = opened(sent)
    if not answer.is_success:
        return NumberReply(answer=answer, is_assigned=answer.code != _NOBODY_HAS_IT)
    return NumberReply(
        answer=answer,
        serving=matching(body, "codigoOperadorActual", OPERATOR),
        range_holder=matching(body, "codigoOperadorPropietarioRango", OPERATOR),
        is_ported=truth_in(body, "portada"),
        is_in_process=truth_in(body, "involucradaProcesoPortabilidad"),
    )


def decode_ranges(sent: bytes) -> Page[NumberRange]:
    return paged(sent, "rango", _range)


def decode_range(sent: bytes) -> RangeReply:
    body, answer = opened(sent)
    return RangeReply(answer, _range(inside(body, "rango")) if answer.is_success else None)


def _record(record: Element) -> ProcessRecord:
    numbers = child(record, "rangoMSISDN")
    return ProcessRecord(
        kind=matching(record, "tipoProceso", _KIND),
        reference=reference_in(record),
        state=matching(record, "estado", _ANY_STATE),
        donor=matching(record, "codigoOperadorDonante", OPERATOR),
        recipient=matching(record, "codigoOperadorReceptor", OPERATOR),
        created_at=moment_needed(record, "fechaCreacion"),
        first=None if numbers is None else number_in(numbers, "valorInicial"),
        last=None if numbers is None else number_in(numbers, "valorFinal"),
        window_opens=moment_in(record, "fechaVentanaCambio"),
        read_at=moment_in(record, "fechaMarcaLectura"),
        confirmed_at=moment_in(record, "fechaConfirmacion"),
        rejected_at=moment_in(record, "fechaRechazo"),
        rejection_cause=matching_if_any(record, "causaRechazo", CAUSE),
        cancelled_at=moment_in(record, "fechaCancelacion"),
        cancellation_cause=matching_if_any(record, "causaCancelacion", CAUSE),
    )


def _range(block: Element) -> NumberRange:
    return NumberRange(
        number_in(block, "valorInicial"),
        number_in(block, "valorFinal"),
        matching(block, "codigoOperadorPropietario", OPERATOR),
        matching_if_any(block, "codigoOperadorSubasignatario", OPERATOR),
    )
