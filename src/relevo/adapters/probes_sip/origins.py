"""From which networks a site makes its test calls: one file, checked before it is used."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from relevo.adapters.probes_sip.call import Patience

_HOWTO = "see docs/howto/probe-with-real-calls.md"
_AT_ONCE_MAX = 2000


class WrongOrigins(ValueError):
    """The file cannot be used; the text names the field and what to write."""


class Origins(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The networks, and how calls are made from them."""

    networks: Mapping[str, str]  # name -> its proxy, as address:port
    callers: Mapping[str, str]  # name -> the number that we call from, one of that network
    t1_s: float = 0.5  # RFC 3261: a request without an answer is given up after 64 of these
    ring_s: float = 5.0
    progress_s: float = 15.0
    at_once: int = 200  # calls under way, over all networks

    @property
    def patience(self) -> Patience:
        """The times of a call."""
        return Patience(t1_s=self.t1_s, ring_s=self.ring_s, progress_s=self.progress_s)

    def address(self, name: str) -> tuple[str, int]:
        """Where the proxy of that network is."""
        host, _, port = self.networks[name].rpartition(":")
        return host, int(port)


def read_origins(path: Path) -> Origins:
    """The origins in a file. Raises WrongOrigins, which names the field."""
    try:
        origins = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Origins)
    except OSError as wrong:
        raise WrongOrigins(f"{path.name}: {wrong.strerror}; {_HOWTO}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as wrong:
        raise WrongOrigins(f"{path.name}: {wrong}; {_HOWTO}") from None
    for problem in problems(origins):
        raise WrongOrigins(f"{path.name}: {problem}; {_HOWTO}")
    return origins


def problems(origins: Origins) -> list[str]:
    """What cannot be used of it."""
    found = [
        f"{name} must be more than 0"
        for name in ("t1_s", "ring_s", "progress_s")
        if not 0 < getattr(origins, name) <= 300
    ]
    if not origins.networks:
        found.append('networks must name one at least, for example altamar = "192.0.2.1:5060"')
    if not 1 <= origins.at_once <= _AT_ONCE_MAX:
        found.append(f"at_once must be from 1 to {_AT_ONCE_MAX}")
    for name, proxy in origins.networks.items():
        if not _is_address(proxy):
            found.append(f"networks.{name} is {proxy!r}: write address:port, with digits")
        if not re.fullmatch(r"\+[1-9]\d{5,14}", origins.callers.get(name, "")):
            found.append(f"callers.{name} must be a number of that network, as +34600000101")
    return found


def _is_address(proxy: str) -> bool:
    host, _, port = proxy.rpartition(":")
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return port.isascii() and port.isdigit() and 0 < int(port) < 65536
