"""Facts to steps that a person understands: one table, and the filling of its texts. Pure.

A fact without an entry is not for people (``--verbose`` shows it by its stored name). The words
stand in ``texts/``; a text's slots are the fields of its fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from relevo.engine.process import wire_name
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.money import Money
from relevo.values.msisdn import Msisdn, spoken


class Who(StrEnum):
    """Whose act a step is."""

    RELEVO = "relevo"
    DONOR = "donor"
    HUB = "hub"
    COURIER = "courier"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words of one language."""

    steps: Mapping[str, str]  # wire name of a fact -> text with slots
    words: Mapping[str, str]  # codes of the product -> words
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    language: str
    zone: str


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
    "porting.number_recovered": Rule(Who.DONOR, _GOOD),
    "porting.recovery_overtaken": Rule(Who.RELEVO, _GOOD),
    "porting.hold_ended": Rule(Who.DONOR, _TROUBLE),
    "sims.parcel_ordered": Rule(Who.RELEVO),
    "sims.parcel_progressed": Rule(Who.COURIER, is_detail=True),
    "sims.parcel_troubled": Rule(Who.COURIER, _TROUBLE),
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
    "notices.customer_said": Rule(Who.CUSTOMER),
    "care.case_opened": Rule(Who.CARE, _CAUGHT),
    "care.case_escalated": Rule(Who.CARE, _CAUGHT),
    "care.case_resolved": Rule(Who.CARE, _GOOD),
    "care.case_reopened": Rule(Who.CARE, _CAUGHT),
    "care.evidence_stored": Rule(Who.CARE, is_detail=True),
    "care.call_back_promised": Rule(Who.CARE),
    "compensation.amount_found": Rule(Who.RELEVO, is_detail=True),
    "compensation.credited": Rule(Who.RELEVO, _GOOD),
}
"""Fact -> how it is shown. Its text stands under the same name in ``texts/``."""

_OF_A_LINE = frozenset({"line", "port", "recovery", "card", "esim", "activation", "compensation"})


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


def _slots(fact: object, labels: Labels) -> dict[str, str]:
    if not is_dataclass(fact):
        return {}
    return {
        each.name: shown(getattr(fact, each.name), labels, field=each.name) for each in fields(fact)
    }


def shown(value: Any, labels: Labels, *, field: str = "") -> str:
    """A value as people read it."""
    if value is None or value in ("", ()):
        return labels.words.get("nothing", "–")
    if isinstance(value, datetime | date | Window):
        return _shown_time(value, labels)
    if isinstance(value, dict):
        return ", ".join(dict.fromkeys(shown(one, labels) for one in value.values()))
    if isinstance(value, tuple):
        return ", ".join(shown(one, labels) for one in value)
    if isinstance(value, int) and field.endswith("_eur_cents"):
        return Money(value, "EUR").shown(labels.language)
    if isinstance(value, str) and value.startswith("+") and value[1:].isdigit():
        return spoken(Msisdn(value))
    return labels.words.get(str(value), str(value).replace("_", " "))


def _shown_time(value: datetime | date | Window, labels: Labels) -> str:
    zone = ZoneInfo(labels.zone)
    if isinstance(value, Window):
        closes = value.closes.astimezone(zone)
        return f"{_shown_time(value.opens, labels)}–{closes:%H:%M}"
    if isinstance(value, datetime):
        here = value.astimezone(zone)
        return f"{_shown_time(here.date(), labels)} {here:%H:%M}"
    return f"{labels.weekdays[value.weekday()]} {value.day} {labels.months[value.month - 1]}"
