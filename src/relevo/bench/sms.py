"""How many SMS a worker hands to a centre in a second, and what each costs our side.

The centre is ``testing.smsc``, a process of its own on the same machine; every message is written
down before it goes, is answered, and has its receipt filed, as on a site.
"""

from __future__ import annotations

import resource
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from relevo.engine.clock import elapsed_seconds
from relevo.testing.patience import until
from relevo.testing.postgres import clone, session_server
from relevo.testing.sms_site import SCHEMA, SmsSite, sms
from relevo.testing.smsc_process import SmscProcess


@dataclass(frozen=True, slots=True)
class SmsPace:
    """What was measured."""

    messages: int
    threads: int
    sent_per_second: float
    with_receipts_per_second: float
    cpu_ms_per_message: float  # of our process; the database and the centre have theirs


def measure_sms(messages: int, threads: int = 16) -> SmsPace:
    """Send, and wait for all receipts."""
    with tempfile.TemporaryDirectory() as folder, session_server(SCHEMA) as server:
        smsc = SmscProcess(Path(folder))
        site = SmsSite(clone(server, "sms"), smsc)
        try:
            line = site.bound(enquire_every_s=30.0, sweep_every_s=10.0)
            began, spent = elapsed_seconds(), _cpu_seconds()
            with ThreadPoolExecutor(threads) as pool:
                for done in [pool.submit(line.send, sms(f"R-{n}")) for n in range(messages)]:
                    done.result()
            sent = elapsed_seconds()
            until(lambda: len(site.told) == messages, "all receipts are filed", within_s=120)
            told = elapsed_seconds()
        finally:
            site.close()
            smsc.kill()
    return SmsPace(
        messages=messages,
        threads=threads,
        sent_per_second=messages / (sent - began),
        with_receipts_per_second=messages / (told - began),
        cpu_ms_per_message=1000 * (_cpu_seconds() - spent) / messages,
    )


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
