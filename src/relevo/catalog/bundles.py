"""What a new customer may choose and what it costs, by the day on which he looks."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Of one line, taxes included."""

    monthly_eur_cents: int
    one_time_eur_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Lines that are sold together: one of each kind, and as many mobile lines as wanted."""

    id: str
    lines: tuple[str, ...]  # kinds: "fixed" | "fibre" | "mobile"
    mobiles_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One edition of bundles and prices."""

    version: str
    valid_from: date
    prices: Mapping[str, Price]  # by kind; "second" is a number beside a principal
    bundles: tuple[Bundle, ...]

    def bundle(self, wanted: str) -> Bundle | None:
        """The bundle of that name."""
        return next((bundle for bundle in self.bundles if bundle.id == wanted), None)

    def price(self, kind: str, *, is_second: bool) -> Price:
        """Of one line; ``is_second``: at the donor it lives on another line's card."""
        return self.prices["second" if is_second else kind]


def tariff_on(day: date) -> Tariff:
    """The edition that holds on that day; before the first one, the first one."""
    editions = _editions()
    return max(
        (edition for edition in editions if edition.valid_from <= day),
        key=lambda edition: edition.valid_from,
        default=editions[0],
    )


def tariff_of(version: str) -> Tariff | None:
    """The edition of that name: an order says which one it was placed under."""
    return next((edition for edition in _editions() if edition.version == version), None)


@cache
def _editions() -> tuple[Tariff, ...]:
    """Read ``bundles.toml``. Raises KeyError when an entry lacks a key: our own mistake."""
    table = tomllib.loads(files("relevo.catalog").joinpath("bundles.toml").read_text("utf-8"))
    return tuple(
        Tariff(
            version=edition["version"],
            valid_from=edition["valid_from"],
            prices={
                row["kind"]: Price(
                    monthly_eur_cents=row["monthly_eur_cents"],
                    one_time_eur_cents=row["one_time_eur_cents"],
                )
                for row in edition["price"]
            },
            bundles=tuple(
                Bundle(id=row["id"], lines=tuple(row["lines"]), mobiles_max=row["mobiles_max"])
                for row in edition["bundle"]
            ),
        )
        for edition in table["edition"]
    )
