"""Who hears of what: the routes of facts, derived from what each kind of process listens to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from relevo.engine.catalogue import Route
from relevo.engine.process import ProcessType, family
from relevo.porting.number_return.decider import return_of_cease
from relevo.porting.undue_port.decider import hears_its_requests
from relevo.values.msisdn import Msisdn

LINE_WISE = {
    "orders.line": "line",
    "orders.company_batch": "batch",
    "activation.activation": "activation",
    "compensation.claim": "compensation",
}
"""Kinds with one process for each line, and the second part of its id."""

FAMILY_WISE = {
    "orders.order": "",
    "orders.company_move": "",
    "notices.voice": "/voice",
    "notices.letter": "/letter",
    "care.case": "/case",
    "care.complaint": "/complaint",
}
"""Kinds with one process for each order, and what follows its key in the id."""

OF_ITS_OWN = {"porting.undue_port": hears_its_requests}
"""Kinds that hear what they have begun themselves, and nothing of orders."""

NUMBER_WISE = {"porting.number_return": return_of_cease}
"""Kinds with one process for each number that a fact names, and how its id is made."""


def line_of(process_id: str) -> str:
    """The line in the id of a process, for example M2 in R7/port/M2/1; empty if it has none."""
    parts = process_id.split("/")
    has_line = len(parts) > 2 and parts[1] != "promise"
    return parts[2] if has_line else ""


def _at_its_line(role: str, source: str, _: object) -> str | None:
    line = line_of(source)
    return f"{family(source)}/{role}/{line}" if line else None


def _at_its_order(suffix: str, source: str, _: object) -> str | None:
    target = family(source) + suffix
    return None if target == source else target


def _at_its_number(name: Callable[[str, Msisdn], str], source: str, fact: Any) -> str | None:
    return name(family(source), fact.number)


def routes(kinds: Sequence[ProcessType[Any]]) -> Iterator[Route]:
    """A route for each fact that a kind hears."""
    stated = {fact for kind in kinds for fact in kind.facts}
    for kind in kinds:
        for fact in kind.hears:
            if fact in stated:
                yield Route(fact, kind.kind, _ear_of(kind.kind))


def _ear_of(kind: str) -> Callable[[str, Any], str | None]:
    """Where a kind of process hears. Raises LookupError for one that has no such place."""
    if kind in OF_ITS_OWN:
        return OF_ITS_OWN[kind]
    if kind in NUMBER_WISE:
        return partial(_at_its_number, NUMBER_WISE[kind])
    if kind in LINE_WISE:
        return partial(_at_its_line, LINE_WISE[kind])
    return partial(_at_its_order, FAMILY_WISE[kind])
