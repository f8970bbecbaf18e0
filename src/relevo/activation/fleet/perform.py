"""Carries out what a fleet decided: a batch of records, and one round of test calls."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.activation.activation.messages import PutSubscription
from relevo.activation.fleet.messages import FleetProbed, Lack, ProbeFleet, PutFleet
from relevo.activation.gateway import Prober, Registry, Seen
from relevo.activation.ladder import Capability, Life, capabilities_of, read_probe
from relevo.engine.performer import Errand, Performer, Temporary
from relevo.values.msisdn import Msisdn

_NEEDED = capabilities_of("mobile")


def performers(registry: Registry, prober: Prober) -> dict[type, Performer]:
    """Who carries out which effect of ``activation.fleet``."""

    def put(wanted: PutFleet, errand: Errand) -> Sequence[object]:
        registry.put_many(
            [
                (
                    PutSubscription(
                        subject=line.number, iccid=line.iccid, state="active", capabilities=_NEEDED
                    ),
                    f"{errand.effect_id}:{line.number}",
                )
                for line in wanted.lines
            ]
        )
        return ()

    def probe(wanted: ProbeFleet, _errand: Errand) -> Sequence[object]:
        try:
            probes = prober.probe(wanted.numbers)
        except Temporary:
            return ()  # a look that fails says nothing: the process looks again in its own rhythm
        tried = [
            (number, probes.seen[number]) for number in wanted.numbers if number in probes.seen
        ]
        lacks = {number: lack for number, seen in tried if (lack := lack_in(number, seen))}
        works = tuple(number for number, _ in tried if number not in lacks)
        return (FleetProbed(works=works, lacks=tuple(lacks.values()), at=probes.at),)

    return {PutFleet: put, ProbeFleet: probe}


def lack_in(number: Msisdn, seen: Seen) -> Lack | None:
    """What a probe looked for and did not find; None when everything was seen to work."""
    sight = read_probe(seen.calls_in, seen.works)
    missing = tuple(each for each in _NEEDED if not _is_seen(each, seen, sight.is_reached_by_all))
    if not missing:
        return None
    return Lack(number=number, missing=missing, is_dead=sight.life is Life.DEAD)


def _is_seen(capability: Capability, seen: Seen, is_reached_by_all: bool) -> bool:
    if capability is Capability.CALLS_IN:
        return is_reached_by_all
    return seen.works.get(capability, False)
