"""Which facts are trouble, and which end it: one table. Whatever is here is somebody's task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from relevo.activation.activation.messages import (
    CapabilityLost,
    LifeSignBack,
    LifeSignLost,
    LineProvisioned,
    LineSelfTested,
    LineWorks,
    ProvisioningFailed,
    RecordRestored,
    RecordVanished,
)
from relevo.care.model import Trouble, TroubleKind
from relevo.claims.fold import folded
from relevo.notices.voice.messages import CustomerSaid, MessageUndeliverable, is_silent
from relevo.orders.line.messages import (
    LineCardReady,
    LineLive,
    LineMended,
    LineMoved,
    LineStuck,
    LineTakenOut,
)
from relevo.orders.order.messages import (
    GroupRedated,
    GroupResumed,
    LineMovedAlone,
    NumberDecided,
    OrderClosed,
    OrderStuck,
    OrderWithdrawn,
    WindowChosen,
)
from relevo.porting.fixed_incoherence.messages import (
    IncoherenceAnswerGiven,
    IncoherenceOverdue,
    IncoherenceSettled,
    IncoherenceWithDesk,
)
from relevo.porting.port_in.messages import PortInUnrecognised
from relevo.porting.recovery.messages import (
    HoldEnded,
    NumberRecovered,
    RecoveryEscalated,
    RecoveryOvertaken,
)
from relevo.porting.undue_port.messages import NumberPortedBack, PortBackRefused, UnduePortDropped
from relevo.promises.promise.messages import PromiseBroken
from relevo.sims.dispatch.messages import CardInHand, CardLost, ParcelTroubled
from relevo.sims.esim.messages import EsimFailed, EsimInstalled
from relevo.values.moment import Moment

K = TroubleKind
FAILURES_BEFORE_A_CASE = 2
"""A provisioning that fails once is tried again; twice is somebody's task."""

SHORT_WORDS = frozenset({"si", "no", "yes", "ok", "vale", "gracias", "thanks"})
"""Answers, not complaints."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A trouble that a fact makes known."""

    kind: TroubleKind
    subject: str
    detail: str

    def trouble(self, at: Moment) -> Trouble:
        """The trouble, known from this moment on."""
        return Trouble(kind=self.kind, subject=self.subject, since=at, detail=self.detail)


@dataclass(frozen=True, slots=True)
class Ending:
    """Troubles of these kinds are over, those of every line where none is named."""

    kinds: frozenset[TroubleKind]
    subjects: frozenset[str]

    def is_of(self, trouble: Trouble) -> bool:
        """Whether this trouble is over."""
        is_named = not self.subjects or trouble.subject in self.subjects
        return is_named and trouble.kind in self.kinds


def subject_of(source: str, fact: Any) -> str:
    """The line that a fact is about; the order's key when it is about the order."""
    parts = source.split("/")
    if len(parts) > 2:
        return parts[2]
    return str(getattr(fact, "line", "")) or parts[0]


def opening(source: str, fact: Any) -> Opening | None:
    """The trouble that this fact makes known, if any."""
    rule = OPENERS.get(type(fact))
    return rule(source, fact) if rule else None


def ending(source: str, fact: Any) -> Ending | None:
    """The troubles that are over with this fact, if any."""
    kinds = ENDERS.get(type(fact))
    if kinds is None:
        return None
    match fact:
        case LineSelfTested() if not all(fact.works.values()):
            return None
        case OrderClosed() | OrderWithdrawn():
            return Ending(kinds, frozenset())
        case PortBackRefused() | NumberPortedBack() | UnduePortDropped():  # one number: one family
            return Ending(kinds, frozenset())
        case WindowChosen() | GroupRedated() | GroupResumed():
            return Ending(kinds, frozenset(fact.lines))
        case _:
            return Ending(kinds, frozenset({subject_of(source, fact)}))


def _of(kind: TroubleKind, detail: str) -> Callable[[str, Any], Opening]:
    return lambda source, fact: Opening(
        kind, subject_of(source, fact), str(getattr(fact, detail, ""))
    )


def _failed(source: str, fact: ProvisioningFailed) -> Opening | None:
    if fact.attempt < FAILURES_BEFORE_A_CASE:
        return None
    return Opening(K.PROVISIONING_FAILED, subject_of(source, fact), fact.reason)


def _capability(source: str, fact: CapabilityLost) -> Opening:
    return Opening(K.CAPABILITY_LOST, subject_of(source, fact), str(fact.capability))


def _self_test(source: str, fact: LineSelfTested) -> Opening | None:
    """He found something that does not work, and we did not know it."""
    if not fact.disagrees:
        return None
    return Opening(K.CAPABILITY_LOST, subject_of(source, fact), str(fact.disagrees[0]))


def _promise(source: str, fact: PromiseBroken) -> Opening:
    return Opening(K.PROMISE_BROKEN, source.rpartition("/promise/")[2], fact.what)


def _complaint(source: str, fact: CustomerSaid) -> Opening | None:
    if fact.answers or is_silent(fact) or folded(fact.text).strip(" .!") in SHORT_WORDS:
        return None
    return Opening(K.COMPLAINT, source.partition("/")[0], fact.channel)


def _undeliverable(source: str, fact: MessageUndeliverable) -> Opening:
    return Opening(K.UNDELIVERABLE, source.partition("/")[0], fact.why)


def _overdue(source: str, fact: IncoherenceOverdue) -> Opening:
    """Nobody has answered in time, we or they: alarm A02 (porting-es 5.2)."""
    return Opening(K.RECORDS_CONTRADICT, subject_of(source, fact), f"overdue ({fact.times})")


OPENERS: Mapping[type, Callable[[str, Any], Opening | None]] = {
    LifeSignLost: _of(K.NUMBER_DEAD, "serving"),
    CapabilityLost: _capability,
    LineSelfTested: _self_test,
    ParcelTroubled: _of(K.PARCEL_TROUBLED, "reason"),
    CardLost: _of(K.PARCEL_TROUBLED, "why"),
    EsimFailed: _of(K.ESIM_FAILED, "why"),
    LineStuck: _of(K.LINE_STUCK, "why"),
    OrderStuck: _of(K.ORDER_STUCK, "why"),
    LineMovedAlone: _of(K.MOVED_ALONE, "why"),
    RecordVanished: _of(K.RECORD_VANISHED, "subject"),
    ProvisioningFailed: _failed,
    PortInUnrecognised: _of(K.PORT_UNRECOGNISED, "code"),
    RecoveryEscalated: _of(K.RECOVERY_ESCALATED, "why"),
    HoldEnded: _of(K.NUMBER_LOST, "donor"),
    IncoherenceWithDesk: _of(K.RECORDS_CONTRADICT, "why"),
    IncoherenceOverdue: _overdue,
    PromiseBroken: _promise,
    CustomerSaid: _complaint,
    MessageUndeliverable: _undeliverable,
}

_CARD = frozenset({K.PARCEL_TROUBLED, K.ESIM_FAILED})
_ALL = frozenset(TroubleKind) - {K.PROMISE_BROKEN, K.UNDELIVERABLE}

ENDERS: Mapping[type, frozenset[TroubleKind]] = {
    LifeSignBack: frozenset({K.NUMBER_DEAD, K.RECOVERY_ESCALATED}),
    NumberRecovered: frozenset({K.RECOVERY_ESCALATED}),
    RecoveryOvertaken: frozenset({K.RECOVERY_ESCALATED}),
    LineWorks: frozenset({K.CAPABILITY_LOST, K.PROVISIONING_FAILED, K.NUMBER_DEAD}),
    LineSelfTested: frozenset({K.CAPABILITY_LOST}),
    RecordRestored: frozenset({K.RECORD_VANISHED}),
    LineProvisioned: frozenset({K.PROVISIONING_FAILED, K.RECORD_VANISHED}),
    CardInHand: _CARD,
    EsimInstalled: _CARD,
    LineCardReady: _CARD,
    NumberDecided: frozenset({K.ORDER_STUCK}),
    GroupResumed: frozenset({K.ORDER_STUCK}),
    WindowChosen: frozenset({K.ORDER_STUCK}),
    GroupRedated: frozenset({K.ORDER_STUCK}),
    LineMended: frozenset({K.LINE_STUCK, K.PORT_UNRECOGNISED}),
    LineMoved: frozenset(
        {K.LINE_STUCK, K.PORT_UNRECOGNISED, K.RECOVERY_ESCALATED, K.NUMBER_LOST, K.ORDER_STUCK}
    ),
    PortBackRefused: frozenset({K.PORT_UNRECOGNISED}),  # a task of its own from now on
    NumberPortedBack: frozenset({K.PORT_UNRECOGNISED}),
    UnduePortDropped: frozenset({K.PORT_UNRECOGNISED}),
    IncoherenceAnswerGiven: frozenset({K.RECORDS_CONTRADICT}),
    IncoherenceSettled: frozenset({K.RECORDS_CONTRADICT}),
    LineLive: _ALL,
    LineTakenOut: _ALL,
    OrderClosed: _ALL,
    OrderWithdrawn: _ALL,
}
