"""The lists of the desk follow the facts, in their own transaction: promises, parcels, requests,
dead numbers, what is owed, complaints, cases and what they cost the customer.

Each rule here is one row written for one fact. Nothing is worked out from other rows, so the same
facts give the same lists, whenever they are made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from relevo.care.case.messages import CaseEscalated, CaseOpened, CaseReopened, CaseResolved
from relevo.compensation.claim.messages import (
    AmountFound,
    CompensationCredited,
    OutageCounted,
    OutageOpened,
    TermsNoted,
)
from relevo.desk.complaints import COMPLAINT_RULES
from relevo.desk.model import RequestState
from relevo.desk.owners import OWNER_RULES
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.notices.voice.messages import CustomerSaid, costs_effort
from relevo.porting.port_in.messages import (
    DonorCorrected,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInDrafted,
    PortInQueuedAtHub,
    PortInRejected,
    PortInRequested,
)
from relevo.promises.promise.messages import (
    PromiseAtRisk,
    PromiseBroken,
    PromiseKept,
    PromiseKeptLate,
    PromiseMade,
    PromiseMoved,
    PromiseReleased,
)
from relevo.promises.promise.model import Phase as PromisePhase
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardLost,
    CardTied,
    DeliveryChanged,
    DeliveryContested,
    DispatchStopped,
    ParcelMendAsked,
    ParcelOrdered,
    ParcelProgressed,
    ParcelTroubled,
)

_SQL = statements("relevo.desk", "lists")

TABLES = (
    "desk_promise", "desk_parcel", "desk_request", "desk_outage", "desk_claim", "desk_case",
    "desk_effort", "desk_complaint",
)  # fmt: skip
"""What can be emptied and made again."""

Row = dict[str, Any]
Change = tuple[str, Row]


def desk_lists() -> Projection:
    """All tables of ``TABLES``."""
    return Projection(facts=tuple(_RULES), write=write_lists)


def write_lists(cursor: Cursor, records: list[Recorded]) -> None:
    """In the order of the facts."""
    for record in records:
        named = {
            "process_id": record.process_id,
            "family": family(record.process_id),
            "at": record.at,
        }
        for statement, row in _RULES[type(record.fact)](record.fact, record):
            cursor.execute(_SQL[statement], {**named, **row})


def _made(fact: PromiseMade, _: Recorded) -> Iterator[Change]:
    yield (
        "promise_made",
        {"what": fact.what, "due": fact.due, "owner": fact.owner, "rests_on": list(fact.rests_on)},
    )


def _promise(state: PromisePhase, *, moves: int = 0) -> Callable[[Any, Recorded], Iterator[Change]]:
    settles = state not in {PromisePhase.MADE, PromisePhase.AT_RISK}

    def change(fact: Any, record: Recorded) -> Iterator[Change]:
        yield (
            "promise_goes_on",
            {
                "state": str(state),
                "due": getattr(fact, "due", None),
                "moves": moves,
                "settled_at": record.at if settles else None,
            },
        )

    return change


_PARCEL: Row = dict.fromkeys(
    (
        "state", "tracking_code", "postcode", "town", "seen_town", "expected_on", "reason",
        "action", "is_contested", "is_open",
    )
)  # fmt: skip


def _tied(fact: CardTied, _: Recorded) -> Iterator[Change]:
    yield (
        "parcel_tied",
        {
            "line": fact.line,
            "number": fact.number,
            "iccid": fact.iccid,
            "postcode": fact.address.postcode,
            "town": fact.address.city,
        },
    )


def _parcel(fact: Any, _: Recorded) -> Iterator[Change]:
    match fact:
        case ParcelOrdered():
            said: Row = {
                "state": "ordered",
                "tracking_code": fact.tracking_code,
                "expected_on": fact.expected_on,
            }
        case ParcelProgressed():
            said = {"state": str(fact.state), "seen_town": fact.city, "reason": "", "action": ""}
        case ParcelTroubled():
            said = {"state": "troubled", "reason": fact.reason, "action": fact.action}
        case ParcelMendAsked():
            said = {"action": fact.action}
        case DeliveryChanged():
            address = fact.address
            said = {"postcode": address.postcode, "town": address.city, "expected_on": fact.on}
        case DeliveryContested():
            said = {"state": "contested", "is_contested": True, "is_open": True}
        case CardInHand():
            said = {"state": "in_hand", "is_contested": False, "is_open": False, "reason": ""}
        case CardLost():
            said = {"state": "lost", "reason": fact.why, "is_open": False}
        case _:
            said = {"state": "stopped", "is_open": False}
    yield "parcel_goes_on", {**_PARCEL, **said}


def _drafted(fact: PortInDrafted, _: Recorded) -> Iterator[Change]:
    yield (
        "request_drafted",
        {"line": fact.line, "number": fact.number, "hub": str(fact.hub), "donor": fact.donor},
    )


_REQUEST: Row = dict.fromkeys(
    ("state", "donor", "cause", "reply_due", "cancel_until", "answered_at")
)


def _request(fact: Any, record: Recorded) -> Iterator[Change]:
    state = RequestState
    match fact:
        case DonorCorrected():
            said: Row = {"donor": fact.donor}
        case PortInRequested() | PortInQueuedAtHub():
            due = {"reply_due": fact.reply_due, "cancel_until": fact.cancel_until}
            said = {"state": str(state.ASKED), **due}
        case PortInConfirmed():
            limit = {"cancel_until": fact.cancel_until}
            said = {"state": str(state.CONFIRMED), "answered_at": record.at, **limit}
        case PortInRejected():
            answered = {"answered_at": record.at, "cause": fact.reason}
            said = {"state": str(state.REJECTED), **answered}
        case _:
            said = {"state": str(state.OVER)}
    yield "request_goes_on", {**_REQUEST, **said}


def _terms(fact: TermsNoted, _: Recorded) -> Iterator[Change]:
    yield (
        "terms_noted",
        {
            "line": fact.line,
            "number": fact.number or "",
            "fee": fact.monthly_fee_eur_cents,
            "average": fact.average_3m_eur_cents,
            "rules": fact.rules,
        },
    )


def _opened(fact: OutageOpened, _: Recorded) -> Iterator[Change]:
    yield "outage", {"line": fact.line, "dead_from": fact.dead_from, "dead_until": None}


def _counted(fact: OutageCounted, _: Recorded) -> Iterator[Change]:
    stretch = {"line": fact.line, "dead_from": fact.dead_from, "dead_until": fact.dead_until}
    yield "outage_over", stretch
    yield "outage", stretch


def _found(fact: AmountFound, _: Recorded) -> Iterator[Change]:
    yield "amount_found", {"found": fact.amount_eur_cents, "minutes": fact.minutes}


def _credited(fact: CompensationCredited, _: Recorded) -> Iterator[Change]:
    yield "amount_credited", {"credited": fact.total_eur_cents}


def _case(fact: CaseOpened | CaseReopened, _: Recorded) -> Iterator[Change]:
    yield "case_opened", {"case_key": fact.key, "owner": fact.owner, "why": fact.cause}


def _climbed(fact: CaseEscalated, _: Recorded) -> Iterator[Change]:
    yield "case_climbed", {"level": fact.level, "role": fact.role, "why": fact.why}


def _resolved(_fact: CaseResolved, _: Recorded) -> Iterator[Change]:
    yield "case_resolved", {}


def _said(fact: CustomerSaid, record: Recorded) -> Iterator[Change]:
    if costs_effort(fact):
        yield (
            "effort",
            {"day": record.at.date(), "channel": fact.channel, "minutes": fact.minutes},
        )


_RULES: Mapping[type, Callable[[Any, Recorded], Iterator[Change]]] = {
    PromiseMade: _made,
    PromiseAtRisk: _promise(PromisePhase.AT_RISK),
    PromiseMoved: _promise(PromisePhase.MADE, moves=1),
    PromiseKept: _promise(PromisePhase.KEPT),
    PromiseBroken: _promise(PromisePhase.BROKEN),
    PromiseKeptLate: _promise(PromisePhase.KEPT_LATE),
    PromiseReleased: _promise(PromisePhase.RELEASED),
    CardTied: _tied,
    **dict.fromkeys(
        (
            ParcelOrdered, ParcelProgressed, ParcelTroubled, ParcelMendAsked, DeliveryChanged,
            DeliveryContested, CardInHand, CardLost, DispatchStopped,
        ),
        _parcel,
    ),
    PortInDrafted: _drafted,
    **dict.fromkeys(
        (
            DonorCorrected, PortInRequested, PortInQueuedAtHub, PortInConfirmed, PortInRejected,
            PortInCancelled, PortInCompleted,
        ),
        _request,
    ),
    TermsNoted: _terms,
    OutageOpened: _opened,
    OutageCounted: _counted,
    AmountFound: _found,
    CompensationCredited: _credited,
    CaseOpened: _case,
    CaseReopened: _case,
    CaseEscalated: _climbed,
    CaseResolved: _resolved,
    **OWNER_RULES,
    **COMPLAINT_RULES,
    CustomerSaid: _said,
}  # fmt: skip
