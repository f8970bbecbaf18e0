"""Numbers that change host by agreement: migrations at the mobile hub, apart from ports."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from relevo.profiles.es.hub_call import (
    NRN,
    TOKEN,
    Operation,
    call,
    inside,
    moment_needed,
    national,
    opened,
    paged,
    put_moment,
    put_operator,
    put_page,
    put_reference,
    reference_in,
    state_in,
)
from relevo.profiles.es.hub_words import Page
from relevo.profiles.es.hub_words_numbers import (
    MigrationNotification,
    MigrationNumber,
    MigrationReply,
    MigrationRequest,
    MigrationState,
    MigrationStatus,
)
from relevo.profiles.es.soap import envelope, fitting, matching, moment_in, nest, put, truth_in
from relevo.profiles.faults import OurFault

_SERVICE = "codigoOperadorPrestadorServicio"
_NETWORK = "codigoOperadorRed"


def encode_migration(session: str, request: MigrationRequest) -> bytes:
    if request.volume < 1:
        raise OurFault("volumen", f"{request.volume} numbers; at least one must migrate")
    if not (request.services_from and request.networks_from):
        raise OurFault(f"{_SERVICE}Origen", "name at least one service provider and one network")
    announce = call(Operation.MIGRATION, session)
    asked = nest(announce, "solicitud")
    put_moment(asked, "fechaInicio", request.starts_at)
    put(asked, "volumen", str(request.volume))
    for code in request.services_from:
        put_operator(asked, f"{_SERVICE}Origen", code)
    for code in request.networks_from:
        put_operator(asked, f"{_NETWORK}Origen", code)
    put_operator(asked, f"{_NETWORK}Destino", request.network_to)
    put(asked, "escenario", request.scenario.value)
    return envelope(announce)


def encode_migration_number(session: str, number: MigrationNumber) -> bytes:
    move = call(Operation.MIGRATION_NUMBER, session)
    asked = nest(move, "solicitud")
    put_reference(asked, number.reference)
    put_operator(asked, f"{_NETWORK}Origen", number.network_from)
    put_operator(asked, f"{_NETWORK}Destino", number.network_to)
    put_operator(asked, f"{_SERVICE}Origen", number.service_from)
    put_operator(asked, f"{_SERVICE}Destino", number.service_to)
    put(asked, "NRN", fitting("NRN", number.nrn, NRN, "6 digits from 7 or 9 on"))
    put(asked, "MSISDN", national(number.msisdn))
    return envelope(move)


def encode_migration_end(session: str, reference: str) -> bytes:
    end = call(Operation.MIGRATION_END, session)
    put_reference(end, reference)
    return envelope(end)


def encode_migration_news(session: str, page: str | None = None) -> bytes:
    ask = call(Operation.MIGRATION_NEWS, session)
    put_page(ask, page)
    return envelope(ask)


def decode_migration(sent: bytes) -> MigrationReply:
    body, answer = opened(sent)
    if not answer.is_success:
        return MigrationReply(answer=answer)
    return MigrationReply(
        answer=answer,
        reference=reference_in(body),
        ends_by=moment_needed(body, "fechaMaximaFinalizacion"),
    )


def decode_migration_news(sent: bytes) -> Page[MigrationNotification]:
    return paged(sent, "notificacion", _notification)


def _notification(news: Element) -> MigrationNotification:
    asked = inside(news, "solicitud")
    return MigrationNotification(
        code=matching(news, "codigoNotificacion", TOKEN),
        created_at=moment_needed(news, "fechaCreacion"),
        is_synchronised=truth_in(news, "sincronizada"),
        status=MigrationStatus(
            reference=reference_in(asked),
            state=state_in(asked, MigrationState),
            changed_at=moment_needed(asked, "fechaEstado"),
            ends_by=moment_in(asked, "fechaMaximaFinalizacion"),
        ),
    )
