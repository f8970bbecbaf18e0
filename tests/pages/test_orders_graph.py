"""The drawing of a bundle: who is asked for first stands left, boxes and curves never collide."""

from __future__ import annotations

from datetime import date
from itertools import combinations

from relevo.orders.view import LineView, Standing
from relevo.orders.waits import Wait, groups_seen
from relevo.pages.orders.graph import GAP_ACROSS, HEIGHT, WIDTH, Graph, graph_of
from relevo.porting.profile import HubKind
from relevo.profiles.book import load_book

RULES = load_book().on("es", date(2019, 1, 14))


def line(name: str, depends_on: str = "", moves_with: str = "") -> LineView:
    return LineView(
        id=name,
        hub=HubKind.MOBILE,
        donor="altamar",
        standing=Standing.WAITING,
        depends_on=depends_on,
        moves_with=moves_with,
    )


def drawn(*lines: LineView, waits: tuple[Wait, ...] = ()) -> Graph:
    return graph_of(lines, groups_seen(lines, RULES), waits)


def test_what_is_asked_for_first_stands_left_of_what_waits_for_it() -> None:
    graph = drawn(line("M1"), line("M2", "M1"), line("M3", "M2"))
    x = {node.id: node.x for node in graph.nodes}
    assert x["M3"] < x["M2"] < x["M1"]
    assert x["M2"] - x["M3"] == WIDTH + GAP_ACROSS


def test_no_two_boxes_overlap_and_all_lie_within_the_drawing() -> None:
    several = [line(f"M{n}", "M1" if n in {2, 3, 4} else "") for n in range(1, 8)]
    graph = drawn(*several, line("F", moves_with="W"), line("W"))
    for one, other in combinations(graph.nodes, 2):
        apart = abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
        assert apart, (one, other)
    for node in graph.nodes:
        assert 0 <= node.x <= graph.width - WIDTH
        assert 0 <= node.y <= graph.height - HEIGHT


def test_two_ties_between_the_same_lines_are_two_curves() -> None:
    wait = Wait(line="M1", on="M2", why="dependant_unconfirmed")
    graph = drawn(line("M1"), line("M2", "M1"), waits=(wait,))
    assert {edge.kind for edge in graph.edges} == {"hangs_on", "waits_for"}
    assert len({edge.path for edge in graph.edges}) == 2


def test_a_line_that_waits_for_itself_has_no_curve() -> None:
    assert drawn(line("M1"), waits=(Wait(line="M1", on="M1", why="proof"),)).edges == ()


def test_lines_in_a_circle_are_drawn_all_the_same() -> None:
    assert len(drawn(line("M1", "M2"), line("M2", "M1")).nodes) == 2


def test_an_order_without_lines_is_an_empty_drawing() -> None:
    assert drawn().nodes == ()
