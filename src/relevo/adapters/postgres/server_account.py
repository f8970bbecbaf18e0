"""Under which account the bundled server runs, and which folders that account can reach.

PostgreSQL refuses to run as root. As root we therefore run it under the ids of ``nobody``, which
every system has; nobody is added to the system, and no permission changes outside our own folder.
An ordinary user runs it as himself.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    """Numeric ids, and whether they differ from our own."""

    uid: int
    gid: int
    borrowed: bool

    def run(self, command: Sequence[str | Path], *, folder: Path) -> str:
        """Run a program under this account. Raises RuntimeError with its output when it fails."""
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "LC_ALL": "C",
            "TZ": "UTC",
        }
        words = [str(word) for word in command]
        log = folder / "last_command.log"
        # A server that pg_ctl leaves behind would keep a pipe open for ever; a file it may keep.
        with log.open("w+", encoding="utf-8") as output:
            switch = (
                {"user": self.uid, "group": self.gid, "extra_groups": ()} if self.borrowed else {}
            )
            done = subprocess.run(  # noqa: S603 - our own program with our own arguments
                words,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                **switch,  # type: ignore[call-overload]
            )
            output.seek(0)
            said = output.read()
        if done.returncode != 0:
            raise RuntimeError(f"{Path(words[0]).name} failed ({done.returncode}): {said.strip()}")
        return said

    def owns(self, folder: Path) -> None:
        """Hand a folder of ours to this account, closed to all others."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.borrowed:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def may_pass(self, path: Path) -> bool:
        """Whether this account can walk down to ``path``."""
        return all(self._may(folder, stat.S_IXUSR) for folder in (path, *path.parents))

    def may_read(self, path: Path) -> bool:
        """Whether this account can read the file and reach it."""
        return self._may(path, stat.S_IRUSR) and self.may_pass(path.parent)

    def _may(self, path: Path, wanted: int) -> bool:
        try:
            found = path.stat()
        except OSError:
            return False
        if found.st_uid == self.uid:
            return bool(found.st_mode & wanted)
        if found.st_gid == self.gid:
            return bool(found.st_mode & (wanted >> 3))
        return bool(found.st_mode & (wanted >> 6))


def server_account() -> Account:
    """Our own account, or that of ``nobody`` when we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), borrowed=False)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise RuntimeError(
            "PostgreSQL does not run as root and this system has no account 'nobody'; "
            "start relevo as an ordinary user or set DATABASE_URL"
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid, borrowed=True)
