"""What is said to and by the mobile hub about numbers: returns, migrations, ranges."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.profiles.es.hub_words import Answer
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class ReturnState(StrEnum):
    """States of a *baja* at the hub (facts/porting-es.md, 3.2)."""

    NOTIFIED = "BNOT"
    HELD = "BDET"
    CANCELLED = "BCAN"
    RETURNED = "BDEF"
    UNCLEAR = "BFIN"  # in the status file; its meaning is not confirmed


class MigrationState(StrEnum):
    """States of a migration as a whole."""

    SENT = "MENV"
    IN_PROGRESS = "MPRC"
    FINISHED = "MFIN"


class NumberMigrationState(StrEnum):
    """States of one number in a migration."""

    SENT = "NENV"
    CONFIRMED = "NCON"
    MIGRATED = "NMIG"


class Scenario(StrEnum):
    """Why numbers migrate (3.4)."""

    CHANGE_OF_HOST = "CAMBIO_OPERADOR_RED"
    BECOMES_FULL_OPERATOR = "CONVERSION_OPERADOR_COMPLETO"
    MERGER_SAME_HOST = "FUSION_MISMO_OPERADOR_RED"
    TAKEOVER_SAME_HOST = "ABSORCION_MISMO_OPERADOR_RED"
    MERGER_OTHER_HOST = "FUSION_DISTINTOS_OPERADORES_RED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReply:
    """What became of a notice. After ``AREC EXIST`` the reference of the one that exists."""

    answer: Answer
    reference: str | None = None
    window_opens: Moment | None = None
    existing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnStatus:
    """A return as the hub has it."""

    reference: str
    msisdn: Msisdn
    state: ReturnState
    changed_at: Moment
    cause: str | None = None
    ceased_at: Moment | None = None
    window_opens: Moment | None = None


@dataclass(frozen=True, slots=True)
class ReturnStatusReply:
    answer: Answer
    status: ReturnStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationRequest:
    """The announcement of a migration."""

    starts_at: Moment
    volume: int
    services_from: tuple[str, ...]  # three digits each
    networks_from: tuple[str, ...]
    network_to: str
    scenario: Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationNumber:
    """One number of a migration; ``nrn`` is the network's that it comes to."""

    reference: str
    msisdn: Msisdn
    network_from: str
    network_to: str
    service_from: str
    service_to: str
    nrn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationReply:
    answer: Answer
    reference: str | None = None
    ends_by: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationStatus:
    reference: str
    state: MigrationState
    changed_at: Moment
    ends_by: Moment | None = None


@dataclass(frozen=True, slots=True)
class MigrationNotification:
    code: str
    created_at: Moment
    is_synchronised: bool
    status: MigrationStatus


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A block of numbers, to whom it was given, and who may use it in his stead."""

    first: Msisdn
    last: Msisdn
    holder: str
    sub_holder: str | None = None


@dataclass(frozen=True, slots=True)
class RangeReply:
    answer: Answer
    range: NumberRange | None = None
