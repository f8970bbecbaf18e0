"""What a switch is told of a number, and what the plan of a country says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from relevo.values.malformed import Malformed


class WrongFile(Malformed):
    """The file does not follow the last one that was taken in, or contradicts itself."""


class Status(StrEnum):
    """Where a call to a number goes."""

    IN = "in"
    OUT = "out"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRoute:
    """How a call to a number goes on. An empty routing number: as its range says."""

    status: Status
    routing_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingPlan:
    """The operators of a country: name -> beginning of a number -> routing number, and beginning of
    a number -> the operator that has the range. ``us`` names those whose calls stay here."""

    us: frozenset[str]
    operators: Mapping[str, Mapping[str, str]]
    ranges: Mapping[str, str]
