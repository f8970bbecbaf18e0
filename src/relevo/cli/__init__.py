"""The commands. Each imports what it needs when it runs, so that ``--help`` answers at once.

Exit codes: 0 done, 1 an expectation does not hold, 2 the input is wrong, 3 the machine lacks
something. An error that was to be expected is one clear text; ``RELEVO_DEBUG=1`` shows where it
came from.
"""

from __future__ import annotations

import logging
import signal
import sys
from io import TextIOWrapper

from relevo.cli import (
    bench,
    bench_lookup,
    bench_sms,
    bench_switch,
    brands,
    care,
    company,
    desk,
    donor,
    journal,
    network,
    operate,
    play,
    ported,
    preflight,
    reconcile,
    replay,
    returns,
    simulate,
    staff,
    step_in,
    undue,
)
from relevo.cli.app import app

__all__ = [
    "app",
    "bench",
    "bench_lookup",
    "bench_sms",
    "bench_switch",
    "brands",
    "care",
    "company",
    "desk",
    "donor",
    "journal",
    "main",
    "network",
    "operate",
    "play",
    "ported",
    "preflight",
    "reconcile",
    "replay",
    "returns",
    "simulate",
    "staff",
    "step_in",
    "undue",
]


def main() -> None:
    """The program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ✓ shows ? and goes on
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup asks for that
            signal.signal(number, _stop)
    app()


def _stop(number: int, _frame: object) -> None:
    """However the program is stopped, its server and its database go with it, without complaint."""
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    raise KeyboardInterrupt(number)
