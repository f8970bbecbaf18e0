"""Faults as the timeline tells them: what a bystander who sees everything would say."""

from __future__ import annotations

from relevo.simulators.plan import FaultPlan

_TEXTS = {
    ("donor", "cease_dependent"): "cuts the number though nobody asked for it",
    ("donor", "reject"): "rejects the port without reason ({cause})",
    ("donor", "silent"): "does not answer the port request",
    ("donor", "late"): "answers the port request after its limit",
    ("donor", "partial"): "confirms only {lines}",
    ("donor", "cut_early"): "stops serving the number before its window",
    ("hub", "down"): "is down",
    ("hub", "duplicate"): "delivers a notice twice",
    ("hub", "delay"): "delivers a notice late",
    ("hub", "reorder"): "delivers notices in the wrong order",
    ("hub", "lose_notice"): "loses a notice",
    ("hub", "quota"): "takes no more requests today",
    ("hub", "wrong_donor"): "says that another operator has the number",
    ("hub", "session_lost"): "has forgotten our session",
    ("courier", "bad_label"): "cannot read the label",
    ("courier", "wrong_address"): "drives to a wrong address",
    ("courier", "absent"): "finds nobody at home",
    ("courier", "lost"): "loses the parcel",
    ("courier", "refused"): "reports that the parcel was refused",
    ("courier", "false_delivery"): "reports a delivery that never was",
    ("courier", "silent"): "sends no scans",
    ("network", "provision_fails"): "fails to provision the number",
    ("network", "partial"): "serves the number without {missing}",
    ("network", "routing_stale"): "{origin} still routes the number to the donor",
    ("network", "forgets"): "forgets the subscriber",
    ("care", "wrong_answer"): "is about to write what is not so: “{text}”",
    ("care", "asks_for_held"): "is about to ask the customer for what we hold ({item})",
    ("care", "promise_missed"): "promises a call and forgets it",
    ("order", "lose_line"): "the record of the line vanishes downstream",
    ("order", "crash"): "the worker is killed and started again",
}


def fault_text(plan: FaultPlan) -> str:
    """What happened, in a few words."""
    text = _TEXTS[plan.where, plan.what]
    return text.format(
        cause=plan.cause,
        lines=", ".join(plan.lines),
        missing=", ".join(plan.missing).replace("_", " "),
        origin=plan.origin,
        text=plan.text,
        item=(plan.item or "").replace("_", " "),
    )
