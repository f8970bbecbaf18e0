"""The plan of a country for routing, from a file that people write."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from relevo.numbering.routing.model import RoutingPlan

_PREFIX = re.compile(r"\+[1-9]\d{0,14}")
_ROUTING = re.compile(r"\d{3,15}")


class WrongPlan(ValueError):
    """The plan's file cannot be used; the text names the field and what to write."""


def read_plan(path: Path) -> RoutingPlan:
    """The plan in a file. Raises WrongPlan, which names the field."""
    try:
        plan = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), RoutingPlan)
    except OSError as wrong:
        raise WrongPlan(f"{path.name}: {wrong.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as wrong:
        raise WrongPlan(f"{path.name}: {wrong}; see docs/howto/route-ported-numbers.md") from None
    for problem in _problems(plan):
        raise WrongPlan(f"{path.name}, {problem}")
    return plan


def _problems(plan: RoutingPlan) -> Iterator[str]:
    if not plan.us:
        yield 'us: name at least one operator whose calls stay here, for example us = ["brisa"]'
    for name in sorted(plan.us - plan.operators.keys()):
        yield f"us: operators has no {name!r}; write its routing numbers there"
    for name, prefixes in plan.operators.items():
        for prefix, routing in prefixes.items():
            if not _PREFIX.fullmatch(prefix):
                yield f'operators.{name}: {prefix!r} begins no number; write it as "+346"'
            if not _ROUTING.fullmatch(routing):
                yield f"operators.{name}.{prefix}: {routing!r} is not 3 to 15 digits"
    for prefix in plan.ranges:
        if not _PREFIX.fullmatch(prefix):
            yield f'ranges: {prefix!r} begins no number; write it as "+34600"'
