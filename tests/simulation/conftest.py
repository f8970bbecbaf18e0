"""Plays of sketched worlds under the laws that the command uses, and the figures to beat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.simulation.fate import CompanyFate, Fate
from relevo.simulation.laws import LAWS
from relevo.simulation.laws_figures import FIGURES
from relevo.simulation.run import Theatre, play_sketches
from relevo.simulation.sketch import Sketch
from relevo.testing.postgres import session_server

Play = Callable[[Sketch], Fate]
PlayTogether = Callable[[Sequence[Sketch]], CompanyFate]


@pytest.fixture(scope="session")
def theatre() -> Iterator[Theatre]:
    """A server to play on."""
    server: Server
    with session_server() as server:
        yield Theatre(server=server.dsn)


@pytest.fixture
def played_together(theatre: Theatre) -> PlayTogether:
    """Plays customers in one world and holds laws and figures against each."""

    def run(sketches: Sequence[Sketch]) -> CompanyFate:
        company = play_sketches(sketches, theatre, laws=(*LAWS, *FIGURES))
        assert company.broke_off == ""
        return company

    return run


@pytest.fixture
def played(played_together: PlayTogether) -> Play:
    """Plays a customer in a world of his own."""

    def run(sketch: Sketch) -> Fate:
        return played_together([sketch]).fates[0]

    return run
