"""Troubles and evidence: the plain values of a case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.values.moment import Moment


class TroubleKind(StrEnum):
    """What can be wrong, in the words of a care desk. Deadlines and ladder are data by kind."""

    NUMBER_DEAD = "number_dead"
    CAPABILITY_LOST = "capability_lost"
    PARCEL_TROUBLED = "parcel_troubled"
    LINE_STUCK = "line_stuck"
    ORDER_STUCK = "order_stuck"
    RECORD_VANISHED = "record_vanished"
    PROVISIONING_FAILED = "provisioning_failed"
    PORT_UNRECOGNISED = "port_unrecognised"
    RECOVERY_ESCALATED = "recovery_escalated"
    NUMBER_LOST = "number_lost"
    MOVED_ALONE = "moved_alone"
    PROMISE_BROKEN = "promise_broken"
    UNDELIVERABLE = "undeliverable"
    COMPLAINT = "complaint"
    ESIM_FAILED = "esim_failed"
    RECORDS_CONTRADICT = "records_contradict"  # those of hub and operators: no customer's case


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is not as it should be, until it is over."""

    kind: TroubleKind
    subject: str  # a line's id, a promise's id, or the order's key
    since: Moment
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A document or detail in the vault. The hash proves that it was not changed since."""

    item: str
    subject: str  # a number, or the order's key
    at: Moment
    source: str
    sha256: str
