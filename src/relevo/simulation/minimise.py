"""Makes a world that broke a law as small as it gets, as long as the same law still breaks.

First whole faults go, then lines, then what is particular about either. Every step is a play, so
there is a limit to them; what is left when it is reached breaks the law all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from relevo.simulation.sketch import WORKSHOP, Sketch, Table

Breaks = Callable[[Sketch], bool]

PLAYS_MAX = 40

_NEEDED = frozenset({"where", "what", "cause", "lines", "missing", "origin", "item", "text", "at"})
"""Keys of a fault without which it is not one, or would strike at another time of the world."""


def minimise(sketch: Sketch, breaks: Breaks, *, plays_max: int = PLAYS_MAX) -> Sketch:
    """The smallest world found in which it still breaks. ``sketch`` itself must."""
    plays = 0
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for candidate in smaller(sketch):
            if plays >= plays_max:
                return sketch
            plays += 1
            if breaks(candidate):
                sketch, is_smaller = candidate, True
                break
    return sketch


def smaller(sketch: Sketch) -> Iterator[Sketch]:
    """Every world that is one step simpler than this one, the great steps first."""
    yield from _fewer_faults(sketch)
    yield from _fewer_lines(sketch)
    yield from _simpler_order(sketch)
    yield from _simpler_faults(sketch)


def _fewer_faults(sketch: Sketch) -> Iterator[Sketch]:
    faults = sketch.faults
    half = len(faults) // 2
    if half > 1:
        yield replace(sketch, faults=faults[:half])
        yield replace(sketch, faults=faults[half:])
    for place in range(len(faults)):
        yield replace(sketch, faults=faults[:place] + faults[place + 1 :])


def _fewer_lines(sketch: Sketch) -> Iterator[Sketch]:
    """One line less, among those on whose card no other lives."""
    above = {line.get("depends_on") for line in sketch.lines}
    for line in sketch.lines:
        moving = [name for name in sketch.order["lines"] if name != line["id"]]
        if line["id"] not in above and moving:
            yield _without(sketch, line["id"], moving)


def _without(sketch: Sketch, gone: str, moving: list[str]) -> Sketch:
    decides = {
        name: choice for name, choice in sketch.customer.get("decides", {}).items() if name != gone
    }
    customer = {key: value for key, value in sketch.customer.items() if key != "decides"}
    return replace(
        sketch,
        lines=tuple(line for line in sketch.lines if line["id"] != gone),
        order={**sketch.order, "lines": moving},
        customer={**customer, "decides": decides} if decides else customer,
        faults=tuple(fault for fault in sketch.faults if not _names(fault, gone)),
    )


def _names(fault: Table, line: str) -> bool:
    return fault.get("line") == line or line in fault.get("lines", ())


def _simpler_order(sketch: Sketch) -> Iterator[Sketch]:
    for key, plain in (("sim", "card"), ("wish", "asap")):
        if sketch.order[key] != plain:
            yield replace(sketch, order={**sketch.order, key: plain})
    if sketch.customer.get("decides"):
        rest = {key: value for key, value in sketch.customer.items() if key != "decides"}
        yield replace(sketch, customer=rest)
    person = {key: WORKSHOP[key] for key in ("name", "document", "business", "language")}
    if not person.items() <= sketch.customer.items():
        yield replace(sketch, customer={**sketch.customer, **person})
    for place, line in enumerate(sketch.lines):
        if line.get("payment") == "prepaid":
            paid = {**line, "payment": "postpaid"}
            yield replace(sketch, lines=_at(sketch.lines, place, paid))


def _simpler_faults(sketch: Sketch) -> Iterator[Sketch]:
    for place, fault in enumerate(sketch.faults):
        for key in fault:
            if key not in _NEEDED:
                plain = {name: value for name, value in fault.items() if name != key}
                yield replace(sketch, faults=_at(sketch.faults, place, plain))


def _at(tables: tuple[Table, ...], place: int, table: Table) -> tuple[Table, ...]:
    return (*tables[:place], table, *tables[place + 1 :])
