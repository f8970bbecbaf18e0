"""Ports for servers that are told theirs before they start, and that come back to it when killed.

Not those that the system would choose: they are also the other end of every connection that
somebody opens, so that a server that was killed may find its port taken when it comes back; who
calls it meanwhile may even be connected to himself. Whoever has asked for a port here keeps it
claimed as long as his process lives, for several processes of tests ask at once.
"""

from __future__ import annotations

import fcntl
import os
import socket
from itertools import count
from pathlib import Path
from tempfile import gettempdir

_FIRST, _MANY = 15_000, 15_000  # below those that Linux gives to who opens a connection


def free_port() -> int:
    """A port of loopback that is nobody else's."""
    folder = Path(gettempdir()) / f"relevo-ports-{os.geteuid()}"
    folder.mkdir(exist_ok=True)
    start = int.from_bytes(os.urandom(4), "big")
    return next(port for nth in count(start) if _claims(folder, port := _FIRST + nth % _MANY))


def _claims(folder: Path, port: int) -> bool:
    # A claim is a lock on a file that stays open until this process ends, whatever its end.
    claim = os.open(folder / str(port), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
    except OSError:
        os.close(claim)
        return False
    return True
