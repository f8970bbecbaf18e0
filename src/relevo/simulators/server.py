"""The thread in which the world listens: HTTP and SMTP on free loopback ports.

Worlds are started and stopped in great numbers: both happen at once.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, Envelope, Session

from relevo.simulators.http import Route
from relevo.simulators.wire import Connection, Directory

LOOPBACK = "127.0.0.1"
TakeEmail = Callable[[bytes, list[str]], bool]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the world listens."""

    http: str  # base address; every server has its own prefix below it
    smtp_host: str
    smtp_port: int


class _Postman:
    """Takes e-mail over SMTP."""

    def __init__(self, take: TakeEmail) -> None:
        self._take = take

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """A message is complete."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        is_known = self._take(raw, [str(address) for address in envelope.rcpt_tos])
        return "250 OK" if is_known else "550 5.1.1 no such mailbox here"


class Server:
    """Runs until it is stopped; it can be started once."""

    def __init__(self, routes: list[Route], take_email: TakeEmail) -> None:
        self._directory = Directory(routes)
        self._postman = _Postman(take_email)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._is_up = threading.Event()

    def start(self) -> Endpoints:
        """Listen. Peers may call as soon as this returns."""
        http, smtp = _listening(), _listening()
        port, smtp_port = http.getsockname()[1], smtp.getsockname()[1]
        self._thread = threading.Thread(target=self._run, args=(http, smtp), daemon=True)
        self._thread.start()
        self._is_up.wait()
        return Endpoints(f"http://{LOOPBACK}:{port}", LOOPBACK, smtp_port)

    def stop(self) -> None:
        """Close both servers and wait for the thread to end."""
        if self._thread is None or self._loop is None or self._stopping is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._thread = None

    def _run(self, http: socket.socket, smtp: socket.socket) -> None:
        asyncio.run(self._serve(http, smtp))

    async def _serve(self, http: socket.socket, smtp: socket.socket) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        opened: set[Connection] = set()
        servers = [
            await self._loop.create_server(
                lambda: Connection(self._directory, opened),
                sock=http,
            ),
            await self._loop.create_server(
                lambda: SMTP(self._postman, hostname="mail.relevo.example", loop=self._loop),
                sock=smtp,
            ),
        ]
        self._is_up.set()
        await self._stopping.wait()
        for server in servers:
            server.close()
        for connection in list(opened):
            connection.close()
        await asyncio.sleep(0)  # let the closed connections say goodbye


def _listening() -> socket.socket:
    # asyncio turns Nagle's delay off only for sockets that say they are TCP; with the delay, an
    # answer in two parts takes 40 ms.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind((LOOPBACK, 0))
    opened.listen(128)
    return opened
