"""Who and what a story is about, in a few lines: whoever has not read its file can follow it."""

from __future__ import annotations

from relevo.play.scenario import Scenario
from relevo.simulators.plan import LinePlan, ServedPlan
from relevo.values.msisdn import Msisdn, spoken

SIGNS = "✓ done   ◆ caught or mended by relevo   ✗ trouble   ⚡ a fault strikes"


def cast_of(scenario: Scenario) -> tuple[str, ...]:
    """The customer, each of his lines, and how to read what follows."""
    customer = scenario.world.customer
    width = max(len(line.id) for line in scenario.world.all_lines)
    rows = (
        f"  {line.id:<{width}}  {line.kind:<6}  {_number(line):<11}  {_fate(line, scenario)}"
        for line in scenario.world.lines
    )
    ours = (
        f"  {each.id:<{width}}  mobile  {_number(each.line):<11}  {_asked(each, scenario)}"
        for each in scenario.world.served
    )
    us = scenario.order.recipient
    verb = "moves to" if scenario.has_order else "is a customer of"
    return (f"{customer.name}, {customer.address.city}, {verb} {us}:", *rows, *ours, SIGNS)


def _number(line: LinePlan) -> str:
    return spoken(Msisdn(line.number)) if line.number else ""


def _asked(served: ServedPlan, scenario: Scenario) -> str:
    card = f", on the card of {served.depends_on}" if served.depends_on else ""
    asking = [o.recipient for o in scenario.world.port_outs if served.number in o.numbers]
    return f"with us{card}" + (f"; {asking[0]} asks for it" if asking else "")


def _fate(line: LinePlan, scenario: Scenario) -> str:
    card = f", on the card of {line.depends_on}" if line.depends_on else ""
    if line.id not in scenario.order.lines:
        return f"at {line.donor}{card}; the order does not name it"
    return f"from {line.donor}{card}"
