"""Lays the lines of an order out as a graph: who hangs on whom, and who waits for whom. Pure.

Columns are turns: what must be asked for first stands on the left, what waits for it to the right
of it. Lines that nothing ties to one another lie below each other. Geometry comes out as numbers;
a template makes a drawing of them, and a list of the same for who reads or hears.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relevo.orders.view import LineView
from relevo.orders.waits import GroupSeen, Wait

WIDTH, HEIGHT = 250, 118
"""Of a node, in the units of the drawing."""
GAP_ACROSS, GAP_DOWN, MARGIN = 170, 30, 8
_BEND = 60
_APART = 20  # edges between the same two nodes lie so far from one another


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A line, and the upper left corner of its box."""

    id: str
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """From ``start`` to ``end``; ``path`` is drawn, and ``(x, y)`` is where its word stands."""

    start: str
    end: str
    kind: str  # "hangs_on" | "moves_with" | "waits_for"
    why: str  # of a wait
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All of it, and the size of the drawing."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int


def graph_of(
    lines: Sequence[LineView], groups: Sequence[GroupSeen], waits: Sequence[Wait]
) -> Graph:
    """Lay the lines out, group below group."""
    views = {line.id: line for line in lines}
    nodes: dict[str, Node] = {}
    top = MARGIN
    for group in groups:
        columns: dict[int, list[str]] = {}
        for line in group.lines:
            columns.setdefault(turn_of(line, views), []).append(line)
        for column, members in columns.items():
            for row, line in enumerate(members):
                x = MARGIN + column * (WIDTH + GAP_ACROSS)
                nodes[line] = Node(id=line, x=x, y=top + row * (HEIGHT + GAP_DOWN))
        rows = max(map(len, columns.values()), default=0)
        top += rows * (HEIGHT + GAP_DOWN)
    right = max((node.x for node in nodes.values()), default=0) + WIDTH
    aside = any(_same_column(nodes, edge) for edge in _ties(lines, waits))
    return Graph(
        nodes=tuple(nodes[line.id] for line in lines if line.id in nodes),
        edges=_edges(nodes, _ties(lines, waits)),
        width=right + MARGIN + (GAP_ACROSS if aside else 0),
        height=max(top - GAP_DOWN, 0) + MARGIN,
    )


def turn_of(line: str, views: Mapping[str, LineView]) -> int:
    """How many requests must be confirmed one after the other before this one may be made."""
    below = [each.id for each in views.values() if each.depends_on == line and each.id != line]
    seen = {line}
    turn = 0
    while below:
        turn += 1
        seen.update(below)
        below = [
            each.id for each in views.values() if each.depends_on in below and each.id not in seen
        ]
    return turn


Tie = tuple[str, str, str, str]  # start, end, kind, why


def _ties(lines: Sequence[LineView], waits: Sequence[Wait]) -> list[Tie]:
    there = {line.id for line in lines}
    found = [(line.id, line.depends_on, "hangs_on", "") for line in lines if line.depends_on]
    found += [(line.id, line.moves_with, "moves_with", "") for line in lines if line.moves_with]
    found += [(wait.line, wait.on, "waits_for", wait.why) for wait in waits if wait.on != wait.line]
    return [tie for tie in found if tie[0] in there and tie[1] in there]


def _same_column(nodes: Mapping[str, Node], tie: Tie) -> bool:
    return nodes[tie[0]].x == nodes[tie[1]].x


def _edges(nodes: Mapping[str, Node], ties: Sequence[Tie]) -> tuple[Edge, ...]:
    between: dict[frozenset[str], int] = {}
    edges = []
    for start, end, kind, why in ties:
        pair = frozenset({start, end})
        place = between.get(pair, 0)
        between[pair] = place + 1
        path, x, y = _path(nodes[start], nodes[end], _shift(place))
        edges.append(Edge(start=start, end=end, kind=kind, why=why, path=path, x=x, y=y))
    return tuple(edges)


def _shift(place: int) -> int:
    """0, one up, one down: so that two ties of the same lines are two curves."""
    return (-_APART, _APART, 0)[place % 3]


def _path(start: Node, end: Node, shift: int) -> tuple[str, int, int]:
    """A curve between the facing sides; between boxes of one column, one that goes around."""
    from_y, to_y = start.y + HEIGHT // 2 + shift, end.y + HEIGHT // 2 + shift
    if start.x == end.x:
        right = start.x + WIDTH
        bend = right + _BEND
        return (
            f"M{right} {from_y}C{bend} {from_y} {bend} {to_y} {right} {to_y}",
            bend - 8,
            (from_y + to_y) // 2,
        )
    leftwards = end.x < start.x
    from_x = start.x if leftwards else start.x + WIDTH
    to_x = end.x + WIDTH if leftwards else end.x
    middle = (from_x + to_x) // 2
    path = f"M{from_x} {from_y}C{middle} {from_y} {middle} {to_y} {to_x} {to_y}"
    return path, middle, (from_y + to_y) // 2
