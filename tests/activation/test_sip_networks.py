"""Test calls through real networks: each a Kamailio, the register a real HLR's file, SIPp beside.

Whatever becomes of a network, a failed look-up is never told as "the number does not exist".
"""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from resource import RUSAGE_THREAD, getrusage

import pytest

from relevo.activation.gateway import Probes, Seen
from relevo.activation.ladder import Life, read_probe
from relevo.adapters.probes_sip.heard import Heard
from relevo.adapters.probes_sip.origins import Origins
from relevo.adapters.probes_sip.prober import SipProber
from relevo.engine.clock import elapsed_seconds
from relevo.simulators.operators import ORIGINS
from relevo.testing.debian import NotInstalled, programs
from relevo.testing.patience import until
from relevo.testing.sip_faults import BadWay
from relevo.testing.sip_networks import SipNetworks, sip_networks
from relevo.testing.sipp import sipp_hears

pytestmark = pytest.mark.service

US, DONOR = "brisa", "altamar"
LIVE, NO_PHONE, BARRED, NOBODY = (f"+3460000010{n}" for n in range(1, 5))
ALL = dict.fromkeys(ORIGINS)


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SipNetworks]:
    """Four networks; ours has three subscribers in its register."""
    folder = tmp_path_factory.mktemp("networks")
    register = folder / "hlr.db"
    try:
        tool = programs(["osmo-hlr-db-tool"], ["osmo-hlr"])["osmo-hlr-db-tool"]
        subprocess.run([tool, "-l", register, "create"], check=True, capture_output=True)
        with sip_networks(folder, us=US, register=register) as running:
            yield running
    except NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture(autouse=True)
def as_ported(networks: SipNetworks) -> None:
    """Each test begins with all copies right: all numbers are ours."""
    register = networks.networks[US].register
    assert register is not None
    with closing(sqlite3.connect(register)) as subscribers:
        subscribers.execute("delete from subscriber")
        subscribers.executemany(
            "insert into subscriber (imsi, msisdn, nam_cs, last_lu_seen) values (?, ?, ?, ?)",
            [
                ("214990000000001", LIVE[1:], 1, "2026-11-23 02:05:00"),
                ("214990000000002", NO_PHONE[1:], 1, None),
                ("214990000000003", BARRED[1:], 0, "2026-11-23 02:05:00"),
            ],
        )
        subscribers.commit()
    for number in (LIVE, NO_PHONE, BARRED, NOBODY):
        networks.route(number, US)
        networks.networks[DONOR].cease([number])
    networks.phones.does.clear()


@contextmanager
def prober(proxies: Mapping[str, str], **times: float) -> Iterator[SipProber]:
    calls = {"t1_s": 0.02, "ring_s": 0.1, "progress_s": 5.0, **times}
    callers = dict.fromkeys(proxies, "+34600000999")
    origins = Origins(networks=proxies, callers=callers, **calls)  # type: ignore[arg-type]
    with_calls = SipProber(origins)
    try:
        yield with_calls
    finally:
        with_calls.close()


def calls_in(networks: SipNetworks, number: str) -> dict[str, int] | None:
    """What one round of test calls says of a number; None: it was left out."""
    with prober(networks.proxies) as calling:
        seen = calling.probe([number]).seen
    return seen[number].calls_in if number in seen else None


def is_told_dead(seen: Mapping[str, int] | None) -> bool:
    """Whether the watch would take the line for dead."""
    return seen is not None and read_probe(seen, {}).life is Life.DEAD


def recovers(networks: SipNetworks) -> None:
    """The look is repeated, and the line is heard from everywhere again."""
    whole = dict.fromkeys(ORIGINS, 200)
    until(lambda: calls_in(networks, LIVE) == whole, "the line is heard from everywhere")


def test_each_state_of_the_register_is_heard_from_every_network(networks: SipNetworks) -> None:
    with prober(networks.proxies) as calling:
        seen = calling.probe([LIVE, NO_PHONE, BARRED, NOBODY]).seen
        hung_up = networks.phones.hung_up[LIVE]
    assert {number: set(each.calls_in.values()) for number, each in seen.items()} == {
        LIVE: {200},
        NO_PHONE: {480},
        BARRED: {404},
        NOBODY: {404},
    }
    assert all(each.calls_in.keys() == ALL.keys() for each in seen.values())
    assert [seen[each].registered for each in (LIVE, NO_PHONE)] == [True, False]
    assert hung_up >= len(ORIGINS)  # no call is left open


def test_a_dead_number_is_404_from_a_network_with_an_old_copy_and_200_once_it_is_mended(
    networks: SipNetworks, tmp_path: Path
) -> None:
    networks.route(LIVE, DONOR, at=["duna"])
    assert calls_in(networks, LIVE) == {"altamar": 200, "brisa": 200, "cantil": 200, "duna": 404}
    at = networks.proxies["duna"]
    assert sipp_hears(LIVE, 404, at=at, folder=tmp_path)
    assert not sipp_hears(LIVE, 200, at=at, folder=tmp_path)
    networks.route(LIVE, US, at=["duna"])
    assert calls_in(networks, LIVE) == dict.fromkeys(ORIGINS, 200)
    assert sipp_hears(LIVE, 200, at=at, folder=tmp_path)
    assert not sipp_hears(LIVE, 404, at=at, folder=tmp_path)


def test_it_is_kept_who_said_that_the_number_does_not_exist(networks: SipNetworks) -> None:
    networks.route(LIVE, DONOR, at=["duna"])
    networks.networks["cantil"].forget([LIVE])
    kept: list[Heard] = []
    callers = dict.fromkeys(ORIGINS, "+34600000999")
    calling = SipProber(Origins(networks=networks.proxies, callers=callers), keep=kept.extend)
    calling.probe([LIVE])
    calling.close()
    said = {each.origin: (each.code, each.cause, each.emitter) for each in kept}
    assert said["duna"] == (404, 1, DONOR)  # the donor's switch, and not duna's own
    assert said["cantil"] == (404, 1, "cantil")
    assert said["brisa"] == (200, None, "phone")


def test_before_the_switch_the_donor_serves_the_number(networks: SipNetworks) -> None:
    networks.networks[DONOR].serve([NOBODY])
    networks.route(NOBODY, DONOR)
    assert calls_in(networks, NOBODY) == dict.fromkeys(ORIGINS, 200)
    networks.networks[DONOR].cease([NOBODY])
    assert calls_in(networks, NOBODY) == dict.fromkeys(ORIGINS, 404)


@pytest.mark.parametrize(
    ("does", "status"), [("busy", 486), ("rings", 180), ("early:1", 404), ("machine:22", 410)]
)
def test_what_a_phone_does_is_told_from_what_a_machine_says(
    does: str, status: int, networks: SipNetworks
) -> None:
    networks.phones.does[LIVE] = does
    assert calls_in(networks, LIVE) == dict.fromkeys(ORIGINS, status)


def test_our_network_killed_is_never_a_number_that_does_not_exist(networks: SipNetworks) -> None:
    networks.processes[US].signal(signal.SIGKILL)
    networks.processes[US].process.wait()
    try:
        seen = calls_in(networks, LIVE)
        assert set((seen or {}).values()) <= {500}  # no word of the number
        assert not is_told_dead(seen)
    finally:
        networks.restart(US)
    recovers(networks)


def test_our_network_frozen_is_never_a_number_that_does_not_exist(networks: SipNetworks) -> None:
    networks.processes[US].signal(signal.SIGSTOP)
    try:
        assert calls_in(networks, LIVE) is None  # no word of it: it is looked at again
    finally:
        networks.processes[US].signal(signal.SIGCONT)
    recovers(networks)


def test_one_other_network_killed_is_left_out_and_the_rest_is_said(networks: SipNetworks) -> None:
    networks.processes["cantil"].signal(signal.SIGKILL)
    networks.processes["cantil"].process.wait()
    try:
        assert calls_in(networks, LIVE) == {"altamar": 200, "brisa": 200, "duna": 200}
    finally:
        networks.restart("cantil")
    recovers(networks)


def test_a_register_that_cannot_be_read_is_503_and_makes_no_line_dead(
    networks: SipNetworks,
) -> None:
    register = networks.networks[US].register
    assert register is not None
    with closing(sqlite3.connect(register)) as subscribers:
        subscribers.execute("alter table subscriber rename to elsewhere")
        seen = calls_in(networks, LIVE)
        subscribers.execute("alter table elsewhere rename to subscriber")
    # A proxy makes 500 of another's 503 (RFC 3261 16.7).
    assert seen == {**dict.fromkeys(ORIGINS, 500), US: 503}
    assert not is_told_dead(seen)
    assert calls_in(networks, LIVE) == dict.fromkeys(ORIGINS, 200)


@pytest.mark.parametrize(
    ("kind", "number", "status"),
    [("doubled", LIVE, 200), ("doubled", NOBODY, 404), ("late", LIVE, 200), ("late", NOBODY, 404)],
)
def test_answers_that_come_twice_or_late_change_nothing(
    kind: str, number: str, status: int, networks: SipNetworks
) -> None:
    late_s = 0.3 if kind == "late" else 0.0
    with BadWay.to(networks.proxies["duna"], lambda one: [(late_s, one), (late_s, one)]) as way:
        with prober({"duna": way.address}) as calling:
            (heard,) = calling.heard([number])
        until(lambda: sum(b"ACK" in each for each in way.requests) >= 1, "the ACK")
    assert heard.status == status


def test_garbled_answers_are_no_answers(networks: SipNetworks) -> None:
    with (
        BadWay.to(networks.proxies["duna"], lambda one: [(0.0, one[7:] + b"\xff")]) as way,
        prober({"duna": way.address}) as calling,
    ):
        (heard,) = calling.heard([NOBODY])
        assert calling.probe([NOBODY]).seen == {}
    assert way.answers > 0
    assert (heard.code, heard.status) == (None, None)


def test_an_answer_after_the_round_is_acknowledged_in_the_next_and_counts_for_nobody(
    networks: SipNetworks,
) -> None:
    waits = {"late_s": 1.6}  # longer than a call of these settings waits
    with (
        BadWay.to(networks.proxies["duna"], lambda one: [(waits["late_s"], one)]) as way,
        prober({"duna": way.address}) as calling,
    ):
        (silent,) = calling.heard([NOBODY])
        assert silent.status is None
        until(lambda: way.answers >= 1 and not way._late, "the late answers")
        waits["late_s"] = 0.0
        (answered,) = calling.heard([LIVE])
        assert answered.status == 200


def test_a_thousand_calls_at_once_are_answered_right_or_made_again(
    networks: SipNetworks,
) -> None:
    right = {LIVE: 200, NOBODY: 404}
    cpu, began = getrusage(RUSAGE_THREAD), elapsed_seconds()
    with prober(networks.proxies, t1_s=0.5, at_once=1000) as calling:
        heard = calling.heard([LIVE] * 125 + [NOBODY] * 125)
        took_s, used = elapsed_seconds() - began, getrusage(RUSAGE_THREAD)
        assert len(heard) == 1000
        said = [each for each in heard if each.status is not None]
        assert {(each.subject, each.status) for each in said} == set(right.items())
        # A burst may be more than a network takes: what was lost is silence, and is called again.
        lost = [each.subject for each in heard if each.status is None]
        again = calling.heard(lost[:20])
    assert {each.status for each in again} <= {*right.values()}
    cpu_ms = (used.ru_utime + used.ru_stime - cpu.ru_utime - cpu.ru_stime) * 1000 / len(heard)
    per_s = len(heard) / took_s
    sys.stdout.write(f"{per_s:.0f} calls/s, {cpu_ms:.3f} ms of the caller's CPU for each\n")
    assert cpu_ms < 5


def test_what_no_call_can_tell_comes_from_beside(networks: SipNetworks) -> None:
    class Beside:
        def probe(self, subjects: Sequence[str]) -> Probes:
            known = Seen(calls_in={}, works={"data": False}, registered=True)
            return Probes(at=calling._clock.now(), seen={LIVE: known, "fibre-1": known})

    with prober(networks.proxies) as plain:
        origins = plain._origins
    calling = SipProber(origins, beside=Beside())
    seen = calling.probe([LIVE, NOBODY, "fibre-1"]).seen
    calling.close()
    assert seen[LIVE].works == {"data": False}
    assert seen[LIVE].calls_in == dict.fromkeys(ORIGINS, 200)
    assert seen["fibre-1"].calls_in == {}  # a line without a number is not called
    assert NOBODY not in seen  # beside said nothing of it: it could not be tried
