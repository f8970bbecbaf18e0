"""Numbers that go back to the holder of their range: the *baja* at the mobile hub."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from relevo.profiles.es.hub_call import (
    CAUSE,
    Operation,
    call,
    existing_reference,
    inside,
    matching_if_any,
    moment_needed,
    national,
    number_in,
    opened,
    paged,
    put_moment,
    put_page,
    put_reference,
    reference_in,
    state_in,
)
from relevo.profiles.es.hub_words import CancelCause, Page
from relevo.profiles.es.hub_words_numbers import (
    ReturnReply,
    ReturnState,
    ReturnStatus,
    ReturnStatusReply,
)
from relevo.profiles.es.soap import envelope, moment_in, nest, put
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


def encode_return(session: str, msisdn: Msisdn, ceased_at: Moment) -> bytes:
    notice = call(Operation.RETURN, session)
    asked = nest(notice, "solicitud")
    put_moment(asked, "fechaBajaAbonado", ceased_at)
    put(asked, "MSISDN", national(msisdn))
    return envelope(notice)


def encode_return_cancel(session: str, reference: str, cause: CancelCause) -> bytes:
    cancel = call(Operation.RETURN_CANCEL, session)
    put_reference(cancel, reference)
    put(cancel, "causaEstado", cause.value)
    return envelope(cancel)


def encode_return_get(session: str, reference: str) -> bytes:
    get = call(Operation.RETURN_GET, session)
    put_reference(get, reference)
    return envelope(get)


def encode_return_list(session: str, msisdn: Msisdn, page: str | None = None) -> bytes:
    """Every return that a number is or was in."""
    ask = call(Operation.RETURN_LIST, session)
    put(nest(ask, "filtro"), "MSISDN", national(msisdn))
    put_page(ask, page)
    return envelope(ask)


def decode_return(sent: bytes) -> ReturnReply:
    body, answer = opened(sent)
    if not answer.is_success:
        return ReturnReply(answer=answer, existing=existing_reference(answer))
    return ReturnReply(
        answer=answer,
        reference=reference_in(body),
        window_opens=moment_in(body, "fechaVentanaCambio"),
    )


def decode_return_get(sent: bytes) -> ReturnStatusReply:
    body, answer = opened(sent)
    return ReturnStatusReply(
        answer, _status(inside(body, "solicitud")) if answer.is_success else None
    )


def decode_return_list(sent: bytes) -> Page[ReturnStatus]:
    return paged(sent, "solicitud", _status)


def _status(asked: Element) -> ReturnStatus:
    return ReturnStatus(
        reference=reference_in(asked),
        msisdn=number_in(asked, "MSISDN"),
        state=state_in(asked, ReturnState),
        changed_at=moment_needed(asked, "fechaEstado"),
        cause=matching_if_any(asked, "causaEstado", CAUSE),
        ceased_at=moment_in(asked, "fechaBajaAbonado"),
        window_opens=moment_in(asked, "fechaVentanaCambio"),
    )
