"""What a centre says came of a message: in TLVs, in a text, or in both. Pure.

The text of a receipt is no standard, only a custom (specification, appendix B): fields are missing,
stand in another order, are written in capitals or cut off. What is read is what is there; the TLVs
go before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from relevo.adapters.sms_smpp.account import IdForm
from relevo.adapters.sms_smpp.pdu import ShortMessage, Tag

RECEIPT_CLASS = 0x04  # in esm_class: a receipt of the centre
INTERMEDIATE_CLASS = 0x20  # in esm_class: a notification on the way
_CLASS = 0x3C
_FIELD = re.compile(r"\b(id|stat|err)\s*:\s*([^\s:]+)", re.IGNORECASE)


class Came(StrEnum):
    """What came of a message."""

    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a centre says of one message."""

    smsc_id: str
    came: Came
    reason: str  # the state in the centre's words, with its error code
    recipient: str  # digits; from whom a receipt seems to come
    reference: int | None = None  # our user_message_reference, where the centre gives it back


_STATES = {  # message_state, 5.2.28, and the words of appendix B
    1: ("ENROUTE", Came.UNDER_WAY),
    2: ("DELIVRD", Came.DELIVERED),
    3: ("EXPIRED", Came.UNDELIVERABLE),
    4: ("DELETED", Came.UNDELIVERABLE),
    5: ("UNDELIV", Came.UNDELIVERABLE),
    6: ("ACCEPTD", Came.UNDER_WAY),
    7: ("UNKNOWN", Came.UNDER_WAY),
    8: ("REJECTD", Came.UNDELIVERABLE),
}
_WORDS = dict(_STATES.values()) | {
    "DELIVERED": Came.DELIVERED,
    "UNDELIVERABLE": Came.UNDELIVERABLE,
    "REJECTED": Came.UNDELIVERABLE,
    "FAILED": Came.UNDELIVERABLE,
    "SCHEDULED": Came.UNDER_WAY,
}


def came_of(state: int) -> tuple[str, Came]:
    """The word and the meaning of a ``message_state``. ACCEPTED means read by hand: no failure."""
    return _STATES.get(state, (f"state {state}", Came.UNDER_WAY))


def is_receipt(message: ShortMessage) -> bool:
    """Whether this says what came of a message of ours, and is nobody's words."""
    by_class = message.esm_class & _CLASS in (RECEIPT_CLASS, INTERMEDIATE_CLASS)
    return by_class or Tag.RECEIPTED_MESSAGE_ID in message.options


def read_receipt(message: ShortMessage, form: IdForm = IdForm.TEXT) -> Receipt | None:
    """What a receipt says; None when it does not say of which message."""
    text = message.whole.decode("latin1")
    said = {name.lower(): value for name, value in _FIELD.findall(text)}
    options = message.options
    smsc_id = _text(options.get(Tag.RECEIPTED_MESSAGE_ID, b"")) or said.get("id", "")
    reference = options.get(Tag.USER_MESSAGE_REFERENCE)
    if not smsc_id:
        return None
    state = options.get(Tag.MESSAGE_STATE, b"")
    word, came = came_of(state[0]) if state else _of_word(said.get("stat", ""))
    error = options.get(Tag.NETWORK_ERROR_CODE, b"")[-2:]
    code = str(int.from_bytes(error, "big")) if error else said.get("err", "")
    is_error = came is Came.UNDELIVERABLE and code.strip("0")
    return Receipt(
        smsc_id=known_id(smsc_id, form),
        came=came,
        reason=f"{word}, error {code}" if is_error else word,
        recipient=message.source.digits.lstrip("+0"),
        reference=None if reference is None else int.from_bytes(reference, "big"),
    )


def known_id(written: str, form: IdForm) -> str:
    """One form for ids that a centre writes in hex here and in decimal there."""
    written = written.strip()
    if form is IdForm.TEXT:
        return written
    try:
        return str(int(written, 16 if form is IdForm.HEX else 10))
    except ValueError:
        return written


def _of_word(word: str) -> tuple[str, Came]:
    word = word.upper()
    return word or "no state", _WORDS.get(word, _WORDS.get(word[:7], Came.UNDER_WAY))


def _text(value: bytes) -> str:
    return value.partition(b"\0")[0].decode("latin1").strip()
