"""A subscriber as the HLR holds it, what may be changed of it, and both in the HLR's words: pure.

An HLR has rows of cards (IMSI), one number on each and each number once, and two switches: calls
and SMS together (``cs``), and data (``ps``). It has no word for SMS without calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from relevo.activation.ladder import Capability
from relevo.adapters.registry_osmocom.ctrl import Request
from relevo.adapters.registry_osmocom.faults import HlrSpeaksOddly

NO_SUCH = "No such subscriber."
_CIRCUITS = frozenset(
    {Capability.CALLS_IN, Capability.CALLS_OUT, Capability.SMS_IN, Capability.SMS_OUT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The two switches."""

    cs: bool
    ps: bool

    @property
    def is_any(self) -> bool:
        return self.cs or self.ps

    def in_words(self) -> str:
        """As the VTY has it."""
        return "+".join(name for name in ("cs", "ps") if getattr(self, name)) or "none"


OFF = Access(cs=False, ps=False)
AS_CREATED = Access(cs=True, ps=True)
"""What a new row has until it is told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One subscriber."""

    imsi: str
    msisdn: str  # digits; empty: none
    access: Access
    is_live: bool  # a switch has its phone, as far as the HLR was told


def access_for(state: str, capabilities: Sequence[str]) -> Access:
    """The switches for what a line is to be able to do."""
    if state != "active":
        return OFF
    return Access(cs=bool(_CIRCUITS & set(capabilities)), ps=Capability.DATA in capabilities)


def row_in(text: str) -> Row:
    """Read the answer to ``info``. Raises HlrSpeaksOddly."""
    named = dict(line.split("\t", 1) for line in text.splitlines() if "\t" in line)
    imsi = named.get("imsi", "")
    if not imsi.isdigit() or not {"nam_cs", "nam_ps"} <= named.keys():
        raise HlrSpeaksOddly("the HLR described a subscriber without imsi, nam_cs or nam_ps")
    at_cs = "vlr_number" in named and named.get("ms_purged_cs") != "1"
    at_ps = "sgsn_number" in named and named.get("ms_purged_ps") != "1"
    return Row(
        imsi=imsi,
        msisdn=named.get("msisdn", ""),
        access=Access(cs=named["nam_cs"] == "1", ps=named["nam_ps"] == "1"),
        is_live=at_cs or at_ps,
    )


def by_msisdn(msisdn: str) -> Request:
    """Who has this number?"""
    return Request(f"subscriber.by-msisdn-{msisdn}.info")


def by_imsi(imsi: str) -> Request:
    """What is this card?"""
    return Request(f"subscriber.by-imsi-{imsi}.info")


@dataclass(frozen=True, slots=True)
class Create:
    """A row for a card."""

    refusal: ClassVar[str] = "card_refused"
    imsi: str

    def requests(self) -> tuple[Request, ...]:
        return (Request("subscriber.create", self.imsi),)

    def command(self) -> str:
        return f"subscriber imsi {self.imsi} create"


@dataclass(frozen=True, slots=True)
class SetNumber:
    """The number of a card; None takes it off."""

    refusal: ClassVar[str] = "number_refused"
    imsi: str
    msisdn: str | None

    def requests(self) -> tuple[Request, ...]:
        return (Request(f"subscriber.by-imsi-{self.imsi}.msisdn", self.msisdn or "none"),)

    def command(self) -> str:
        return f"subscriber imsi {self.imsi} update msisdn {self.msisdn or 'none'}"


@dataclass(frozen=True, slots=True)
class SetAccess:
    """The switches of a card; ``was`` spares what is right already."""

    refusal: ClassVar[str] = "access_refused"
    imsi: str
    access: Access
    was: Access

    def requests(self) -> tuple[Request, ...]:
        switches = (
            ("cs-enabled", self.access.cs, self.was.cs),
            ("ps-enabled", self.access.ps, self.was.ps),
        )
        return tuple(
            Request(f"subscriber.by-imsi-{self.imsi}.{name}", "1" if on else "0")
            for name, on, before in switches
            if on != before
        )

    def command(self) -> str:
        return f"subscriber imsi {self.imsi} update network-access-mode {self.access.in_words()}"


Change = Create | SetNumber | SetAccess
