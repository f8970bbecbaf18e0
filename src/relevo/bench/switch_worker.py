"""A worker that switches lines and may be killed: ``python -m relevo.bench.switch_worker DSN HOST
LINES NAME`` asks for the same each time it is started."""

from __future__ import annotations

import sys
from contextlib import closing

from relevo.adapters.registry_osmocom.client import OsmocomRegistry
from relevo.adapters.registry_osmocom.ctrl import Ctrl
from relevo.adapters.registry_osmocom.hands import Hands
from relevo.adapters.registry_osmocom.vty import Vty
from relevo.adapters.registry_osmocom.wishes import Wishes
from relevo.engine.clock import SystemClock
from relevo.testing.hlr_site import imsi_of, number_of, wanted


def main(dsn: str, host: str, lines: str, name: str) -> None:
    """Have all of them active."""
    hands = Hands(Ctrl(host), Vty(host))
    with closing(OsmocomRegistry(hands, Wishes(dsn), imsi_of, SystemClock())) as registry:
        registry.put_many([(wanted(number_of(n), n), f"{name} {n}") for n in range(int(lines))])


if __name__ == "__main__":
    main(*sys.argv[1:])
