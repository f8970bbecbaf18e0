"""The PostgreSQL of the distribution: the whole set of programs, which the bundled server lacks.

Replication, back-up and point-in-time recovery are tried with what a site runs. Where it is not
installed and we may, it is: the programs alone, without the cluster that the package would make.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from relevo.engine.connection import OLDEST_SERVER

_VERSIONS = Path("/usr/lib/postgresql")
_NEEDED = ("postgres", "initdb", "pg_ctl", "pg_basebackup", "pg_rewind")
_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")
_INSTALL = ("apt-get", "install", "-y", "-q", "--no-install-recommends")
_PACKAGE = "postgresql"


class NotInstalled(RuntimeError):
    """The programs are not there and could not be installed; the text says what to run."""


def server_programs() -> Path:
    """The folder of the newest complete set of programs, installed first where it must be.

    Raises NotInstalled.
    """
    found = _found()
    if found is None:
        _install()
        found = _found()
    if found is None:
        raise NotInstalled(_remedy(f"no PostgreSQL {OLDEST_SERVER} or later lies in {_VERSIONS}"))
    return found


def _found() -> Path | None:
    complete = [
        each
        for each in _VERSIONS.glob("*/bin")
        if each.parent.name.isdecimal()
        and int(each.parent.name) >= OLDEST_SERVER
        and all((each / program).exists() for program in _NEEDED)
    ]
    return max(complete, key=lambda each: int(each.parent.name), default=None)


def _install() -> None:
    if os.geteuid() != 0:
        raise NotInstalled(_remedy("only root may install it"))
    if shutil.which("apt-get") is None:
        raise NotInstalled(_remedy("this system has no apt-get"))
    if not _NO_CLUSTER.exists():
        _NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        _NO_CLUSTER.write_text("create_main_cluster = off\n", encoding="utf-8")
    said = _run(["apt-get", "update", "-q"]) + _run([*_INSTALL, _PACKAGE])
    if _found() is None:
        raise NotInstalled(_remedy(f"apt-get said: {said[-500:].strip()}"))


def _run(command: Sequence[str]) -> str:
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "UCF_FORCE_CONFFOLD": "1"}
    done = subprocess.run(  # noqa: S603 - our own words
        command,
        env=os.environ | quiet,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def _remedy(why: str) -> str:
    return (
        f"the PostgreSQL server of the distribution is needed for this ({why}); install it, on "
        f"Debian or Ubuntu: {' '.join(_INSTALL)} {_PACKAGE}"
    )
