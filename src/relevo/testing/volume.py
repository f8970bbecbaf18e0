"""A small volume that can be filled to the last byte and emptied again: for a disk that is full.

It is a tmpfs, so it needs the right to mount (root, outside of most containers).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class CannotMount(RuntimeError):
    """This account or machine may not mount a volume; the text says what the system said."""


@dataclass(frozen=True, slots=True)
class Volume:
    """A mounted volume."""

    folder: Path

    @property
    def free_bytes(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def fill(self, *, all_but_bytes: int = 0) -> None:
        """Take all the space, less what is to be left."""
        size = self.free_bytes - all_but_bytes
        with self._ballast.open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, size)

    def make_room(self) -> None:
        """Give the space back."""
        self._ballast.unlink()

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"


@contextmanager
def small_volume(megabytes: int) -> Iterator[Volume]:
    """A volume of that size, unmounted at the end. Raises CannotMount."""
    with tempfile.TemporaryDirectory(prefix="relevo-volume-") as folder:
        Path(folder).chmod(0o755)
        options = f"size={megabytes}m,mode=0755"
        _run("mount", "-t", "tmpfs", "-o", options, "relevo-test", folder)
        try:
            yield Volume(Path(folder))
        finally:
            _run("umount", "--lazy", folder)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as missing:
        raise CannotMount(f"{command[0]}: {missing}") from missing
    if done.returncode != 0:
        raise CannotMount(f"{command[0]}: {done.stderr.strip()}")
