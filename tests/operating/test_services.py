"""The services as processes: they answer, they say what they lack, and they stop when told."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import elapsed_seconds
from relevo.engine.connection import connect
from relevo.testing.postgres import clone
from relevo.wiring import SCHEMA_PACKAGES

PATIENCE_S = 30.0
AWAY = {
    f"RELEVO_{name}_URL": "http://127.0.0.1:9"
    for name in (
        "MOBILE_HUB",
        "FIXED_HUB",
        "DESK",
        "COURIER",
        "NETWORK",
        "ESIM",
        "MAIL",
        "FIELD_SERVICE",
    )
} | {"RELEVO_SMTP_HOST": "127.0.0.1", "RELEVO_SMTP_PORT": "9"}


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def answer(url: str, service: subprocess.Popen[str]) -> httpx2.Response:
    """What it answers, as soon as it does."""
    began = elapsed_seconds()
    while elapsed_seconds() - began < PATIENCE_S:
        try:
            return httpx2.get(url, timeout=10, trust_env=False)
        except httpx2.TransportError:
            assert service.poll() is None, service.communicate()[1]
            threading.Event().wait(0.05)
    raise AssertionError(f"{url} did not answer within {PATIENCE_S} s")


@contextmanager
def service(
    *words: str, dsn: str, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    given = {**os.environ, **(environment or {}), "DATABASE_URL": dsn}
    command = [str(Path(sys.executable).with_name("relevo")), *words]
    with subprocess.Popen(command, env=given, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def stopped(started: subprocess.Popen[str], by: signal.Signals) -> tuple[int, str]:
    started.send_signal(by)
    _, said = started.communicate(timeout=PATIENCE_S)
    return started.returncode, said


@pytest.fixture(scope="module")
def site(postgres: Server) -> str:
    dsn = clone(postgres, "services")
    migrate(dsn, SCHEMA_PACKAGES)
    return dsn


def test_serve_tells_whether_it_lives_whether_it_is_ready_and_how_the_site_does(site: str) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with service("serve", "--port", str(port), "--log", "json", dsn=site) as started:
        assert answer(f"{base}/health/live", started).json() == {"live": True}
        assert answer(f"{base}/health/ready", started).json() == {"ready": True}
        metrics = answer(f"{base}/metrics", started)
        assert metrics.headers["content-type"].startswith("text/plain")
        assert "relevo_database_up 1.0" in metrics.text
        assert "relevo_workers_alive 0.0" in metrics.text
        _newer(site, "0099_post_later.sql")
        unready = answer(f"{base}/health/ready", started)
        assert unready.status_code == 503
        assert "a later release has finished its migration" in unready.json()["why"]
        code, said = stopped(started, signal.SIGTERM)
    assert code == 0, said
    assert '"message":"stopped"' in said


def _newer(dsn: str, file: str) -> None:
    with connect(dsn, autocommit=True) as connection:
        connection.execute(
            "insert into schema_migration (package, file, sha256) values ('relevo.engine', %s, '')",
            (file,),
        )


def test_serve_lives_on_without_a_database_and_tells_a_stranger_nothing_of_it() -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    away = "postgresql://relevo:hunter2@127.0.0.1:9/none?connect_timeout=1"
    with service("serve", "--port", str(port), dsn=away) as started:
        assert answer(f"{base}/health/live", started).status_code == 200
        unready = answer(f"{base}/health/ready", started)
        assert unready.status_code == 503
        assert unready.json() == {"ready": False, "why": "the database does not answer"}
        assert "relevo_database_up 0.0" in answer(f"{base}/metrics", started).text
        code, said = stopped(started, signal.SIGINT)
    assert code == 0, said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("words", "option"),
    [(("serve",), "--port"), (("work", "--operator", "brisa"), "--metrics-port")],
)
def test_a_port_that_is_taken_is_said_in_one_line(
    site: str, words: tuple[str, ...], option: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with service(*words, option, port, dsn=site, environment=AWAY) as started:
            _, said = started.communicate(timeout=PATIENCE_S)
    assert started.returncode == 3
    assert f"give another {option}" in said
    assert "Traceback" not in said


def test_a_worker_serves_its_own_metrics_and_ends_in_good_order(postgres: Server) -> None:
    dsn = clone(postgres, "one_worker")
    migrate(dsn, SCHEMA_PACKAGES)
    port = free_port()
    words = ("work", "--operator", "brisa", "--name", "w7", "--log", "json")
    with service(*words, "--metrics-port", str(port), dsn=dsn, environment=AWAY) as started:
        metrics = answer(f"http://127.0.0.1:{port}/metrics", started).text
        assert 'relevo_worker_info{release="0.1.0",worker="w7"} 1.0' in metrics
        assert "relevo_messages_handled_total 0.0" in metrics
        assert "process_resident_memory_bytes" in metrics
        _until_seen(dsn, "w7")
        code, said = stopped(started, signal.SIGTERM)
    assert code == 0, said
    assert '"worker":"w7"' in said
    with connect(dsn) as connection:
        assert connection.execute("select count(*) from worker").fetchall() == [(0,)]


def _until_seen(dsn: str, worker: str) -> None:
    began = elapsed_seconds()
    with connect(dsn, autocommit=True) as connection:
        while elapsed_seconds() - began < PATIENCE_S:
            row = connection.execute(
                "select count(*) from lease where worker = %s", (worker,)
            ).fetchone()
            if row == (64,):
                return
            threading.Event().wait(0.05)
    raise AssertionError(f"{worker} did not take the buckets within {PATIENCE_S} s")
