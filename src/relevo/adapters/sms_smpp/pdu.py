"""The PDUs of SMPP 3.4 that a transceiver needs, as bytes and back. Pure.

Why not a library's client: it acknowledges what the centre delivers before anybody has stored it,
and hides the response that comes late. Both lose messages. The tests hold these bytes against a
library's codec, so that a mistake here cannot cancel out against one there.

Section numbers are those of the specification, "SMPP v3.4, issue 1.2".
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

_HEADER = struct.Struct("!IIII")
_TLV = struct.Struct("!HH")
HEADER_BYTES = _HEADER.size
PDU_BYTES_MAX = 128 * 1024
"""No PDU is as long; who announces a longer one does not speak SMPP."""

SHORT_MESSAGE_BYTES_MAX = 254  # 5.2.22
RESPONSE = 0x80000000


class Command(IntEnum):
    """5.1.2.1; a response has the highest bit set."""

    QUERY_SM = 0x03
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15
    DATA_SM = 0x103
    GENERIC_NACK = RESPONSE


class Tag(IntEnum):
    """Optional parameters, 5.3.2."""

    RECEIPTED_MESSAGE_ID = 0x001E
    USER_MESSAGE_REFERENCE = 0x0204
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_SEQUENCE = 0x020F
    NETWORK_ERROR_CODE = 0x0423
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class Malformed(ValueError):
    """The peer's bytes are not SMPP 3.4; the text says where."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One PDU: its header, and its body as it came."""

    command: int
    sequence: int
    status: int = 0
    body: bytes = b""

    def encode(self) -> bytes:
        """As it goes over the wire."""
        size = HEADER_BYTES + len(self.body)
        return _HEADER.pack(size, self.command, self.status, self.sequence) + self.body


def read_length(head: bytes) -> int:
    """How long the PDU is that begins with these four bytes. Raises Malformed."""
    length = int.from_bytes(head[:4], "big")
    if not HEADER_BYTES <= length <= PDU_BYTES_MAX:
        raise Malformed(f"a PDU of {length} bytes is announced")
    return length


def read_pdu(octets: bytes) -> Pdu:
    """One whole PDU. Raises Malformed."""
    if len(octets) < HEADER_BYTES or read_length(octets) != len(octets):
        raise Malformed("the length in the header is not that of the PDU")
    _, command, status, sequence = _HEADER.unpack_from(octets)
    return Pdu(command, sequence, status, octets[HEADER_BYTES:])


@dataclass(frozen=True, slots=True)
class Address:
    """A number or a name, with its type (TON) and plan (NPI): 5.2.5, 5.2.6."""

    digits: str
    ton: int = 1  # 1 international, 2 national, 3 of the network, 5 letters
    npi: int = 1  # 1 the plan of telephones, 0 none


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortMessage:
    """The body of ``submit_sm`` and of ``deliver_sm``, which are the same: 4.4.1, 4.6.1."""

    source: Address
    destination: Address
    content: bytes = b""
    esm_class: int = 0
    data_coding: int = 0
    registered_delivery: int = 0
    validity: str = ""
    protocol_id: int = 0
    options: Mapping[int, bytes] = field(default_factory=dict)

    def encode(self) -> bytes:
        """As a body. Raises ValueError when the content is too long for its field."""
        if len(self.content) > SHORT_MESSAGE_BYTES_MAX:
            raise ValueError(f"{len(self.content)} bytes do not fit in one short message")
        return b"".join(
            (
                b"\0",  # service_type: the centre's default
                _address(self.source),
                _address(self.destination),
                bytes((self.esm_class, self.protocol_id, 0)),
                b"\0",  # schedule_delivery_time: at once
                _cstring(self.validity),
                bytes((self.registered_delivery, 0, self.data_coding, 0, len(self.content))),
                self.content,
                _options(self.options),
            )
        )

    @property
    def whole(self) -> bytes:
        """The content, wherever it stands."""
        return self.options.get(Tag.MESSAGE_PAYLOAD, b"") or self.content


def read_short_message(body: bytes) -> ShortMessage:
    """The body of a ``deliver_sm``. Raises Malformed."""
    reader = _Reader(body)
    reader.cstring()
    source, destination = reader.address(), reader.address()
    esm_class, protocol_id, _ = reader.octets(3)
    reader.cstring()
    validity = reader.cstring()
    registered, _, coding, _, length = reader.octets(5)
    return ShortMessage(
        source=source,
        destination=destination,
        content=reader.octets(length),
        esm_class=esm_class,
        data_coding=coding,
        registered_delivery=registered,
        validity=validity,
        protocol_id=protocol_id,
        options=reader.options(),
    )


def read_carried(body: bytes) -> ShortMessage:
    """The body of a ``data_sm``, by which some centres deliver: 4.7.1. Raises Malformed."""
    reader = _Reader(body)
    reader.cstring()
    source, destination = reader.address(), reader.address()
    esm_class, registered, coding = reader.octets(3)
    return ShortMessage(
        source=source,
        destination=destination,
        esm_class=esm_class,
        data_coding=coding,
        registered_delivery=registered,
        options=reader.options(),
    )


def bind_body(system_id: str, password: str, system_type: str, address_range: str = "") -> bytes:
    """The body of ``bind_transceiver``: 4.1.5."""
    who = _cstring(system_id) + _cstring(password) + _cstring(system_type)
    return who + b"\x34\0\0" + _cstring(address_range)


def query_body(message_id: str, source: Address) -> bytes:
    """The body of ``query_sm``: 4.8.1."""
    return _cstring(message_id) + _address(source)


@dataclass(frozen=True, slots=True)
class Queried:
    """What a centre says of a message when it is asked."""

    message_id: str
    final_date: str
    state: int
    error: int


def read_query_response(body: bytes) -> Queried:
    """The body of ``query_sm_resp``: 4.8.2. Raises Malformed."""
    reader = _Reader(body)
    message_id, final_date = reader.cstring(), reader.cstring()
    state, error = reader.octets(2)
    return Queried(message_id, final_date, state, error)


def read_message_id(body: bytes) -> str:
    """The id in the body of ``submit_sm_resp``; a refusal may have none."""
    return body.partition(b"\0")[0].decode("latin1")


def read_options(options: bytes) -> dict[int, bytes]:
    """Optional parameters that stand alone. Raises Malformed."""
    return _Reader(options).options()


class _Reader:
    """Takes fields off a body, one after the other."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def octets(self, count: int) -> bytes:
        taken = self._body[self._at : self._at + count]
        if len(taken) < count:
            raise Malformed(f"the body ends at byte {len(self._body)}, before its fields do")
        self._at += count
        return taken

    def cstring(self) -> str:
        end = self._body.find(b"\0", self._at)
        if end < 0:
            raise Malformed(f"the text at byte {self._at} has no end")
        text = self._body[self._at : end]
        self._at = end + 1
        return text.decode("latin1")

    def address(self) -> Address:
        ton, npi = self.octets(2)
        return Address(self.cstring(), ton, npi)

    def options(self) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        while self._at < len(self._body):
            tag, length = _TLV.unpack(self.octets(_TLV.size))
            found[tag] = self.octets(length)
        return found


def _cstring(text: str) -> bytes:
    return text.encode("latin1", "replace").replace(b"\0", b"") + b"\0"


def _address(address: Address) -> bytes:
    return bytes((address.ton, address.npi)) + _cstring(address.digits)


def _options(options: Mapping[int, bytes]) -> bytes:
    return b"".join(_TLV.pack(tag, len(value)) + value for tag, value in options.items())
