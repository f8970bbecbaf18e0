"""Where the DNS server is, and what it is to answer: one file, checked before it is used."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec

_HOWTO = "see docs/howto/route-ported-numbers.md"


class WrongEnum(ValueError):
    """The file cannot be used; the text names the field and what to write."""


class EnumSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One zone of one PowerDNS."""

    url: str  # of its HTTP API
    key_file: str  # a file with the API key alone
    dns: str  # address:port where it answers
    country: str  # "+34": the numbers of the zone
    switch: str  # host:port to which calls to our numbers go
    interconnect: str  # host:port to which all others go
    ttl_s: int = 60
    batch: int = 200  # numbers in a request
    with_ported: bool = False  # the country's ported numbers too, and not only those we know of
    dns_within_s: float = 2.0

    @property
    def zone(self) -> str:
        """The name of the zone."""
        return enum_name(self.country)

    def key(self) -> str:
        """What lies in the key's file. Raises WrongEnum."""
        try:
            return Path(self.key_file).read_text(encoding="utf-8").strip()
        except OSError as wrong:
            raise WrongEnum(f"key_file: {wrong.strerror}; write the API key into it") from None


def enum_name(number: str) -> str:
    """The domain of a number: its digits from behind (RFC 6116 3.2)."""
    return ".".join(reversed(number.removeprefix("+"))) + ".e164.arpa."


def read_enum(path: Path) -> EnumSettings:
    """The settings in a file. Raises WrongEnum."""
    try:
        settings = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), EnumSettings)
    except OSError as wrong:
        raise WrongEnum(f"{path.name}: {wrong.strerror}; {_HOWTO}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as wrong:
        raise WrongEnum(f"{path.name}: {wrong}; {_HOWTO}") from None
    checks = {
        "country": (r"\+[1-9]\d{0,2}", "as +34"),
        "dns": (r"[0-9.]{7,15}:\d{1,5}", "as address:port, with digits"),
        "switch": (r"[A-Za-z0-9.:-]+", "as host:port"),
        "interconnect": (r"[A-Za-z0-9.:-]+", "as host:port"),
        "url": (r"https?://\S+", "as http://127.0.0.1:8081"),
    }
    for name, (pattern, form) in checks.items():
        if not re.fullmatch(pattern, getattr(settings, name)):
            raise WrongEnum(f"{path.name}: {name}: write it {form}; {_HOWTO}")
    if not (1 <= settings.batch <= 5000 and settings.ttl_s > 0 and settings.dns_within_s > 0):
        raise WrongEnum(f"{path.name}: batch is from 1 to 5000, ttl_s and dns_within_s more than 0")
    return settings
