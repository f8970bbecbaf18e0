"""Brings programs of the distribution that tests drive, where they are not there and we may."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

_INSTALL = ("apt-get", "install", "-y", "-q", "--no-install-recommends")
_WAIT = ("-o", "DPkg::Lock::Timeout=300")  # another test may be installing something


class NotInstalled(RuntimeError):
    """The programs are not there and could not be installed; the text says what to run."""


def programs(wanted: Sequence[str], packages: Sequence[str]) -> dict[str, str]:
    """Where the wanted programs are, installed first if need be. Raises NotInstalled."""
    found = _found(wanted)
    if len(found) < len(wanted) and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(packages)
        found = _found(wanted)
    missing = [each for each in wanted if each not in found]
    if missing:
        line = " ".join((*_INSTALL, *packages))
        raise NotInstalled(f"{', '.join(missing)} is not installed; run, on Debian: {line}")
    return found


def _found(wanted: Sequence[str]) -> dict[str, str]:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/rabbitmq/bin"
    places = {each: shutil.which(each, path=path) for each in wanted}
    return {name: place for name, place in places.items() if place}


def _install(packages: Sequence[str]) -> None:
    """Install, and start nothing: what is not ours must not begin to serve on this machine."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (("apt-get", "update", "-q"), (*_INSTALL, *_WAIT, *packages)):
        subprocess.run(  # noqa: S603 - our own words
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
