"""SIPp, a test tool of others: its own exit code says whether a call was answered as expected."""

from __future__ import annotations

import subprocess
from importlib.resources import files
from pathlib import Path

from relevo.testing.debian import programs

_PACKAGES = ("sip-tester",)


def sipp_hears(number: str, status: int, *, at: str, folder: Path, within_s: float = 10.0) -> bool:
    """Whether SIPp, calling the number at this proxy (address:port), is answered with ``status``.

    Raises NotInstalled, TimeoutExpired.
    """
    program = programs(["sipp"], _PACKAGES)["sipp"]
    kind = "answered" if status == 200 else "refused"
    text = files("relevo.testing").joinpath(f"sipp_{kind}.xml").read_text(encoding="ascii")
    scenario = folder / f"sipp-{status}.xml"
    scenario.write_text(text.replace("@STATUS@", str(status)), encoding="ascii")
    where = ("-i", "127.0.0.1", "-ci", "127.0.0.1")  # else it listens on all addresses
    once = ("-m", "1", "-nostdin", "-timeout", f"{within_s:.0f}s", "-timeout_error")
    ended = subprocess.run(  # noqa: S603 - our own words
        (program, "-sf", str(scenario), "-s", number, *where, *once, at),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=within_s + 10,
        check=False,
    )
    if ended.returncode not in {0, 1}:
        raise RuntimeError(f"SIPp ended with {ended.returncode}: it did not make the call")
    return ended.returncode == 0
