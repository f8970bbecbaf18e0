"""DBOS is measured when it is there, asked for when it is not, and imported by nobody else."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.bench.peer_dbos import PeerMissing, peer, sqlalchemy_url

pytestmark = pytest.mark.service


@pytest.mark.skipif(find_spec("dbos") is None, reason="DBOS comes with `uv sync --group bench`")
def test_every_port_comes_to_its_end_on_dbos(postgres: Server) -> None:
    found = peer(postgres, 6, workers=1)
    assert found.ports == 6
    assert found.ports_per_s == pytest.approx(6 / found.seconds)
    assert found.records_per_port == 16
    python, postgresql = found.cpu_python_ms_per_port, found.cpu_postgres_ms_per_port
    assert python > 0
    assert postgresql > 0
    assert found.cpu_ms_per_port == pytest.approx(python + postgresql)


def test_without_dbos_the_remedy_is_said(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dbos", None)  # how Python marks what must not be imported
    with pytest.raises(PeerMissing, match="uv sync --group bench"):
        peer(postgres, 1)


def test_dbos_is_not_loaded_before_it_is_measured() -> None:
    program = "import relevo.bench.peer_dbos, sys; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_connection_string_is_rewritten_for_sqlalchemy() -> None:
    url = sqlalchemy_url("host=/run/socket user=relevo dbname=peer")
    assert url == "postgresql+psycopg://relevo@/peer?host=/run/socket"
