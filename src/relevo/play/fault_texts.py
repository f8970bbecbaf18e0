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
    ("hub", "refuse"): "refuses a request in which nothing is wrong ({cause})",
    ("hub", "contingency"): "has no web service: it works by files",
    ("courier", "bad_label"): "cannot read the label",
    ("courier", "wrong_address"): "drives to a wrong address",
    ("courier", "absent"): "finds nobody at home",
    ("courier", "lost"): "loses the parcel",
    ("courier", "refused"): "reports that the parcel was refused",
    ("courier", "false_delivery"): "reports a delivery that never was",
    ("courier", "silent"): "sends no scans",
    ("field", "absent"): "finds nobody at home",
    ("field", "no_access"): "does not get into the building",
    ("field", "no_port"): "finds no free port",
    ("field", "wrong_address"): "does not find the address",
    ("field", "another_visit"): "cannot finish in one visit",
    ("field", "cancelled"): "cancels the visit",
    ("field", "late"): "comes after the slot",
    ("field", "false_done"): "reports an installation that was never made",
    ("field", "silent"): "does not come and says nothing",
    ("network", "provision_fails"): "fails to provision the number",
    ("network", "partial"): "serves the number without {missing}",
    ("network", "routing_stale"): "{origin} still routes the number to the donor",
    ("network", "forgets"): "forgets the subscriber",
    ("network", "recipient_fails"): "of the recipient does not serve the number that it got",
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
