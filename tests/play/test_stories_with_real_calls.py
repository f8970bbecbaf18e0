"""Stories in which every test call is a real one, through four real networks, and some fail.

The world moves lines as always; its networks are mirrored into one Kamailio for each operator, and
our register into a real HLR, where phones attach. The product knows of a line only what those calls
heard.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.adapters.probes_sip.kept import heard_of
from relevo.config import Endpoints
from relevo.engine.connection import connect
from relevo.engine.recorded import Recorded
from relevo.play.database import fresh_database
from relevo.play.judge import judge, yardsticks
from relevo.play.order_form import rules_of
from relevo.play.runner import Peers, Stage, play_together
from relevo.play.theatre import Wishes, read
from relevo.porting.recovery.messages import NumberCut
from relevo.simulators.operators import ORIGINS
from relevo.simulators.world import World, watch_lines
from relevo.testing.debian import NotInstalled
from relevo.testing.hlr_register import HlrRegister
from relevo.testing.osmo_hlr import osmo_hlr
from relevo.testing.sip_networks import SipNetworks, sip_networks
from relevo.testing.sipp import sipp_hears
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment

pytestmark = pytest.mark.service

STORIES = Path(__file__).parents[2] / "stories"
US, DONOR = "brisa", "altamar"


class Nobody:
    """Nobody looks on."""

    def step(self, step: Step) -> None: ...

    def moved(self, now: Moment, share: float) -> None: ...


@pytest.fixture
def networks(tmp_path: Path) -> Iterator[SipNetworks]:
    try:
        with (
            osmo_hlr(tmp_path) as hlr,
            closing(HlrRegister(hlr)) as register,
            sip_networks(tmp_path / "sip", us=US, register=hlr.store) as running,
        ):
            running.register = register.mirror
            yield running
    except NotInstalled as missing:
        pytest.skip(str(missing))


def origins_file(networks: SipNetworks, folder: Path) -> Path:
    file = folder / "origins.toml"
    callers = "".join(f'{name} = "+34600000999"\n' for name in networks.proxies)
    proxies = "".join(f'{name} = "{at}"\n' for name, at in networks.proxies.items())
    times = "t1_s = 0.02\nring_s = 0.1\nprogress_s = 4.0\n"
    file.write_text(f"{times}[networks]\n{proxies}[callers]\n{callers}")
    return file


def called(networks: SipNetworks, folder: Path, world: World, where: Endpoints) -> Endpoints:
    """Test calls of this world are made through these networks."""
    watch_lines(world, networks.mirror)
    return replace(where, origins_file=str(origins_file(networks, folder)))


def told(dsn: str, peers: Peers | None = None) -> str:
    """What became of the story in which one network has an old table: its digest."""
    scenario = read(STORIES / "stale-routing.toml", Wishes())
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    stage = Stage(dsn=dsn, rules=rules_of(scenario), peers=peers)
    (seen,) = play_together((scenario,), stage, Nobody()).customers
    return judge(seen, yardsticks(scenario.world.profile)).digest


def test_what_real_networks_say_is_told_as_what_was_simulated(
    networks: SipNetworks, postgres: Server, tmp_path: Path
) -> None:
    with fresh_database(postgres.dsn) as real, fresh_database(postgres.dsn) as simulated:
        assert told(real, partial(called, networks, tmp_path)) == told(simulated)
    assert networks.phones.rung.total() > 0


class Failures:
    """What befalls the networks once the donor has cut a number, one thing at each step of time."""

    def __init__(self, networks: SipNetworks) -> None:
        self._networks = networks
        self._steps: Iterator[None] | None = None
        self.are_over = False

    def look(self, _: str, facts: Sequence[Recorded]) -> None:
        """Begin with the first cut."""
        if self._steps is None and any(isinstance(each.fact, NumberCut) for each in facts):
            self._steps = self._befall()

    def hold(self, _: Moment) -> None:
        """The clock is about to move."""
        if self._steps is not None:
            next(self._steps, None)

    def _befall(self) -> Iterator[None]:
        processes = self._networks.processes
        for name in ("cantil", US):
            processes[name].signal(signal.SIGKILL)
            processes[name].process.wait()
            yield
        for name in ("cantil", US):
            self._networks.restart(name)
            yield
        for name in (DONOR, US):
            processes[name].signal(signal.SIGSTOP)
            yield
            processes[name].signal(signal.SIGCONT)
            yield
        self.are_over = True


def test_the_story_of_all_faults_holds_with_real_calls_while_networks_fail(
    networks: SipNetworks, postgres: Server, tmp_path: Path
) -> None:
    scenario = read(STORIES / "everything-goes-wrong.toml", Wishes())
    failures = Failures(networks)

    with fresh_database(postgres.dsn) as dsn:
        migrate(dsn, wiring.SCHEMA_PACKAGES)
        stage = Stage(dsn=dsn, rules=rules_of(scenario), peers=partial(called, networks, tmp_path))
        seen = play_together((scenario,), stage, Nobody(), look=failures.look, hold=failures.hold)
        verdict = judge(seen.customers[0], yardsticks(scenario.world.profile))
        with connect(dsn, name="test") as connection:
            heard = [
                (each.origin, each.code)
                for line in scenario.world.lines
                if line.number is not None
                for each in heard_of(connection, line.number)
            ]
    assert failures.are_over
    assert not [each for each in verdict.expectations if not each.holds]
    assert not verdict.parked
    assert not [fault for fault in verdict.faults if fault.struck_at is None]
    for origin in ORIGINS:
        assert {(origin, 404), (origin, 480), (origin, 200)} <= set(heard)  # dead, and back
    proxies = networks.proxies.values()
    for number in (line.number for line in scenario.world.lines if line.number is not None):
        assert all(sipp_hears(number, 200, at=at, folder=tmp_path) for at in proxies)
    sys.stdout.write(f"{networks.phones.rung.total()} calls rang\n")
