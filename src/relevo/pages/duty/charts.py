"""Charts as geometry: what a template draws as SVG. Pure; scales begin at nought and are round.

A chart is a picture of a table that stands beside it, never the only place of a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360.0, 150.0
_LEFT, _BOTTOM, _TOP = 34.0, 20.0, 8.0
_GAP = 0.25
_WIDEST = 44.0
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, or one part of a stacked one. ``series`` chooses its look."""

    x: float
    y: float
    width: float
    height: float
    series: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the scale, or a word below it."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Columns over days or words; stacked where a column has several values."""

    columns: tuple[str, ...]
    series: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]  # by column, then by series
    bars: tuple[Bar, ...]
    scale: tuple[Tick, ...]
    below: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be drawn."""
        return not any(any(column) for column in self.values)


def columns(
    names: Sequence[str], series: Sequence[str], values: Sequence[Sequence[float]]
) -> Chart:
    """A column for each name, made of one part for each series."""
    most = ceiling(max((sum(column) for column in values), default=0.0))
    ground, high = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP
    step = (WIDTH - _LEFT) / max(len(names), 1)
    wide = min(step * (1 - _GAP), _WIDEST)
    bars: list[Bar] = []
    for place, column in enumerate(values):
        foot = ground
        for number, value in enumerate(column):
            tall = high * value / most
            foot -= tall
            if value:
                bars.append(
                    Bar(
                        x=round(_LEFT + step * (place + 0.5) - wide / 2, 1),
                        y=round(foot, 1),
                        width=round(wide, 1),
                        height=round(tall, 1),
                        series=number,
                        label=f"{names[place]}: {series[number]} {value:g}",
                    )
                )
    every = -(-len(names) // 7) if names else 1
    return Chart(
        columns=tuple(names),
        series=tuple(series),
        values=tuple(tuple(column) for column in values),
        bars=tuple(bars),
        scale=tuple(
            Tick(at=round(ground - high * part, 1), label=f"{most * part:g}")
            for part in (0, 0.5, 1)
        ),
        below=tuple(
            Tick(at=round(_LEFT + step * (place + 0.5), 1), label=name)
            for place, name in enumerate(names)
            if place % every == 0
        ),
    )


def ceiling(value: float) -> float:
    """The next round number that is not below it; never nought."""
    if value <= 2:
        return 2.0
    size = 1.0
    while size * 10 < value:
        size *= 10
    return next(size * step for step in _STEPS if size * step >= value)
