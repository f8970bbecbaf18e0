"""The donor's messages at the mobile hub: what is asked of us, and our yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from relevo.profiles.es.codec_mobile_recipient import read_status
from relevo.profiles.es.hub_call import (
    CAUSE,
    TOKEN,
    Operation,
    call,
    inside,
    moment_needed,
    national,
    opened,
    paged,
    put_page,
    put_reference,
    truth_if_any,
)
from relevo.profiles.es.hub_wire import WIRE
from relevo.profiles.es.hub_words import DonorNotification, Page, RequestToDonor
from relevo.profiles.es.soap import envelope, fitting, matching, put, truth_in
from relevo.values.msisdn import Msisdn

_CONFIRMED = WIRE.text("multiple.confirmed_number")
_DOCUMENT_TYPE = re.compile(r"[A-Z]{3}")
_DOCUMENT = re.compile(r"[A-Z0-9]{1,20}")


def encode_confirm(session: str, reference: str, numbers: Sequence[Msisdn] = ()) -> bytes:
    """Yes; of a multiple request, to these numbers."""
    confirm = call(Operation.CONFIRM, session)
    put_reference(confirm, reference)
    for number in numbers:
        put(confirm, _CONFIRMED, national(number))
    return envelope(confirm)


def encode_reject(session: str, reference: str, cause: str) -> bytes:
    """No, to the whole request, with one cause."""
    reject = call(Operation.REJECT, session)
    put_reference(reject, reference)
    put(reject, "causaEstado", fitting("causaEstado", cause, CAUSE, "a cause like RECH_IDENT"))
    return envelope(reject)


def encode_donor_pending_news(session: str, page: str | None = None) -> bytes:
    return _paged(Operation.DONOR_PENDING_NEWS, session, page)


def encode_donor_cancelled_news(session: str, page: str | None = None) -> bytes:
    return _paged(Operation.DONOR_CANCELLED_NEWS, session, page)


def encode_donor_pending(session: str, page: str | None = None) -> bytes:
    """The list of what waits for us, whatever became of the mailbox."""
    return _paged(Operation.DONOR_PENDING, session, page)


def _paged(operation: Operation, session: str, page: str | None) -> bytes:
    ask = call(operation, session)
    put_page(ask, page)
    return envelope(ask)


def decode_donor_news(sent: bytes) -> Page[DonorNotification]:
    """A page of either mailbox."""
    return paged(sent, "notificacion", _notification)


def decode_donor_pending(sent: bytes) -> Page[RequestToDonor]:
    return paged(sent, "solicitud", _request)


def decode_donor_get(sent: bytes) -> RequestToDonor | None:
    """One request, whole; None when the hub does not show it."""
    body, answer = opened(sent)
    return _request(inside(body, "solicitud")) if answer.is_success else None


def _notification(news: Element) -> DonorNotification:
    return DonorNotification(
        code=matching(news, "codigoNotificacion", TOKEN),
        created_at=moment_needed(news, "fechaCreacion"),
        is_synchronised=truth_in(news, "sincronizada"),
        request=_request(inside(news, "solicitud")),
    )


def _request(asked: Element) -> RequestToDonor:
    identity = inside(inside(asked, "abonado"), "documentoIdentificacion")
    return RequestToDonor(
        status=read_status(asked),
        document_type=matching(identity, "tipo", _DOCUMENT_TYPE),
        document_number=matching(identity, "documento", _DOCUMENT),
        created_at=moment_needed(asked, "fechaCreacion"),
        is_window_chosen=truth_if_any(asked, "fechaVentanaCambioPorAbonado"),
    )
