"""What the customer's trouble costs him, by the published table of the country."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from relevo.simulators.customer import Effort


@dataclass(frozen=True, slots=True)
class Cost:
    """One row of the table."""

    minutes: int
    plus_length: bool
    reason: str


class UnpricedEffort(LookupError):
    """The world knows a kind of effort that the country's table does not."""


def effort_table(profile: str) -> dict[str, Cost]:
    """The table of a country."""
    file = files(f"relevo.profiles.{profile}").joinpath("effort.toml")
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["effort"]
    return {
        row["kind"]: Cost(row["minutes"], row.get("plus_length", False), row["reason"])
        for row in rows
    }


def customer_minutes(efforts: Iterable[Effort], table: Mapping[str, Cost]) -> int:
    """The sum over all that he had to do."""
    return sum(_minutes(effort, table) for effort in efforts)


def _minutes(effort: Effort, table: Mapping[str, Cost]) -> int:
    cost = table.get(effort.kind)
    if cost is None:
        raise UnpricedEffort(f"add {effort.kind!r} to effort.toml of the country")
    return cost.minutes + ((effort.minutes or 0) if cost.plus_length else 0)
