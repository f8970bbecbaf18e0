"""Facts to steps that a person understands: one table, and the filling of its texts. Pure.

A fact without an entry is not for people (``--verbose`` shows it by its stored name). The words
stand in ``texts/``; a text's slots are the fields of its fact.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

from relevo.engine.process import wire_name
from relevo.porting.profile import Window
from relevo.tracking.labels import Labels, shown
from relevo.values.moment import Moment


class Who(StrEnum):
    """Whose act a step is."""

    RELEVO = "relevo"
    DONOR = "donor"
    HUB = "hub"
    COURIER = "courier"
    FIELD = "field"
    NETWORK = "network"
    CUSTOMER = "customer"
    CARE = "care"


class Mood(StrEnum):
    """How a step is to be read."""

    PLAIN = "plain"
    GOOD = "good"
    TROUBLE = "trouble"
    CAUGHT = "caught"  # a trouble that the system noticed, stopped or mends


@dataclass(frozen=True, slots=True)
class Rule:
    """How a kind of fact is shown; ``is_detail``: only where there is room for everything."""

    who: Who
    mood: Mood = Mood.PLAIN
    is_detail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a timeline."""

    at: Moment
    line: str  # id of the line; empty when it is about the order
    who: str
    what: str
    mood: Mood = Mood.PLAIN
    is_detail: bool = False


_TROUBLE, _GOOD, _CAUGHT = Mood.TROUBLE, Mood.GOOD, Mood.CAUGHT

STEPS: dict[str, Rule] = {
    "orders.order_accepted": Rule(Who.RELEVO),
    "orders.number_undecided": Rule(Who.RELEVO, _CAUGHT),
    "orders.number_decided": Rule(Who.CUSTOMER),
    "orders.window_chosen": Rule(Who.RELEVO),
    "orders.group_redated": Rule(Who.RELEVO, _CAUGHT),
    "orders.line_moved_alone": Rule(Who.RELEVO, _TROUBLE),
    "orders.check_failed_again": Rule(Who.RELEVO, _TROUBLE),
    "orders.order_stuck": Rule(Who.RELEVO, _TROUBLE),
    "orders.order_closed": Rule(Who.RELEVO, _GOOD),
    "orders.order_withdrawn": Rule(Who.RELEVO),
    "orders.held_line_watched": Rule(Who.RELEVO, is_detail=True),
    "orders.line_prepared": Rule(Who.RELEVO, is_detail=True),
    "orders.line_mended": Rule(Who.RELEVO, _CAUGHT),
    "orders.line_stuck": Rule(Who.RELEVO, _TROUBLE),
    "orders.line_taken_back": Rule(Who.RELEVO),
    "orders.line_not_taken_back": Rule(Who.RELEVO, _TROUBLE),
    "orders.line_live": Rule(Who.RELEVO, _GOOD, is_detail=True),
    "porting.port_in_queued": Rule(Who.RELEVO, _CAUGHT),
    "porting.donor_corrected": Rule(Who.HUB, _CAUGHT),
    "porting.port_in_requested": Rule(Who.RELEVO),
    "porting.port_in_confirmed": Rule(Who.DONOR),
    "porting.port_in_rejected": Rule(Who.DONOR, _TROUBLE),
    "porting.cancellation_asked": Rule(Who.RELEVO, is_detail=True),
    "porting.cancellation_missed": Rule(Who.HUB, _TROUBLE),
    "porting.port_in_cancelled": Rule(Who.HUB, is_detail=True),
    "porting.port_in_completed": Rule(Who.HUB, _GOOD),
    "porting.reply_overdue": Rule(Who.RELEVO, _CAUGHT),
    "porting.port_in_unrecognised": Rule(Who.HUB, _TROUBLE),
    "porting.number_cut": Rule(Who.RELEVO, _CAUGHT, is_detail=True),
    "porting.reactivation_asked": Rule(Who.RELEVO, _CAUGHT),
    "porting.reactivation_promised": Rule(Who.DONOR),
    "porting.recovery_escalated": Rule(Who.RELEVO, _CAUGHT),
    "porting.recovery_reminded": Rule(Who.RELEVO, _CAUGHT),
    "porting.number_recovered": Rule(Who.DONOR, _GOOD),
    "porting.recovery_overtaken": Rule(Who.RELEVO, _GOOD),
    "porting.hold_ended": Rule(Who.DONOR, _TROUBLE),
    "orders.line_visit_agreed": Rule(Who.RELEVO),
    "orders.line_installed": Rule(Who.RELEVO, _GOOD),
    "orders.line_not_installed": Rule(Who.RELEVO, _TROUBLE),
    "orders.line_old_access_released": Rule(Who.RELEVO),
    "activation.visit_late": Rule(Who.FIELD, _TROUBLE),
    "activation.visit_failed": Rule(Who.FIELD, _TROUBLE),
    "activation.access_silent": Rule(Who.RELEVO, _CAUGHT),
    "sims.parcel_ordered": Rule(Who.RELEVO),
    "sims.parcel_progressed": Rule(Who.COURIER, is_detail=True),
    "sims.parcel_troubled": Rule(Who.COURIER, _TROUBLE),
    "sims.delivery_changed": Rule(Who.CUSTOMER),
    "sims.delivery_contested": Rule(Who.CUSTOMER, _TROUBLE),
    "sims.card_presented": Rule(Who.CUSTOMER, _GOOD),
    "sims.card_mismatched": Rule(Who.CUSTOMER, _CAUGHT),
    "sims.card_in_hand": Rule(Who.COURIER, _GOOD),
    "sims.card_lost": Rule(Who.COURIER, _TROUBLE),
    "sims.dispatch_stopped": Rule(Who.RELEVO, is_detail=True),
    "sims.esim_offered": Rule(Who.RELEVO, _CAUGHT),
    "sims.esim_installed": Rule(Who.CUSTOMER, _GOOD),
    "sims.esim_failed": Rule(Who.NETWORK, _TROUBLE),
    "activation.life_sign_lost": Rule(Who.RELEVO, _CAUGHT),
    "activation.life_sign_back": Rule(Who.RELEVO, _GOOD),
    "activation.record_vanished": Rule(Who.RELEVO, _CAUGHT),
    "activation.record_restored": Rule(Who.NETWORK, _GOOD),
    "activation.provisioning_failed": Rule(Who.NETWORK, _TROUBLE),
    "activation.line_provisioned": Rule(Who.NETWORK, is_detail=True),
    "activation.card_registered": Rule(Who.NETWORK, is_detail=True),
    "activation.capability_proven": Rule(Who.NETWORK, is_detail=True),
    "activation.capability_lost": Rule(Who.RELEVO, _CAUGHT),
    "activation.line_self_tested": Rule(Who.CUSTOMER),
    "activation.line_works": Rule(Who.NETWORK, _GOOD),
    "activation.watch_ended": Rule(Who.RELEVO, is_detail=True),
    "promises.promise_made": Rule(Who.RELEVO, is_detail=True),
    "promises.promise_moved": Rule(Who.RELEVO, is_detail=True),
    "promises.promise_kept": Rule(Who.RELEVO, is_detail=True),
    "promises.promise_broken": Rule(Who.RELEVO, _CAUGHT),
    "promises.promise_kept_late": Rule(Who.RELEVO),
    "notices.message_sent": Rule(Who.RELEVO),
    "notices.message_undeliverable": Rule(Who.RELEVO, _TROUBLE),
    "notices.draft_stopped": Rule(Who.CARE, _CAUGHT),
    "notices.reply_approved": Rule(Who.CARE),
    "notices.told_by_phone": Rule(Who.CARE),
    "notices.customer_said": Rule(Who.CUSTOMER),
    "care.case_opened": Rule(Who.CARE, _CAUGHT),
    "care.case_escalated": Rule(Who.CARE, _CAUGHT),
    "care.case_resolved": Rule(Who.CARE, _GOOD),
    "care.case_reopened": Rule(Who.CARE, _CAUGHT),
    "care.case_offered": Rule(Who.CARE, is_detail=True),
    "care.offer_declined": Rule(Who.CARE, is_detail=True),
    "care.case_handed_over": Rule(Who.CARE),
    "care.escalation_acknowledged": Rule(Who.CARE),
    "care.case_merged": Rule(Who.CARE),
    "care.case_absorbed": Rule(Who.CARE),
    "care.evidence_stored": Rule(Who.CARE, is_detail=True),
    "care.call_back_promised": Rule(Who.CARE),
    "care.complaint_filed": Rule(Who.CUSTOMER),
    "care.complaint_incomplete": Rule(Who.CARE),
    "care.complaint_completed": Rule(Who.CUSTOMER, is_detail=True),
    "care.complaint_overdue": Rule(Who.RELEVO, _TROUBLE),
    "care.complaint_answered": Rule(Who.CARE, _GOOD),
    "compensation.amount_found": Rule(Who.RELEVO, is_detail=True),
    "compensation.credited": Rule(Who.RELEVO, _GOOD),
    "engine.operator_acted": Rule(Who.CARE),
    "orders.group_resumed": Rule(Who.CARE),
    "orders.order_withdrawing": Rule(Who.CARE),
    "orders.line_taken_out": Rule(Who.RELEVO),
    "orders.company_move_started": Rule(Who.CUSTOMER),
    "orders.company_gate_opened": Rule(Who.RELEVO, is_detail=True),
    "orders.company_donor_parked": Rule(Who.HUB, _CAUGHT),
    "orders.company_lane_stopped": Rule(Who.RELEVO, _TROUBLE),
    "orders.company_lane_resumed": Rule(Who.CARE, _GOOD),
    "orders.company_move_done": Rule(Who.RELEVO, _GOOD),
    "orders.batch_asked": Rule(Who.RELEVO),
    "orders.batch_confirmed": Rule(Who.DONOR),
    "orders.batch_moved": Rule(Who.HUB, _GOOD),
    "orders.batch_rejected": Rule(Who.DONOR, _TROUBLE),
    "orders.batch_divided": Rule(Who.RELEVO, _CAUGHT),
    "orders.batch_stopped": Rule(Who.RELEVO, _TROUBLE),
    "orders.batch_repaired": Rule(Who.CARE, _CAUGHT),
    "orders.batch_dropped": Rule(Who.CUSTOMER),
    "orders.batch_done": Rule(Who.RELEVO, _GOOD),
    "orders.numbers_set_apart": Rule(Who.RELEVO, _CAUGHT),
    "porting.port_in_queued_at_hub": Rule(Who.HUB),
    "porting.port_in_announced": Rule(Who.HUB),
    "porting.multiple_requested": Rule(Who.RELEVO),
    "porting.multiple_reduced": Rule(Who.DONOR, _CAUGHT),
    "porting.multiple_confirmed": Rule(Who.DONOR),
    "porting.multiple_rejected": Rule(Who.DONOR, _TROUBLE),
    "porting.multiple_cancelled": Rule(Who.HUB),
    "porting.multiple_completed": Rule(Who.HUB, _GOOD),
    "porting.multiple_reply_overdue": Rule(Who.RELEVO, _CAUGHT),
    "porting.multiple_unrecognised": Rule(Who.HUB, _TROUBLE),
    "porting.port_out_received": Rule(Who.HUB),
    "porting.port_out_checked": Rule(Who.RELEVO, is_detail=True),
    "porting.port_out_confirmed": Rule(Who.RELEVO),
    "porting.port_out_rejected": Rule(Who.RELEVO),
    "porting.port_out_reduced": Rule(Who.RELEVO, _CAUGHT),
    "porting.port_out_redated": Rule(Who.HUB),
    "porting.port_out_consequences_found": Rule(Who.RELEVO, _CAUGHT),
    "porting.port_out_cancelled": Rule(Who.HUB),
    "porting.port_out_answer_at_risk": Rule(Who.RELEVO, _TROUBLE),
    "porting.port_out_unrecognised": Rule(Who.HUB, _TROUBLE),
    "porting.force_majeure_proposed": Rule(Who.CARE),
    "porting.force_majeure_approved": Rule(Who.CARE),
    "porting.force_majeure_voided": Rule(Who.RELEVO, _CAUGHT),
    "porting.numbers_left": Rule(Who.HUB),
    "porting.line_stopped": Rule(Who.NETWORK, is_detail=True),
    "porting.port_out_completed": Rule(Who.RELEVO),
    "porting.port_out_undone": Rule(Who.CARE, _CAUGHT),
    "porting.line_restored": Rule(Who.NETWORK, _GOOD, is_detail=True),
    "porting.port_out_restored": Rule(Who.RELEVO, _GOOD),
    "porting.cease_asked": Rule(Who.CUSTOMER),
    "porting.cease_held": Rule(Who.RELEVO, _CAUGHT),
    "porting.cease_decided": Rule(Who.CARE),
    "porting.number_ceased": Rule(Who.RELEVO),
    "porting.cease_dropped": Rule(Who.RELEVO, _GOOD),
    "porting.cease_unrecognised": Rule(Who.HUB, _TROUBLE),
    "porting.return_started": Rule(Who.RELEVO),
    "porting.return_notified": Rule(Who.HUB),
    "porting.return_held": Rule(Who.RELEVO, _CAUGHT),
    "porting.return_keeping": Rule(Who.CARE),
    "porting.number_kept": Rule(Who.RELEVO, _GOOD),
    "porting.return_overtaken": Rule(Who.HUB),
    "porting.number_returned": Rule(Who.HUB),
    "porting.return_unclear": Rule(Who.RELEVO, _TROUBLE),
    "porting.return_stuck": Rule(Who.RELEVO, _TROUBLE),
    "porting.return_late": Rule(Who.RELEVO, _CAUGHT),
    "porting.return_settled": Rule(Who.CARE),
    "porting.number_back_claimed": Rule(Who.HUB, _CAUGHT),
    "porting.number_back_refused": Rule(Who.RELEVO, _TROUBLE),
    "porting.number_resting": Rule(Who.RELEVO),
    "porting.number_free": Rule(Who.RELEVO, is_detail=True),
    "porting.undue_port_reported": Rule(Who.CARE, _CAUGHT),
    "porting.number_blocked": Rule(Who.CARE, _CAUGHT),
    "porting.block_ended": Rule(Who.RELEVO),
    "porting.port_back_asked": Rule(Who.RELEVO),
    "porting.port_back_confirmed": Rule(Who.DONOR),
    "porting.port_back_refused": Rule(Who.DONOR, _TROUBLE),
    "porting.port_back_called_off": Rule(Who.CARE),
    "porting.number_ported_back": Rule(Who.HUB, _GOOD),
    "porting.number_served_again": Rule(Who.NETWORK, _GOOD),
    "porting.way_back_opened": Rule(Who.CARE),
    "porting.number_went_back": Rule(Who.HUB, _GOOD),
    "porting.undue_port_dropped": Rule(Who.CARE),
    "porting.undue_port_unrecognised": Rule(Who.HUB, _TROUBLE),
    "porting.incoherence_opened": Rule(Who.HUB, _CAUGHT),
    "porting.incoherence_with_desk": Rule(Who.RELEVO, _TROUBLE),
    "porting.incoherence_reported": Rule(Who.RELEVO, is_detail=True),
    "porting.incoherence_answer_given": Rule(Who.RELEVO),
    "porting.incoherence_answer_seen": Rule(Who.DONOR),
    "porting.incoherence_overdue": Rule(Who.RELEVO, _CAUGHT),
    "porting.incoherence_settled": Rule(Who.HUB, _GOOD),
    "porting.migration_started": Rule(Who.CARE),
    "porting.migration_opened": Rule(Who.HUB),
    "porting.migration_refused": Rule(Who.HUB, _TROUBLE),
    "porting.migration_stuck": Rule(Who.RELEVO, _TROUBLE),
    "porting.migration_late": Rule(Who.RELEVO, _CAUGHT),
    "porting.migration_cut_short": Rule(Who.CARE),
    "porting.migration_finished": Rule(Who.HUB, _GOOD),
    "activation.line_unproven": Rule(Who.RELEVO, _CAUGHT),
    "promises.promise_at_risk": Rule(Who.RELEVO, _CAUGHT, is_detail=True),
    "care.call_back_kept": Rule(Who.CARE, _GOOD),
    "care.trouble_added": Rule(Who.CARE, is_detail=True),
    "care.trouble_ended": Rule(Who.CARE, _GOOD, is_detail=True),
    "notices.message_rerouted": Rule(Who.RELEVO, _CAUGHT),
    "notices.letters_sent": Rule(Who.RELEVO),
    "notices.letter_undeliverable": Rule(Who.RELEVO, _TROUBLE),
}
"""Fact -> how it is shown. Its text stands under the same name in ``texts/``."""

_OF_A_LINE = frozenset(
    {"line", "port", "recovery", "card", "esim", "activation", "installation", "compensation"}
)


def step_of(process_id: str, fact: object, *, at: Moment, labels: Labels) -> Step | None:
    """The step of a fact; None when the fact is not for people."""
    name = wire_name(fact)
    rule = STEPS.get(name)
    if rule is None:
        return None
    what = labels.steps[name].format_map(_slots(fact, labels))
    return Step(
        at=at,
        line=line_of(process_id, fact),
        who=rule.who,
        what=what,
        mood=rule.mood,
        is_detail=rule.is_detail,
    )


def bare_step(process_id: str, fact: object, *, at: Moment) -> Step:
    """A fact that is not for people, by its stored name."""
    return Step(
        at=at,
        line=line_of(process_id, fact),
        who=Who.RELEVO,
        what=wire_name(fact),
        is_detail=True,
    )


def line_of(process_id: str, fact: object) -> str:
    """The line that a fact is about; empty when it is about the order as a whole."""
    said = getattr(fact, "line", "")
    if isinstance(said, str) and said:
        return said
    parts = process_id.split("/")
    return parts[2] if len(parts) > 2 and parts[1] in _OF_A_LINE else ""


def _slots(fact: object, labels: Labels) -> dict[str, Any]:
    if not is_dataclass(fact):
        return {}
    return {each.name: _slot(getattr(fact, each.name), labels, each.name) for each in fields(fact)}


def _slot(value: object, labels: Labels, field: str) -> Any:
    """A value as people read it; of one with fields of its own, each of them ("{wish.number}")."""
    if is_dataclass(value) and not isinstance(value, Window):
        return SimpleNamespace(**_slots(value, labels))
    return shown(value, labels, field=field)
