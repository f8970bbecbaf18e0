"""What networks said to test calls is kept as it came, and only where something else is heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from relevo import wiring
from relevo.adapters.probes_sip.heard import Heard
from relevo.adapters.probes_sip.kept import KeptCalls, heard_of
from relevo.adapters.probes_sip.prober import SipProber
from relevo.config import Endpoints, MissingSettings
from relevo.engine.clock import SystemClock
from relevo.engine.connection import connect
from relevo.rim import Site, group_rim, with_test_calls
from relevo.testing.postgres import clone, session_server
from relevo.values.moment import instant

pytestmark = pytest.mark.service

AT = instant("2026-11-23T02:15:00+00:00")
LATER = timedelta(minutes=15)
DEAD = Heard(
    subject="+34600000101",
    origin="duna",
    at=AT,
    took_ms=7,
    code=404,
    phrase="Number does not exist",
    cause=1,
    emitter="altamar",
)


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    with session_server(("relevo.engine", "relevo.activation")) as server:
        yield clone(server, "calls")


def kept_of(dsn: str) -> list[Heard]:
    with connect(dsn, name="test") as connection:
        return heard_of(connection, DEAD.subject)


def test_a_round_that_hears_the_same_writes_nothing_even_after_a_restart(dsn: str) -> None:
    alive = replace(DEAD, at=AT + 3 * LATER, code=200, phrase="OK", cause=None, emitter="phone")
    for calls in ([DEAD], [replace(DEAD, at=AT + LATER)]):
        first = KeptCalls(dsn)
        first.keep(calls)
        first.keep([replace(DEAD, at=AT + 2 * LATER)])
        first.close()
    again = KeptCalls(dsn)
    again.keep([alive])
    again.keep([replace(DEAD, at=AT + 4 * LATER)])
    again.close()
    assert kept_of(dsn) == [DEAD, alive, replace(DEAD, at=AT + 4 * LATER)]


def test_silence_and_a_strangers_words_are_kept_as_far_as_a_database_can(dsn: str) -> None:
    book = KeptCalls(dsn)
    silent = Heard(subject="+34600000102", origin="duna", at=AT, took_ms=32_000, code=None)
    odd = replace(silent, origin="cantil", code=500, emitter="a\x00\n" + "b" * 500, phrase="\x00")
    book.keep([silent, odd])
    book.keep([silent, odd])
    book.close()
    with connect(dsn, name="test") as connection:
        heard = {each.origin: each for each in heard_of(connection, "+34600000102")}
    assert heard["duna"] == silent
    assert heard["cantil"].emitter.startswith("a??bbb")
    assert heard["cantil"].phrase == "?"


def test_a_site_with_a_file_of_origins_makes_its_test_calls_by_sip(
    dsn: str, tmp_path: Path
) -> None:
    file = tmp_path / "origins.toml"
    file.write_text('[networks]\naltamar = "127.0.0.1:9"\n[callers]\naltamar = "+34600000999"\n')
    urls = {each.name: "http://127.0.0.1:9" for each in fields(Endpoints) if "_url" in each.name}
    outside = Endpoints(**urls, smtp_host="h", smtp_port=1, origins_file=str(file))
    clock = SystemClock()
    rules = wiring.book().on("es", clock.now().date())
    site = Site(operator="brisa", rules=rules, endpoints=outside)
    rim = with_test_calls(group_rim(site, clock), site, dsn, clock)
    assert isinstance(rim.prober, SipProber)
    for each in rim.closes:
        each.close()
    file.write_text('[networks]\naltamar = "127.0.0.1:9"\n[callers]\n')
    with pytest.raises(MissingSettings, match=r"RELEVO_ORIGINS_FILE: origins.toml: callers.alta"):
        with_test_calls(group_rim(site, clock), site, dsn, clock)
