"""The words of a fleet. Records prove nothing here either; only test calls do (rights-care 5)."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.activation.fleet.model import FleetLine
from relevo.activation.ladder import Capability
from relevo.engine.process import effect, fact, message
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A number that is not proven, and what was looked for and not found."""

    number: Msisdn
    missing: tuple[Capability, ...]
    is_dead: bool  # every origin network says that it does not exist


@message("activation.serve_fleet")
class ServeFleet:
    """These numbers have moved: serve them, each with its card."""

    lines: tuple[FleetLine, ...]
    at: Moment


@message("activation.fleet_probed")
class FleetProbed:
    """What test calls saw. A number that could not be tried is in neither list."""

    works: tuple[Msisdn, ...]
    lacks: tuple[Lack, ...]
    at: Moment


@fact("activation.fleet_served")
class FleetServed:
    """The network was asked to serve them: a record, not a proof."""

    lines: tuple[FleetLine, ...]
    at: Moment


@fact("activation.fleet_proven")
class FleetProven:
    """Each of these numbers has been seen to work, capability by capability."""

    numbers: tuple[Msisdn, ...]
    at: Moment


@fact("activation.fleet_works")
class FleetWorks:
    """The last one was proven."""

    at: Moment


@fact("activation.fleet_lost")
class FleetLost:
    """These worked, and do not any more."""

    lacks: tuple[Lack, ...]
    at: Moment


@fact("activation.fleet_unproven")
class FleetUnproven:
    """A day later these still have not been seen to work: somebody's task."""

    lacks: tuple[Msisdn, ...]
    reminder: int
    at: Moment


@fact("activation.fleet_released")
class FleetReleased:
    """The watch is over."""

    why: str


@effect("activation.put_fleet")
class PutFleet:
    """Have the registry serve these numbers; put twice, it is the same record."""

    lines: tuple[FleetLine, ...]


@effect("activation.probe_fleet")
class ProbeFleet:
    """Make the test calls to these numbers, in one request."""

    numbers: tuple[Msisdn, ...]
