"""The mobile hub's contingency files: what would have been a call, while the web service is down.

Only the type tokens and what a reply is correlated by are known (facts/porting-es.md, 3.4); names
and columns are data in ``wire_mobile.toml``. Files are read by the names in their header, so that
another order of columns, or more of them, changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from relevo.profiles.es.codec_mobile_recipient import contract, holder_fields, refused_creation
from relevo.profiles.es.codec_status import local_moment, parse_reference, stamped, text_of
from relevo.profiles.es.hub_call import (
    CAUSE,
    CONTRACT,
    ICCID,
    NATIONAL,
    NRN,
    REFERENCE,
    existing_reference,
    national,
    operator,
    reference,
    window,
)
from relevo.profiles.es.hub_wire import WIRE
from relevo.profiles.es.hub_words import (
    Answer,
    CancelCause,
    CreateReply,
    HubState,
    MobilePortRequest,
    MultiplePortRequest,
    Number,
    PortStatus,
)
from relevo.profiles.es.hub_words_numbers import ReturnReply
from relevo.profiles.es.soap import fitting
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

T = TypeVar("T")
Row = Mapping[str, str]


class Token(StrEnum):
    """Types of file, as the fact sheet names them."""

    CREATION = "alta"
    CONFIRM = "confirmar"
    REJECT = "rechazar"
    CANCEL = "cancelacion_alta_receptor"
    RETURN = "baja"
    RETURN_CANCEL = "cancelacion_baja"
    NEWS = "alta_receptor_confrech"


_KEY = re.compile(r"[A-Z0-9_]{1,64}")
_CODE = re.compile(r"[A-Z0-9]{4} [A-Z0-9]{1,5}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ENDING = ".csv"
FILE_BYTES_MAX = 64_000_000
_TEXT_MAX = 512


def contingency_name(token: Token, operator_code: str, key: str) -> str:
    """The name of a file: the same for the same wish, so that one sent twice is one."""
    us = operator("codigoOperador", operator_code)
    fitting("key", key, _KEY, "capitals, digits and underscores")
    return f"{WIRE.text('file.contingency')}{token}_{us}_{key}{_ENDING}"


def reply_name(name: str) -> str:
    """The hub's reply to a file of that name."""
    return name.removesuffix(_ENDING) + WIRE.text("file.reply")


def is_contingency_news(name: str, operator_code: str) -> bool:
    """Whether a file brings news to this recipient."""
    return name.startswith(f"{WIRE.text('file.contingency')}{Token.NEWS}_{operator_code}_")


# ---- what we send


def encode_contingency_creation(request: MobilePortRequest | MultiplePortRequest) -> bytes:
    """A request; of a multiple one a line for each number, all with one form number."""
    numbers: Sequence[Number]
    if isinstance(request, MultiplePortRequest):
        numbers, volume = request.numbers, "MULTIPLE"
    else:
        numbers, volume = (Number(request.msisdn, request.iccid),), "INDIVIDUAL"
    opens = request.window_opens
    shared = {
        "formulario": contract(request.contract, request.recipient),
        "fechaSolicitudPorAbonado": stamped(request.consented_at),
        "codigoOperadorDonante": operator("codigoOperadorDonante", request.donor),
        "codigoOperadorReceptor": operator("codigoOperadorReceptor", request.recipient),
        "tipo": request.holder.document.type.value,
        "documento": request.holder.document.number,
        "NRNReceptor": fitting("NRNReceptor", request.nrn, NRN, "6 digits from 7 or 9 on"),
        "fechaVentanaCambio": "" if opens is None else stamped(window(opens)),
        "tipoSolicitud": volume,
        **holder_fields(request.holder, request.nationality),
    }
    return _written(Token.CREATION, [{**shared, **_numbered(number)} for number in numbers])


def _numbered(number: Number) -> dict[str, str]:
    card = number.iccid
    return {
        "MSISDN": national(number.msisdn),
        "ICCID": "" if card is None else fitting("ICCID", card, ICCID, "19 digits"),
    }


def encode_contingency_confirm(text: str, numbers: Sequence[Msisdn] = ()) -> bytes:
    rows = [{"codigoReferencia": reference(text), "MSISDN": national(each)} for each in numbers]
    return _written(Token.CONFIRM, rows or [{"codigoReferencia": reference(text)}])


def encode_contingency_reject(text: str, cause: str) -> bytes:
    said = fitting("causaEstado", cause, CAUSE, "a cause like RECH_IDENT")
    return _written(Token.REJECT, [{"codigoReferencia": reference(text), "causaEstado": said}])


def encode_contingency_cancel(text: str, cause: CancelCause) -> bytes:
    row = {"codigoReferencia": reference(text), "causaEstado": cause.value}
    return _written(Token.CANCEL, [row])


def encode_contingency_return(msisdn: Msisdn, ceased_at: Moment) -> bytes:
    row = {"MSISDN": national(msisdn), "fechaBajaAbonado": stamped(ceased_at)}
    return _written(Token.RETURN, [row])


def encode_contingency_return_cancel(msisdn: Msisdn, text: str, cause: CancelCause) -> bytes:
    row = {"MSISDN": national(msisdn), "codigoReferencia": reference(text)}
    return _written(Token.RETURN_CANCEL, [{**row, "causaEstado": cause.value}])


def _written(token: Token, rows: Sequence[Row]) -> bytes:
    columns = WIRE.texts(f"contingency.{token}")
    if not rows:
        raise OurFault("MSISDN", "is missing; name at least one number")
    for row in rows:
        if lost := set(row).difference(columns):
            raise OurFault(min(lost), f"has no column in wire_mobile.toml, contingency.{token}")
    lines = [";".join(columns)]
    lines += [";".join(_clean(column, row.get(column, "")) for column in columns) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _clean(name: str, text: str) -> str:
    """A text that cannot break its line: ``;`` becomes a comma, a line break a space."""
    clean = " ".join(_CONTROL.sub(" ", text).replace(";", ",").split())
    if len(clean) > _TEXT_MAX:
        raise OurFault(name, f"has {len(clean)} characters; shorten it to {_TEXT_MAX}")
    return clean


# ---- what we receive


def decode_contingency_creations(sent: bytes) -> Mapping[str, CreateReply]:
    """The hub's answers to requests, by form number (which is our contract code)."""
    return dict(_each(sent, _creation))


def decode_contingency_answers(sent: bytes) -> Mapping[str, Answer]:
    """The hub's answers to confirmations, rejections and cancellations, by reference."""
    return dict(
        _each(sent, lambda row: (_formed(row, "codigoReferencia", REFERENCE), _answer(row)))
    )


def decode_contingency_returns(sent: bytes) -> Mapping[Msisdn, ReturnReply]:
    """The hub's answers to notices of return and their cancellations, by number."""
    return dict(_each(sent, _return))


def decode_contingency_news(sent: bytes) -> tuple[PortStatus, ...]:
    """Confirmations and rejections for the recipient; the lines of a multiple are one request."""
    seen: dict[str, list[PortStatus]] = {}
    for status in _each(sent, _news):
        seen.setdefault(status.reference, []).append(status)
    return tuple(_joined(lines) for lines in seen.values())


def _creation(row: Row) -> tuple[str, CreateReply]:
    form, answer = _formed(row, "formulario", CONTRACT), _answer(row)
    if not answer.is_success:
        return form, refused_creation(answer)
    return form, CreateReply(
        answer=answer,
        reference=_formed(row, "codigoReferencia", REFERENCE),
        window_opens=_moment(row, "fechaVentanaCambio"),
        state_due=_moment(row, "fechaLimiteCambioEstado"),
    )


def _return(row: Row) -> tuple[Msisdn, ReturnReply]:
    number, answer = Msisdn("+34" + _formed(row, "MSISDN", NATIONAL)), _answer(row)
    if not answer.is_success:
        return number, ReturnReply(answer=answer, existing=existing_reference(answer))
    named = row.get("codigoReferencia")  # not in the answer to a cancellation
    return number, ReturnReply(
        answer=answer,
        reference=_formed(row, "codigoReferencia", REFERENCE) if named else None,
        window_opens=_moment(row, "fechaVentanaCambio"),
    )


def _news(row: Row) -> PortStatus:
    text, state = _formed(row, "codigoReferencia", REFERENCE), row.get("estado", "")
    said = parse_reference(text)
    number = Msisdn("+34" + _formed(row, "MSISDN", NATIONAL))
    changed_at = _moment(row, "fechaEstado")
    if changed_at is None or state not in set(HubState):
        raise TheirFault(f"estado {state[:80]!r} is no state of a port, or has no fechaEstado")
    return PortStatus(
        reference=text,
        contract=_formed(row, "formulario", CONTRACT),
        msisdn=number,
        state=HubState(state),
        changed_at=changed_at,
        donor=said.donor,
        recipient=said.recipient,
        cause=_formed(row, "causaEstado", CAUSE) if row.get("causaEstado") else None,
        window_opens=_moment(row, "fechaVentanaCambio"),
        numbers=(Number(number),),
        is_multiple=not said.is_single,
    )


def _joined(lines: Sequence[PortStatus]) -> PortStatus:
    first = lines[0]
    if not first.is_multiple:
        return first
    named = tuple(line.msisdn for line in lines)
    return PortStatus(
        reference=first.reference,
        contract=first.contract,
        msisdn=first.msisdn,
        state=first.state,
        changed_at=first.changed_at,
        donor=first.donor,
        recipient=first.recipient,
        cause=first.cause,
        window_opens=first.window_opens,
        numbers=tuple(map(Number, named)),
        is_multiple=True,
        confirmed=named if first.state is HubState.CONFIRMED else (),
    )


def _answer(row: Row) -> Answer:
    code = " ".join(row.get("codigoRespuesta", "").split())
    if not _CODE.fullmatch(code):
        raise TheirFault(f"codigoRespuesta is {code[:80]!r}, not two words", code)
    return Answer(code, row.get("descripcion", "")[:_TEXT_MAX])


def _formed(row: Row, name: str, pattern: re.Pattern[str]) -> str:
    text = row.get(name, "")
    if not pattern.fullmatch(text):
        raise TheirFault(f"{name} is {text[:80]!r}, which it cannot be", text)
    return text


def _moment(row: Row, name: str) -> Moment | None:
    text = row.get(name, "")
    return local_moment(text) if text else None


def _each(sent: bytes, read: Callable[[Row], T]) -> Iterator[T]:
    """What each line says. A file is one wish or a batch of news: one bad line spoils it."""
    if len(sent) > FILE_BYTES_MAX:
        raise TheirFault(f"the file has {len(sent)} bytes, more than {FILE_BYTES_MAX}", sent)
    header, *lines = re.split(r"\r\n|\n|\r", text_of(sent))
    names = [name.strip() for name in header.split(";")]
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        fields = [field.strip() for field in line.split(";")]
        if len(fields) != len(names):
            raise TheirFault(f"line {number} has {len(fields)} fields, not {len(names)}", line)
        try:
            yield read(dict(zip(names, fields, strict=True)))
        except TheirFault as fault:
            raise TheirFault(f"line {number}: {fault.why}", line) from fault
