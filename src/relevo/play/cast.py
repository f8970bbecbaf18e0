"""Who and what a story is about, in a few lines: whoever has not read its file can follow it."""

from __future__ import annotations

from relevo.play.scenario import Scenario
from relevo.simulators.plan import LinePlan
from relevo.values.msisdn import Msisdn, spoken

SIGNS = "✓ done   ◆ caught or mended by relevo   ✗ trouble   ⚡ a fault strikes"


def cast_of(scenario: Scenario) -> tuple[str, ...]:
    """The customer, each of his lines, and how to read what follows."""
    customer = scenario.world.customer
    width = max(len(line.id) for line in scenario.world.lines)
    rows = (
        f"  {line.id:<{width}}  {line.kind:<6}  {_number(line):<11}  {_fate(line, scenario)}"
        for line in scenario.world.lines
    )
    head = f"{customer.name}, {customer.address.city}, moves to {scenario.order.recipient}:"
    return (head, *rows, SIGNS)


def _number(line: LinePlan) -> str:
    return spoken(Msisdn(line.number)) if line.number else ""


def _fate(line: LinePlan, scenario: Scenario) -> str:
    card = f", on the card of {line.depends_on}" if line.depends_on else ""
    if line.id not in scenario.order.lines:
        return f"at {line.donor}{card}; the order does not name it"
    return f"from {line.donor}{card}"
