"""Holds what was measured against what the scenario expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from relevo.play.expectation import Expected
from relevo.play.plain_reading import names
from relevo.play.verdict import Expectation, LineResult, Verdict
from relevo.play.witnessed import Witnessed
from relevo.values.moment import Moment


def held_against(
    verdict: Verdict, seen: Witnessed, lacked: Mapping[str, tuple[str, ...]]
) -> tuple[Expectation, ...]:
    """Every expectation that the file has. ``lacked``: what lines lacked when the order closed."""
    wanted = seen.scenario.expected
    return (
        *_of_the_order(wanted, verdict, lacked),
        *_of_the_lines(wanted, verdict, seen),
    )


def _of_the_order(
    wanted: Expected, verdict: Verdict, lacked: Mapping[str, tuple[str, ...]]
) -> Iterator[Expectation]:
    if wanted.finished is not None:
        why = "; ".join(f"{line} lacked {', '.join(what)}" for line, what in lacked.items())
        yield _equal("finished", wanted.finished, verdict.finished, why=why)
    if wanted.noticed_first_by is not None:
        yield _noticed(wanted.noticed_first_by, verdict)
    figures = (
        ("customer_minutes", wanted.customer_minutes, verdict.customer_minutes),
        ("contradictions_sent", wanted.contradictions_sent, verdict.messages.contradictions_sent),
        ("asked_for_held", wanted.asked_for_held, verdict.messages.asked_for_held),
        ("promises_broken", wanted.promises_broken, verdict.promises.broken),
    )
    for name, limit, got in figures:
        if limit is not None:
            why = "; ".join(verdict.contradictions) if name == "contradictions_sent" else ""
            yield _at_most(name, limit, got, why=why)


def _of_the_lines(wanted: Expected, verdict: Verdict, seen: Witnessed) -> Iterator[Expectation]:
    for line, minutes in wanted.dead_minutes.items():
        yield _at_most(f"dead_minutes.{line}", minutes, verdict.lines[line].dead_minutes)
    for line, amount in wanted.compensation.items():
        yield _compensation(line, amount, verdict.lines[line])
    ids = {each.number: each.id for each in seen.scenario.world.all_lines if each.number}
    for number, operator in wanted.custody.items():
        yield _equal(f"custody.{number}", operator, verdict.lines[ids[number]].custody)
    for number, fate in wanted.port_outs.items():
        yield _equal(f"port_outs.{number}", fate, verdict.port_outs.get(number, "not asked"))
    for line, limit in wanted.told_by.items():
        yield _told(line, limit, seen)
    for line, abilities in wanted.capabilities.items():
        yield _abilities(line, abilities, verdict.lines[line].capabilities)


def _equal(name: str, wanted: object, got: object, *, why: str = "") -> Expectation:
    shown = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
    return Expectation(name=name, wanted=shown, got=got, holds=got == wanted, why=why)


def _at_most(name: str, limit: int, got: int, *, why: str = "") -> Expectation:
    return Expectation(name=name, wanted=f"<= {limit}", got=got, holds=got <= limit, why=why)


def _noticed(wanted: str, verdict: Verdict) -> Expectation:
    got = verdict.noticed_first_by
    why = "" if got else "no fault struck that anybody could notice"
    holds = got in (None, wanted)
    return Expectation(name="noticed_first_by", wanted=wanted, got=got, holds=holds, why=why)


def _compensation(line: str, wanted: Decimal, got: LineResult) -> Expectation:
    why = ""
    if not got.is_compensation_right:
        why = f"the rule gives {got.compensation_by_rule_eur} for the world's own dead time"
    return Expectation(
        name=f"compensation.{line}",
        wanted=f"= {wanted:.2f}",
        got=got.compensation_eur,
        holds=got.compensation_eur == wanted and got.is_compensation_right,
        why=why,
    )


def _told(line: str, limit: Moment, seen: Witnessed) -> Expectation:
    """When we first wrote to the customer of this number, by its digits."""
    number = next((each.number for each in seen.scenario.world.all_lines if each.id == line), None)
    told = (
        message.at
        for message in seen.arrived
        if message.is_ours and number is not None and names(message.text, number)
    )
    first = min(told, default=None)
    return Expectation(
        name=f"told_by.{line}",
        wanted=f"<= {limit.isoformat()}",
        got="never" if first is None else first.astimezone(limit.tzinfo).isoformat(),
        holds=first is not None and first <= limit,
    )


def _abilities(line: str, wanted: tuple[str, ...], got: tuple[str, ...]) -> Expectation:
    missing = [name for name in wanted if name not in got]
    return Expectation(
        name=f"capabilities.{line}",
        wanted=", ".join(wanted),
        got=list(got),
        holds=not missing,
        why=f"lacks {', '.join(missing)}" if missing else "",
    )
