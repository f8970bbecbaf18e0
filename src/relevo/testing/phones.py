"""Phones for a real HLR: a switch (VLR) that speaks GSUP to it, attaches cards and hears what the
HLR tells of them.

Written from the protocol (3GPP 29.002 in Osmocom's encoding): TCP, frames of IPA; the HLR asks who
we are, and then takes Update-Location. It inserts the subscriber's data, which have to be
acknowledged, before it accepts.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from relevo.testing.osmo_hlr import GSUP
from relevo.testing.patience import until

_HEAD = struct.Struct("!HB")
_CCM, _OSMO, _GSUP = 0xFE, 0xEE, 0x05
_PING, _PONG, _ID_GET, _ID_RESP = 0x00, 0x01, 0x04, 0x05
_UL, _UL_ERROR, _UL_RESULT = 0x04, 0x05, 0x06
_INSERT, _INSERTED, _DELETE, _DELETED = 0x10, 0x12, 0x14, 0x16
_IMSI, _CAUSE, _MSISDN, _DOMAIN = 0x01, 0x02, 0x08, 0x28
_DOMAINS: Final[Mapping[str, int]] = {"ps": 1, "cs": 2}
UNKNOWN_IMSI, NOT_ALLOWED = 0x02, 0x0B
"""Causes of a refusal (3GPP 24.008)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One word of the HLR about a card."""

    what: str  # "accepted" | "refused" | "number" | "barred"
    imsi: str
    msisdn: str = ""
    cause: int = 0


class Switch:
    """One VLR with the phones that are in it."""

    def __init__(self, host: str, name: str = "vlr-one") -> None:
        self._name = name
        self._line = socket.create_connection((host, GSUP), 10)
        self._line.settimeout(None)
        self._sending = threading.Lock()
        self._is_known = threading.Event()
        self.heard: list[Heard] = []
        threading.Thread(target=self._listen, name="phones", daemon=True).start()
        until(self._is_known.is_set, "the HLR asks who we are")

    def attach(self, imsi: str, domain: str = "cs") -> Heard:
        """Switch a phone with this card on; what the HLR says to it."""
        since = len(self.heard)
        wanted = ((_IMSI, _bcd(imsi)), (_DOMAIN, bytes((_DOMAINS[domain],))))
        self._say(_UL, wanted)
        verdicts = ("accepted", "refused")
        until(lambda: self._told(imsi, verdicts, since) is not None, f"{imsi} hears")
        found = self._told(imsi, verdicts, since)
        assert found is not None, "it was waited for"
        return found

    def number_of(self, imsi: str) -> str | None:
        """The number that its switch was last told; None when it was never told, or is barred."""
        told = [each for each in self.heard if each.imsi == imsi]
        words = [each for each in told if each.what in {"number", "barred"}]
        return words[-1].msisdn if words and words[-1].what == "number" else None

    def was_barred(self, imsi: str) -> bool:
        """Whether its switch was told to serve it no more."""
        return any(each.what == "barred" for each in self.heard if each.imsi == imsi)

    def close(self) -> None:
        """Switch everything off."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()

    def _told(self, imsi: str, words: tuple[str, ...], since: int) -> Heard | None:
        fit = (h for h in self.heard[since:] if h.imsi == imsi and h.what in words)
        return next(fit, None)

    def _listen(self) -> None:
        with suppress(OSError, EOFError):
            while True:
                length, protocol = _HEAD.unpack(self._exactly(_HEAD.size))
                body = self._exactly(length)
                if protocol == _CCM:
                    self._answer_identity(body)
                elif protocol == _OSMO and body[:1] == bytes((_GSUP,)):
                    self._take(body[1], _elements(body[2:]))

    def _answer_identity(self, body: bytes) -> None:
        if body[0] == _PING:
            self._frame(_CCM, bytes((_PONG,)))
        if body[0] == _ID_GET:
            named = b""
            for tag, word in ((0x00, self._name), (0x01, self._name), (0x08, "0/0/0")):
                value = word.encode("ascii") + b"\0"  # serial number, unit name, unit
                named += struct.pack("!HB", len(value) + 1, tag) + value
            self._frame(_CCM, bytes((_ID_RESP,)) + named)
            self._is_known.set()

    def _take(self, kind: int, told: Mapping[int, bytes]) -> None:
        imsi = _digits(told.get(_IMSI, b""))
        if kind == _INSERT:
            number = told.get(_MSISDN, b"")
            self.heard.append(Heard("number", imsi, _digits(number[1:])))
            self._say(_INSERTED, ((_IMSI, _bcd(imsi)),))
        elif kind == _DELETE:
            self.heard.append(Heard("barred", imsi))
            self._say(_DELETED, ((_IMSI, _bcd(imsi)),))
        elif kind == _UL_RESULT:
            self.heard.append(Heard("accepted", imsi, self.number_of(imsi) or ""))
        elif kind == _UL_ERROR:
            self.heard.append(Heard("refused", imsi, cause=told.get(_CAUSE, b"\0")[0]))

    def _say(self, kind: int, elements: tuple[tuple[int, bytes], ...]) -> None:
        coded = b"".join(bytes((tag, len(value))) + value for tag, value in elements)
        self._frame(_OSMO, bytes((_GSUP, kind)) + coded)

    def _frame(self, protocol: int, body: bytes) -> None:
        with self._sending:
            self._line.sendall(_HEAD.pack(len(body), protocol) + body)

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._line.recv(size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


def _elements(coded: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    while at + 2 <= len(coded):
        tag, length = coded[at], coded[at + 1]
        found[tag] = coded[at + 2 : at + 2 + length]
        at += 2 + length
    return found


def _bcd(digits: str) -> bytes:
    """Two digits a byte, the first one low; an odd one is filled up."""
    even = digits + "f" * (len(digits) % 2)
    return bytes(int(even[at + 1] + even[at], 16) for at in range(0, len(even), 2))


def _digits(coded: bytes) -> str:
    return "".join(f"{each & 0xF:x}{each >> 4:x}" for each in coded).rstrip("f")
