"""From what a customer names to how the lines hang together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relevo.catalog.model import Catalogue, Tie


def moves_together(catalogue: Catalogue, lines: Iterable[Tie]) -> dict[str, str]:
    """Line -> the line it must move together with ("" for none): as said, or by the catalogue.

    A line without a number of its own (a fibre) has no port to move it: it goes with the first of
    the customer's lines of the kind that the catalogue names.
    """
    everything = tuple(lines)
    partners: dict[str, str] = {}
    for line in everything:
        offer = catalogue.offers.get(line.kind)
        wanted = offer.moves_with if offer and not line.has_number else ""
        found = (other.line for other in everything if wanted and other.kind == wanted)
        partners[line.line] = line.moves_with or next(found, "")
    return partners


def find_cycle(depends_on: Mapping[str, str]) -> tuple[str, ...]:
    """The lines of a circle of dependence, in its order, or () when there is none."""
    for start in depends_on:
        walked: list[str] = []
        line = start
        while line in depends_on and line not in walked:
            walked.append(line)
            line = depends_on[line]
        if line in walked:
            return tuple(walked[walked.index(line) :])
    return ()
