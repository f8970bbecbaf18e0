"""Facts at one moment, a draft, and the verdict on it.

Names and shapes are a contract: a snapshot, a draft and a verdict have the same fields as JSON
(design, "The check before sending"), so msgspec reads and writes them as they stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.values.moment import Moment

Value = str | bool | int | float | tuple[str, ...] | None
"""What a fact says: a word, a truth, an amount, a span of two instants, or "not known"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """One thing that is so. ``subject`` is a number, ``parcel:CODE``, ``bill:KEY`` or ``order``."""

    subject: str
    predicate: str
    value: Value = None
    since: Moment | None = None
    seen: Moment | None = None
    ttl: str = ""  # ISO 8601 duration; empty: does not age
    unit: str = ""
    vat: str = ""  # of an amount: "included" or "excluded"; empty: not said
    rule: str = ""
    confirmed: bool | None = None  # of a cause
    except_from: tuple[str, ...] = ()  # of a partial capability: networks that do not get through


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """The case that the customer's trouble has."""

    key: str
    owner: str = ""
    next_update: Moment | None = None
    legal_due: Moment | None = None
    resolved_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who reads it, and the numbers that may be named to him."""

    numbers: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document or a detail that the operator has; an empty subject means the whole order."""

    item: str
    subject: str = ""
    since: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the customer was told before, on any channel."""

    at: Moment
    channel: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPromise:
    what: str
    due: Moment
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that is known at one moment, of one customer."""

    now: Moment
    zone: str
    profile: str = ""
    language: str = ""
    case: CaseView | None = None
    addressee: Addressee = Addressee()
    facts: tuple[KnownFact, ...] = ()
    held: tuple[Held, ...] = ()
    said: tuple[Said, ...] = ()
    open_promises: tuple[OpenPromise, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that somebody is about to send."""

    id: str
    channel: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a text says of a subject; an empty subject is "whatever line this is about"."""

    subject: str
    predicate: str
    value: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that a text breaks (numbers: rights-care 3.6, plus 19 and 20)."""

    rule: int
    span: tuple[int, int]
    says: str
    facts_say: str
    why: str
    severity: str = "block"


class Judgement(StrEnum):
    PASSED = "pass"
    WARNED = "warn"
    BLOCKED = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judgement on one draft, its grounds, and what it claims."""

    id: str
    verdict: Judgement
    findings: tuple[Finding, ...] = ()
    claims: tuple[Claim, ...] = ()
