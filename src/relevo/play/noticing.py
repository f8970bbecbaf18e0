"""When the product noticed a fault, and when the customer was told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from relevo.engine.process import wire_name
from relevo.engine.recorded import Recorded
from relevo.play.plain_reading import folded, names, says
from relevo.play.verdict import FaultResult
from relevo.play.witnessed import Struck, Witnessed
from relevo.tracking.timeline import line_of
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How a kind of fault shows: in facts of the product, and in words to the customer.

    ``must``: whoever overlooks it has failed. Without it the fault may pass without a trace, as a
    hub that is down while nobody calls it.
    """

    facts: tuple[str, ...] = ()
    where: Callable[[Any], bool] | None = None
    told: str = ""  # key of [told] in plain_words.toml; empty: he need not be told
    must: bool = False


_DEAD = ("activation.life_sign_lost", "porting.number_cut", "orders.line_dead")
_REJECTED = ("porting.port_in_rejected",)
_PARCEL = ("sims.parcel_troubled", "sims.card_lost")
_PARTLY = ("activation.capability_lost", "activation.life_sign_lost")
_GONE = ("activation.record_vanished", "activation.life_sign_lost")
_STOPPED = ("notices.draft_stopped",)


def _not_by_mailbox(fact: Any) -> bool:
    return str(getattr(fact, "witness", "")) in {"query", "file"}


_UNANSWERED = (
    *_REJECTED,
    "porting.port_in_unrecognised",  # the fixed hub does not reject for a donor who is silent
    "porting.cancellation_asked",
)
_NO_ANSWER = Sign(facts=_UNANSWERED, told="window", must=True)
_A_REJECTION = Sign(facts=_REJECTED, told="window", must=True)
_A_SILENCE = Sign(facts=("porting.reply_overdue", *_REJECTED), told="window", must=True)
_A_VISIT = Sign(facts=("activation.visit_failed",), told="visit", must=True)
_A_PARCEL = Sign(facts=_PARCEL, told="parcel", must=True)

SIGNS: dict[tuple[str, str], Sign] = {
    ("donor", "cease_dependent"): Sign(facts=_DEAD, told="trouble", must=True),
    ("donor", "reject"): _A_REJECTION,
    ("donor", "silent"): _A_SILENCE,
    ("donor", "late"): _A_SILENCE,
    ("donor", "partial"): _A_REJECTION,
    ("donor", "cut_early"): Sign(facts=_DEAD, told="trouble", must=True),
    ("hub", "down"): Sign(facts=("porting.port_in_queued",)),
    ("hub", "duplicate"): Sign(),
    ("hub", "delay"): Sign(),
    ("hub", "reorder"): Sign(),
    ("hub", "lose_notice"): Sign(
        facts=(
            "porting.port_in_confirmed",
            "porting.port_in_rejected",
            "porting.port_in_completed",
        ),
        where=_not_by_mailbox,
    ),
    ("hub", "quota"): Sign(facts=("porting.port_in_queued",)),
    ("hub", "wrong_donor"): Sign(facts=("porting.donor_corrected",)),
    ("hub", "session_lost"): Sign(),
    ("hub", "refuse"): Sign(facts=("porting.port_in_queued", *_UNANSWERED)),
    ("hub", "contingency"): Sign(facts=("porting.port_in_queued",)),
    ("courier", "bad_label"): _A_PARCEL,
    ("courier", "wrong_address"): _A_PARCEL,
    ("courier", "absent"): _A_PARCEL,
    ("courier", "lost"): _A_PARCEL,
    ("courier", "refused"): _A_PARCEL,
    ("courier", "false_delivery"): _A_PARCEL,
    ("courier", "silent"): Sign(facts=_PARCEL, told="parcel"),
    **{("field", what): _A_VISIT for what in ("absent", "no_access", "no_port", "wrong_address")},
    **{("field", what): _A_VISIT for what in ("another_visit", "cancelled", "silent")},
    ("field", "late"): Sign(facts=("activation.visit_late",), must=True),
    ("field", "false_done"): Sign(facts=("activation.access_silent",), must=True),
    ("network", "provision_fails"): Sign(facts=("activation.provisioning_failed",), must=True),
    ("network", "partial"): Sign(facts=_PARTLY, told="trouble"),
    ("network", "routing_stale"): Sign(facts=_PARTLY, told="trouble"),
    ("network", "forgets"): Sign(facts=_GONE, told="trouble", must=True),
    ("network", "recipient_fails"): Sign(facts=("porting.port_out_undone",)),
    ("care", "wrong_answer"): Sign(facts=_STOPPED, must=True),
    ("care", "asks_for_held"): Sign(facts=_STOPPED, must=True),
    ("care", "promise_missed"): Sign(facts=("promises.promise_broken",), told="promise", must=True),
    ("order", "lose_line"): Sign(facts=_GONE, must=True),
    ("order", "crash"): Sign(),
}
"""Every kind of fault of the contract."""


def judge_faults(seen: Witnessed) -> tuple[FaultResult, ...]:
    """Every fault with the times that count."""
    return tuple(_judged(fault, seen) for fault in seen.struck)


def noticed_first_by(faults: Iterable[FaultResult]) -> str | None:
    """``system``, ``customer``, ``nobody`` (one that must be seen was not) or None (no fault)."""
    found: set[str] = set()
    for fault in faults:
        if fault.struck_at is None:
            continue
        if fault.noticed_by is not None:
            found.add(fault.noticed_by)
        elif SIGNS[fault.where, fault.what].must:
            found.add("nobody")
    return next((who for who in ("customer", "nobody", "system") if who in found), None)


def _judged(fault: Struck, seen: Witnessed) -> FaultResult:
    sign = SIGNS[fault.plan.where, fault.plan.what]
    noticed_at, noticed_by, told_at = None, None, None
    if fault.struck_at is not None:
        noticed_at, noticed_by = _noticed(fault, fault.struck_at, sign, seen)
        if noticed_at is not None:
            told_at = _told(fault, noticed_at, sign, seen)
    return FaultResult(
        where=fault.plan.where,
        what=fault.plan.what,
        line=fault.line or fault.plan.line,
        struck_at=fault.struck_at,
        noticed_at=noticed_at,
        noticed_by=noticed_by,
        customer_told_at=told_at,
    )


def _noticed(
    fault: Struck, since: Moment, sign: Sign, seen: Witnessed
) -> tuple[Moment | None, str | None]:
    line = fault.line or fault.plan.line
    by_system = next(
        (each.at for each in seen.facts if each.at >= since and _shows(each, sign, line)), None
    )
    number = _number_of(line, seen)
    complained = [
        each.at
        for each in seen.complaints
        if each.at >= since and sign.told == "trouble" and number in (None, each.number)
    ]
    by_customer = min(complained, default=None)
    if by_customer is not None and (by_system is None or by_customer < by_system):
        return by_system or by_customer, "customer"
    return by_system, None if by_system is None else "system"


def _shows(recorded: Recorded, sign: Sign, line: str | None) -> bool:
    if wire_name(recorded.fact) not in sign.facts:
        return False
    about = line_of(recorded.process_id, recorded.fact)
    if line is not None and about and about != line:
        return False
    return sign.where is None or sign.where(recorded.fact)


def _told(fault: Struck, since: Moment, sign: Sign, seen: Witnessed) -> Moment | None:
    if not sign.told:
        return None
    number = _number_of(fault.line or fault.plan.line, seen)
    for message in seen.arrived:
        is_about = (
            number is None or sign.told in {"promise", "visit"} or names(message.text, number)
        )
        if not (message.is_ours and message.at >= since and is_about):
            continue
        if says(folded(message.text), "told", sign.told):
            return message.at
    return None


def _number_of(line: str | None, seen: Witnessed) -> str | None:
    for each in seen.scenario.world.all_lines:
        if each.id == line:
            return each.number
    return None
